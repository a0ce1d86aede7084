"""Captions to be read against frames by eye: are they right?

    python -m train.evaluation.caption_sheets --data data/motions.npz --count 50 --out outputs/captions

Asks the model what the person does in test motions drawn by lot, and writes contact sheets of ten motions each, every row
under what was said of it. Whoever looks counts the rows that are right.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from PIL import Image

from hmvlm import HMVLM
from hmvlm.render.sheet import contact_sheet
from train.evaluation.sections.questions import draw

ROWS, FRAMES, SIZE = 10, 8, 150


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--model", default="embedded")
    options.add_argument("--count", type=int, default=50)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--out", type=Path, default=Path("outputs/captions"))
    args = options.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    model = HMVLM.from_pretrained(args.model)
    motions = [one.example.motion for one in draw(args.data, "test", args.count, args.seed)]
    for start in range(0, len(motions), ROWS):
        rows = []
        for number, motion in enumerate(motions[start : start + ROWS], start):
            said = f"{number}  {model.describe(motion).text}"
            rows.append(contact_sheet(replace(motion, text=said), frames=FRAMES, size=SIZE))
            print(said, flush=True)
        whole = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
        for place, row in enumerate(rows):
            whole.paste(row, (0, sum(above.height for above in rows[:place])))
        whole.save(args.out / f"sheet_{start // ROWS}.png")


if __name__ == "__main__":
    main()
