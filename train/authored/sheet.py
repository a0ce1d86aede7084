"""Contact sheets of authored actions: one row of frames each, several actions a picture.

python -m train.authored.sheet --recordings motions.npz --out sheets/ --actions clap wave
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from hmvlm.atomic import atomic_file
from hmvlm.motion.clip import Motion
from hmvlm.render.sheet import contact_sheet
from train.authored.bases import default_recordings
from train.authored.floor import lowest_points
from train.authored.make import perform
from train.authored.registry import load_actions

ROWS = 6


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Draw authored actions.")
    parser.add_argument("--recordings", type=Path, help="recordings file for the base bodies")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    parser.add_argument("--actions", nargs="*", help="keys; all by default")
    parser.add_argument("--per-action", type=int, default=1)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--azimuth", type=float, default=45.0, help="degrees from the body's front")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    keys = options.actions or sorted(load_actions())
    clips = perform(keys, options.per_action, options.seed, options.recordings or default_recordings())
    rows = []
    for clip in clips:
        low = lowest_points(clip.motion)
        text = " ".join(filter(None, (clip.label, clip.info["side"], clip.info["count"], clip.info["style"])))
        text += f"   lowest point {low.min() * 100:.1f} to {low.max() * 100:.1f} cm   {clip.info['base']}"
        motion = Motion(clip.motion.poses, clip.motion.trans, fps=clip.motion.fps, text=text)
        rows.append(contact_sheet(motion, None, options.frames, options.size, np.deg2rad(options.azimuth)))
    options.out.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, len(rows), ROWS)):
        part = rows[start : start + ROWS]
        picture = Image.new("RGB", (max(r.width for r in part), sum(r.height for r in part)), "white")
        top = 0
        for row in part:
            picture.paste(row, (0, top))
            top += row.height
        with atomic_file(options.out / f"sheet_{number:02d}.png") as partial:
            picture.save(partial)


if __name__ == "__main__":
    main()
