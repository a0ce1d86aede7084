"""Which guides the candidates of a round have."""

from __future__ import annotations

from collections.abc import Sequence

from hmvlm.tasks.guides import Guide

DRAWN = 3
"""Guides of a variation. A guided candidate is nearly its guide, so that the best of them are known before they are
drawn, and the others would be drawn in vain.
"""
KNOWN = 0.85
"""Similarity of a caption from which on the exemplar shows the action better than the model does alone, even where a
check fails.
"""


def known(guides: Sequence[Guide]) -> bool:
    """Whether a guide is so near that the model needs not draw alone."""
    return any(one.similarity >= KNOWN for one in guides)


def apart(ranked: Sequence[Sequence[Guide]]) -> list[list[Guide]]:
    """The guides of each variation, best first, without those that an earlier variation has first, where there are
    others: variations are to differ.
    """
    taken: set[bytes] = set()
    found = []
    for guides in ranked:
        others = [one for one in guides if one.codes.numpy().tobytes() not in taken] or list(guides)
        taken |= {one.codes.numpy().tobytes() for one in others[:1]}
        found.append(others)
    return found


def rows_of_round(ranked: Sequence[Sequence[Guide]], turn: int, candidates: int) -> list[Guide | None]:
    """The guide of every row of a round: row ``c * V + v`` is candidate c of variation v.

    Where the best guides do not show all that is asked for, the model draws alone in the next rounds, with half as many
    candidates as without guides.

    Args:
        ranked: guides of each variation, best first. turn: of the round, from 0. candidates: most of a variation.
    """
    count = min(DRAWN, max(map(len, ranked), default=0), candidates)
    if turn or not count or candidates == 1:
        return [None] * (max(1, candidates // (1 + (turn > 0))) * len(ranked))
    return [guides[row % len(guides)] if guides else None for row in range(count) for guides in ranked]
