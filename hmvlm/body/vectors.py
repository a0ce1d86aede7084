"""Operations on arrays of 3-D vectors ``(..., 3)``."""

from __future__ import annotations

import numpy as np

SMALLEST_NORM = 1e-9
"""Shorter vectors count as zero."""


def unit(vector: np.ndarray) -> np.ndarray:
    """Vectors scaled to length 1; a zero vector stays zero."""
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), SMALLEST_NORM)


def project_out(vector: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Vectors without their component along unit vectors ``direction``."""
    return vector - np.sum(vector * direction, axis=-1, keepdims=True) * direction
