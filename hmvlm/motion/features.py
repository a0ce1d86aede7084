"""Motion as per-frame features that do not depend on where it happens or which way it heads, and back.

A frame of the ``(T, 221)`` features is

====================  ====  ==============================================================
root                     4  pelvis height (m), planar velocity in the heading frame (m/s: x, z),
                            turning rate about +Y (rad/s)
rotations              144  24 local rotations in 6-D; the pelvis' without its heading
positions               69  23 joints relative to the pelvis in the heading frame (m)
contacts                 4  ground contact of ankles and toes (0 or 1)
====================  ====  ==============================================================

Velocities are backward differences, expressed in the heading of the earlier frame; the first frame
repeats the second's. Decoding integrates them from the origin facing +Z and takes the rotations as
they are, so it is the exact inverse on canonical motions (up to float error) and needs no inverse
kinematics; ``positions`` and ``contacts`` are redundant and only help learning.
"""

from __future__ import annotations

import torch
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import FEET, NUM_JOINTS, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion

ROOT = slice(0, 4)
ROTATIONS = slice(4, 148)
POSITIONS = slice(148, 217)
CONTACTS = slice(217, 221)
FEATURE_SIZE = 221

CONTACT_HEIGHT = (0.14, 0.14, 0.08, 0.08)
"""Highest joint position (m) that can count as contact, in the order of ``FEET``."""
CONTACT_SPEED = 0.35
"""Highest joint speed (m/s) that counts as contact."""


def encode(motion: Motion) -> Tensor:
    """Features ``(T, 221)`` float32 of a motion at 20 fps (another frame rate raises ValueError)."""
    if abs(motion.fps - MOTION_FPS) > 1e-3:
        raise ValueError(f"features need {MOTION_FPS} fps, got {motion.fps}; resample the motion first")
    return encode_arrays(torch.from_numpy(motion.poses), torch.from_numpy(motion.trans))


def encode_arrays(poses: Tensor, trans: Tensor) -> Tensor:
    """Features ``(T, 221)`` from axis-angle ``(T, 24, 3)`` and translation ``(T, 3)`` at 20 fps."""
    offsets = BodyModel.load().offsets()
    local = rotations.axis_angle_to_matrix(poses)
    joints, _ = forward_kinematics(local, offsets, trans)
    yaw = rotations.yaw_from_matrix(local[:, 0])
    undo = rotations.yaw_matrix(-yaw)
    local = torch.cat([(undo @ local[:, 0])[:, None], local[:, 1:]], dim=1)

    pelvis = joints[:, 0]
    step = pelvis.diff(dim=0) * MOTION_FPS
    velocity = (undo[:-1] @ step[..., None])[..., 0][:, [0, 2]]
    turn = _wrap(yaw.diff()) * MOTION_FPS
    root = torch.cat([pelvis[:, 1:2], _repeat_first(velocity), _repeat_first(turn[:, None])], dim=-1)

    relative = (joints[:, 1:] - pelvis[:, None]) @ undo.transpose(-1, -2)
    contact = contacts(joints)
    return torch.cat([root, rotations.matrix_to_6d(local).flatten(1), relative.flatten(1), contact], dim=-1).float()


def contacts(joints: Tensor) -> Tensor:
    """Ground contact ``(T, 4)`` in {0, 1} of ankles and toes from joints ``(T, 24, 3)`` at 20 fps."""
    feet = joints[:, list(FEET)]
    speed = _repeat_first(feet.diff(dim=0).norm(dim=-1) * MOTION_FPS)
    low = feet[..., 1] < feet.new_tensor(CONTACT_HEIGHT)
    return (low & (speed < CONTACT_SPEED)).to(joints.dtype)


