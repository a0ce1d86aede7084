"""The module that a run prepares: an objective whose forward pass returns the weighted sum of its losses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, cast

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule
from torch.distributed.tensor import DTensor

from train.loop.objective import Objective
from train.loop.sharding import reached


class Losses(nn.Module):
    """Root of a run: everything that is computed with gradients is computed inside ``forward``.

    Args:
        objective: model and losses.

    Attributes:
        used: names of parameters outside the sharded layers that had a gradient since :meth:`settle`.
    """

    def __init__(self, objective: Objective) -> None:
        super().__init__()
        self.objective = objective
        self.used: set[str] = set()

    def forward(self, batch: Any) -> dict[str, Tensor]:
        """``loss`` with a gradient, and the terms without."""
        terms = self.objective(batch)
        weights = self.objective.loss_weights
        loss = torch.stack([weights[name] * term for name, term in terms.items() if name in weights]).sum()
        if isinstance(self, FSDPModule) and torch.is_grad_enabled():
            loss = self._with_all(loss)
        return {"loss": loss} | {name: term.detach() for name, term in terms.items()}

    def validate(self) -> dict[str, float]:
        """The objective's numbers on held-out data."""
        return self.objective.validate()

    def _with_all(self, loss: Tensor) -> Tensor:
        """The loss with a gradient of 0 for what it does not depend on.

        The processes exchange the gradients of a group together, so all of them need the same ones.
        """
        named = {
            name: one
            for name, one in self.objective.named_parameters()
            if one.requires_grad and not isinstance(one, DTensor)
        }
        names, parameters = list(named), list(named.values())
        found = {names[index] for index in reached(loss, parameters)}
        self.used |= found
        for name, one in named.items():
            if name not in found:
                loss = loss + 0.0 * one.sum()
        return loss

    def settle(self, accelerator: Accelerator) -> None:
        """Before a step of a sharded run: parameters that no process used have no gradient, as in one process."""
        sharded = [name for name, one in self.objective.named_parameters() if one.requires_grad]
        layers = {name for module, name in self._in_layers()}
        free = [name for name in sharded if name not in layers]
        mask = torch.tensor([float(name in self.used) for name in free], device=accelerator.device)
        seen = accelerator.reduce(mask, "sum") if accelerator.num_processes > 1 else mask
        own = dict(self.objective.named_parameters())
        for name, count in zip(free, seen.tolist(), strict=True):
            if not count:
                own[name].grad = None
        self.used.clear()

    def _in_layers(self) -> list[tuple[str, str]]:
        """Modules that are sharded groups of their own, and the names of the parameters in them."""
        found = []
        for prefix, module in self.objective.named_modules():
            if isinstance(module, FSDPModule):
                found += [(prefix, f"{prefix}.{name}") for name, _ in cast(nn.Module, module).named_parameters()]
        return found


@contextlib.contextmanager
def synchronised(accelerator: Accelerator, model: nn.Module, last: bool) -> Iterator[None]:
    """Gradients of the backward pass inside are exchanged between the processes if it is the ``last`` of a step."""
    if isinstance(model, FSDPModule):
        model.set_requires_gradient_sync(last)
        yield
    elif last:
        yield
    else:
        with accelerator.no_sync(model):
            yield
