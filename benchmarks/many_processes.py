"""A training run in several processes of this machine, as ``accelerate launch`` and ``torchrun`` start it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

import psutil
import torch

S = TypeVar("S")
MOST_SECONDS = 600.0
"""Time within which the processes of a run must have ended."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def sharding(sharded: bool) -> dict[str, str]:
    """The environment that says whether weights are sharded by FSDP2."""
    return {"ACCELERATE_USE_FSDP": str(sharded).lower(), "FSDP_VERSION": "2"}


def started(
    train: Callable[[S], None], settings: S, processes: int, sharded: bool = False, output: Path | None = None
) -> list[BaseProcess]:
    """The processes of a run, forked from a server that has imported the module of ``train``.

    Args:
        train: a function of a module, called in every process with ``settings``.
        output: file to which the processes write what they print.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([train.__module__])
    arguments = (processes, free_port(), sharded, train, settings, output)
    made = [context.Process(target=_work, args=(rank, *arguments)) for rank in range(processes)]
    for one in made:
        one.start()
    return made


def ended(made: list[BaseProcess]) -> list[int | None]:
    """Exit statuses of processes, in a while; TimeoutError where one hangs, after all were killed."""
    until = time.monotonic() + MOST_SECONDS
    for one in made:
        one.join(max(0.0, until - time.monotonic()))
    hanging = [one.pid for one in made if one.is_alive()]
    for one in made:
        one.kill()
    if hanging:
        raise TimeoutError(f"processes {hanging} did not end within {MOST_SECONDS:g} s")
    return [one.exitcode for one in made]


def _work(
    rank: int, processes: int, port: int, sharded: bool, train: Callable[[S], None], settings: S, output: Path | None
) -> None:
    if output is not None:
        with output.open("a") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
    if processes > 1:
        place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
        place |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        os.environ.update({name: str(value) for name, value in place.items()})
    os.environ.update(sharding(sharded))
    torch.set_num_threads(1)
    train(settings)


class Node:
    """One machine of a run, played by a ``torchrun`` of its own; the machines meet at ``port``."""

    def __init__(
        self, rank: int, nodes: int, port: int, processes: int, words: list[str], sharded: bool, output: Path
    ) -> None:
        launcher = [
            sys.executable, "-m", "torch.distributed.run", f"--nnodes={nodes}", f"--node-rank={rank}",
            "--master-addr=127.0.0.1", f"--master-port={port}", f"--nproc-per-node={processes}", "-m", *words,
        ]  # fmt: skip
        environment = os.environ | sharding(sharded) | {"OMP_NUM_THREADS": "1"}
        with output.open("a") as file:
            self._process = subprocess.Popen(launcher, env=environment, stdout=file, stderr=subprocess.STDOUT)
        self._output = output

    def kill(self) -> None:
        """End all of its processes at once, as a machine that loses its power does."""
        launcher = psutil.Process(self._process.pid)
        for one in (launcher, *launcher.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        self._process.wait()

    def running(self) -> bool:
        """Whether its launcher has not ended."""
        return self._process.poll() is None

    def ended(self) -> int:
        """Its launcher's exit status, in a while; TimeoutError where it hangs, after it was killed."""
        try:
            return self._process.wait(MOST_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise TimeoutError(f"a node did not end within {MOST_SECONDS:g} s; see {self._output}") from None
