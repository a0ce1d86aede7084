"""Exemplars by what their captions tell beyond the action: on which side, and how often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from hmvlm.config import MIN_STEPS, TEMPORAL_STRIDE
from hmvlm.motion.cycles import recounted
from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.signals import SIDES
from hmvlm.motion.features import POSITIONS
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.checks import FEW, STEP, repetitions
from hmvlm.tasks.clause_details import count_in, path_in, side_in
from hmvlm.tasks.composites import ARMS
from hmvlm.tasks.opposites import opposed
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.tempo import tempo_in

T = TypeVar("T", bound=Hashable)
_AHEAD = re.compile(r"\b(?:forwards?|back|backwards?)\b", re.I)
_VEERS = re.compile(r"\b(?:veer|swerv|curv|turn|spin)\w*", re.I)
LARGEST_SEAM = 0.4
"""Largest seam (:func:`hmvlm.motion.cycles.recounted`) with which cycles are repeated or left out."""


def side_told(exemplar: Exemplar) -> str:
    """The side that most captions with a side name: ``left``, ``right``, ``both``, or "" where none does."""
    return _most(exemplar.captions or (exemplar.text,), side_in) or ""


def count_told(exemplar: Exemplar) -> int | None:
    """The count that most captions with a count name, or None."""
    return _most(exemplar.captions or (exemplar.text,), count_in)


@lru_cache(maxsize=8192)  # asked several times for every exemplar of a clause
def _most(texts: tuple[str, ...], read: Callable[[str], T]) -> T | None:
    told = Counter(value for text in texts if (value := read(text)))
    return told.most_common(1)[0][0] if told else None


def agreeing(found: list[Exemplar], clause: Clause) -> list[Exemplar]:
    """Exemplars that are not told to be on the other side; those that do not go the opposite way, and those with the
    count of the clause, where there are any.
    """
    found = [one for one in found if not opposed(clause.asked, one.text)] or found
    if (tempo := tempo_in(clause.asked)) != 1.0:
        found = [one for one in found if (tempo_in(one.text) - 1) * (tempo - 1) >= 0] or found
    if clause.travels:
        found = [one for one in found if not _elsewhere(one.text, clause)] or found
    if clause.side in SIDES:
        other = SIDES[clause.side == SIDES[0]]
        found = [one for one in found if other not in (side_in(one.text), side_told(one))]
    if clause.side == "both":
        found = [one for one in found if side_told(one) not in SIDES] or both_sides(found) or found
    if clause.count is not None:
        found = [one for one in found if tells_count(one, clause)] or found
    return found


def both_sides(found: list[Exemplar]) -> list[Exemplar]:
    """Exemplars of one arm put together with their mirror images: both arms do it."""
    made = []
    for left in (one for one in found if side_told(one) == SIDES[0]):
        for right in found:
            alike = len(right.codes) == len(left.codes) and right.text == left.text.replace(SIDES[0], SIDES[1])
            if alike and right.text != left.text:
                codes = left.codes.clone()
                codes[:, ARMS[1]] = right.codes[:, ARMS[1]]
                made.append(replace(left, codes=codes))
    return made


def tells_count(exemplar: Exemplar, clause: Clause) -> bool:
    """Whether the captions tell the count of a clause. A step or two forward or back are told as three as well, half
    steps among them: the first two of those of a recording hardly leave the place.
    """
    told = count_told(exemplar)
    return told == clause.count or (few_steps(clause) and told == FEW + 1)


def few_steps(clause: Clause) -> bool:
    """Whether a clause asks for a step or two forward or back."""
    return (
        clause.count in range(1, FEW + 1) and STEP.search(clause.text) is not None and bool(_AHEAD.search(clause.asked))
    )


def _elsewhere(caption: str, clause: Clause) -> bool:
    """Whether a caption tells a way of its own ("to and fro") that the clause does not ask for."""
    named = path_in(caption)
    other = named not in ("", "line") and named != clause.path and not clause.path
    return other or (_VEERS.search(caption) is not None and not _VEERS.search(clause.asked) and not clause.path)


def counted(exemplar: Exemplar, raw: Tensor, facts: Facts, clause: Clause, longest: int) -> list[Exemplar]:
    """The exemplar with cycles repeated or left out, else as a whole repeated or cut, so that it shows its action as
    often as the clause says; nothing where it does.

    How often it is shown is what the captions tell, else what is measured.

    Args:
        raw: features ``(4 S, 221)`` of the exemplar. facts: measured on them. longest: most steps that fit.
    """
    shown = count_told(exemplar) or repetitions(clause, facts)
    wanted, length = clause.count, len(exemplar.codes)
    if not shown or not wanted or shown == wanted or tells_count(exemplar, clause):
        return []
    edit = recounted(_moments(raw), int(shown), wanted, TEMPORAL_STRIDE) if "step" not in clause.acts else None
    if edit is not None and edit[1] <= LARGEST_SEAM and len(edit[0]) <= longest:
        return [replace(exemplar, codes=exemplar.codes[edit[0]])]
    if shown < wanted:
        times = round(wanted / shown)
        return [replace(exemplar, codes=exemplar.codes.repeat(times, 1))] if times * length <= longest else []
    cut = max(MIN_STEPS, round(length * wanted / shown))
    return [replace(exemplar, codes=exemplar.codes[:steps]) for steps in (cut, cut + 2) if steps < length]


def _moments(raw: Tensor) -> np.ndarray:
    """Poses and speeds ``(4 S, D)`` of features ``(4 S, 221)``: joints in metres, and metres in 0.2 s."""
    joints = raw[:, POSITIONS]
    speeds = torch.cat([joints[1:], joints[-1:]]) - joints
    return torch.cat([joints, speeds * TEMPORAL_STRIDE], dim=1).numpy()


def at_odds(exemplar: Exemplar, clause: Clause) -> bool:
    """Whether the captions tell another count than the clause asks for."""
    told = count_told(exemplar)
    return clause.count is not None and told is not None and not tells_count(exemplar, clause)
