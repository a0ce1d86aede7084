"""The camera that lays a body over its picture, and the place of a body before it, solved from matched points.

Points are in the camera frame (x right, y up, z to the viewer; metres) relative to the pelvis; pixels are x right, y
down. A weak perspective takes the body as flat compared with its distance: one scale (pixels a metre) and the place of
the pelvis.
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

_ROUNDS = 12
_TUKEY = 4.685
"""Cut-off of Tukey's biweight in units of the residuals' robust spread (95 % efficient on Gaussians)."""
_FLOOR = 1e-3
"""Residuals below this share of the points' spread count as equally good."""


@dataclass(frozen=True)
class WeakPerspective:
    """``u = offset[0] + scale x``, ``v = offset[1] - scale y``.

    Attributes:
        scale: pixels a metre, positive.
        offset: pixels ``(2,)`` of the pelvis' projection.
    """

    scale: float
    offset: np.ndarray

    def __post_init__(self) -> None:
        object.__setattr__(self, "offset", np.asarray(self.offset, np.float64))
        if self.offset.shape != (2,) or not np.isfinite(self.offset).all():
            raise ValueError(f"the offset is two finite pixel coordinates, got {self.offset}")
        if not (np.isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"the scale is a positive number of pixels a metre, got {self.scale}")

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pixels ``(..., 2)`` of points ``(..., 3)`` in the camera frame, relative to the pelvis."""
        return self.offset + self.scale * np.asarray(points)[..., :2] * np.array([1.0, -1.0])


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


def solve(joints: np.ndarray, pixels: np.ndarray, weights: np.ndarray) -> WeakPerspective:
    """The weak perspective under which ``joints`` fall on ``pixels``, robust to a minority of wrong points.

    Least absolute residuals first (iteratively reweighted least squares), which a few wild points
    cannot pull away, then Tukey's biweight around that solution.

    Args:
        joints: ``(N, 3)`` metres, camera frame, relative to the pelvis.
        pixels: ``(N, 2)``. weights: ``(N,)`` trust in each pair, not negative.

    Raises:
        ValueError: arguments that do not fit or are not finite, or fewer than two points with weight.
    """
    joints, pixels = np.asarray(joints, np.float64), np.asarray(pixels, np.float64)
    weights = np.asarray(weights, np.float64)
    count = len(joints)
    if joints.shape != (count, 3) or pixels.shape != (count, 2) or weights.shape != (count,):
        raise ValueError(f"joints (N, 3), pixels (N, 2) and weights (N,) expected, got {joints.shape}, "
                         f"{pixels.shape} and {weights.shape}")  # fmt: skip
    if not all(np.isfinite(values).all() for values in (joints, pixels, weights)) or (weights < 0).any():
        raise ValueError("joints, pixels and weights must be finite, and weights not negative")
    flat = joints[:, :2] * np.array([1.0, -1.0])
    if np.count_nonzero(weights > 1e-6 * weights.max(initial=1e-12)) < 2:
        raise ValueError("a camera needs at least two points with weight; too little of the body is seen")

    trust = weights
    for step in range(_ROUNDS):
        scale, offset, spread = _fit(flat, pixels, trust)
        residual = np.linalg.norm(pixels - offset - scale * flat, axis=1)
        floor = _FLOOR * spread + 1e-9
        if step < _ROUNDS - 3:
            trust = weights / np.maximum(residual, floor)
        else:
            reach = _TUKEY * max(_median(residual, weights) / 1.18, floor)  # 1.18: median of a 2-D Gaussian's radius
            trust = weights * np.maximum(1 - (residual / reach) ** 2, 0.0) ** 2
    return WeakPerspective(float(scale), offset)


def _fit(flat: np.ndarray, pixels: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray, float]:
    """Weighted least squares: scale, offset and the pixels' spread about their mean.

    Where the fit turns out upside down (the body's estimate contradicts the picture), the scale is the
    ratio of the spreads, which is at least a plausible size.
    """
    share = weights / weights.sum()
    middle, target = share @ flat, share @ pixels
    a, b = flat - middle, pixels - target
    extent, spread = np.sqrt(share @ (a**2).sum(axis=1)), np.sqrt(share @ (b**2).sum(axis=1))
    if extent < 1e-6:
        raise ValueError("the body's points with weight all lie on one line of sight; no scale follows from them")
    scale = float(share @ (a * b).sum(axis=1)) / extent**2
    if scale <= 1e-3 * spread / extent:
        scale = max(spread, 1e-6) / extent
    return scale, target - scale * middle, spread


def _median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(below, 0.5 * below[-1])]])
