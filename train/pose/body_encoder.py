"""Pretrain the body encoder: regress poses from body landmarks, on as many views as can be sampled.

    python -m train.views.prepare --data data/motions.npz --out data/views_many.npz --train 1000000 --seed 11
    python -m train.pose.body_encoder --views data/views_many.npz --out data/body_encoder.safetensors

A linear head predicts the pose from the output features of the encoder. The head is written with the encoder, but is
not part of the language model, whose own pose heads are distilled from it (``train.pose.distill_heads``). The language
model loses part of the encoder's features on the way to its last layer, so the head is trained on features with
Gaussian noise: the encoder learns redundant features. Half of each batch is mirrored. ``--init`` starts from the
encoder of a checkpoint.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.config import VisionConfig
from hmvlm.language.model import MOTION
from hmvlm.vision.body_encoder import BodyEncoder, mirror_image
from train.loop.objective import Objective
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.pose.task import ViewBatches, load_all_views
from train.views.baselines import errors
from train.views.poses import reflected
from train.views.store import ViewStore

LOSS_WEIGHTS = {"camera_joints": 10.0, "pelvis_joints": 5.0, "rotations": 2.0}
"""Factors of the loss terms: joint errors in the camera frame and in the pelvis frame (metres), squared differences of
rotation matrices."""
NOISE = 0.25
"""Standard deviation of the noise on the output features in training; theirs is 1."""
ENCODER = "projector.encoder."
"""Prefix of the encoder's weights in a checkpoint."""
MIN_STD = 0.02
NORMALISED_FROM = 20_000
"""Views from which the mean and the standard deviation of the landmark features are computed."""


@dataclass(kw_only=True)
class BodyEncoderSettings(LoopSettings):
    """Pretrain the body encoder."""

    views: list[str] = option(["data/views_many.npz"], "one or more files of python -m train.views.prepare")
    init: str | None = option(
        None, "model folder whose encoder to start from (with a new head), or a file that --out was"
    )
    batch: int = option(512, "views a batch")
    steps: int = option(19_000, "optimiser steps of the whole run")
    lr: float = option(1e-3, "peak learning rate")
    lr_floor: float = option(0.02, "share of the peak learning rate at the end of the cosine decay")
    warmup: int = option(300, "steps over which the learning rate rises")
    ema: float = option(
        0.999, "decay of the exponential moving average of the weights that is kept; 0 keeps the weights themselves"
    )
    eval_every: int = option(2000, "steps between validations")


