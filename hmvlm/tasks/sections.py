"""Sections of a clause: stretches that the language model generates at once, each at most ``MAX_STEPS`` long."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hmvlm.config import MAX_STEPS, MAX_TOTAL_SECONDS, MIN_STEPS, STEPS_PER_SECOND
from hmvlm.tasks.plan import Clause

GAIT_STEPS = 10
"""Shortest message of one clause, and shortest clause of walking, running, going somewhere …, whose length the model
decides: 2 s.
"""
ACTION_STEPS = 7
"""Shortest clause of another kind beside others, and of a stated number of steps: 1.4 s."""
HALT_STEPS = 7
"""Length of standing still after a gait, where the message states none: 1.4 s."""
TOTAL_STEPS = int(MAX_TOTAL_SECONDS * STEPS_PER_SECOND)


@dataclass(frozen=True)
class Section:
    """A stretch of a clause.

    Attributes:
        number: of the clause, from 0. seconds: length that the prompt states, if any.
        steps: exact number of time steps; None leaves it to the model, between ``shortest`` and ``longest``.
        whole: the clause has no other section.
    """

    clause: Clause
    number: int
    seconds: float | None
    steps: int | None
    shortest: int
    longest: int
    whole: bool


def clause_sections(clause: Clause, number: int, clauses: int, done: int) -> list[Section]:
    """The sections of a clause, the ``number``-th of ``clauses``, after ``done`` steps."""
    if clause.seconds is None:
        longest = max(MIN_STEPS, min(MAX_STEPS, (TOTAL_STEPS - done) // (clauses - number)))
        if clause.halt:
            longest = min(HALT_STEPS, longest)
        counted = clause.count is not None and "step" in clause.acts
        least = ACTION_STEPS if counted else GAIT_STEPS if clause.travels or clauses == 1 else ACTION_STEPS
        shortest = min(least, longest)
        return [Section(clause, number, None, None, shortest, longest, True)]
    lengths = section_lengths(clause.seconds)
    if len(lengths) == 1:
        return [Section(clause, number, clause.seconds, lengths[0], 1, lengths[0], True)]
    return [Section(clause, number, steps / STEPS_PER_SECOND, steps, 1, steps, False) for steps in lengths]


def section_lengths(seconds: float) -> list[int]:
    """Steps of the sections of a clause of known length, equal but for rounding."""
    steps = max(1, round(seconds * STEPS_PER_SECOND))
    count = math.ceil(steps / MAX_STEPS)
    return [steps * (index + 1) // count - steps * index // count for index in range(count)]
