"""The processes of a run, and values that all of them must agree on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, broadcast, broadcast_object_list, gather_object

from train.loop.settings import LoopSettings
from train.loop.state import StateError

T = TypeVar("T")
LOST = ("connection", "closed by peer", "broken pipe", "timed out", "timeout", "nccl", "remote process")
"""Words in the errors of collectives whose peer is gone."""


def accelerator_for(settings: LoopSettings, folder: Path) -> Accelerator:
    """What places and joins the processes of a run; a tracker writes to ``folder``.

    Raises:
        ValueError: the settings' device or tracker is not there.
    """
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("--device cuda: torch sees no CUDA device here; use --device cpu")
    _check_launch()
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


def _check_launch() -> None:
    """ValueError where ``accelerate launch --cpu --num_processes N`` has started one process only."""
    env = os.environ
    alone = not any(name in env for name in ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE"))
    if alone and env.get("ACCELERATE_USE_CPU", "").lower() == "true" and "MASTER_PORT" in env:
        raise ValueError(
            "accelerate launch starts a single process on a CPU, whatever --num_processes says; use "
            "torchrun --nproc-per-node N -m train.cli STAGE, or --config_file train/configs/cpu_ddp.yaml"
        )


def of_the_first(accelerator: Accelerator, value: float) -> float:
    """The first process's ``value``, in all processes."""
    if accelerator.num_processes == 1:
        return value
    return float(broadcast(torch.tensor(value, device=accelerator.device, dtype=torch.float32)))


def read_by_the_first(accelerator: Accelerator, read: Callable[[], T]) -> T:
    """What ``read`` gives in the first process, which can be pickled, in all processes.

    Raises:
        StateError: in all processes, if ``read`` raises it in the first.
    """
    if accelerator.num_processes == 1:
        return read()
    found: Any = None
    if accelerator.is_main_process:
        try:
            found = read()
        except StateError as error:
            found = error
    found = broadcast_object_list([found])[0]
    if isinstance(found, StateError):
        raise found
    return found


@contextlib.contextmanager
def lost_peers(accelerator: Accelerator, state: Path) -> Iterator[None]:
    """StateError instead of a collective's error where another process of the run has ended."""
    try:
        yield
    except RuntimeError as error:
        words = str(error).lower()
        if accelerator.num_processes == 1 or not any(word in words for word in LOST):
            raise
        raise StateError(
            f"another process of this run has ended ({str(error).splitlines()[0][:200]}); the last state is in "
            f"{state}: start it again with --resume, on any number of processes"
        ) from error


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
