"""The pose task of stage 2: views of posed bodies, and what is asked of the state at ``<pose>``.

Views come from ``python -m train.views.prepare``: landmark features ``(N, 33, 6)`` and the SMPL pose seen,
its first joint in the camera frame. The loss has four terms: next-token loss of the five pose codes,
the joints that the *expected* code vectors decode to, in the pelvis' own frame and in the camera's, and the orientation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.smpl import BodyModel
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.pose_head import expected_vectors
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer

WEIGHTS = {"pose": 0.3, "pose_joints": 5.0, "camera_joints": 5.0, "orientation": 0.5}
"""Shares of the terms in the whole loss: nats, metres, metres, and squared matrix distance."""
CHUNK = 4096


def static_features(poses: Tensor) -> Tensor:
    """Features ``(N, 221)`` of single poses ``(N, 24, 3)`` (axis-angle), as ``pose_features`` gives them."""
    local = rotations.axis_angle_to_matrix(poses)
    local = torch.cat([torch.eye(3).to(local).expand(len(local), 1, 3, 3), local[:, 1:]], dim=1)
    joints = BodyModel.load().relative_joints(local)
    raw = local.new_zeros(len(local), features.FEATURE_SIZE)
    raw[:, features.ROTATIONS] = rotations.matrix_to_6d(local).flatten(1)
    raw[:, features.POSITIONS] = joints[:, 1:].flatten(1)
    return raw


@dataclass(frozen=True)
class ViewBatch:
    """Views of one split with their targets.

    Attributes:
        seen: landmark features ``(N, 33, 6)`` float16.
        poses: axis-angle ``(N, 24, 3)``, joint 0 in the camera frame.
        codes: pose codes ``(N, 5)``.
    """

    seen: np.ndarray
    poses: np.ndarray
    codes: Tensor

    def __len__(self) -> int:
        return len(self.poses)

    @staticmethod
    def load(path: str | Path, tokenizer: BodyPartTokenizer, split: str) -> ViewBatch:
        """Rows of ``split`` with their codes."""
        from train.views.store import load_views

        chosen = load_views(path).rows(split)
        return ViewBatch.from_arrays(chosen.features, chosen.poses, tokenizer)

    @staticmethod
    def from_arrays(seen: np.ndarray, poses: np.ndarray, tokenizer: BodyPartTokenizer) -> ViewBatch:
        """Views of arrays ``(N, 33, 6)`` and ``(N, 24, 3)``."""
        if not len(poses):
            raise ValueError("there are no views to train on")
        whole, device = torch.from_numpy(poses).float(), tokenizer.mean.device
        codes = [tokenizer.encode_pose(static_features(part.to(device))).cpu() for part in whole.split(CHUNK)]
        return ViewBatch(seen, poses, torch.cat(codes))


def losses(
    model: MotionLanguageModel, tokenizer: BodyPartTokenizer, hidden: Tensor, views: ViewBatch, rows: list[int]
) -> dict[str, Tensor]:
    """Loss terms of states ``(M, V + 1, H)`` at pictures and ``<pose>`` whose views are ``rows``."""
    return read_losses(model, tokenizer, model.pose_neck(hidden), views, rows)


def read_losses(
    model: MotionLanguageModel, tokenizer: BodyPartTokenizer, hidden: Tensor, views: ViewBatch, rows: list[int]
) -> dict[str, Tensor]:
    """Loss terms of what the pose neck made ``(M, H)`` of the views ``rows``."""
    codes = views.codes[rows].to(hidden.device)
    poses = torch.from_numpy(views.poses[rows]).float().to(hidden.device)
    logits = model.depth_transformer(hidden, codes[:, :-1], model.vocabulary, "pose")
    chances = logits[..., : model.vocabulary.codebook_size].float().softmax(-1)
    decoded = tokenizer.decode_pose_vectors(expected_vectors(chances, tokenizer))
    joints = features.heading_free_joints(decoded)
    wanted = features.heading_free_joints(static_features(poses))
    turned, turn = rotations.axis_angle_to_matrix(poses[:, 0]), model.orientation(hidden)
    return {
        "pose": F.cross_entropy(logits.flatten(0, 1).float(), codes.flatten()),
        "pose_joints": (joints - wanted).norm(dim=-1).mean(),
        "camera_joints": (joints @ turn.mT - wanted @ turned.mT).norm(dim=-1).mean(),
        "orientation": (turn - turned).square().sum((-1, -2)).mean(),
    }
