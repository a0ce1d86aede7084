"""Contact sheets of test motions with the model's captions, for manual review.

    python -m train.evaluation.caption_sheets --data data/motions.npz --count 50 --out outputs/captions

The motions are sampled uniformly at random. A sheet has ten rows, each with the frames of a motion under its caption;
the reviewer counts the correct captions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from hmvlm import HMVLM
from hmvlm.atomic import atomic_file
from hmvlm.render.sheet import contact_sheet
from train.evaluation.sections.questions import sample_questions
from train.loop.settings import option, parse_settings

ROWS, FRAMES, FRAME_SIZE = 10, 8, 150


@dataclass(kw_only=True)
class CaptionSheetSettings:
    """Write contact sheets of test motions with the model's captions."""

    data: str = option("data/motions.npz", "file of python -m train.recordings.prepare")
    model: str = option("embedded", "preset or folder of a model")
    count: int = option(50, "motions")
    seed: int = option(0, "of the sampled motions")
    out: Path = option(Path("outputs/captions"), "folder of the sheets")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(CaptionSheetSettings, argv, __doc__)
    settings.out.mkdir(parents=True, exist_ok=True)
    model = HMVLM.from_pretrained(settings.model)
    motions = [one.example.motion for one in sample_questions(settings.data, "test", settings.count, settings.seed)]
    for start in range(0, len(motions), ROWS):
        rows = []
        for number, motion in enumerate(motions[start : start + ROWS], start):
            caption = f"{number}  {model.describe(motion).text}"
            rows.append(contact_sheet(replace(motion, text=caption), frames=FRAMES, size=FRAME_SIZE))
            print(caption, flush=True)
        whole = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
        for place, row in enumerate(rows):
            whole.paste(row, (0, sum(above.height for above in rows[:place])))
        with atomic_file(settings.out / f"sheet_{start // ROWS}.png") as partial:
            whole.save(partial)


if __name__ == "__main__":
    main()
