r"""Align the landmark projector before stage 2, so that the language model starts with informative image embeddings.

    python -m train.pose.projector --views data/views.npz --encoder data/body_encoder.safetensors \
        --out data/projector.safetensors --minutes 8

LLaVA aligns its projector before it tunes the language model. Here a temporary head regresses the pose from the mean of
the 33 embeddings, which takes minutes; with the mixture of stage 2 it would take hours. The head is discarded: poses
are predicted by the language model. The body encoder inside the projector was pretrained and is frozen.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.config import Preset, preset
from hmvlm.language.base import load_base
from hmvlm.language.model import vision_config
from hmvlm.vision.projector import LandmarkProjector
from train.loop.objective import Objective, trainable
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.pose.body_encoder import PoseRegressor
from train.pose.model_folder import require_landmarks
from train.pose.task import ViewBatches, load_all_views, view_tensors
from train.views.store import ViewStore

HEAD_DIM = 512
VALIDATED = 2000
"""Validation views that are measured."""
SCALED_ON = 256
"""Validation views on which the length of the embeddings is measured."""


@dataclass(kw_only=True)
class ProjectorSettings(LoopSettings):
    """Align the landmark projector."""

    views: list[str] = option(["data/views.npz"], "one or more files of python -m train.views.prepare")
    encoder: str | None = option(None, "file of python -m train.pose.body_encoder; without it the encoder is untrained")
    preset: str = option("embedded", "preset whose language model the embeddings are for")
    base: str | None = option(None, "repository or folder of the base model instead of the preset's")
    vision: str | None = option(None, "blazepose for body landmarks with a preset that has a CLIP tower")
    batch: int = option(256, "views a batch")
    steps: int = option(4000, "optimiser steps of the whole run")
    lr_floor: float = option(0.02, "share of the peak learning rate at the end of the cosine decay")

    def __post_init__(self) -> None:
        super().__post_init__()
        require_landmarks(vision_config(self.chosen_preset()), f"the preset {self.preset}")

    def chosen_preset(self) -> Preset:
        """The preset with the changes of ``base`` and ``vision``."""
        return preset(self.preset, base=self.base, vision=self.vision)


class ProjectorAlignment(Objective):
    """The projector with a temporary pose head.

    Args:
        projector: its body encoder is frozen.
        words: embeddings ``(K, H)`` of the language model's text tokens.
        val: validation views.
    """

    single_file = True
    loss_weights = {"joints": 10.0, "rotations": 1.0}

    def __init__(self, projector: LandmarkProjector, words: Tensor, val: ViewStore) -> None:
        super().__init__()
        self.projector, self.val, width = projector, val, words.shape[1]
        self.word_norm = float(words.float().norm(dim=-1).median())
        projector.encoder.requires_grad_(False)
        self.head = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, HEAD_DIM), nn.GELU(), nn.Linear(HEAD_DIM, NUM_JOINTS * 6)
        )

    def train(self, mode: bool = True) -> ProjectorAlignment:
        """The body encoder stays in evaluation mode."""
        super().train(mode)
        self.projector.encoder.eval()
        return self

    def forward(self, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        """Loss terms of features ``(B, 33, 6)`` and poses ``(B, 24, 3)``.

        Mean joint error (m), squared rotation difference.
        """
        device = next(self.head.parameters()).device
        features, poses = (part.to(device) for part in batch)
        pooled = self.projector(features.flatten(0, 1)).unflatten(0, (len(features), -1)).mean(1)
        local = rotations.matrix_from_6d(self.head(pooled).unflatten(-1, (NUM_JOINTS, 6)))
        true, joints = rotations.axis_angle_to_matrix(poses), BodyModel.load().relative_joints
        return {
            "joints": (joints(local) - joints(true)).norm(dim=-1).mean(),
            "rotations": (local - true).square().sum((-1, -2)).mean(),
        }

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with PyTorch's betas."""
        return torch.optim.AdamW(trainable(self), lr=settings.lr, weight_decay=0.01)

    def validate(self) -> dict[str, float]:
        """MPJPE in mm of the temporary head on validation views."""
        if not len(self.val):
            return {}
        return {"mpjpe": 1e3 * float(self(view_tensors(self.val[:VALIDATED]))["joints"])}

    @torch.no_grad()
    def scaled(self) -> LandmarkProjector:
        """A copy whose embeddings, without the encoder's part, are as long as those of words (medians)."""
        result = copy.deepcopy(self.projector)
        features = view_tensors(self.val[:SCALED_ON])[0].to(result.landmark_embedding.device)
        if len(features):
            scale = self.word_norm / result.without_encoder(features).norm(dim=-1).median()
            output = result.output_proj[-1]
            assert isinstance(output, nn.Linear)
            output.weight.mul_(scale)
            output.bias.mul_(scale)
        return result

    def save(self, out: Path) -> None:
        """Write the scaled projector."""
        save_file({name: value.cpu().contiguous() for name, value in self.scaled().state_dict().items()}, out)


def train(settings: ProjectorSettings) -> Path:
    """Align the projector; returns its file."""
    if finished(settings, "projector"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    views = load_all_views(settings.views)
    chosen = settings.chosen_preset()
    words = load_base(chosen.base)[0].get_input_embeddings().weight
    assert isinstance(words, Tensor)
    projector = LandmarkProjector(vision_config(chosen), words.shape[1])
    if settings.encoder:
        projector.encoder.load_state_dict(PoseRegressor.load(settings.encoder).encoder.state_dict())
    objective = ProjectorAlignment(projector, words, views.rows("val"))
    batches = ViewBatches(views.rows("train"), settings.batch, settings.seed)
    inputs = [*settings.views, *([settings.encoder] if settings.encoder else [])]
    return TrainingLoop("projector", objective, batches, settings, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(ProjectorSettings, argv, __doc__))


if __name__ == "__main__":
    main()
