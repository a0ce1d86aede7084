"""Align the body encoder's directions before the pose heads are trained, so that its features survive to the last
layer.

    python -m train.pose.encoder_directions --model out/stage2 --views data/views.npz --out out/directions

The language model is frozen. Two linear maps are trained: the one of the projector that adds the encoder's features to
the image embeddings, and the pose neck's projection of the last hidden states, which has to recover the same features.
In random directions 12 % of their variance is lost on the way, in trained ones 5 %. Next comes
:mod:`train.pose.distill_heads`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from hmvlm.language.decoding import pose_states
from hmvlm.language.model import MOTION, MotionLanguageModel
from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from train.loop.objective import Objective
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.pose.model_folder import landmark_projector, require_pose_model, save_with_heads
from train.pose.task import ViewBatches, load_all_views, view_tensors
from train.views.store import ViewStore

LR_MULTIPLIER = 3.0
"""Learning rate of the projector's map, as a multiple of that of the pose neck's."""
VALIDATED = 32
"""Validation views that are measured."""


@dataclass(kw_only=True)
class DirectionSettings(LoopSettings):
    """Align the directions in which the body encoder's features enter the language model."""

    model: str = option(help="folder of the trained language model")
    views: list[str] = option(["data/views.npz"], "one or more files of python -m train.views.prepare")
    batch: int = option(8, "views a batch")
    steps: int = option(275, "optimiser steps of the whole run")
    warmup: int = option(20, "steps over which the learning rate rises")
    lr_floor: float = option(0.02, "share of the peak learning rate at the end of the cosine decay")
    clip_norm: float = option(1e9, "largest norm of the gradient; by default it is not clipped")
    log_every: int = option(25, "steps between lines of the log")
    eval_every: int = option(50, "steps between validations")


class FeatureRecovery(Objective):
    """How well the encoder's features are recovered from the last hidden states. The caller sets the gate.

    Args:
        model: frozen but for the two linear maps.
        source: folder of the model.
        val: validation views.
    """

    loss_weights = {"residual": 1.0}
    outputs = (MOTION,)

    def __init__(self, model: MotionLanguageModel, source: str | Path, val: ViewStore) -> None:
        super().__init__()
        self.model, self.source, self.val = model.requires_grad_(False), source, val
        self.maps: dict[nn.Module, float] = {
            landmark_projector(model).encoder_proj: LR_MULTIPLIER,
            model.pose_neck.token_proj: 1.0,
        }
        for part in self.maps:
            part.requires_grad_(True)

    def train(self, mode: bool = True) -> FeatureRecovery:
        """Stay in evaluation mode: there is no dropout here."""
        return super().train(False)

    def forward(self, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        """Mean square of what is not recovered of the features (their own is 1), of landmarks ``(B, 33, 6)``.

        Poses do not count.
        """
        model, (landmarks, _) = self.model, batch
        encoded = landmark_projector(model).encoder(landmarks.to(model.device))
        states = pose_states(model, [model.builder.pose_answer(POSE_PROMPT, one) for one in landmarks])
        return {"residual": (model.pose_neck.token_proj(states[:, :-1]) - encoded).square().mean()}

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """Adam, the projector's map with a higher learning rate."""
        groups = [{"params": list(part.parameters()), "lr": settings.lr * k} for part, k in self.maps.items()]
        return torch.optim.Adam(groups)

    def validate(self) -> dict[str, float]:
        """The loss on validation views."""
        return {"residual": float(self(view_tensors(self.val))["residual"])} if len(self.val) else {}

    def save(self, out: Path) -> None:
        """Write the whole model folder with the trained maps."""
        save_with_heads(self.model, self.source, out)


def pose_gate(model: MotionLanguageModel) -> Tensor:
    """The gate's weights ``(1, 1 + E)`` for the standard pose prompt."""
    with torch.no_grad():
        return model.gate(model.gate.encode([POSE_PROMPT]), model.gate.media(["image"])).exp()


def train(settings: DirectionSettings) -> Path:
    """Train the two maps; returns the folder of the changed model."""
    if finished(settings, "encoder_directions"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    require_pose_model(settings.model, settings.out)
    views = load_all_views(settings.views)
    model = MotionLanguageModel.from_pretrained(settings.model)
    alpha = pose_gate(model).to(settings.device)
    val = views.rows("val")
    val = val[np.random.default_rng(settings.seed).permutation(len(val))[:VALIDATED]]
    objective = FeatureRecovery(model.to(settings.device), settings.model, val)
    batches = ViewBatches(views.rows("train"), settings.batch, settings.seed)
    with folded(model.backbone, alpha):  # one gate for all steps
        loop = TrainingLoop(
            "encoder_directions", objective, batches, settings, [Path(settings.model) / MOTION, *settings.views]
        )
        return loop.run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(DirectionSettings, argv, __doc__))


if __name__ == "__main__":
    main()
