"""A captioned segment of motion as part codes, and the reader of its file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.rankers.activity import PLAIN
from train.npz_files import open_npz


@dataclass(eq=False)
class Segment:
    """A captioned segment of motion: variants of codes ``(S, 5)`` with the same text.

    Attributes:
        codes: variants of different phase and speed.
        captions: sentences that describe it.
        group: source and topic, by which segments are sampled.
        split: train, val or a test split.
        questions: question, answer and notes about the motion. They may mention seconds, so they hold only for the
            first ``own`` variants, those at the recording's own speed.
        own: number of variants at the recording's own speed.
        brief: notes about the whole motion.
        activity_note: prediction of the activity classifier, as a note.
        act, manner, numbers: targets and inputs ``(F,)`` of the activity classifier.
        mirror: the mirrored segment; its codes and captions correspond to these one by one.
        asks: kind and template of each question, ``"sequence/when"``.
        context: steps at the start of each variant that belong to the motion before; captions are about the rest.
            Empty where there is none.
        weight: share of its source among the segments, for imported sets; None for others.
    """

    codes: tuple[np.ndarray, ...]
    captions: tuple[str, ...]
    group: str
    split: str
    questions: tuple[tuple[str, str, str], ...] = ()
    own: int = 1
    brief: str = ""
    activity_note: str = ""
    act: str = ""
    manner: str = PLAIN
    numbers: np.ndarray | None = None
    mirror: Segment | None = None
    asks: tuple[str, ...] = ()
    context: tuple[int, ...] = ()
    weight: float | None = None

    @property
    def source(self) -> str:
        """The set that it is of."""
        return self.group.partition(": ")[0]

    def own_codes(self, variant: int = 0) -> np.ndarray:
        """Codes ``(S, 5)`` of a variant without its context."""
        return self.codes[variant][self.context[variant] if self.context else 0 :]


def load_segments(path: str | Path) -> list[Segment]:
    """Read a file of :func:`train.segments.prepare.prepare`."""
    with open_npz(path, "train.segments.prepare") as archive:
        codes, rows = archive["codes"], json.loads(archive["meta"].tobytes())
        measured = archive["numbers"]
    segments, start = [], 0
    for row, found in zip(rows, measured, strict=True):
        variants = []
        for count in row["steps"]:
            variants.append(codes[start : start + count])
            start += count
        questions = tuple(tuple(question) for question in row["questions"])
        about = (row["brief"], row["looks"], row["act"], row["manner"])
        segments.append(
            Segment(
                tuple(variants),
                tuple(row["captions"]),
                row["group"],
                row["split"],
                questions,
                row["own"],
                *about,
                found,
                asks=tuple(row.get("asks", ())),
                context=tuple(row.get("context", ())),
                weight=row.get("weight"),
            )
        )
    for one, other in zip(segments[::2], segments[1::2], strict=True):  # written in pairs
        one.mirror, other.mirror = other, one
    return segments
