"""Smoothing of rotations that takes the wobble out of slow bodies and leaves fast ones as they are.

Both smoothers minimise Σ |x - x0|² + λ Σ |Δ³x|² (Whittaker 1923, with the third difference, the jerk). Frequencies well
below their cutoff pass whole: about 3 Hz for parts at rest, 5 Hz for moving ones. Fast parts are not smoothed.
Speed is measured on smoothed positions, part by part: the trunk's in space, a limb's relative to the pelvis.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.linalg import solveh_banded
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import NUM_JOINTS, PART_JOINTS

STRONG, MILD = 1.0, 0.05
"""λ for parts at rest and for moving parts."""
SLOW, FAST = 0.35, 1.5
"""Speeds (m/s) at which a part is smoothed half strongly, half mildly, and at which it is half mildly, half not."""


def part_speeds(joints: np.ndarray, fps: float) -> np.ndarray:
    """Speed in m/s of the part that each joint belongs to, ``(T, 24)``, from joint positions ``(T, 24, 3)``."""
    smooth = ndimage.gaussian_filter1d(joints, 0.1 * fps, axis=0, mode="nearest")
    speeds = np.zeros(joints.shape[:2])
    for part, members in PART_JOINTS.items():
        points = smooth[:, members] if part == "torso" else smooth[:, members] - smooth[:, :1]
        speed = np.linalg.norm(np.gradient(points, axis=0), axis=-1).max(axis=1) * fps
        speeds[:, members] = ndimage.gaussian_filter1d(speed, 0.1 * fps, mode="nearest")[:, None]
    return speeds


def whittaker(values: np.ndarray, strength: float) -> np.ndarray:
    """Values ``(T, N)`` smoothed in time with λ = ``strength``; fewer than four frames stay as they are."""
    frames = len(values)
    if frames < 4:
        return values
    third = np.diff(np.eye(frames), n=3, axis=0)
    bands = np.zeros((4, frames))
    square = third.T @ third
    for band in range(4):
        bands[band, : frames - band] = strength * np.diagonal(square, band)
    bands[0] += 1
    return solveh_banded(bands, values, lower=True)


def steady(poses: np.ndarray, trans: np.ndarray, joints: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Smooth axis-angle ``(T, 24, 3)`` and translation ``(T, 3)`` of a motion with joints ``(T, 24, 3)``."""
    turns = Rotation.from_rotvec(poses.reshape(-1, 3)).as_quat().reshape(-1, NUM_JOINTS, 4)
    flips = np.where(np.sum(turns[1:] * turns[:-1], axis=-1) < 0, -1.0, 1.0)
    turns[1:] *= np.cumprod(flips, axis=0)[..., None]
    values = np.concatenate([turns.reshape(len(poses), -1), trans], axis=1)
    speeds = part_speeds(joints, fps)
    speeds = np.concatenate([np.repeat(speeds, 4, axis=1), np.repeat(speeds[:, :1], 3, axis=1)], axis=1)
    strong, mild = (1 / (1 + (speeds / limit) ** 4) for limit in (SLOW, FAST))
    smooth = whittaker(values, MILD)
    values = strong * whittaker(values, STRONG) + (mild - strong) * smooth + (1 - mild) * values
    turned = Rotation.from_quat(values[:, : 4 * NUM_JOINTS].reshape(-1, 4)).as_rotvec().reshape(poses.shape)
    return turned, values[:, 4 * NUM_JOINTS :]
