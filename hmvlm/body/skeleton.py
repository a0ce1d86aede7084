"""The SMPL skeleton: 24 joints, their tree, their five parts, and forward kinematics.

The names are in :mod:`hmvlm.body.joint_names`, joint indices only here. Parts follow the paper: torso and four limbs,
a partition of the 24 joints; the root trajectory belongs to the torso.
"""

from __future__ import annotations

import torch
from torch import Tensor

from hmvlm.body.joint_names import NAMES

JOINTS: tuple[str, ...] = tuple(NAMES["smpl"])
PARENTS: tuple[int, ...] = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)
NUM_JOINTS = len(JOINTS)
INDEX: dict[str, int] = {name: index for index, name in enumerate(JOINTS)}


def _other_side(name: str) -> str:
    side, _, rest = name.partition("_")
    return {"left": f"right_{rest}", "right": f"left_{rest}"}.get(side, name)


MIRROR: tuple[int, ...] = tuple(INDEX[_other_side(name)] for name in JOINTS)
"""``MIRROR[j]`` is the joint of the other side; a joint on the midline maps to itself."""

PARTS: tuple[str, ...] = ("torso", "left_arm", "right_arm", "left_leg", "right_leg")
NUM_PARTS = len(PARTS)
PART_JOINTS: dict[str, tuple[int, ...]] = {
    "torso": tuple(INDEX[n] for n in ("pelvis", "spine1", "spine2", "spine3", "neck", "head")),
    **{
        f"{side}_arm": tuple(INDEX[f"{side}_{n}"] for n in ("collar", "shoulder", "elbow", "wrist", "hand"))
        for side in ("left", "right")
    },
    **{
        f"{side}_leg": tuple(INDEX[f"{side}_{n}"] for n in ("hip", "knee", "ankle", "foot"))
        for side in ("left", "right")
    },
}
FEET: tuple[int, ...] = tuple(INDEX[n] for n in ("left_ankle", "right_ankle", "left_foot", "right_foot"))
"""Joints whose ground contact is tracked, in the order of the contact features."""


def forward_kinematics(rotations: Tensor, offsets: Tensor, translation: Tensor) -> tuple[Tensor, Tensor]:
    """Pose the skeleton.

    Args:
        rotations: local rotations, ``(..., 24, 3, 3)``.
        offsets: rest position of each joint relative to its parent in metres, ``(24, 3)`` or
            ``(..., 24, 3)``; row 0 is the pelvis in the body's own frame.
        translation: SMPL translation in metres, ``(..., 3)``; the pelvis lands on ``offsets[0] + translation``.

    Returns:
        Joint positions ``(..., 24, 3)`` in metres and global rotations ``(..., 24, 3, 3)``.
    """
    if rotations.shape[-3:] != (NUM_JOINTS, 3, 3):
        raise ValueError(f"rotations must end in (24, 3, 3), got {tuple(rotations.shape)}")
    turned: list[Tensor] = [rotations[..., 0, :, :]]
    placed: list[Tensor] = [offsets[..., 0, :] + translation]
    for joint in range(1, NUM_JOINTS):
        parent = PARENTS[joint]
        step = (turned[parent] @ offsets[..., joint, :, None])[..., 0]
        placed.append(placed[parent] + step)
        turned.append(turned[parent] @ rotations[..., joint, :, :])
    return torch.stack(placed, dim=-2), torch.stack(turned, dim=-3)
