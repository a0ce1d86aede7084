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
        """Rows that are decoded, in order; of these ``_ended`` have ended already."""
        self._ended: set[int] = set()
        self._codes: list[list[Tensor]] = [[] for _ in range(rows)]

    @property
    def running(self) -> bool:
        """Whether a row has not ended."""
        return len(self._ended) < len(self._codes)

    def append(self, codes: Tensor, end: int) -> None:
        """Add a step ``(N, 5)`` of the open rows; a row whose torso is ``end`` has ended."""
        for row, step in zip(self.open, codes, strict=True):
            if int(step[0]) >= end:
                self._ended.add(row)
            elif row not in self._ended:
                self._codes[row].append(step)
        self.steps += 1

    def leave(self) -> list[int] | None:
        """Take ended rows out once they are a quarter of the open ones; the places of the others, None if none left."""
        kept = [place for place, row in enumerate(self.open) if row not in self._ended]
        if 4 * (len(self.open) - len(kept)) < len(self.open):
            return None
        self.generators = [self.generators[place] for place in kept]
        self.open = [self.open[place] for place in kept]
        return kept

    def ended(self, share: float) -> bool:
        """Whether ``share`` of the rows of every variation have ended."""
        rows = len(self._codes) // self.variations
        counts = Counter(row % self.variations for row in self._ended)
        return all(counts[column] >= share * rows for column in range(self.variations))

    def so_far(self) -> list[Tensor]:
        """Codes ``(S, 5)`` of every row."""
        return [torch.stack(row) for row in self._codes]

    def finished(self) -> list[Tensor]:
        """Codes of the rows that have ended; of the others none."""
        empty = torch.zeros(0, NUM_PARTS, dtype=torch.long)
        return [codes if row in self._ended else empty for row, codes in enumerate(self.so_far())]
