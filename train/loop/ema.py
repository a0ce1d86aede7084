"""Weights that stand for a run: their exponential moving average (EMA), and the best of those that were validated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from train.loop.sharding import assign, local, whole


class EMA:
    """Exponential moving average of ``parameters``.

    Args:
        parameters: what is averaged.
        decay: what a step keeps of the average; the first steps keep less. 0 means that there is no average.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], decay: float) -> None:
        self.parameters, self.decay, self.steps = list(parameters), decay, 0
        self.mean = copied(self.parameters) if decay else []

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights after an optimiser step."""
        if self.decay:
            self.steps += 1
            keep = min(self.decay, 1 - 10 / (self.steps + 10))
            own = [local(p.detach()) for p in self.parameters]
            torch._foreach_lerp_([local(value) for value in self.mean], own, 1 - keep)

    def state_dict(self, keep: bool = True) -> dict:
        """What :meth:`load_state_dict` takes, in the process that ``keep``s it."""
        return {"mean": [whole(value, keep) for value in self.mean], "steps": self.steps}

    @torch.no_grad()
    def load_state_dict(self, state: dict) -> None:
        """Go on from a saved average."""
        for own, value in zip(self.mean, state["mean"], strict=True):
            assign(own, value)
        self.steps = state["steps"]


class BestWeights:
    """The parameters at the lowest value of a validation number.

    Attributes:
        lowest: that value; infinite before the first.
        values: the parameters then, on the CPU; empty before the first.
    """

    def __init__(self) -> None:
        self.lowest = float("inf")
        self.values: list[Tensor] = []

    def offer(self, value: float, parameters: Sequence[nn.Parameter]) -> None:
        """Keep the whole parameters if ``value``, the same in all processes, is lower than all before."""
        if value < self.lowest:
            self.lowest, self.values = value, [whole(one).clone() for one in parameters]

    def require(self, name: str) -> None:
        """FloatingPointError where no offered value of the number ``name`` was finite, so that none was kept."""
        if not self.values:
            raise FloatingPointError(f"the validation's {name} was never finite; no weights are written")

    def state_dict(self) -> dict:
        """What :meth:`load_state_dict` takes."""
        return {"lowest": self.lowest, "values": self.values}

    def load_state_dict(self, state: dict) -> None:
        """Go on from a saved choice."""
        self.lowest, self.values = state["lowest"], state["values"]


def copied(parameters: Sequence[Tensor]) -> list[Tensor]:
    """Detached copies."""
    return [parameter.detach().clone() for parameter in parameters]


@contextmanager
def swapped_in(parameters: Sequence[nn.Parameter], values: Sequence[Tensor]) -> Iterator[None]:
    """``values`` in the parameters inside the block, their own values again after it; no values change nothing."""
    own = copied(parameters) if values else []
    _set(parameters, values)
    try:
        yield
    finally:
        _set(parameters, own)


@torch.no_grad()
def _set(parameters: Sequence[nn.Parameter], values: Sequence[Tensor]) -> None:
    for parameter, value in zip(parameters, values, strict=bool(values)):
        assign(parameter, value)
