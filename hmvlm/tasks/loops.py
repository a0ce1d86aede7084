"""Answers that go round in circles: the same block of tokens over and over."""

from __future__ import annotations

from collections.abc import Sequence

NOTE = "Stopped here: the answer had begun to repeat itself."
TIMES = 3
"""How often a block has to stand in a row."""
LENGTH = 36
"""Tokens that the repetitions together have to fill, so that "no, no, no", a refrain or a row of dashes may stand."""
LONGEST = 120
"""Longest block that is looked for."""


def loops(tokens: Sequence[int]) -> bool:
    """Whether the tokens end in a block that stands there ``TIMES`` times in a row, over ``LENGTH`` tokens at least."""
    for block in range(1, min(LONGEST, len(tokens) // TIMES) + 1):
        reach = block * max(TIMES, -(-LENGTH // block))
        if reach <= len(tokens) and _periodic(tokens, block, reach):
            return True
    return False


def _periodic(tokens: Sequence[int], block: int, reach: int) -> bool:
    """Whether each of the last ``reach`` tokens, but for the first block of them, is the one a block before it."""
    end = len(tokens)
    return all(tokens[place] == tokens[place - block] for place in range(end - 1, end - 1 - reach + block, -1))
