"""Batches of stage 2: packed examples, what the gate reads of them, and dialogue prompts for the gate loss."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, tensor

from hmvlm.language.gate import Gate
from hmvlm.language.packing import PackedBatch, first_fit
from train.instruct.mixture import Mixture
from train.loop.objective import RandomBatches

ALIGNED = 8
"""Rows are a multiple of so many positions long, as fast attention on a GPU asks of its mask."""

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads would deadlock in forked prefetch workers


@dataclass(frozen=True)
class Batch:
    """``N`` examples of one forward pass.

    Attributes:
        packed: their positions.
        texts, media: words and media flags ``(N, M)``, what the gate reads.
        views: the view that each shows, None where it shows none.
        dialogue: row numbers ``(D,)`` of dialogue prompts for the gate loss.
    """

    packed: PackedBatch
    texts: list[str]
    media: Tensor
    views: list[int | None]
    dialogue: Tensor = field(default_factory=lambda: tensor([], dtype=torch.int64))

    def __len__(self) -> int:
        return len(self.views)


class Batches(RandomBatches):
    """Random batches of a mixture.

    Args:
        mixture: what examples are drawn from.
        gate: which will read them.
        positions: packed positions a batch at most.
        row: positions a packed row at least.
        seed: of the draws.
        dialogue: dialogue prompts to draw from, ``dialogue_batch`` of them a batch.
    """

    def __init__(
        self,
        mixture: Mixture,
        gate: Gate,
        positions: int,
        row: int,
        seed: int = 0,
        dialogue: int = 0,
        dialogue_batch: int = 0,
    ) -> None:
        super().__init__(seed)
        self.mixture, self.gate, self.positions, self.row = mixture, gate, positions, row
        self.dialogue, self.dialogue_batch = dialogue, dialogue_batch

    def draw(self, rng: random.Random) -> Batch:
        """One batch."""
        drawn = self.mixture.batch(self.positions, rng)
        row = packed_row([len(one.sequence) for one in drawn], self.row)
        packed = PackedBatch.from_sequences([one.sequence for one in drawn], row)
        media = self.gate.media([one.media for one in drawn])
        picks = tensor(
            rng.choices(range(self.dialogue), k=self.dialogue_batch) if self.dialogue_batch else [], dtype=torch.int64
        )
        return Batch(packed, [one.gate_text for one in drawn], media, [one.view for one in drawn], picks)


def packed_row(lengths: Sequence[int], shortest: int) -> int:
    """The length of packed rows, from ``shortest`` or the longest sequence to three times that, that pads least."""
    least = -(-max(shortest, *lengths) // ALIGNED) * ALIGNED
    return min(range(least, 3 * least + 1, ALIGNED), key=lambda row: (row * len(first_fit(lengths, row)), row))
