"""The last corrections of a drawn motion by what its clauses say: the way over the floor, and where hands are put."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from hmvlm.tasks.checks import ClauseReport
from hmvlm.tasks.clause import Clause
from hmvlm.tasks.courses import on_course
from hmvlm.tasks.placed_hands import hands_placed


def as_told(raw: Tensor, clauses: Sequence[Clause], reports: Sequence[ClauseReport]) -> Tensor:
    """Features ``(T, 221)`` of a motion with its clauses on their courses and the hands where they put them.

    Args:
        reports: when each clause begins and ends.
    """
    return hands_placed(on_course(raw, clauses, reports), clauses, reports)