class PoseRegressor(nn.Module):
    """The encoder and a linear head.

    Features ``(N, 33, 6)`` to rotations ``(N, 24, 3, 3)``, the pelvis in the camera frame.
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.encoder = BodyEncoder(config)
        self.head = nn.Linear(self.encoder.output_dim, NUM_JOINTS * 6)
        nn.init.normal_(self.head.weight, std=1e-3)
        with torch.no_grad():
            self.head.bias.copy_(rotations.matrix_to_6d(torch.eye(3)).repeat(NUM_JOINTS))

    def forward(self, features: Tensor) -> Tensor:
        encoded = self.encoder.encode(features)
        if self.training:
            encoded = encoded + NOISE * torch.randn_like(encoded)
        return rotations.matrix_from_6d(self.head(encoded).unflatten(-1, (NUM_JOINTS, 6)))

    @torch.no_grad()
    def poses(self, features: np.ndarray) -> np.ndarray:
        """Axis-angle ``(N, 24, 3)``: the mean of the predictions from the landmarks and from their mirror image."""
        found = []
        for part in torch.from_numpy(features).float().split(4096):
            part = part.to(self.head.weight.device)
            plain, mirrored = self(part), rotations.matrix_to_axis_angle(self(mirror_image(part)))
            back = rotations.axis_angle_to_matrix(reflected(mirrored))
            found.append(rotations.matrix_to_axis_angle(rotations.nearest_rotation(plain + back)).cpu())
        return torch.cat(found).numpy()

    @staticmethod
    def load(path: str | Path, config: VisionConfig | None = None) -> PoseRegressor:
        """Read what :func:`train` wrote."""
        regressor = PoseRegressor(config or VisionConfig())
        regressor.load_state_dict({name: value.float() for name, value in load_file(path).items()})
        return regressor.eval()


class MirroredViews(ViewBatches):
    """Batches of views sampled uniformly, the second half of each mirrored."""

    def draw(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        """Features ``(B, 33, 6)`` and poses ``(B, 24, 3)``."""
        features, poses = super().draw(rng)
        half = self.size // 2
        features = torch.cat([features[:half], mirror_image(features[half:])])
        return features, torch.cat([poses[:half], reflected(poses[half:])])


class PoseRegression(Objective):
    """The regressor with its losses; ``val`` are validation views."""

    single_file = True
    loss_weights = LOSS_WEIGHTS

    def __init__(self, regressor: PoseRegressor, val: ViewStore) -> None:
        super().__init__()
        self.regressor, self.val = regressor, val

    def forward(self, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        """Loss terms of features ``(B, 33, 6)`` and poses ``(B, 24, 3)``."""
        features, poses = (part.to(self.regressor.head.weight.device) for part in batch)
        joints = BodyModel.load().relative_joints
        true, predicted = rotations.axis_angle_to_matrix(poses), self.regressor(features)
        there, here = joints(true), joints(predicted)
        return {
            "camera_joints": (here - there).norm(dim=-1).mean(),
            "pelvis_joints": (here @ predicted[:, 0] - there @ true[:, 0]).norm(dim=-1).mean(),
            "rotations": (predicted - true).square().mean(),
        }

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with PyTorch's betas."""
        return torch.optim.AdamW(self.regressor.parameters(), lr=settings.lr, weight_decay=0.02)

    def validate(self) -> dict[str, float]:
        """MPJPE and PA-MPJPE in mm on the validation views."""
        return errors(self.regressor.poses(self.val.features), self.val.poses) if len(self.val) else {}

    def save(self, out: Path) -> None:
        """Write encoder and head, float16."""
        save_file({k: v.detach().cpu().half().contiguous() for k, v in self.regressor.state_dict().items()}, out)


def normalised(regressor: PoseRegressor, features: np.ndarray) -> PoseRegressor:
    """The regressor with the normalisation of its input computed from ``features`` and their mirror images."""
    some = torch.from_numpy(features[:NORMALISED_FROM]).float()
    both = torch.cat([some, mirror_image(some)])
    regressor.encoder.mean.copy_(both.mean(0))
    regressor.encoder.std.copy_(both.std(0).clamp_min(MIN_STD))
    return regressor


def initialise(regressor: PoseRegressor, source: str | Path) -> None:
    """Copy weights from a model folder (the encoder only) or from a file of :func:`train`."""
    source = Path(source)
    known = load_file(source / MOTION if source.is_dir() else source)
    own = {name.replace(ENCODER, "encoder."): value.float() for name, value in known.items()}
    if source.is_dir():
        own = {name: value for name, value in own.items() if name.startswith("encoder.")}
        own |= {f"head.{name}": value for name, value in regressor.head.state_dict().items()}
    regressor.load_state_dict(own)


def train(settings: BodyEncoderSettings, config: VisionConfig | None = None) -> Path:
    """Train an encoder of the sizes of ``config``; returns the file."""
    if finished(settings, "body_encoder"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    views = load_all_views(settings.views)
    fit, val = views.rows("train"), views.rows("val")
    regressor = normalised(PoseRegressor(config or VisionConfig()), fit.features)
    if settings.init:
        initialise(regressor, settings.init)
    batches = MirroredViews(fit, settings.batch, settings.seed)
    return TrainingLoop("body_encoder", PoseRegression(regressor, val), batches, settings, settings.views).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(BodyEncoderSettings, argv, __doc__))


if __name__ == "__main__":
    main()
