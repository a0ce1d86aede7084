"""Batches of stage 2, drawn ahead by worker processes where there are some: packed examples and what the gate is to read of them."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from hmvlm.language.gate import Gate
from hmvlm.language.sequence import PackedBatch
from train.instruct.mixture import Mixture

ALIGNED = 8
"""Rows are a multiple of so many positions long, as quick attention on a GPU asks of its mask."""


@dataclass(frozen=True)
class Batch:
    """``N`` examples of one forward pass.

    Attributes:
        packed: their positions.
        texts, media: words and media flags ``(N, M)``, what the gate reads.
        views: the view that each shows, None where it shows none.
    """

    packed: PackedBatch
    texts: list[str]
    media: Tensor
    views: list[int | None]

    def __len__(self) -> int:
        return len(self.views)


class Batches(IterableDataset):
    """Draws batches of a mixture without end.

    Args:
        mixture: what examples are drawn from.
        gate: which will read them.
        positions: packed positions a batch at most.
        row: positions a packed row at least.
        seed: of the draws; every worker adds its number.
    """

    def __init__(self, mixture: Mixture, gate: Gate, positions: int, row: int, seed: str = "") -> None:
        self.mixture, self.gate, self.positions, self.row, self.seed = mixture, gate, positions, row, seed

    def make(self, rng: random.Random) -> Batch:
        """One batch."""
        drawn = self.mixture.batch(self.positions, rng)
        longest = max(self.row, *(len(one.sequence) for one in drawn))
        packed = PackedBatch.from_sequences([one.sequence for one in drawn], -(-longest // ALIGNED) * ALIGNED)
        media = self.gate.media([one.media for one in drawn])
        return Batch(packed, [one.gate_text for one in drawn], media, [one.view for one in drawn])

    def __iter__(self) -> Iterator[Batch]:
        worker = get_worker_info()
        rng = random.Random(f"{self.seed} {worker.id if worker else 0}")
        while True:
            yield self.make(rng)

    def ahead(self, workers: int) -> Iterator[Batch]:
        """The batches, drawn ahead by so many processes; 0 draws each when it is asked for."""
        if workers:
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # threads of a forked process would wait for ever
        more = {"prefetch_factor": 3, "multiprocessing_context": "fork"} if workers else {}
        return iter(DataLoader(self, batch_size=None, num_workers=workers, **more))
