"""The pose task of stage 2: views of posed bodies, and the losses of the pose heads on them.

Views come from ``python -m train.views.prepare``: landmark features ``(N, 33, 6)`` and the SMPL pose, whose first joint
is in the camera frame. The loss has four terms: cross-entropy of the five pose codes, error of the joints decoded from
the *expected* code vectors (in the pelvis frame and in the camera frame), and error of the orientation.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
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
from train.loop.objective import RandomBatches
from train.views.columns import join_rows
from train.views.store import ViewStore, load_views

LOSS_WEIGHTS = {"pose": 0.3, "pose_joints": 5.0, "camera_joints": 5.0, "orientation": 0.5}
"""Factors of the loss terms in stage 2.

The terms are in nats, metres, metres and squared differences of rotation matrices.
"""
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
        features: landmark features ``(N, 33, 6)`` float16.
        poses: axis-angle ``(N, 24, 3)``, joint 0 in the camera frame.
        codes: pose codes ``(N, 5)``.
    """

    features: np.ndarray
    poses: np.ndarray
    codes: Tensor

    def __len__(self) -> int:
        return len(self.poses)

    @staticmethod
    def load(path: str | Path, tokenizer: BodyPartTokenizer, split: str) -> ViewBatch:
        """Rows of ``split`` with their codes."""
        chosen = load_views(path).rows(split)
        return ViewBatch.from_arrays(chosen.features, chosen.poses, tokenizer)

    @staticmethod
    def from_arrays(landmarks: np.ndarray, poses: np.ndarray, tokenizer: BodyPartTokenizer) -> ViewBatch:
        """Views of landmark features ``(N, 33, 6)`` and poses ``(N, 24, 3)``; ValueError if there are none."""
        if not len(poses):
            raise ValueError("there are no views to train on")
        whole, device = torch.from_numpy(poses).float(), tokenizer.mean.device
        codes = [tokenizer.encode_pose(static_features(part.to(device))).cpu() for part in whole.split(CHUNK)]
        return ViewBatch(landmarks, poses, torch.cat(codes))


def load_all_views(paths: Sequence[str | Path]) -> ViewStore:
    """The rows of several files of views, one after the other; ``clips`` is that of the first file."""
    return join_rows([load_views(path) for path in paths], shared="clips")


class ViewBatches(RandomBatches):
    """Batches of views sampled uniformly; ValueError if there are none."""

    def __init__(self, views: ViewStore, size: int, seed: int) -> None:
        super().__init__(seed)
        if not len(views):
            raise ValueError("there are no views to train on")
        self.views, self.size = views, size

    def draw(self, rng: random.Random) -> tuple[Tensor, Tensor]:
        """Features ``(B, 33, 6)`` and poses ``(B, 24, 3)``."""
        rows = np.random.default_rng(rng.getrandbits(64)).integers(0, len(self.views), self.size)
        return view_tensors(self.views[rows])


def view_tensors(views: ViewStore) -> tuple[Tensor, Tensor]:
    """Features ``(N, 33, 6)`` and poses ``(N, 24, 3)``, float32."""
    return torch.from_numpy(views.features).float(), torch.from_numpy(views.poses).float()


def losses(
    model: MotionLanguageModel, tokenizer: BodyPartTokenizer, states: Tensor, views: ViewBatch, rows: list[int]
) -> dict[str, Tensor]:
    """Loss terms of hidden states ``(M, V + 1, H)`` at images and ``<pose>``; ``rows`` are their views."""
    poses = torch.from_numpy(views.poses[rows])
    return head_losses(model, tokenizer, model.pose_neck(states), views.codes[rows], poses)


def head_losses(
    model: MotionLanguageModel, tokenizer: BodyPartTokenizer, hidden: Tensor, codes: Tensor, poses: Tensor
) -> dict[str, Tensor]:
    """Loss terms of outputs ``(M, H)`` of the pose neck with target codes ``(M, 5)`` and poses
    ``(M, 24, 3)`` (axis-angle).
    """
    codes, poses = codes.to(hidden.device), poses.float().to(hidden.device)
    logits = model.depth_transformer(hidden, codes[:, :-1], model.vocabulary, "pose")
    probabilities = logits[..., : model.vocabulary.codebook_size].float().softmax(-1)
    decoded = tokenizer.decode_pose_vectors(expected_vectors(probabilities, tokenizer))
    joints = features.heading_free_joints(decoded)
    true_joints = features.heading_free_joints(static_features(poses))
    true_orientation, orientation = rotations.axis_angle_to_matrix(poses[:, 0]), model.orientation(hidden)
    return {
        "pose": F.cross_entropy(logits.flatten(0, 1).float(), codes.flatten()),
        "pose_joints": (joints - true_joints).norm(dim=-1).mean(),
        "camera_joints": (joints @ orientation.mT - true_joints @ true_orientation.mT).norm(dim=-1).mean(),
        "orientation": (orientation - true_orientation).square().sum((-1, -2)).mean(),
    }
