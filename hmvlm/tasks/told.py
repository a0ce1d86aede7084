"""Exemplars by what their captions tell beyond the action: on which side, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from hmvlm.config import MIN_STEPS
from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.signals import SIDES
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.checks import repetitions
from hmvlm.tasks.clause_details import count_in, side_in
from hmvlm.tasks.plan import Clause

T = TypeVar("T", bound=Hashable)


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
    """Exemplars that are not told to be on the other side, and with the count of the clause where there are any."""
    if clause.side in SIDES:
        other = SIDES[clause.side == SIDES[0]]
        found = [one for one in found if other not in (side_in(one.text), side_told(one))]
    if clause.count is not None:
        found = [one for one in found if count_told(one) == clause.count] or found
    return found


def counted(exemplar: Exemplar, facts: Facts, clause: Clause, longest: int) -> list[Exemplar]:
    """The exemplar repeated, or cut, so that it shows its action as often as the clause says; nothing where it does.

    How often it is shown is what the captions tell, else what is measured.
    """
    shown = count_told(exemplar) or repetitions(clause, facts)
    wanted, length = clause.count, len(exemplar.codes)
    if not shown or not wanted or shown == wanted:
        return []
    if shown < wanted:
        times = round(wanted / shown)
        return [replace(exemplar, codes=exemplar.codes.repeat(times, 1))] if times * length <= longest else []
    cut = max(MIN_STEPS, round(length * wanted / shown))
    return [replace(exemplar, codes=exemplar.codes[:steps]) for steps in (cut, cut + 2) if steps < length]


def at_odds(exemplar: Exemplar, clause: Clause) -> bool:
    """Whether the captions tell another count than the clause asks for."""
    told = count_told(exemplar)
    return clause.count is not None and told is not None and told != clause.count
