"""One optimiser step: accumulate gradients, clip them, skip what is not finite."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from train.loop.ema import EMA
from train.loop.schedule import lr_factor
from train.loop.settings import LoopSettings

log = logging.getLogger("train")

MOST_BAD_STEPS = 10
"""Steps in a row without a finite gradient after which a run has diverged."""


def batch_seed(seed: int, number: int) -> int:
    """Seed of the noise in batch ``number`` of a run, 63 bits."""
    digest = hashlib.sha256(f"{seed} {number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def check_finite(parameters: Iterable[nn.Parameter], step: int) -> None:
    """FloatingPointError where a weight is not finite after ``step`` steps."""
    if not all(bool(torch.isfinite(one).all()) for one in parameters):
        raise FloatingPointError(f"weights are not finite at step {step}; start anew with a lower --lr")


class OptimizerStep:
    """Called once a step.

    Args:
        accelerator, model, optimizer: prepared model and optimiser; each group has its ``peak_lr``.
        ema: average to update.
        settings: accumulation, clipping, schedule and seed.
        weights: factors of the loss terms; terms without one are only returned.
    """

    def __init__(
        self,
        accelerator: Accelerator,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        ema: EMA,
        settings: LoopSettings,
        weights: Mapping[str, float],
    ) -> None:
        self.accelerator, self.model, self.optimizer, self.ema = accelerator, model, optimizer, ema
        self.settings, self.weights = settings, weights
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
        norm = nn.utils.clip_grad_norm_(self.ema.parameters, self.settings.clip_norm)
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
            syncs = contextlib.nullcontext() if turn == count - 1 else self.accelerator.no_sync(self.model)
            with syncs:
                terms = self.model(next(batches))
                loss = torch.stack(
                    [self.weights[name] * term for name, term in terms.items() if name in self.weights]
                ).sum()
                self.accelerator.backward(loss / count)
            for name, value in ({"loss": loss} | terms).items():
                numbers.setdefault(name, []).append(value.detach())
        return {name: torch.stack(values).mean() for name, values in numbers.items()}

    def _skip(self, step: int) -> None:
        self.bad_steps += 1
        if self.bad_steps >= MOST_BAD_STEPS:
            raise FloatingPointError(
                f"{MOST_BAD_STEPS} gradients in a row up to step {step} were not finite; start anew with a lower --lr"
            )
        log.warning("step %d skipped: its gradient is not finite", step)
