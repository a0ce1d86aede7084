"""The floor under a motion: how low the body reaches, and a body that rests on it."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from hmvlm.motion.clip import Motion
from hmvlm.motion.support import kinematics

REFINEMENTS = 3
"""Passes that bring what is still above the floor after smoothing down to it."""


def lowest_points(motion: Motion) -> np.ndarray:
    """Height (T,) in metres of the lowest skin point of every frame."""
    return kinematics(motion)[1]


def settle(motion: Motion, air: np.ndarray) -> Motion:
    """Put the body's lowest point on the floor except while ``air`` (T,) is 1; nothing pierces the floor."""
    low = lowest_points(motion)
    grounded = 1 - np.clip(air, 0, 1)
    shift = gaussian_filter1d(np.where(low > 0, low * grounded, low), 1.5, mode="nearest")
    for _ in range(REFINEMENTS):  # short peaks that the smoothing left
        left = low - shift
        shift = shift + gaussian_filter1d(np.where(left > 0, left * grounded, left), 1.0, mode="nearest")
    trans = motion.trans.copy()
    trans[:, 1] -= shift
    still = np.minimum(low - shift, 0.0)
    trans[:, 1] += gaussian_filter1d(maximum_filter1d(-still, 3), 1.0, mode="nearest")
    return Motion(motion.poses, trans, fps=motion.fps)
