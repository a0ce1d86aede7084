"""Legs bent to given ankles: two-bone inverse kinematics that keeps the plane of the knee."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX

REACH = 0.999
"""Share of the leg's length within which a hip and its ankle must lie; straighter legs snap."""
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
    for side, (hip, knee, ankle) in enumerate(SIDES):
        hips = root + local[:, 0] @ offsets[hip]
        thigh, shank = offsets[knee], offsets[ankle]
        upper = local[:, 0] @ local[:, hip]
        want = ankles[:, side] - hips
        bend = _knee_change(thigh, local[:, knee], shank, np.linalg.norm(want, axis=-1))
        local[:, knee] = bend @ local[:, knee]
        now = (upper @ (thigh + local[:, knee] @ shank)[..., None])[..., 0]
        upper = _swing(now, want) @ upper
        local[:, hip] = np.swapaxes(local[:, 0], -1, -2) @ upper
        local[:, ankle] = np.swapaxes(upper @ local[:, knee], -1, -2) @ soles[:, side]
    return root, local


def _drop(root: np.ndarray, local: np.ndarray, ankles: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Metres ``(T,)`` by which the pelvis must sink so that both ankles are within reach; smooth."""
    need = np.zeros(len(root))
    for side, (hip, knee, ankle) in enumerate(SIDES):
        hips = root + local[:, 0] @ offsets[hip]
        longest = REACH * (np.linalg.norm(offsets[knee]) + np.linalg.norm(offsets[ankle]))
        away = ankles[:, side] - hips
        flat = away[:, 0] ** 2 + away[:, 2] ** 2
        height = np.sqrt(np.maximum(longest**2 - flat, (0.3 * longest) ** 2))
        need = np.maximum(need, -away[:, 1] - height)
    need = np.clip(need, 0.0, LARGEST_DROP)
    if not (need > 1e-4).any():
        return np.zeros(len(root))
    return gaussian_filter1d(maximum_filter1d(need, 5), 1.5, mode="nearest")


def _knee_change(thigh: np.ndarray, knee: np.ndarray, shank: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Rotation ``(T, 3, 3)`` before the knee's ``(T, 3, 3)`` after which hip and ankle are ``distance`` (T,) apart."""
    first, second = np.linalg.norm(thigh), np.linalg.norm(shank)
    lower = knee @ shank
    distance = np.clip(distance, 0.35 * (first + second), REACH * (first + second))
    cosine = (first**2 + second**2 - distance**2) / (2 * first * second)
    wanted = np.arccos(np.clip(cosine, -1, 1))
    inner = np.einsum("ti,i->t", lower, -thigh) / (first * second)
    now = np.arccos(np.clip(inner, -1, 1))
    axis = np.cross(np.broadcast_to(-thigh, lower.shape), lower)
    sure = np.clip((np.linalg.norm(axis, axis=-1) / (first * second) - 0.05) / 0.15, 0, 1)[:, None]
    hinge = np.array([-1.0, 0.0, 0.0])
    axis = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), 1e-9)
    axis = sure * axis + (1 - sure) * hinge
    axis /= np.linalg.norm(axis, axis=-1, keepdims=True)
    return Rotation.from_rotvec(axis * (wanted - now)[:, None]).as_matrix()


def _swing(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Smallest rotations ``(T, 3, 3)`` that turn the directions ``start`` to ``end``, both ``(T, 3)``."""
    start = start / np.linalg.norm(start, axis=-1, keepdims=True)
    end = end / np.linalg.norm(end, axis=-1, keepdims=True)
    axis = np.cross(start, end)
    sine = np.linalg.norm(axis, axis=-1, keepdims=True)
    angle = np.arctan2(sine, (start * end).sum(-1, keepdims=True))
    return Rotation.from_rotvec(axis / np.maximum(sine, 1e-9) * angle).as_matrix()
