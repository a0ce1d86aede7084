"""Losses of the body-part tokenizer, after T2M-GPT (smooth L1, velocity, commitment), with
joints, path, heading and foot skate.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import FEET
from hmvlm.config import MOTION_FPS
from hmvlm.motion import features

LOSS_WEIGHTS = {
    "root": 4.0, "rotations": 0.7, "positions": 1.0, "contacts": 0.3, "joints": 8.0, "speed": 0.4,
    "path": 2.0, "heading": 3.0, "skate": 0.4, "pose": 1.0, "pose_joints": 8.0, "commitment": 0.2,
}  # fmt: skip


def losses(output: dict[str, Tensor], target: Tensor, mask: Tensor, std: Tensor, offsets: Tensor) -> dict[str, Tensor]:
    """Loss terms of a batch ``(B, T, 221)``; lengths in metres, angles in radians, the rest normalised."""
    motion = output["motion"]
    error = F.smooth_l1_loss(motion / std, target / std, reduction="none")
    weight = mask[..., None] / mask.sum()

    def share(section: slice) -> Tensor:
        return (error[..., section].mean(-1, keepdim=True) * weight).sum()

    joints = features.heading_free_joints(motion, offsets)
    truth = _positions_with_pelvis(target)
    apart = (joints - truth).norm(dim=-1).mean(-1)
    pelvis, yaw = features.trajectory(motion)
    true_pelvis, true_yaw = features.trajectory(target)
    pair = mask[:, 1:] * mask[:, :-1]
    speed = ((joints - truth).diff(dim=1) * MOTION_FPS).norm(dim=-1).mean(-1)
    feet = joints[:, :, list(FEET)] @ rotations.yaw_matrix(yaw).transpose(-1, -2) + pelvis[:, :, None]
    slide = feet.diff(dim=1)[..., [0, 2]].norm(dim=-1) * MOTION_FPS * target[:, 1:, features.CONTACTS]

    frames = output["pose_frames"]
    pose, pose_target = output["pose"], features.pose_features(target[:, frames])
    bent = slice(features.ROTATIONS.start, features.POSITIONS.stop)
    pose_joints = features.heading_free_joints(pose, offsets) - _positions_with_pelvis(pose_target)
    return {
        "root": share(features.ROOT),
        "rotations": share(features.ROTATIONS),
        "positions": share(features.POSITIONS),
        "contacts": share(features.CONTACTS),
        "joints": (apart * mask).sum() / mask.sum(),
        "speed": (speed * pair).sum() / pair.sum(),
        "path": ((pelvis - true_pelvis).norm(dim=-1) * mask).sum() / mask.sum(),
        "heading": ((yaw - true_yaw).abs() * mask).sum() / mask.sum(),
        "skate": (slide.mean(-1) * pair).sum() / pair.sum(),
        "pose": F.smooth_l1_loss(pose[..., bent] / std[bent], pose_target[..., bent] / std[bent]),
        "pose_joints": pose_joints.norm(dim=-1).mean(),
        "commitment": output["commitment"],
    }


def _positions_with_pelvis(target: Tensor) -> Tensor:
    places = target[..., features.POSITIONS].unflatten(-1, (-1, 3))
    return torch.cat([torch.zeros_like(places[..., :1, :]), places], dim=-2)
