"""A running mean of the weights, which stands for a run whose rate has sunk, and the best of it by what validation says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Average:
    """Running mean of ``parameters``; of the means that were judged the best is kept.

    Args:
        parameters: what is averaged.
        decay: what a step keeps of the mean; early steps keep less. 0 means no average: the weights themselves.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], decay: float) -> None:
        self.parameters, self.decay, self.steps = list(parameters), decay, 0
        self.mean = self._copy() if decay else []
        self.best: list[Tensor] = []
        self.least = float("inf")

    def _copy(self) -> list[Tensor]:
        return [parameter.detach().clone() for parameter in self.parameters]

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights after a step."""
        if self.decay:
            self.steps += 1
            torch._foreach_lerp_(
                self.mean, [p.detach() for p in self.parameters], 1 - min(self.decay, 1 - 10 / (self.steps + 10))
            )

    @contextmanager
    def in_place(self, best: bool = False) -> Iterator[None]:
        """The mean (or the best one so far) in the parameters inside the ``with`` block, the weights again after it."""
        chosen = self.best if best and self.best else self.mean
        own = self._copy() if chosen else []
        self._set(chosen)
        try:
            yield
        finally:
            self._set(own)

    @torch.no_grad()
    def _set(self, values: Sequence[Tensor]) -> None:
        for parameter, value in zip(self.parameters, values, strict=bool(values)):
            parameter.copy_(value)

    def judge(self, loss: float) -> None:
        """Keep the present mean if this validation loss of it is the least so far."""
        if self.decay and loss < self.least:
            self.least, self.best = loss, [value.to("cpu", copy=True) for value in self.mean]

    def state_dict(self) -> dict:
        """What :meth:`load_state_dict` takes up."""
        return {
            "mean": [value.cpu() for value in self.mean],
            "best": self.best,
            "least": self.least,
            "steps": self.steps,
        }

    def load_state_dict(self, state: dict) -> None:
        """Go on from a kept state."""
        with torch.no_grad():
            for own, value in zip(self.mean, state["mean"], strict=True):
                own.copy_(value)
        self.best, self.least, self.steps = state["best"], state["least"], state["steps"]
