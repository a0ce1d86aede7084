"""A stage small enough to be killed many times: a perceptron with dropout, batch noise, a buffer, EMA and selection.

python -m tests.train.loop.tiny_stage --out FOLDER --steps 60 --save-minutes 0
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from train.loop.objective import Objective, RandomBatches
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings


@dataclass(kw_only=True)
class Settings(LoopSettings):
    not_defining = LoopSettings.not_defining | {"pause"}
    steps: int = option(60)
    eval_every: int = option(20)
    log_every: int = option(1)
    ema: float = option(0.9)
    dropout: float = option(0.3)
    pause: float = option(0.0, "seconds a step")
    bad_from: int = option(10**9, "batches from this number on give no finite loss")


class Numbers(RandomBatches):
    def draw(self, rng: random.Random) -> Tensor:
        return torch.tensor([[rng.gauss(0, 1) for _ in range(8)] for _ in range(16)])

    def __getitem__(self, index: int) -> tuple[int, Tensor]:
        return index, super().__getitem__(index)


class Perceptron(Objective):
    loss_weights = {"fit": 1.0}
    selection = "error"
    outputs = ("weights.safetensors",)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.net = nn.Sequential(nn.Linear(8, 32), nn.Dropout(settings.dropout), nn.ReLU(), nn.Linear(32, 1))
        self.register_buffer("seen", torch.zeros(()))
        self.frozen = nn.Linear(8, 8).requires_grad_(False)

    def forward(self, batch: tuple[int, Tensor]) -> dict[str, Tensor]:
        index, x = batch
        time.sleep(self.settings.pause)
        if self.training:
            self.seen += len(x)
        error = (self.net(self.frozen(x) + 0.1 * torch.randn_like(x)) - x.sum(1, keepdim=True)).square().mean()
        return {"fit": error * (float("nan") if index >= self.settings.bad_from else 1.0), "size": x.abs().mean()}

    def validate(self) -> dict[str, float]:
        return {"error": float(self((0, Numbers(7)[0][1]))["fit"])}

    def save(self, out: Path) -> None:
        save_file({name: value.contiguous() for name, value in self.net.state_dict().items()}, out / self.outputs[0])


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

    def save(self, out: Path) -> None:
        self.net.add_module("extra", self.extra)
        self.net.add_module("never", self.never)
        super().save(out)


def train_sometimes(settings: Settings) -> None:
    """One run of it in this process."""
    TrainingLoop("tiny", Sometimes(settings), Numbers(settings.seed), settings).run()


def main(argv: list[str] | None = None) -> None:
    settings = parse_settings(Settings, argv, __doc__)
    if not finished(settings, "tiny"):
        TrainingLoop("tiny", Perceptron(settings), Numbers(settings.seed), settings).run()


if __name__ == "__main__":
    main()
