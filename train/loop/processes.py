"""Values that all processes of a run must agree on."""

from __future__ import annotations

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast


def of_the_first(accelerator: Accelerator, value: float) -> float:
    """The first process's ``value``, in all processes."""
    if accelerator.num_processes == 1:
        return value
    return float(broadcast(torch.tensor(value, device=accelerator.device, dtype=torch.float32)))


def in_any(accelerator: Accelerator, flag: bool) -> bool:
    """Whether ``flag`` is set in any process."""
    if accelerator.num_processes == 1:
        return flag
    return bool(accelerator.reduce(torch.tensor(float(flag), device=accelerator.device), "sum") > 0)
