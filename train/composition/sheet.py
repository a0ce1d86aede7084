"""Contact sheets of composed motions: frames in a row, and the path with planted feet from above.

python -m train.composition.sheet composed.npz folder [--count 60] [--rows 8] [--kind chain]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from hmvlm.atomic import atomic_file
from hmvlm.body.skeleton import INDEX
from hmvlm.motion.features import contacts
from hmvlm.render.sheet import contact_sheet
from train.recordings.store import Recording, load_motions

FRAMES, SIZE = 16, 110
COLOURS = ((200, 60, 50), (40, 80, 200))
"""Of the left and the right foot."""


def row(clip: Recording) -> Image.Image:
    """One motion: its caption, frames, start frames of its clauses, and the view from above."""
    motion = clip.motion
    motion.text = None
    frames = contact_sheet(motion, frames=FRAMES, size=SIZE)
    strip = Image.new("RGB", (SIZE * (min(FRAMES, 8) + 2), frames.height + 18), "white")
    strip.paste(frames, (0, 18))
    strip.paste(from_above(motion.joints(), frames.height), (strip.width - 2 * SIZE, 18))
    starts = [round(c / motion.fps, 1) for c in json.loads(clip.info.get("cuts", "[]"))]
    text = f"{clip.name} [{clip.info.get('kind', '')}] {clip.label} | starts {starts} s of {motion.duration:.1f}"
    ImageDraw.Draw(strip).text((4, 2), text, fill=(20, 20, 20), font_size=12)
    return strip


def from_above(joints: np.ndarray, size: int) -> Image.Image:
    """Pelvis path and planted feet of joints ``(T, 24, 3)`` from above; +Z is up, +X (the body's left) is left."""
    picture = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(picture)
    low, high = joints[..., [0, 2]].min((0, 1)) - 0.2, joints[..., [0, 2]].max((0, 1)) + 0.2
    scale = size / float((high - low).max())

    def spot(place: np.ndarray) -> tuple[float, float]:
        return size - (place[0] - low[0]) * scale, size - (place[2] - low[1]) * scale

    pen.line([spot(place) for place in joints[:, 0]], fill=(0, 0, 0), width=2)
    down = contacts(torch.from_numpy(joints)).numpy() > 0.5
    for side, colour in enumerate(COLOURS):
        ball = joints[:, INDEX[("left_foot", "right_foot")[side]]]
        pen.line([spot(place) for place in ball], fill=colour, width=1)
        for place in ball[down[:, 2 + side]]:
            x, y = spot(place)
            pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=colour)
    x, y = spot(joints[0, 0])
    pen.ellipse((x - 5, y - 5, x + 5, y + 5), outline=(0, 160, 0), width=2)
    return picture


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Draw composed motions into contact sheets.")
    parser.add_argument("motions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--rows", type=int, default=6)
    parser.add_argument("--kind", default="", help="chain, path, layer or repeat; all if left out")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    clips = [c for c in load_motions(options.motions) if options.kind in ("", c.info.get("kind"))][: options.count]
    for first in range(0, len(clips), options.rows):
        rows = [row(clip) for clip in clips[first : first + options.rows]]
        page = Image.new("RGB", (rows[0].width, sum(r.height for r in rows)), "white")
        top = 0
        for strip in rows:
            page.paste(strip, (0, top))
            top += strip.height
        with atomic_file(options.folder / f"{options.kind or 'all'}_{first // options.rows:02d}.png") as partial:
            page.save(partial)


if __name__ == "__main__":
    main()
