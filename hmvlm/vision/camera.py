"""The camera that lays a body over its picture, and the place of a body before it, solved from matched points.

Points are in the camera frame (x right, y up, z to the viewer; metres) relative to the pelvis; pixels are x right, y
down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.body.skeleton import INDEX

SMPL_FROM_LANDMARKS: dict[int, int] = {
    INDEX[f"{side}_{joint}"]: landmark + (side == "right")
    for joint, landmark in (
        ("shoulder", 11), ("elbow", 13), ("wrist", 15), ("hip", 23), ("knee", 25), ("ankle", 27), ("foot", 31)
    )
    for side in ("left", "right")
}  # fmt: skip
"""SMPL joint -> BlazePose landmark, where the two mark the same place within a few centimetres.

SMPL's ``foot`` is the ball of the foot, the landmark its toe tip: 5 to 8 cm apart.
"""
TRUST = tuple(0.3 if joint in (INDEX["left_foot"], INDEX["right_foot"]) else 1.0 for joint in SMPL_FROM_LANDMARKS)
"""Weight of each of those pairs, before visibility."""
LEAST_VISIBILITY = 0.02
"""Lower bound of a landmark's visibility: the network's low scores are not reliable enough to ignore a landmark."""


@dataclass(frozen=True)
class Perspective:
    """A pinhole camera and the place of a body before it.

    Attributes:
        focal: pixels. centre: ``(2,)`` principal point, pixels.
        place: ``(3,)`` metres of the pelvis in the camera frame; its z is negative.
    """

    focal: float
    centre: np.ndarray
    place: np.ndarray

    def __post_init__(self) -> None:
        for name, shape in (("centre", (2,)), ("place", (3,))):
            value = np.asarray(getattr(self, name), np.float64)
            if value.shape != shape or not np.isfinite(value).all():
                raise ValueError(f"the camera's {name} is {shape[0]} finite numbers, got {value}")
            object.__setattr__(self, name, value)
        if not (self.focal > 0 and self.place[2] < 0):
            raise ValueError(f"a camera needs a positive focal length and a body before it, got {self}")

    @property
    def scale(self) -> float:
        """Pixels a metre at the pelvis."""
        return float(-self.focal / self.place[2])

    @property
    def offset(self) -> np.ndarray:
        """Pixels ``(2,)`` of the pelvis' projection."""
        return self.project(np.zeros(3))

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pixels ``(..., 2)`` of points ``(..., 3)`` in the camera frame, relative to the pelvis."""
        there = np.asarray(points) + self.place
        depth = np.maximum(-there[..., 2:], _NEAREST)
        return self.centre + self.focal * there[..., :2] / depth * np.array([1.0, -1.0])


_NEAREST = 0.1
"""Metres from the camera at which points behind or close to it are taken to lie."""


def place_bodies(points: Tensor, aims: Tensor, trust: Tensor) -> Tensor:
    """Translations ``(N, 3)`` that bring points ``(N, K, 3)`` nearest to the rays ``aims`` ``(N, K, 2)``.

    Weighted linear least squares of the offsets in metres. ``trust`` ``(N, K)`` is detached; differentiable in points.
    """
    trust = trust.detach()
    share = trust / trust.sum(1, keepdim=True).clamp_min(1e-12)
    middle = (share[..., None] * aims).sum(1, keepdim=True)
    spread = (share[..., None] * (aims - middle).square()).sum((1, 2)).sqrt().clamp_min(1e-9)[:, None, None]
    # unknowns: x and y at the middle ray, and the depth in units in which the spread of the rays is one
    around = (aims - middle) / spread
    wanted = -points[..., :2] - aims * points[..., 2:]
    one, zero = torch.ones_like(share), torch.zeros_like(share)
    rows = torch.cat(
        [torch.stack([one, zero, around[..., 0]], -1), torch.stack([zero, one, around[..., 1]], -1)], dim=1
    )
    weighted = rows * torch.cat([share, share], 1)[..., None]
    right = weighted.transpose(1, 2) @ torch.cat([wanted[..., 0], wanted[..., 1]], 1)[..., None]
    solved = torch.linalg.solve(weighted.transpose(1, 2) @ rows + 1e-6 * torch.eye(3), right)[..., 0]
    depth = solved[:, 2:] / spread[:, 0]
    return torch.cat([solved[:, :2] - middle[:, 0] * depth, depth], dim=1)
