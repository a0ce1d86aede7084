"""Smoothing of rotations that takes the wobble out of slow bodies and leaves fast ones as they are.

Speed is measured on smoothed positions, part by part: the trunk's in space, a limb's relative to the pelvis.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import NUM_JOINTS, PART_JOINTS

SIGMA = 0.07
"""Standard deviation in seconds of the Gaussian."""
SLOW = 0.25
"""Speed (m/s) at which half of the smoothing applies."""


def smoothing_weights(joints: np.ndarray, fps: float) -> np.ndarray:
    """How much each joint is smoothed, ``(T, 24)`` in 0 to 1, from joint positions ``(T, 24, 3)``."""
    smooth = ndimage.gaussian_filter1d(joints, 0.1 * fps, axis=0, mode="nearest")
    weights = np.zeros(joints.shape[:2])
    for part, members in PART_JOINTS.items():
        points = smooth[:, members] if part == "torso" else smooth[:, members] - smooth[:, :1]
        speed = np.linalg.norm(np.gradient(points, axis=0), axis=-1).max(axis=1) * fps
        speed = ndimage.gaussian_filter1d(speed, 0.1 * fps, mode="nearest")
        weights[:, members] = (1 / (1 + (speed / SLOW) ** 4))[:, None]
    return weights


def steady(poses: np.ndarray, trans: np.ndarray, joints: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Smooth axis-angle ``(T, 24, 3)`` and translation ``(T, 3)`` of a motion with joints ``(T, 24, 3)``."""
    weights = smoothing_weights(joints, fps)
    turns = Rotation.from_rotvec(poses.reshape(-1, 3)).as_quat().reshape(-1, NUM_JOINTS, 4)
    flips = np.sign(np.sum(turns[1:] * turns[:-1], axis=-1))
    turns[1:] *= np.cumprod(np.where(flips == 0, 1, flips), axis=0)[..., None]
    smooth = ndimage.gaussian_filter1d(turns, SIGMA * fps, axis=0, mode="nearest")
    turns += weights[..., None] * (smooth - turns)
    moved = ndimage.gaussian_filter1d(trans, SIGMA * fps, axis=0, mode="nearest")
    turned = Rotation.from_quat(turns.reshape(-1, 4)).as_rotvec().reshape(poses.shape)
    return turned, trans + weights[:, :1] * (moved - trans)
