"""People who stand on their head or lie across the picture: landmarks are turned upright, and the pose back."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.vision.landmarks import INDEX

FARTHEST = math.radians(60)
"""Angle of the trunk to the picture's vertical up to which the language model is shown people as they are."""
SHORTEST = 0.2
"""Least share of the trunk's length that must lie in the picture's plane, else the trunk points along the line of sight
and has no direction in the picture.
"""
_SHOULDERS, _HIPS = ([INDEX[f"{side}_{joint}"] for side in ("left", "right")] for joint in ("shoulder", "hip"))


def trunk_angle(seen: Tensor) -> float:
    """Radians by which the trunk of landmark features ``(33, 6)`` is turned from the picture's vertical, clockwise
    negative; 0 where it points along the line of sight.
    """
    trunk = seen[_SHOULDERS, :5].mean(0) - seen[_HIPS, :5].mean(0)
    length = float(trunk[2:5].norm())
    if float(trunk[2:4].norm()) < SHORTEST * length or float(trunk[:2].norm()) < 1e-6:
        return 0.0
    return math.atan2(-float(trunk[0]), float(trunk[1]))


def turned(seen: Tensor, angle: float) -> Tensor:
    """Landmark features ``(33, 6)`` of the picture turned counter-clockwise by ``angle`` about the region's centre."""
    turn = in_plane_turns(torch.tensor([angle])).to(seen)[0]
    result = seen.clone()
    result[:, :2] = seen[:, :2] @ turn[:2, :2].T
    result[:, 2:5] = seen[:, 2:5] @ turn.T
    return result


def uprighted(seen: Tensor) -> tuple[Tensor, float]:
    """Landmark features ``(33, 6)`` with the trunk upright, and the angle that turns the result back.

    Features whose trunk is within :data:`FARTHEST` of the vertical stay as they are.
    """
    angle = trunk_angle(seen)
    if abs(angle) <= FARTHEST:
        return seen, 0.0
    return turned(seen, -angle), angle


def in_plane_turns(angles: Tensor) -> Tensor:
    """Rotations ``(N, 3, 3)`` by ``angles`` ``(N,)`` in the picture's plane, counter-clockwise."""
    vectors = torch.zeros(len(angles), 3)
    vectors[:, 2] = angles
    return rotations.axis_angle_to_matrix(vectors)
