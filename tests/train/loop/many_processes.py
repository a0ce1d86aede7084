"""Runs of the tiny stage in several processes, with a layer that only some batches use."""

from __future__ import annotations

import multiprocessing
import os
import socket
from multiprocessing.process import BaseProcess

import torch
from torch import Tensor, nn

from tests.train.loop.tiny_stage import Numbers, Perceptron, Settings
from train.loop.run import TrainingLoop


class Sometimes(Perceptron):
    """The perceptron with a layer that every third batch uses, and one that none uses."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.extra, self.never = nn.Linear(8, 1), nn.Linear(8, 1)

    def forward(self, batch: tuple[int, Tensor]) -> dict[str, Tensor]:
        index, x = batch
        terms = super().forward(batch)
        if self.training and index % 6 == 0:
            terms["fit"] = terms["fit"] + self.extra(x).square().mean()
        return terms

    def save(self, out) -> None:
        self.net.add_module("extra", self.extra)
        self.net.add_module("never", self.never)
        super().save(out)


def train(settings: Settings) -> None:
    """One run in this process."""
    TrainingLoop("tiny", Sometimes(settings), Numbers(settings.seed), settings).run()


def work(rank: int, processes: int, port: int, sharded: bool, settings: Settings) -> None:
    """One of the processes of a run, with the environment that accelerate and torchrun give it."""
    place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
    place |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "FSDP_VERSION": 2}
    os.environ.update({name: str(value) for name, value in place.items()})
    os.environ["ACCELERATE_USE_FSDP"] = str(sharded).lower()
    torch.set_num_threads(1)
    train(settings)


def started(settings: Settings, processes: int, sharded: bool) -> list[BaseProcess]:
    """The processes of a run, forked from a server that has imported all of it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.train.loop.many_processes"])
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    made = [context.Process(target=work, args=(rank, processes, port, sharded, settings)) for rank in range(processes)]
    for process in made:
        process.start()
    return made
