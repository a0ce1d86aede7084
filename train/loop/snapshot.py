"""What a run's state holds, taken from the live objects and put back, sharded or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from train.loop.ema import EMA, BestWeights
from train.loop.objective import Objective, shapes, trained_tensors
from train.loop.progress import Progress
from train.loop.sharding import assign, restore_optimizer, whole, wholes
from train.loop.state import StateError


def take(
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    ema: EMA,
    best: BestWeights,
    progress: Progress,
    keep: bool = True,
) -> dict[str, Any]:
    """Whole tensors and numbers on the CPU, in the process that ``keep``s them.

    Every process of a sharded run must call it.
    """
    return {
        "trained": {name: whole(value, keep) for name, value in trained_tensors(objective).items()},
        "optimizer": wholes(optimizer.state_dict(), keep),
        "ema": ema.state_dict(keep),
        "best": best.state_dict(),
        "window": progress.window(),
    }


def put_back(
    content: dict[str, Any],
    objective: Objective,
    optimizer: torch.optim.Optimizer,
    ema: EMA,
    best: BestWeights,
    folder: Path,
) -> None:
    """Restore what :func:`take` took, in a run of any number of processes.

    Raises:
        StateError: the state, which lies in ``folder``, is of another model.
    """
    own = trained_tensors(objective)
    if shapes(own) != shapes(content["trained"]):
        raise StateError(f"the state in {folder} is of another model; use another --state, or --overwrite")
    for name, value in content["trained"].items():
        assign(own[name], value)
    restore_optimizer(getattr(optimizer, "optimizer", optimizer), content["optimizer"])
    ema.load_state_dict(content["ema"])
    best.load_state_dict(content["best"])
