"""What a training loop minimises, and the batches it is given."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Sampler

from train.loop.settings import LoopSettings


class Objective(nn.Module):
    """A model together with the losses of a stage; the loop lets Accelerate prepare it and calls ``forward`` only.

    Random draws inside ``forward`` come from torch's global generator, which the loop seeds for every batch.

    Attributes:
        loss_weights: factors of the terms that are summed up to the loss; terms that are not named are only logged.
        selection: name of the validation number by which the weights are chosen (the smallest one seen wins); None
            keeps the last weights. Buffers are not part of the choice.
        validate_first: whether to validate before the first step as well.
        single_file: whether ``save`` writes one file, and ``--out`` has to end in ``.safetensors``, or into a folder.
        outputs: names inside ``--out`` that ``save`` writes. A fresh run refuses to replace them without
            ``--overwrite``.
    """

    loss_weights: Mapping[str, float] = {}
    selection: str | None = None
    validate_first = False
    single_file = False
    outputs: tuple[str, ...] = ()

    def forward(self, batch: Any) -> dict[str, Tensor]:
        """Scalar loss terms of one batch, unweighted, by name."""
        raise NotImplementedError

    def step_context(self) -> AbstractContextManager[Any]:
        """What holds in the forward and backward pass of a training batch, for example attention kernels."""
        return nullcontext()

    def validate(self) -> dict[str, float]:
        """Numbers on held-out data, by name; the caller switches to evaluation mode and turns gradients off."""
        return {}

    def save(self, out: Path) -> None:
        """Write what was trained into a folder or file that the loop then moves into place."""
        raise NotImplementedError

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """The optimiser, whose groups hold their peak learning rates.

        AdamW over all that requires a gradient by default. An objective with settings of its own
        takes them in its constructor.
        """
        return torch.optim.AdamW(trainable(self), lr=settings.lr, betas=(0.9, 0.98), weight_decay=0.01)


def trainable(module: nn.Module) -> list[nn.Parameter]:
    """The parameters that require a gradient."""
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def trained_tensors(module: nn.Module) -> dict[str, Tensor]:
    """Parameters that require a gradient and persistent buffers, by name, detached."""
    return {
        name: value.detach()
        for name, value in module.state_dict(keep_vars=True).items()
        if value.requires_grad or not isinstance(value, nn.Parameter)
    }


def shapes(tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    """Shapes by name."""
    return {name: value.shape for name, value in tensors.items()}


class RandomBatches(Dataset):
    """An endless data set of random batches: number ``index`` depends on the seed and on nothing else.

    So batches come in the same order after a resume, with any number of prefetch workers and of processes.
    Subclasses implement :meth:`draw`.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def draw(self, rng: random.Random) -> Any:
        """One batch."""
        raise NotImplementedError

    def __getitem__(self, index: int) -> Any:
        return self.draw(random.Random(f"{self.seed} {index}"))


class Strided(Sampler):
    """Batch numbers ``start + rank``, ``start + rank + world``, ... without end."""

    def __init__(self, start: int, rank: int = 0, world: int = 1) -> None:
        self.start, self.rank, self.world = start, rank, world

    def __iter__(self) -> Iterator[int]:
        index = self.start + self.rank
        while True:
            yield index
            index += self.world


def prefetched(batches: Dataset, order: Sampler, workers: int = 0) -> Iterator[Any]:
    """The batches in an order, drawn ahead by so many worker processes."""
    more: dict[str, Any] = {"prefetch_factor": 3, "multiprocessing_context": "fork"} if workers else {}
    return iter(DataLoader(batches, batch_size=None, sampler=order, num_workers=workers, **more))
