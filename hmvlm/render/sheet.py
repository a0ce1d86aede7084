"""Contact sheets: evenly spaced frames of a motion in one picture, to see at a glance what it does.

python -m hmvlm.render.sheet motion.npz sheet.png [--frames 8] [--size 256]
"""

from __future__ import annotations

import argparse
import os

import numpy as np
from PIL import Image, ImageDraw

from hmvlm.atomic import atomic_file
from hmvlm.motion.clip import Motion
from hmvlm.render.camera import CameraPlan, plan_camera
from hmvlm.render.geometry import load_surface
from hmvlm.render.scene import submit

COLUMNS = 8
_INK = (70, 76, 92)


def contact_sheet(
    motion: Motion,
    path: str | os.PathLike | None = None,
    frames: int = 8,
    size: int = 256,
    azimuth: float | None = None,
) -> Image.Image:
    """Draw ``frames`` evenly spaced frames with their times, the text above; saved if ``path`` is given.

    All frames share one camera plan, so movement over the floor shows. ``size`` is the side of a
    frame in pixels; ``azimuth`` the camera's angle from the body's front in radians.

    Raises:
        RenderError: no OpenGL here.
    """
    if frames < 1:
        raise ValueError(f"a sheet needs at least one frame, got {frames}")
    chosen = np.unique(np.linspace(0, len(motion) - 1, frames).round().astype(int))
    plan = plan_camera(motion.joints(), motion.fps, azimuth=azimuth)
    picked = Motion(motion.poses[chosen], motion.trans[chosen], motion.betas, motion.fps)
    surface = load_surface()
    part = CameraPlan(plan.poses[chosen], plan.centers[chosen], plan.radius)
    pictures = submit(surface, surface.frames(picked), part, (size, size)).result(timeout=300)

    columns = min(len(pictures), COLUMNS)
    rows = -(-len(pictures) // columns)
    top = 24 if motion.text else 0
    sheet = Image.new("RGB", (columns * size, rows * size + top), "white")
    ink = ImageDraw.Draw(sheet)
    if motion.text:
        ink.text((8, 5), motion.text, fill=_INK, font_size=14)
    for place, (frame, picture) in enumerate(zip(chosen, pictures, strict=True)):
        row, column = divmod(place, columns)
        sheet.paste(Image.fromarray(picture), (column * size, row * size + top))
        corner = (column * size + 8, row * size + top + 6)
        ink.text(corner, f"{frame / motion.fps:.2f} s", fill=_INK, font_size=13)
    if path is not None:
        with atomic_file(path) as partial:
            sheet.save(partial)
    return sheet


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Draw evenly spaced frames of a motion into one picture.")
    parser.add_argument("motion", help="an AMASS .npz or a .bvh file")
    parser.add_argument("picture", help="where to write the .png")
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--size", type=int, default=256)
    options = parser.parse_args()
    contact_sheet(Motion.load(options.motion), options.picture, options.frames, options.size)


if __name__ == "__main__":
    main()
