"""Inertialised blending: the difference at a cut dies away, while the motion after the cut plays on.

Source: D. Bollo, "Inertialization: High-Performance Animation Transitions in Gears of War", GDC 2018. The difference
is a vector (of a position, or of a rotation), whose components follow a quintic polynomial that starts with the
difference's value and velocity and ends at rest at zero.
"""

from __future__ import annotations

import numpy as np

from hmvlm.config import MOTION_FPS
from train.composition.channels import to_matrix, to_vector


def quintic(value: np.ndarray, velocity: np.ndarray, seconds: float, frames: int) -> np.ndarray:
    """Decay ``(frames, ...)`` at 1, 2, … frames after the cut of a difference ``value`` and its ``velocity`` a second.

    It is zero from ``seconds`` on.
    """
    t = (np.arange(1, frames + 1) / MOTION_FPS).reshape(-1, *([1] * np.ndim(value)))
    end = seconds
    start = (-8 * velocity * end - 20 * value) / end**2
    fifth = -(start * end**2 + 6 * velocity * end + 12 * value) / (2 * end**5)
    fourth = (3 * start * end**2 + 16 * velocity * end + 30 * value) / (2 * end**4)
    third = -(3 * start * end**2 + 12 * velocity * end + 20 * value) / (2 * end**3)
    curve = fifth * t**5 + fourth * t**4 + third * t**3 + start / 2 * t**2 + velocity * t + value
    return np.where(t < end, curve, 0.0)


def carry_places(before: np.ndarray, after: np.ndarray, seconds: float, share: float = 1.0) -> np.ndarray:
    """Positions ``after`` (T, ..., 3), of which frame 0 is at the cut, going on from ``before`` (S, ..., 3).

    The last frame of ``before`` is at the cut as well. ``share`` of the difference in velocity is taken over.
    Returns ``(T - 1, ..., 3)``, the frames after the cut.
    """
    speed = (_last_step(before) - (after[1] - after[0])) * MOTION_FPS * share
    return after[1:] + quintic(before[-1] - after[0], speed, seconds, len(after) - 1)


def carry_rotations(before: np.ndarray, after: np.ndarray, seconds: float) -> np.ndarray:
    """The same for rotations ``(T, ..., 3, 3)``."""
    gap = to_vector(before[-1] @ _inverse(after[0]))
    step_before = to_vector(before[-1] @ _inverse(before[-2])) if len(before) > 1 else np.zeros_like(gap)
    step_after = to_vector(after[1] @ _inverse(after[0]))
    frames = min(len(after) - 1, int(np.ceil(seconds * MOTION_FPS)))
    curve = quintic(gap, (step_before - step_after) * MOTION_FPS, seconds, frames)
    return np.concatenate([to_matrix(curve) @ after[1 : frames + 1], after[frames + 1 :]])


def _last_step(values: np.ndarray) -> np.ndarray:
    return values[-1] - values[-2] if len(values) > 1 else np.zeros_like(values[-1])


def _inverse(matrix: np.ndarray) -> np.ndarray:
    return np.swapaxes(matrix, -1, -2)
