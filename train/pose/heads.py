r"""Fine-tune the pose heads after stage 2, on cached hidden states of the language model.

    python -m train.pose.heads --model out/distilled --views data/views_many.npz \
        --encoder data/body_encoder.safetensors --out out/posed

Trained are the pose neck, the orientation head and the pose rows of the depth transformer, for many passes over the
states (:mod:`train.pose.states`). The depth transformer's motion rows, the experts and the gate stay as they are.

Heads overfit the states of few views. So the target poses are those that the body encoder's own head predicts from the
same landmarks: they leave out what landmarks do not determine. That head is used in training only. New heads are
pretrained on many times more views first (:mod:`train.pose.distill_heads`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from hmvlm.language.model import MOTION, MotionLanguageModel
from hmvlm.language.vocabulary import KINDS
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.objective import Objective, RandomBatches, trainable
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.pose.body_encoder import PoseRegressor
from train.pose.model_folder import require_pose_model, save_with_heads
from train.pose.states import StateSettings, cached_states, sampled_views
from train.pose.task import ViewBatch, head_losses, load_all_views

LOSS_WEIGHTS = {"pose": 0.04, "pose_joints": 10.0, "camera_joints": 10.0, "orientation": 0.5}
"""Factors of the loss terms of :mod:`train.pose.task` here. The cross-entropy of the codes has a small one: where it is
large, as in stage 2, all probability goes to one code of a part, and the expected vectors cannot lie between codes
(64.2 mm instead of 61.3 on 512 validation views).
"""
MOST_HELD_OUT = 0.2
"""Largest share of the views that validation takes."""


@dataclass(kw_only=True)
class HeadSettings(StateSettings):
    """Fine-tune the pose heads on cached hidden states."""

    encoder: str | None = option(
        None,
        "file of python -m train.pose.body_encoder, whose predictions are the targets; without it the true poses are",
    )
    held_out: int = option(500, "views for validation, but at most a fifth of all")
    steps: int = option(2000, "optimiser steps of the whole run")
    noise: float = option(0.05, "standard deviation of noise on the states, relative to theirs")


class HeadObjective(Objective):
    """Language model whose pose heads are trained: pose neck, orientation head, pose rows of the depth transformer.

    Args:
        model: language model; its other parts are frozen.
        tokenizer: frozen motion tokenizer.
        source: folder of the model.
    """

    loss_weights = LOSS_WEIGHTS
    outputs = (MOTION,)

    def __init__(self, model: MotionLanguageModel, tokenizer: BodyPartTokenizer, source: str | Path) -> None:
        super().__init__()
        self.model, self.tokenizer, self.source = model.requires_grad_(False), tokenizer, source
        shared = model.depth_transformer.output_weight, model.depth_transformer.position
        self.shared: list[nn.Parameter] = list(shared)
        for parameter in (*model.pose_neck.parameters(), *model.orientation.parameters(), *self.shared):
            parameter.requires_grad_(True)
        for parameter in self.shared:
            parameter.register_hook(pose_rows_only)

    def train(self, mode: bool = True) -> HeadObjective:
        """The tokenizer stays in evaluation mode."""
        super().train(mode)
        self.tokenizer.eval()
        return self

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW; parameters that motion shares do not decay."""
        members = set(map(id, self.shared))
        own = [parameter for parameter in trainable(self) if id(parameter) not in members]
        groups = [{"params": own, "weight_decay": 0.05}, {"params": self.shared, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=settings.lr)

    def save(self, out: Path) -> None:
        """Write the whole model folder with the trained heads."""
        save_with_heads(self.model, self.source, out)


def pose_rows_only(gradient: Tensor) -> Tensor:
    """The gradient ``(kinds, ...)`` of a parameter shared with motion, zero outside the pose row."""
    result = torch.zeros_like(gradient)
    pose = KINDS.index("pose")
    result[pose] = gradient[pose]
    return result


class StateBatches(RandomBatches):
    """Batches of cached states with targets.

    Args:
        states: ``(N, V + 1, H)``; views: their targets; size: of a batch.
    """

    def __init__(self, states: Tensor, views: ViewBatch, size: int, seed: int) -> None:
        super().__init__(seed)
        self.states, self.views, self.size = states, views, size

    def draw(self, rng: random.Random) -> tuple[Tensor, Tensor, Tensor]:
        """States ``(B, V + 1, H)``, codes ``(B, 5)`` and poses ``(B, 24, 3)``."""
        return self.rows(np.random.default_rng(rng.getrandbits(64)).integers(0, len(self.states), self.size))

    def rows(self, rows: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        """The chosen rows as a batch."""
        return self.states[rows], self.views.codes[rows], torch.from_numpy(self.views.poses[rows])


class HeadFinetuning(HeadObjective):
    """The losses of the pose heads on hidden states, with noise on them in training.

    Args:
        noise: its standard deviation.
        held_out: validation batch, as :class:`StateBatches` makes them.
    """

    def __init__(
        self,
        model: MotionLanguageModel,
        tokenizer: BodyPartTokenizer,
        source: str | Path,
        noise: float,
        held_out: tuple[Tensor, Tensor, Tensor],
    ) -> None:
        super().__init__(model, tokenizer, source)
        self.noise, self.held_out = noise, held_out

    def forward(self, batch: tuple[Tensor, Tensor, Tensor]) -> dict[str, Tensor]:
        """Loss terms of states, codes and poses."""
        states, codes, poses = batch
        states = states.to(self.model.device).float()
        if self.training:
            states = states + self.noise * torch.randn_like(states)
        return head_losses(self.model, self.tokenizer, self.model.pose_neck(states), codes, poses)

    def validate(self) -> dict[str, float]:
        """The loss terms on held-out views, against their true poses."""
        return {name: float(value) for name, value in self(self.held_out).items()}


def train(settings: HeadSettings) -> Path:
    """Fine-tune the heads; returns the folder of the changed model."""
    if finished(settings, "pose_heads"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    require_pose_model(settings.model, settings.out)
    views = sampled_views(load_all_views(settings.views).rows("train"), settings)
    states, tokenizer = cached_states(settings, views.features), settings.load_tokenizer()
    kept = len(states) - max(1, min(settings.held_out, int(MOST_HELD_OUT * len(states))))
    poses = views.poses
    if settings.encoder:
        regressor = PoseRegressor.load(settings.encoder).to(settings.device)
        poses = np.concatenate([regressor.poses(views.features[:kept]), poses[kept:]])
    known = StateBatches(states, ViewBatch.from_arrays(views.features, poses, tokenizer), settings.batch, settings.seed)
    held_out = known.rows(np.arange(kept, len(states)))
    known.states = states[:kept]
    noise = settings.noise * float(states[:1000].float().std())
    model = MotionLanguageModel.from_pretrained(settings.model)
    objective = HeadFinetuning(model, tokenizer, settings.model, noise, held_out)
    inputs: list[str | Path] = [
        Path(settings.model) / MOTION,
        *settings.views,
        *([settings.encoder] if settings.encoder else []),
    ]
    return TrainingLoop("pose_heads", objective, known, settings, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(HeadSettings, argv, __doc__))


if __name__ == "__main__":
    main()
