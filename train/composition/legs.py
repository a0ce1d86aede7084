"""Legs bent to given ankles: two-bone inverse kinematics, and a pelvis that sinks where a leg is too short."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from hmvlm.body.skeleton import INDEX
from hmvlm.body.two_bone import LONGEST, reachable, solve_two_bone

SOFT = 0.985
"""Share of the leg's length beyond which the pelvis sinks rather than the knee stretching on."""
LARGEST_DROP = 0.12
"""Metres that the pelvis is lowered at most."""
SIDES = tuple(tuple(INDEX[f"{side}_{part}"] for part in ("hip", "knee", "ankle")) for side in ("left", "right"))


def solve_legs(
    root: np.ndarray, local: np.ndarray, ankles: np.ndarray, soles: np.ndarray, offsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Root positions and local rotations with which ankles and feet are where they should be.

    Args:
        root: pelvis ``(T, 3)`` in metres; ``local``: rotations ``(T, 24, 3, 3)``.
        ankles: wanted ankle positions ``(T, 2, 3)``; ``soles``: wanted global rotations of the feet ``(T, 2, 3, 3)``.
        offsets: rest offsets ``(24, 3)`` in metres.

    Returns:
        The root, lowered where a foot is out of reach, and new local rotations (only legs differ).
    """
    root = root - _drop(root, local, ankles, offsets)[:, None] * np.array([0.0, 1.0, 0.0])
    local = local.copy()
    pelvis = local[:, 0]
    for side, (hip, knee, ankle) in enumerate(SIDES):
        upper = pelvis @ local[:, hip]
        lower = upper @ local[:, knee]
        at_hip = root + pelvis @ offsets[hip]
        at_knee = at_hip + upper @ offsets[knee]
        at_ankle = at_knee + lower @ offsets[ankle]
        away = ankles[:, side] - at_hip
        distance = np.linalg.norm(away, axis=-1)
        usual = np.linalg.norm(at_ankle - at_hip, axis=-1)
        length = float(np.linalg.norm(offsets[knee]) + np.linalg.norm(offsets[ankle]))
        allowed = np.minimum(distance, np.maximum(usual, reachable(distance, length, SOFT)))
        target = at_hip + away * (allowed / np.maximum(distance, 1e-9))[:, None]
        turn, bend, _ = solve_two_bone((at_hip, at_knee, at_ankle), target, upper[..., 2])
        upper, lower = turn @ upper, bend @ lower
        local[:, hip] = np.swapaxes(pelvis, -1, -2) @ upper
        local[:, knee] = np.swapaxes(upper, -1, -2) @ lower
        local[:, ankle] = np.swapaxes(lower, -1, -2) @ soles[:, side]
    return root, local


def _drop(root: np.ndarray, local: np.ndarray, ankles: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Metres ``(T,)`` by which the pelvis must sink so that both ankles are within reach; smooth.

    A leg may be as straight as it was before.
    """
    need = np.zeros(len(root))
    for side, (hip, knee, ankle) in enumerate(SIDES):
        hips = root + local[:, 0] @ offsets[hip]
        usual = np.linalg.norm(offsets[knee] + local[:, knee] @ offsets[ankle], axis=-1)
        whole = float(np.linalg.norm(offsets[knee]) + np.linalg.norm(offsets[ankle]))
        longest = np.clip(usual, SOFT * whole, LONGEST * whole)
        away = ankles[:, side] - hips
        flat = away[:, 0] ** 2 + away[:, 2] ** 2
        height = np.sqrt(np.maximum(longest**2 - flat, (0.3 * longest) ** 2))
        need = np.maximum(need, -away[:, 1] - height)
    need = np.clip(need, 0.0, LARGEST_DROP)
    if not (need > 1e-3).any():
        return np.zeros(len(root))
    return gaussian_filter1d(maximum_filter1d(need, 5), 1.5, mode="nearest")
