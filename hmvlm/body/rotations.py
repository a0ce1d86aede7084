"""Rotations as axis-angle (``(..., 3)``, radians), matrices (``(..., 3, 3)``) and 6-D (``(..., 6)``).

The conversions are ``roma``'s; this module adds what is particular to bodies: the 6-D layout,
the heading (twist about the vertical axis) and the reflection in the sagittal plane.

Frame: right-handed, Y up, +Z forward, so that the left of a body that faces forward is +X.
"""

from __future__ import annotations

import roma
import torch
from torch import Tensor

__all__ = [
    "axis_angle_to_matrix",
    "matrix_from_6d",
    "matrix_to_6d",
    "matrix_to_axis_angle",
    "mirror_axis_angle",
    "nearest_rotation",
    "slerp",
    "yaw_matrix",
    "yaw_from_matrix",
]


def axis_angle_to_matrix(vector: Tensor) -> Tensor:
    """Axis-angle ``(..., 3)`` to rotation matrices ``(..., 3, 3)``; smooth at zero."""
    return roma.rotvec_to_rotmat(vector)


def matrix_to_axis_angle(matrix: Tensor) -> Tensor:
    """Rotation matrices ``(..., 3, 3)`` to axis-angle ``(..., 3)`` with angle in ``[0, pi]``."""
    return roma.rotmat_to_rotvec(matrix)


def matrix_to_6d(matrix: Tensor) -> Tensor:
    """The first two columns of ``(..., 3, 3)``, one after the other: ``(..., 6)`` (Zhou et al., 2019)."""
    return torch.cat([matrix[..., 0], matrix[..., 1]], dim=-1)


def matrix_from_6d(columns: Tensor) -> Tensor:
    """Gram–Schmidt of two columns ``(..., 6)`` to a rotation ``(..., 3, 3)``; inverse of :func:`matrix_to_6d`."""
    return roma.special_gramschmidt(torch.stack([columns[..., :3], columns[..., 3:]], dim=-1))


def yaw_from_matrix(matrix: Tensor) -> Tensor:
    """Heading in radians: the twist of ``(..., 3, 3)`` about +Y (swing–twist decomposition), ``(...)``.

    For a rotation ``R = swing * twist`` with the twist about Y, ``tan(yaw) = (R02 - R20) / (R00 + R22)``.
    Undefined (returned as 0) only for a half turn about a horizontal axis.
    """
    return torch.atan2(matrix[..., 0, 2] - matrix[..., 2, 0], matrix[..., 0, 0] + matrix[..., 2, 2])


def yaw_matrix(angle: Tensor) -> Tensor:
    """Rotation by ``angle`` (radians, any shape) about +Y: ``(..., 3, 3)``."""
    c, s = torch.cos(angle), torch.sin(angle)
    zero, one = torch.zeros_like(c), torch.ones_like(c)
    rows = [torch.stack(row, dim=-1) for row in ((c, zero, s), (zero, one, zero), (-s, zero, c))]
    return torch.stack(rows, dim=-2)


def mirror_axis_angle(vector: Tensor) -> Tensor:
    """Reflect axis-angle ``(..., 3)`` in the plane x = 0 (joint sides are swapped by the caller)."""
    return vector * vector.new_tensor([1.0, -1.0, -1.0])


def nearest_rotation(matrix: Tensor) -> Tensor:
    """The rotation nearest to ``(..., 3, 3)`` in the Frobenius norm (orthogonal Procrustes)."""
    return roma.special_procrustes(matrix)


def slerp(start: Tensor, end: Tensor, steps: Tensor) -> Tensor:
    """Shortest-arc interpolation between axis-angle ``start`` and ``end`` ``(..., 3)`` at ``steps`` in [0, 1].

    ``steps`` broadcasts against the leading dimensions. Returns axis-angle of the broadcast shape.
    """
    relative = roma.rotvec_composition([roma.rotvec_inverse(start), end])
    return roma.rotvec_composition([start, relative * steps[..., None]])
