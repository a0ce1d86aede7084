"""One optimiser step: accumulate gradients, clip them, skip what is not finite."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule
from torch.distributed.tensor import DTensor

from train.loop.ema import EMA
from train.loop.losses import Losses, synchronised
from train.loop.processes import in_any
from train.loop.schedule import lr_factor
from train.loop.settings import LoopSettings
from train.loop.sharding import local

log = logging.getLogger("train")

MOST_BAD_STEPS = 10
"""Steps in a row without a finite gradient after which a run has diverged."""


def batch_seed(seed: int, number: int) -> int:
    """Seed of the noise in batch ``number`` of a run, 63 bits."""
    digest = hashlib.sha256(f"{seed} {number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def check_finite(accelerator: Accelerator, parameters: Sequence[nn.Parameter], step: int) -> None:
    """FloatingPointError in all processes where a weight is not finite after ``step`` steps."""
    finite = all(bool(torch.isfinite(local(one.detach())).all()) for one in parameters)
    if in_any(accelerator, not finite):
        raise FloatingPointError(f"weights are not finite at step {step}; start anew with a lower --lr")


class OptimizerStep:
    """Called once a step.

    Args:
        accelerator, model, optimizer: prepared model and optimiser; each group has its ``peak_lr``.
        root: the module inside the prepared model.
        ema: average to update.
        settings: accumulation, clipping, schedule and seed.
    """

    def __init__(
        self,
        accelerator: Accelerator,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        root: Losses,
        ema: EMA,
        settings: LoopSettings,
    ) -> None:
        self.accelerator, self.model, self.optimizer, self.ema = accelerator, model, optimizer, ema
        self.root, self.settings = root, settings
        self.sharded = isinstance(model, FSDPModule)
        self.bad_steps = 0

    def __call__(self, batches: Iterator[Any], step: int, share: float) -> dict[str, Tensor]:
        """Take a step, number ``step`` from 0, when ``share`` of the run is over.

        Returns:
            Scalars: the loss and its terms, the norm of the gradient before clipping, the learning-rate factor.

        Raises:
            FloatingPointError: too many gradients in a row were not finite.
        """
        factor = lr_factor(step, share, self.settings.warmup, self.settings.lr_floor)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak_lr"] * factor
        numbers = self._gradients(batches, step)
        norm = self._clip()
        if torch.isfinite(norm):
            self.optimizer.step()
            self.ema.update()
            self.bad_steps = 0
        else:
            self._skip(step)
        self.optimizer.zero_grad(set_to_none=True)
        return numbers | {"grad_norm": norm.detach(), "lr_factor": torch.tensor(factor)}

    def _gradients(self, batches: Iterator[Any], step: int) -> dict[str, Tensor]:
        """Accumulate the gradients of a step; batch n has the noise of seed and n, on whichever process it is."""
        count, world = self.settings.accumulate, self.accelerator.num_processes
        first = step * count * world + self.accelerator.process_index
        numbers: dict[str, list[Tensor]] = {}
        for turn in range(count):
            torch.manual_seed(batch_seed(self.settings.seed, first + turn * world))
            last = turn == count - 1
            with synchronised(self.accelerator, self.model, last), self.root.objective.step_context():
                terms = self.model(next(batches))
                (terms["loss"] / count).backward()
            for name, value in terms.items():
                numbers.setdefault(name, []).append(value.detach())
        if self.sharded:
            self.root.settle(self.accelerator)
        return {name: torch.stack(values).mean() for name, values in numbers.items()}

    def _clip(self) -> Tensor:
        """Clip the gradients; returns their norm over all processes before that."""
        gradients = [one.grad for one in self.ema.parameters if one.grad is not None]
        norm = nn.utils.get_total_norm(gradients)
        norm = norm.full_tensor() if isinstance(norm, DTensor) else norm
        nn.utils.clip_grads_with_norm_(self.ema.parameters, self.settings.clip_norm, norm)
        return norm

    def _skip(self, step: int) -> None:
        self.bad_steps += 1
        if self.bad_steps >= MOST_BAD_STEPS:
            raise FloatingPointError(
                f"{MOST_BAD_STEPS} gradients in a row up to step {step} were not finite; start anew with a lower --lr"
            )
        log.warning("step %d skipped: its gradient is not finite", step)
