"""Stage 1: train the body-part tokenizer, pose and motion codes together.

python -m train.tokenizer.stage1 --data data/motions.npz --out out/tokenizer
python -m train.tokenizer.stage1 --data data/motions.npz --out out/whole --parts whole
python -m train.tokenizer.stage1 ... --device cuda --batch 256 --steps 40000
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from hmvlm.body.smpl import BodyModel
from hmvlm.config import MOTION_FPS, TokenizerConfig
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.objective import Objective, RandomBatches
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.recordings.store import Recording, load_motions
from train.tokenizer.losses import LOSS_WEIGHTS, losses
from train.tokenizer.metrics import measure
from train.tokenizer.windows import Windows, feature_sequences, imported_weights, source_weights, statistics

log = logging.getLogger("train.stage1")

POSE_STRIDE = 8
"""Every how many frames of a window the pose branch is trained."""


@dataclass(kw_only=True)
class Stage1Settings(LoopSettings):
    """Train the body-part tokenizer (stage 1)."""

    data: str = option("data/motions.npz", "file of python -m train.recordings.prepare")
    parts: Literal["body", "whole"] = option("body", "codebooks for five body parts, or one for the whole body")
    codes: int = option(512, "codes a codebook")
    batch: int = option(32, "windows a batch")
    window: int = option(64, "frames a window; a multiple of 4")
    source_weights: list[str] = option([], "SOURCE=WEIGHT, the share of a source in a batch; others keep their default")
    steps: int = option(3000, "optimiser steps of the whole run")
    lr: float = option(6e-4, "peak learning rate")
    warmup: int = option(100, "steps over which the learning rate rises")
    eval_every: int = option(1000, "steps between validations")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window % 4 or self.window < 4:
            raise ValueError(f"window must be a multiple of 4 frames, got {self.window}")


class WindowBatches(RandomBatches):
    """Batches of windows, and the frames of each at which the pose branch is trained."""

    def __init__(self, windows: Windows, size: int, seed: int) -> None:
        super().__init__(seed)
        self.windows, self.size = windows, size

    def draw(self, rng: random.Random) -> tuple[Tensor, Tensor, Tensor]:
        """Features ``(B, T, 221)``, their mask ``(B, T)`` and frame numbers ``(F,)``."""
        raw, mask = self.windows.batch(self.size, np.random.default_rng(rng.getrandbits(64)))
        return raw, mask, torch.arange(rng.randrange(POSE_STRIDE), raw.shape[1], POSE_STRIDE)


class Stage1(Objective):
    """The tokenizer with its losses.

    Args:
        model: tokenizer whose feature statistics are set.
        held_out: validation clips.
    """

    loss_weights = LOSS_WEIGHTS
    outputs = ("tokenizer.json", "tokenizer.safetensors")
    offsets: Tensor

    def __init__(self, model: BodyPartTokenizer, held_out: list[Recording]) -> None:
        super().__init__()
        self.model, self.held_out = model, held_out
        self.register_buffer("offsets", BodyModel.load().offsets(), persistent=False)

    def forward(self, batch: tuple[Tensor, Tensor, Tensor]) -> dict[str, Tensor]:
        """Loss terms of a batch of windows."""
        raw, mask, frames = (part.to(self.offsets.device) for part in batch)
        with sdpa_kernel(SDPBackend.MATH):  # 24 joints: flash attention costs more than it saves
            output = self.model(raw, frames) | {"pose_frames": frames}
        return losses(output, raw, mask, self.model.std, self.offsets)

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with the betas of T2M-GPT."""
        return torch.optim.AdamW(self.model.parameters(), lr=settings.lr, betas=(0.9, 0.99), weight_decay=1e-4)

    def validate(self) -> dict[str, float]:
        """Reconstruction errors of the validation clips."""
        if not self.held_out:
            return {}
        table = measure(self.model, self.held_out)["all"]
        return {name: value for name, value in table.items() if not name.endswith("_95")}

    def save(self, out: Path) -> None:
        """Write the tokenizer."""
        self.model.save_pretrained(out)


def train(settings: Stage1Settings) -> Path:
    """Train the tokenizer; returns its folder."""
    if finished(settings, "stage1"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    clips = load_motions(settings.data)
    chosen = [clip for clip in clips if clip.split == "train"]
    sequences = feature_sequences([clip.motion for clip in chosen], mirror=True)
    weights = source_weights({clip.source for clip in chosen}, settings.source_weights, imported_weights(chosen))
    windows = Windows(sequences, [clip.source for clip in chosen] * 2, weights, settings.window)
    log.info("%d training clips, %.2f h (mirrored)", len(sequences), sum(map(len, sequences)) / MOTION_FPS / 3600)
    model = BodyPartTokenizer(TokenizerConfig(parts=settings.parts, codebook_size=settings.codes))
    mean, std = statistics(sequences)
    model.mean.copy_(mean)
    model.std.copy_(std)
    objective = Stage1(model, [clip for clip in clips if clip.split == "val"])
    batches = WindowBatches(windows, settings.batch, settings.seed)
    return TrainingLoop("stage1", objective, batches, settings, inputs=[settings.data]).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(Stage1Settings, argv, __doc__))


if __name__ == "__main__":
    main()
