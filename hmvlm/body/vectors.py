"""Operations on arrays of 3-D vectors ``(..., 3)``."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

SMALLEST_NORM = 1e-9
"""Shorter vectors count as zero."""


def unit(vector: np.ndarray) -> np.ndarray:
    """Vectors scaled to length 1; a zero vector stays zero."""
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), SMALLEST_NORM)


def project_out(vector: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Vectors without their component along unit vectors ``direction``."""
    return vector - np.sum(vector * direction, axis=-1, keepdims=True) * direction


def swing(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The smallest rotation (..., 3, 3) that turns unit vectors ``source`` onto ``target`` (..., 3)."""
    source, target = np.broadcast_arrays(source, target)
    axis = np.cross(source, target)
    sine = np.linalg.norm(axis, axis=-1, keepdims=True)
    cosine = np.sum(source * target, axis=-1, keepdims=True)
    fallback = np.cross(source, np.where(np.abs(source[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]))
    axis = np.where(sine < 1e-8, unit(fallback), axis / np.maximum(sine, 1e-9))
    turn = Rotation.from_rotvec((axis * np.arctan2(sine, cosine)).reshape(-1, 3))
    return turn.as_matrix().reshape(*source.shape[:-1], 3, 3)
