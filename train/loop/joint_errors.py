"""Joint errors of poses: after moving a root onto the other, and after the best similarity (Procrustes)."""

from __future__ import annotations

import torch
from torch import Tensor


def similarity_aligned(points: Tensor, targets: Tensor) -> Tensor:
    """``points`` ``(N, J, 3)`` under the rotation, translation and scale that bring each row nearest to ``targets``.

    Least squares in closed form (Umeyama, 1991); reflections are excluded.
    """
    centre = targets.mean(1, keepdim=True)
    x, y = points - points.mean(1, keepdim=True), targets - centre
    u, stretch, vt = torch.linalg.svd(y.transpose(1, 2) @ x)
    sign = torch.ones_like(stretch)
    sign[:, 2] = torch.linalg.det(u @ vt).sign()
    turn = u @ torch.diag_embed(sign) @ vt
    scale = (stretch * sign).sum(1) / (x**2).sum((1, 2)).clamp_min(1e-12)
    return scale[:, None, None] * x @ turn.transpose(1, 2) + centre


def joint_errors(points: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """MPJPE as the points are and PA-MPJPE after :func:`similarity_aligned`, ``(N,)`` each, in the points' unit."""
    plain = (points - targets).norm(dim=-1).mean(1)
    return plain, (similarity_aligned(points, targets) - targets).norm(dim=-1).mean(1)