def trajectory(features: Tensor) -> tuple[Tensor, Tensor]:
    """Integrate the root: pelvis position ``(..., T, 3)`` in metres and heading ``(..., T)`` in radians.

    Starts above the origin facing +Z; differentiable.
    """
    root = features[..., ROOT]
    turn = root[..., 3] / MOTION_FPS
    yaw = torch.cat([torch.zeros_like(turn[..., :1]), turn[..., 1:]], dim=-1).cumsum(dim=-1)
    x, z = root[..., 1:, 1] / MOTION_FPS, root[..., 1:, 2] / MOTION_FPS
    c, s = torch.cos(yaw[..., :-1]), torch.sin(yaw[..., :-1])
    zero = torch.zeros_like(yaw[..., :1])
    world_x = torch.cat([zero, (c * x + s * z).cumsum(dim=-1)], dim=-1)
    world_z = torch.cat([zero, (c * z - s * x).cumsum(dim=-1)], dim=-1)
    return torch.stack([world_x, root[..., 0], world_z], dim=-1), yaw


def local_rotations(features: Tensor) -> Tensor:
    """Local rotation matrices ``(..., T, 24, 3, 3)``, the pelvis' without its heading; differentiable."""
    return rotations.matrix_from_6d(features[..., ROTATIONS].unflatten(-1, (NUM_JOINTS, 6)))


def heading_free_joints(features: Tensor, offsets: Tensor | None = None) -> Tensor:
    """Joints ``(..., T, 24, 3)`` relative to the pelvis in the heading frame, by forward kinematics."""
    offsets = BodyModel.load().offsets() if offsets is None else offsets
    local = local_rotations(features)
    start = -offsets[0].to(local).expand(*local.shape[:-3], 3)
    return forward_kinematics(local, offsets.to(local), start)[0]


def pose_features(features: Tensor) -> Tensor:
    """Features ``(..., 221)`` of single poses as seen from the pelvis: how a body is bent, not how it is turned.

    The pelvis' rotation becomes the identity and the positions turn with it; pelvis height, velocity,
    turning rate and contacts, which a pose by itself does not have, become 0. Differentiable.
    """
    pelvis = rotations.matrix_from_6d(features[..., ROTATIONS][..., :6])
    places = features[..., POSITIONS].unflatten(-1, (NUM_JOINTS - 1, 3)) @ pelvis
    still = rotations.matrix_to_6d(torch.eye(3).to(features)).expand(*features.shape[:-1], 6)
    blank = torch.zeros_like(features[..., :4])
    return torch.cat([blank, still, features[..., ROTATIONS][..., 6:], places.flatten(-2), blank], dim=-1)


def decode_arrays(features: Tensor) -> tuple[Tensor, Tensor]:
    """Axis-angle ``(..., T, 24, 3)`` and SMPL translation ``(..., T, 3)`` of features ``(..., T, 221)``."""
    pelvis, yaw = trajectory(features)
    local = local_rotations(features)
    turned = rotations.yaw_matrix(yaw) @ local[..., 0, :, :]
    local = torch.cat([turned[..., None, :, :], local[..., 1:, :, :]], dim=-3)
    rest = BodyModel.load().rest_joints()[0].to(pelvis)
    return rotations.matrix_to_axis_angle(local), pelvis - rest


def decode(features: Tensor, text: str | None = None) -> Motion:
    """The motion of features ``(T, 221)``: starts above the origin, faces +Z."""
    if features.ndim != 2 or features.shape[-1] != FEATURE_SIZE:
        raise ValueError(f"features must be (T, {FEATURE_SIZE}), got {tuple(features.shape)}")
    poses, trans = decode_arrays(features.detach().float().cpu())
    return Motion(poses.numpy(), trans.numpy(), fps=float(MOTION_FPS), text=text)


def _wrap(angle: Tensor) -> Tensor:
    return torch.remainder(angle + torch.pi, 2 * torch.pi) - torch.pi


def _repeat_first(differences: Tensor) -> Tensor:
    if len(differences) == 0:
        return differences.new_zeros(1, *differences.shape[1:])
    return torch.cat([differences[:1], differences])
