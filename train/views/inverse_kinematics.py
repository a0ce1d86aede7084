"""Poses from landmarks by geometry alone: no learning, no temporal context.

The trunk's orientation follows from shoulders and hips; every limb bone is swung onto the direction
between its landmarks; the plane in which an elbow or a knee bends fixes the twist of the bone above it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel

STRAIGHT = np.deg2rad(15.0)
"""A limb bent less than this has no plane; its upper bone then gets no twist."""
_SIDES = (("left", 0, 1.0), ("right", 1, -1.0))


@torch.no_grad()
def solve_poses(features: np.ndarray) -> np.ndarray:
    """Axis-angle ``(N, 24, 3)`` from features ``(N, 33, 6)``; only the metric landmarks are used."""
    marks = torch.as_tensor(features[..., 2:5], dtype=torch.float32)
    rest = BodyModel.load().rest_joints()
    count = len(marks)
    turned = torch.eye(3).repeat(count, NUM_JOINTS, 1, 1)  # global rotations

    def bone(start: str, end: str) -> Tensor:
        return (rest[INDEX[end]] - rest[INDEX[start]]).expand(count, 3)

    shoulders, hips = marks[:, [11, 12]].mean(1), marks[:, [23, 24]].mean(1)
    trunk = shoulders - hips
    pelvis = _basis(marks[:, 23] - marks[:, 24], trunk)
    chest = _basis(marks[:, 11] - marks[:, 12], trunk)
    turned[:, 0] = pelvis
    vector = rotations.matrix_to_axis_angle(pelvis.transpose(1, 2) @ chest)
    for share, name in ((1 / 3, "spine1"), (2 / 3, "spine2"), (1.0, "spine3")):
        turned[:, INDEX[name]] = pelvis @ rotations.axis_angle_to_matrix(share * vector)
    for name in ("left_collar", "right_collar"):
        turned[:, INDEX[name]] = chest

    ears = marks[:, 7] - marks[:, 8]
    face = marks[:, 0] - marks[:, [7, 8]].mean(1)
    # At rest the nose is in front of the ears and a little below them.
    head = _basis(ears, torch.linalg.cross(face, ears, dim=-1), first_exact=True)
    tilt = rotations.axis_angle_to_matrix(torch.tensor([-0.12, 0.0, 0.0]))
    turned[:, INDEX["head"]] = head @ tilt
    half = rotations.matrix_to_axis_angle(chest.transpose(1, 2) @ turned[:, INDEX["head"]])
    turned[:, INDEX["neck"]] = chest @ rotations.axis_angle_to_matrix(0.5 * half)

    for side, shift, sign in _SIDES:
        upper, lower = _limb(
            marks[:, 13 + shift] - marks[:, 11 + shift],
            marks[:, 15 + shift] - marks[:, 13 + shift],
            bone(f"{side}_shoulder", f"{side}_elbow"),
            bone(f"{side}_elbow", f"{side}_wrist"),
            torch.tensor([0.0, -sign, 0.0]),  # elbows bend forward
            chest,
        )
        turned[:, INDEX[f"{side}_shoulder"]], turned[:, INDEX[f"{side}_elbow"]] = upper, lower
        knuckles = marks[:, [17 + shift, 19 + shift]].mean(1) - marks[:, 15 + shift]
        hand = _swing((lower @ bone(f"{side}_wrist", f"{side}_hand")[..., None])[..., 0], knuckles) @ lower
        turned[:, INDEX[f"{side}_wrist"]] = turned[:, INDEX[f"{side}_hand"]] = hand

        upper, lower = _limb(
            marks[:, 25 + shift] - marks[:, 23 + shift],
            marks[:, 27 + shift] - marks[:, 25 + shift],
            bone(f"{side}_hip", f"{side}_knee"),
            bone(f"{side}_knee", f"{side}_ankle"),
            torch.tensor([1.0, 0.0, 0.0]),  # knees bend backward
            pelvis,
        )
        turned[:, INDEX[f"{side}_hip"]], turned[:, INDEX[f"{side}_knee"]] = upper, lower
        toes = marks[:, 31 + shift] - marks[:, 27 + shift]
        foot = _swing((lower @ bone(f"{side}_ankle", f"{side}_foot")[..., None])[..., 0], toes) @ lower
        turned[:, INDEX[f"{side}_ankle"]] = turned[:, INDEX[f"{side}_foot"]] = foot

    local = turned.clone()
    parents = torch.tensor(PARENTS[1:])
    local[:, 1:] = turned[:, parents].transpose(-1, -2) @ turned[:, 1:]
    return rotations.matrix_to_axis_angle(local).numpy()


def _limb(upper: Tensor, lower: Tensor, rest_upper: Tensor, rest_lower: Tensor, hinge: Tensor, base: Tensor):
    """Global rotations ``(N, 3, 3)`` of a limb's two bones from their directions ``(N, 3)``.

    ``hinge`` is the axis, at rest, about which a positive turn bends the joint between them.
    """
    swung = _swing((base @ rest_upper[..., None])[..., 0], upper) @ base
    axis = torch.linalg.cross(upper, lower, dim=-1)
    sine = axis.norm(dim=-1) / (upper.norm(dim=-1) * lower.norm(dim=-1)).clamp_min(1e-9)
    along = _unit(upper)
    now = _across((swung @ hinge.expand(len(upper), 3)[..., None])[..., 0], along)
    wanted = _across(axis, along)
    angle = torch.atan2((torch.linalg.cross(now, wanted, dim=-1) * along).sum(-1), (now * wanted).sum(-1))
    # Twist in proportion to how clearly the limb is bent, and not beyond what shoulders and hips do.
    weight = (sine / np.sin(2 * STRAIGHT)).clamp(0, 1) * (sine > np.sin(STRAIGHT))
    twist = rotations.axis_angle_to_matrix(along * (weight * angle.clamp(-1.9, 1.9))[:, None])
    first = twist @ swung
    second = _swing((first @ rest_lower[..., None])[..., 0], lower) @ first
    return first, second


def _unit(vector: Tensor) -> Tensor:
    return vector / vector.norm(dim=-1, keepdim=True).clamp_min(1e-9)


def _across(vector: Tensor, along: Tensor) -> Tensor:
    return _unit(vector - (vector * along).sum(-1, keepdim=True) * along)


def _basis(left: Tensor, up: Tensor, first_exact: bool = False) -> Tensor:
    """Rotation ``(N, 3, 3)`` whose y axis is ``up`` (or x axis ``left``), the other as near as can be."""
    if first_exact:
        x = _unit(left)
        y = _across(up, x)
    else:
        y = _unit(up)
        x = _across(left, y)
    return torch.stack([x, y, torch.linalg.cross(x, y, dim=-1)], dim=-1)


def _swing(start: Tensor, end: Tensor) -> Tensor:
    """The shortest rotation ``(N, 3, 3)`` from one direction to another."""
    a, b = _unit(start), _unit(end)
    axis = torch.linalg.cross(a, b, dim=-1)
    sine = axis.norm(dim=-1, keepdim=True)
    angle = torch.atan2(sine, (a * b).sum(-1, keepdim=True))
    return rotations.axis_angle_to_matrix(axis / sine.clamp_min(1e-9) * angle)
