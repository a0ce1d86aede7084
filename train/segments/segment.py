"""A captioned piece of motion as part codes, and the reader of the file that holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.rankers.activity import PLAIN


@dataclass(eq=False)
class Segment:
    """A captioned piece of motion: codes ``(S, 5)`` in several variants of the same text.

    ``questions`` are what may be asked about it, each with its answer and the notes that go with it; they speak of
    seconds and so hold for the first ``own`` variants only, those at the recording's own speed. ``asks`` names the kind and
    template of each, ``"sequence/when"``. ``brief`` notes the whole, ``looks`` is what the activity classifier takes it for.
    ``mirror`` is its mirror image, whose codes and captions correspond to these one by one. ``numbers`` ``(F,)``,
    ``act`` and ``manner`` are what the activity classifier is fitted on.
    """

    codes: tuple[np.ndarray, ...]
    captions: tuple[str, ...]
    group: str
    split: str
    questions: tuple[tuple[str, str, str], ...] = ()
    own: int = 1
    brief: str = ""
    looks: str = ""
    act: str = ""
    manner: str = PLAIN
    numbers: np.ndarray | None = None
    mirror: Segment | None = None
    asks: tuple[str, ...] = ()


def load_segments(path: str | Path) -> list[Segment]:
    """Read a file of :func:`train.segments.prepare.prepare`."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} is missing; make it with: python -m train.segments.prepare --out {path}")
    with np.load(path) as archive:
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
            )
        )
    for one, other in zip(segments[::2], segments[1::2], strict=True):  # written in pairs
        one.mirror, other.mirror = other, one
    return segments
