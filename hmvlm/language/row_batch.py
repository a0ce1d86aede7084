"""The rows of a batch of motions that are decoded together and end one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS


class RowBatch:
    """The rows of a batch of motions that grow until each ends: row ``c * variations + v`` is one of variation v.

    A row ends with the end of its motion, or with ``limit`` steps.
    """

    def __init__(self, variations: int, rows: int, limit: int) -> None:
        self.variations, self.limit = variations, limit
        self.open = list(range(rows))
        """Rows that are decoded, in order; some of these may have ended or be given up."""
        self._ended: set[int] = set()
        self._given_up: set[int] = set()
        self._codes: list[list[Tensor]] = [[] for _ in range(rows)]

    @property
    def running(self) -> bool:
        """Whether a row is to go on."""
        return len(self._ended) + len(self._given_up) < len(self._codes)

    @property
    def steps(self) -> int:
        """Steps of the longest row."""
        return max(map(len, self._codes))

    def lengths(self) -> list[int]:
        """Steps of every open row."""
        return [len(self._codes[row]) for row in self.open]

    def last(self) -> Tensor:
        """Codes ``(N, 5)`` of the last step of every open row."""
        return torch.stack([self._codes[row][-1] for row in self.open])

    def goes_on(self, row: int) -> bool:
        """Whether a row has not ended and is not given up."""
        return row not in self._ended and row not in self._given_up

    def append(self, codes: Tensor, counts: Sequence[int], end: int) -> bool:
        """Add steps ``(N, L, 5)`` of the open rows, of each the first few; a row whose torso is ``end`` has ended.

        Returns:
            Whether any row is longer.
        """
        longer = False
        for row, steps, count in zip(self.open, codes, counts, strict=True):
            if not self.goes_on(row):
                continue
            for step in steps[:count]:
                if int(step[0]) >= end:
                    self._ended.add(row)
                    break
                self._codes[row].append(step)
                longer = True
            if len(self._codes[row]) >= self.limit:
                self._ended.add(row)
        return longer

    def give_up(self, share: float) -> bool:
        """Give up the unfinished rows of every variation of which ``share`` have ended; whether there were any."""
        before, each = len(self._given_up), len(self._codes) // self.variations
        for column, count in Counter(row % self.variations for row in self._ended).items():
            if count >= share * each:
                self._given_up |= {*range(column, len(self._codes), self.variations)} - self._ended
        return len(self._given_up) > before

    def leave(self) -> list[int] | None:
        """Take out rows that do not go on once they are a quarter of the open ones; places of the others, else None."""
        kept = [place for place, row in enumerate(self.open) if self.goes_on(row)]
        if 4 * (len(self.open) - len(kept)) < len(self.open):
            return None
        self.open = [self.open[place] for place in kept]
        return kept

    def so_far(self) -> list[Tensor]:
        """Codes ``(S, 5)`` of every row; none of those that are given up."""
        empty = torch.zeros(0, NUM_PARTS, dtype=torch.long)
        return [
            torch.stack(codes) if codes and row not in self._given_up else empty
            for row, codes in enumerate(self._codes)
        ]
