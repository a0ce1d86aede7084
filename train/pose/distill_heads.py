r"""Pretrain new pose heads by distillation from the body encoder, on many more views than there are cached hidden
states.

    python -m train.pose.distill_heads --model out/directions --views data/views_many.npz \
        --encoder data/body_encoder.safetensors --out out/distilled

Hidden states cost a pass of the language model a view; features of the body encoder cost almost nothing. The pose
neck's projection of the states is fitted by least squares to those features, on cached states
(:mod:`train.pose.states`), and frozen. Then the heads are trained on the features themselves, plus residuals of that
fit from random cached views, so that the inputs are distributed as those from states. Target poses are predictions of
the body encoder's own head. Fine-tuning on states follows (:mod:`train.pose.heads`).
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hmvlm.language.model import MOTION, MotionLanguageModel
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.objective import RandomBatches
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import option, parse_settings
from train.pose.body_encoder import PoseRegressor
from train.pose.heads import HeadObjective
from train.pose.model_folder import landmark_projector, require_pose_model
from train.pose.states import StateSettings, cached_states, sampled_views
from train.pose.task import ViewBatch, head_losses, load_all_views

log = logging.getLogger("train.pose.distill_heads")


@dataclass(kw_only=True)
class DistillSettings(StateSettings):
    """Pretrain the pose heads by distillation from the body encoder."""

    encoder: str = option(help="file of python -m train.pose.body_encoder, the teacher")
    distill_count: int = option(120_000, "views to distil on")
    steps: int = option(2400, "optimiser steps of the whole run")


class FeatureBatches(RandomBatches):
    """Batches of views, each with the residual and the ``<pose>`` state of a random cached view.

    Args:
        views: with targets of the teacher.
        residuals: of the least-squares fit ``(M, V, D)``; queries: states at ``<pose>`` ``(M, H)``.
        size: of a batch.
    """

    def __init__(self, views: ViewBatch, residuals: Tensor, queries: Tensor, size: int, seed: int) -> None:
        super().__init__(seed)
        self.views, self.residuals, self.queries, self.size = views, residuals, queries, size

    def draw(self, rng: random.Random) -> tuple[Tensor, ...]:
        """Landmarks ``(B, 33, 6)``, residuals ``(B, V, D)``, queries ``(B, H)``, codes
        ``(B, 5)``, poses ``(B, 24, 3)``.
        """
        generator = np.random.default_rng(rng.getrandbits(64))
        rows, other = (generator.integers(0, n, self.size) for n in (len(self.views), len(self.queries)))
        landmarks, poses = (torch.from_numpy(part[rows]) for part in (self.views.features, self.views.poses))
        return landmarks, self.residuals[other], self.queries[other], self.views.codes[rows], poses


class HeadDistillation(HeadObjective):
    """The losses of the pose heads on features of the body encoder. The projection of the states is frozen."""

    def __init__(self, model: MotionLanguageModel, tokenizer: BodyPartTokenizer, source: str | Path) -> None:
        super().__init__(model, tokenizer, source)
        model.pose_neck.token_proj.requires_grad_(False)

    def forward(self, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Loss terms of a batch of :class:`FeatureBatches`; the encoder's dropout is on in training."""
        model = self.model
        landmarks, residuals, queries = (part.to(model.device).float() for part in batch[:3])
        with torch.no_grad():
            tokens = landmark_projector(model).encoder(landmarks) + residuals
        return head_losses(model, self.tokenizer, model.pose_neck.fuse(tokens, queries), *batch[3:])


@torch.no_grad()
def fit_token_projection(
    model: MotionLanguageModel, states: Tensor, features: np.ndarray, ridge: float = 3.0
) -> Tensor:
    """Fit the pose neck's projection of states to the body encoder's features by ridge regression.

    Args:
        model: in evaluation mode; its ``pose_neck.token_proj`` is replaced.
        states: ``(M, V + 1, H)`` of the views ``features`` ``(M, 33, 6)``.
        ridge: added to the diagonal of the normal equations.

    Returns:
        Residuals ``(M, V, D)`` on the CPU. ValueError if projection and encoder differ in width.
    """
    norm, linear = model.pose_neck.token_proj
    assert isinstance(norm, nn.LayerNorm) and isinstance(linear, nn.Linear)
    encoder = landmark_projector(model).encoder
    target = torch.cat([encoder(part.float().to(model.device)) for part in torch.from_numpy(features).split(256)])
    if target.shape[-1] != linear.out_features:
        raise ValueError(f"the pose neck takes {linear.out_features} features, the encoder gives {target.shape[-1]}")
    norm.reset_parameters()

    def inputs(part: Tensor) -> Tensor:
        return F.pad(norm(part[:, :-1].float().to(model.device)), (0, 1), value=1.0)

    size = linear.in_features + 1
    moments, products = ridge * torch.eye(size, device=model.device), target.new_zeros(size, target.shape[-1])
    for part, wanted in zip(states.split(256), target.split(256), strict=True):
        known = inputs(part).flatten(0, 1)
        moments += known.T @ known
        products += known.T @ wanted.flatten(0, 1)
    solution = torch.linalg.solve(moments, products)
    linear.weight.copy_(solution[:-1].T)
    linear.bias.copy_(solution[-1])
    predicted = torch.cat([inputs(part) @ solution for part in states.split(256)])
    return (target - predicted).cpu()


def train(settings: DistillSettings) -> Path:
    """Pretrain the heads; returns the folder of the changed model."""
    if finished(settings, "distill_heads"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    require_pose_model(settings.model, settings.out)
    views = load_all_views(settings.views).rows("train")
    chosen = sampled_views(views, settings)
    states, tokenizer = cached_states(settings, chosen.features), settings.load_tokenizer()
    model = MotionLanguageModel.from_pretrained(settings.model).to(settings.device)
    residuals = fit_token_projection(model, states, chosen.features)
    log.info("%.1f %% of the variance of the encoder's features is lost in the states", 100 * residuals.square().mean())
    teacher = PoseRegressor.load(settings.encoder).to(settings.device)
    rows = np.random.default_rng(settings.seed).permutation(len(views))[: settings.distill_count]
    many = ViewBatch.from_arrays(views.features[rows], teacher.poses(views.features[rows]), tokenizer)
    batches = FeatureBatches(many, residuals, states[:, -1].float(), settings.batch, settings.seed)
    objective = HeadDistillation(model, tokenizer, settings.model)
    inputs: list[str | Path] = [Path(settings.model) / MOTION, *settings.views, settings.encoder]
    return TrainingLoop("distill_heads", objective, batches, settings, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(DistillSettings, argv, __doc__))


if __name__ == "__main__":
    main()
