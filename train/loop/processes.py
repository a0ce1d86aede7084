"""The processes of a run, and values that all of them must agree on."""

from __future__ import annotations

from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, broadcast, gather_object

from train.loop.settings import LoopSettings


def accelerator_for(settings: LoopSettings, folder: Path) -> Accelerator:
    """What places and joins the processes of a run; a tracker writes to ``folder``.

    Raises:
        ValueError: the settings' device or tracker is not there.
    """
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device cuda: torch sees no CUDA device here; use --device cpu")
    # Accumulation is the loop's and precision the stage's, whatever a launcher's configuration says.
    accelerator = Accelerator(
        cpu=settings.device == "cpu",
        mixed_precision="no",
        gradient_accumulation_steps=1,
        log_with=settings.tracker,
        project_dir=folder,
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )
    if settings.tracker and not accelerator.log_with:
        raise ValueError(f"the tracker {settings.tracker} is not installed; pip install {settings.tracker}")
    return accelerator


def of_the_first(accelerator: Accelerator, value: float) -> float:
    """The first process's ``value``, in all processes."""
    if accelerator.num_processes == 1:
        return value
    return float(broadcast(torch.tensor(value, device=accelerator.device, dtype=torch.float32)))


def mean_of_all(accelerator: Accelerator, numbers: dict[str, float]) -> dict[str, float]:
    """Mean of each number over the processes that have it, in all processes."""
    if accelerator.num_processes == 1:
        return numbers
    rows = gather_object([numbers])
    columns = {name: [row[name] for row in rows if name in row] for row in rows for name in row}
    return {name: sum(values) / len(values) for name, values in columns.items()}


def in_any(accelerator: Accelerator, flag: bool) -> bool:
    """Whether ``flag`` is set in any process."""
    if accelerator.num_processes == 1:
        return flag
    return bool(accelerator.reduce(torch.tensor(float(flag), device=accelerator.device), "sum") > 0)
