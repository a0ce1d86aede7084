"""Partition of features into body parts, for the spatial encoder and its attention mask."""

from __future__ import annotations

import torch
from torch import Tensor

from hmvlm.body.skeleton import FEET, NUM_JOINTS, PART_JOINTS, PARTS
from hmvlm.motion import features

JOINT_INPUT = 10
"""Channels of a joint token: 6-D rotation, position relative to the pelvis, pelvis height (pelvis only)."""
DYNAMICS = 7
"""Channels that only a motion has: planar velocity (2), turning rate (1), foot contacts (4)."""


def part_names(kind: str) -> tuple[str, ...]:
    """Parts of a tokenizer: the paper's five (``"body"``) or one for the whole body (``"whole"``)."""
    return PARTS if kind == "body" else ("body",)


def part_joints(kind: str) -> list[tuple[int, ...]]:
    """Joint indices of each part, in the order of :func:`part_names`."""
    if kind == "body":
        return [PART_JOINTS[name] for name in PARTS]
    return [tuple(range(NUM_JOINTS))]


def attention_mask(kind: str) -> Tensor:
    """Boolean attention mask ``(24 + P, 24 + P)`` over joint and part tokens, True = may attend.

    Joints attend to joints of their own part; a part token attends to its joints and itself.
    """
    groups = part_joints(kind)
    size = NUM_JOINTS + len(groups)
    mask = torch.zeros(size, size, dtype=torch.bool)
    for index, joints in enumerate(groups):
        own = torch.tensor(joints)
        mask[own[:, None], own] = True
        mask[NUM_JOINTS + index, own] = True
        mask[NUM_JOINTS + index, NUM_JOINTS + index] = True
    return mask


def dynamics_mask(kind: str) -> Tensor:
    """Dynamic channels that each part receives, ``(P, 7)``: the root's for the torso, contacts for the legs."""
    if kind == "whole":
        return torch.ones(1, DYNAMICS)
    mask = torch.zeros(len(PARTS), DYNAMICS)
    mask[PARTS.index("torso"), :3] = 1
    for channel, joint in enumerate(FEET):
        part = next(i for i, name in enumerate(PARTS) if joint in PART_JOINTS[name])
        mask[part, 3 + channel] = 1
    return mask


def joint_inputs(normalised: Tensor) -> Tensor:
    """Joint tokens ``(..., 24, 10)`` of normalised features ``(..., 221)``."""
    turns = normalised[..., features.ROTATIONS].unflatten(-1, (NUM_JOINTS, 6))
    places = normalised[..., features.POSITIONS].unflatten(-1, (NUM_JOINTS - 1, 3))
    places = torch.cat([torch.zeros_like(places[..., :1, :]), places], dim=-2)
    height = torch.zeros_like(places[..., :1])
    height[..., 0, 0] = normalised[..., 0]
    return torch.cat([turns, places, height], dim=-1)


def dynamics(normalised: Tensor) -> Tensor:
    """Channels ``(..., 7)`` that a single pose does not have: velocity, turning rate, contacts."""
    return torch.cat([normalised[..., 1:4], normalised[..., features.CONTACTS]], dim=-1)
