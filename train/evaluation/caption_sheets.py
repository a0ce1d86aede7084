"""Contact sheets of test motions with the model's captions, for manual review.

    python -m train.evaluation.caption_sheets --data data/motions.npz --count 50 --out outputs/captions

The motions are sampled uniformly at random. A sheet has ten rows, each with the frames of a motion under its caption; the
reviewer counts the correct captions.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from PIL import Image

from hmvlm import HMVLM
from hmvlm.render.sheet import contact_sheet
from train.evaluation.sections.questions import sample_questions

ROWS, FRAMES, FRAME_SIZE = 10, 8, 150


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
    motions = [one.example.motion for one in sample_questions(args.data, "test", args.count, args.seed)]
    for start in range(0, len(motions), ROWS):
        rows = []
        for number, motion in enumerate(motions[start : start + ROWS], start):
            caption = f"{number}  {model.describe(motion).text}"
            rows.append(contact_sheet(replace(motion, text=caption), frames=FRAMES, size=FRAME_SIZE))
            print(caption, flush=True)
        whole = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
        for place, row in enumerate(rows):
            whole.paste(row, (0, sum(above.height for above in rows[:place])))
        whole.save(args.out / f"sheet_{start // ROWS}.png")


if __name__ == "__main__":
    main()
