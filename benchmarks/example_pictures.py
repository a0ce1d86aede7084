"""Draw the pictures and the clip of the page's examples with the project's own model and renderer.

    python -m benchmarks.example_pictures

Writes assets/examples/*.webp and wave.mp4 anew. The motions have fixed seeds.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from hmvlm import HMVLM
from hmvlm.motion.clip import Motion
from hmvlm.paths import EXAMPLE_MOTION, EXAMPLE_PHOTO, EXAMPLES
from hmvlm.render.overlay import overlay_image
from hmvlm.render.video import render_frames, render_video
from hmvlm.vision.image import read_image

WIDTH, HEIGHT = 320, 200
CLIP_SIZE = 320
PROMPTS = {
    "walk": "A tired person walks forward for 3 seconds",
    "kick": "Someone kicks with the right leg for 2 seconds",
}
SEEDS = {"walk": 3, "kick": 5}
BUBBLE, INK = (15, 118, 110), (255, 255, 255)


def strip(motion: Motion, shares: tuple[float, ...]) -> Image.Image:
    """The body at some points of a motion, given as shares of its length, side by side in one picture."""
    picture, wide = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT)), 2 * WIDTH // len(shares)
    for place, share in enumerate(shares):
        frame = round(share * (len(motion) - 1))
        (drawn,) = render_frames(motion.slice(frame, frame + 1), size=(wide, 2 * HEIGHT))
        picture.paste(Image.fromarray(drawn), (place * wide, 0))
    return picture


def speech(motion: Motion) -> Image.Image:
    """A body that says something."""
    picture = strip(motion, (0.0,))
    ink = ImageDraw.Draw(picture)
    ink.rounded_rectangle((400, 60, 610, 160), 30, fill=BUBBLE)
    ink.polygon([(410, 120), (372, 160), (450, 150)], fill=BUBBLE)
    ink.text((505, 110), "Paris.", fill=INK, font_size=48, anchor="mm")
    return picture


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture small, cut to the cards' shape."""
    width, height = picture.size
    side = min(width / WIDTH, height / HEIGHT)
    box = (
        (width - WIDTH * side) / 2,
        (height - HEIGHT * side) / 2,
        (width + WIDTH * side) / 2,
        (height + HEIGHT * side) / 2,
    )
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS, box=box).filter(ImageFilter.UnsharpMask(1, 40)).save(
        path, quality=72, method=6
    )


def main() -> None:
    """Draw all of them."""
    model = HMVLM.from_pretrained()
    wave = Motion.load(EXAMPLE_MOTION)
    render_video(wave, EXAMPLES / "wave.mp4", size=(CLIP_SIZE, CLIP_SIZE))
    for name, prompt in PROMPTS.items():
        save(strip(model.generate(prompt, seed=SEEDS[name])[0], (0.3, 0.5, 0.7)), EXAMPLES / f"{name}.webp")
    seen = model.estimate_pose(EXAMPLE_PHOTO)
    save(Image.fromarray(overlay_image(read_image(EXAMPLE_PHOTO), seen.estimates)), EXAMPLES / "photo.webp")
    save(strip(wave, (0.4, 0.6)), EXAMPLES / "clip.webp")
    save(strip(wave, (0.3,)), EXAMPLES / "file.webp")
    save(speech(wave), EXAMPLES / "ask.webp")


if __name__ == "__main__":
    main()
