"""The rows of a batch of motions that are decoded together and end one after the other."""

from __future__ import annotations

from collections import Counter

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS


class RowBatch:
    """The rows of a batch of motions that grow until each ends: row ``c * variations + v`` is one of variation v."""

    def __init__(self, variations: int, generators: list[torch.Generator]) -> None:
        self.variations, self.generators = variations, generators
        self.steps, rows = 0, len(generators)
        self.open = list(range(rows))
        """Rows that are decoded, in order; some of these may have ended or be given up."""
        self._ended: set[int] = set()
        self._given_up: set[int] = set()
        self._codes: list[list[Tensor]] = [[] for _ in range(rows)]

    @property
    def running(self) -> bool:
        """Whether a row is to go on."""
        return len(self._ended) + len(self._given_up) < len(self._codes)

    def append(self, codes: Tensor, end: int) -> None:
        """Add a step ``(N, 5)`` of the open rows; a row whose torso is ``end`` has ended."""
        for row, step in zip(self.open, codes, strict=True):
            if row in self._ended or row in self._given_up:
                continue
            if int(step[0]) >= end:
                self._ended.add(row)
            else:
                self._codes[row].append(step)
        self.steps += 1

    def give_up(self, share: float) -> bool:
        """Give up the unfinished rows of every variation of which ``share`` have ended; whether there were any."""
        before, each = len(self._given_up), len(self._codes) // self.variations
        for column, count in Counter(row % self.variations for row in self._ended).items():
            if count >= share * each:
                self._given_up |= {*range(column, len(self._codes), self.variations)} - self._ended
        return len(self._given_up) > before

    def leave(self) -> list[int] | None:
        """Take out rows that do not go on once they are a quarter of the open ones; places of the others, else None."""
        kept = [place for place, row in enumerate(self.open) if row not in self._ended and row not in self._given_up]
        if 4 * (len(self.open) - len(kept)) < len(self.open):
            return None
        self.generators = [self.generators[place] for place in kept]
        self.open = [self.open[place] for place in kept]
        return kept

    def so_far(self) -> list[Tensor]:
        """Codes ``(S, 5)`` of every row; none of those that are given up."""
        empty = torch.zeros(0, NUM_PARTS, dtype=torch.long)
        return [empty if row in self._given_up else torch.stack(codes) for row, codes in enumerate(self._codes)]
