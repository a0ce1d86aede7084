"""Exemplars by what their captions tell beyond the action: on which side, and how often."""

from __future__ import annotations

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
from hmvlm.tasks.checks import repetitions
from hmvlm.tasks.clause_details import count_in, side_in
from hmvlm.tasks.opposites import opposed
from hmvlm.tasks.plan import Clause

T = TypeVar("T", bound=Hashable)
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
    if clause.side in SIDES:
        other = SIDES[clause.side == SIDES[0]]
        found = [one for one in found if other not in (side_in(one.text), side_told(one))]
    if clause.count is not None:
        found = [one for one in found if count_told(one) == clause.count] or found
    return found


def counted(exemplar: Exemplar, raw: Tensor, facts: Facts, clause: Clause, longest: int) -> list[Exemplar]:
    """The exemplar with cycles repeated or left out, else as a whole repeated or cut, so that it shows its action as
    often as the clause says; nothing where it does.

    How often it is shown is what the captions tell, else what is measured.

    Args:
        raw: features ``(4 S, 221)`` of the exemplar. facts: measured on them. longest: most steps that fit.
    """
    shown = count_told(exemplar) or repetitions(clause, facts)
    wanted, length = clause.count, len(exemplar.codes)
    if not shown or not wanted or shown == wanted:
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
    return clause.count is not None and told is not None and told != clause.count
