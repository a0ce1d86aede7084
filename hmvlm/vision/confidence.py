"""How far an estimate can be trusted, from what the fit and the landmarks disagree about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from hmvlm.body.skeleton import INDEX
from hmvlm.vision.fitting import HIPS, MARKS, Fit, facing_turns, landmark_points
from hmvlm.vision.landmarks import PARTS, Landmarks

LIMBS = [INDEX[f"{side}_{name}"] for side in ("left", "right") for name in ("hip", "knee", "shoulder", "elbow")]
LOG_ERROR = (2.93, 5.91, 3.22, 4.35, 1.23)
"""Logarithm of the expected error in mm: a constant, and what one metre between body and landmarks, one metre between
their depths, one radian by which the fit turned the limbs, and a hidden body add.

Least squares on 267 frames of synthetic clips and 320 synthetic views, both of held-out recordings and residuals. Rank
correlation with the error there: 0.63 and 0.58.
"""
HALF_CONFIDENCE = 120.0
"""Expected error in mm at which the confidence is one half."""


def frame_confidence(fitted: Fit, seen: Sequence[Landmarks], rays: Tensor) -> np.ndarray:
    """``(N,)`` in 0 to 1 for fitted frames: presence, times a falling function of the expected error."""
    share, off = fitted.share(), fitted.off()
    points = landmark_points(fitted.local, fitted.betas.expand(len(fitted.local), -1))
    facing = facing_turns(rays[:, MARKS][:, HIPS].mean(1))
    metric = torch.from_numpy(np.stack([one.metric for one in seen]))[:, MARKS] @ facing.transpose(1, 2)
    depth = [one[..., 2] - one[:, HIPS, 2].mean(1, keepdim=True) for one in (points, metric)]
    apart = (share * (depth[0] - depth[1]).abs().clamp_max(1.0)).sum(1)
    ends = sorted({mark for name, marks in PARTS.items() if name != "head" for mark in marks})
    hidden = torch.tensor([1 - float(one.visibility[ends].mean()) for one in seen])
    reasons = torch.stack([torch.ones_like(off), off, apart, fitted.moved[:, LIMBS].mean(1), hidden], dim=1)
    expected = (reasons @ torch.tensor(LOG_ERROR)).exp().numpy()
    presence = np.array([one.score for one in seen])
    return presence / (1 + (expected / HALF_CONFIDENCE) ** 2)
