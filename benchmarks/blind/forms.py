"""The readers' forms: JSON with one answer a sheet, empty until a reader fills it in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hmvlm.atomic import atomic_file

VERDICTS = ("done", "partly", "no")
FAULTS = ("floating", "piercing", "sliding", "twisted", "mid-air", "other")
"""Kinds of broken physics: floats above the floor, pierces it, feet slide, limbs twist, starts in mid-air."""


@dataclass(frozen=True)
class Answer:
    """What a reader says of one sheet; None and an empty list until the reader answers.

    Attributes:
        sheet: name of the picture, without suffix. prompt: what the motion should do.
        verdict: one of :data:`VERDICTS`. broken: whether the physics are broken.
        faults: those of :data:`FAULTS` that were seen. remark: free text.
    """

    sheet: str
    prompt: str
    verdict: str | None = None
    broken: bool | None = None
    faults: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Form:
    """The answers of one reader, who says who they are in ``reader``."""

    reader: str
    answers: tuple[Answer, ...]


def empty(reader: str, prompts: dict[str, str]) -> Form:
    """A form without answers; ``prompts`` are texts by sheet, in the order of reading."""
    return Form(reader, tuple(Answer(sheet, text) for sheet, text in prompts.items()))


def write(form: Form, path: Path) -> None:
    """Write a form for a reader to edit."""
    note = "Read docs/blind_reading.md first. verdict: done, partly or no; broken: true or false; faults: " + ", ".join(
        FAULTS
    )
    with atomic_file(path) as file:
        file.write_text(json.dumps({"instructions": note, **asdict(form)}, indent=1, ensure_ascii=False) + "\n")


def read(path: Path) -> Form:
    """Read a filled form.

    Raises:
        ValueError: an answer is missing or not one of those allowed; the message names the sheet.
    """
    stored = json.loads(path.read_text())
    answers = []
    for row in stored["answers"]:
        answer = Answer(**{**row, "faults": tuple(row.get("faults", ()))})
        where = f"sheet {answer.sheet} in {path}"
        if answer.verdict not in VERDICTS:
            raise ValueError(f"{where} has verdict {answer.verdict!r}; write one of {', '.join(VERDICTS)}")
        if not isinstance(answer.broken, bool):
            raise ValueError(f"{where} has broken {answer.broken!r}; write true or false")
        strange = set(answer.faults) - set(FAULTS)
        if strange:
            raise ValueError(f"{where} has faults {sorted(strange)}; write some of {', '.join(FAULTS)}")
        answers.append(answer)
    return Form(str(stored["reader"]), tuple(answers))
