"""Two-bone inverse kinematics of limbs, in closed form over all frames at once.

The end of the limb goes to its target; the plane in which the limb bends turns with the line from its first joint to
its end by the smallest rotation, so that a target equal to the present end changes nothing.
"""

from __future__ import annotations

import numpy as np

from hmvlm.body.vectors import project_out, swing, unit

LONGEST = 0.9995
"""Largest distance from the first joint to the end, as a share of the limb's length."""
STRAIGHT = 0.02
"""Metres between a limb's middle joint and the line through its ends below which its plane leans on the hint."""


def reachable(distance: np.ndarray, length: float | np.ndarray, soft: float = 0.98) -> np.ndarray:
    """Distances that a limb of ``length`` can span, without a kink at full stretch.

    Up to ``soft * length`` they stay; beyond, they approach ``LONGEST * length`` exponentially.
    """
    start = soft * length
    room = LONGEST * length - start
    return np.where(distance > start, start + room * (1 - np.exp(-np.maximum(distance - start, 0) / room)), distance)


def solve_two_bone(
    places: tuple[np.ndarray, np.ndarray, np.ndarray], target: np.ndarray, hint: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Move the end of a two-bone limb to a target.

    Args:
        places: first, middle and end joint, ``(..., 3)`` metres each.
        target: where the end should be, ``(..., 3)``. One that is out of reach is approached along its direction.
        hint: direction ``(..., 3)`` in which the middle joint of a straight limb moves when it bends.

    Returns:
        Rotations ``(..., 3, 3)`` to apply from the left to the global rotations of the first and of the middle joint,
        and the place of the end, ``(..., 3)``.
    """
    first, middle, end = places
    upper, lower, line = middle - first, end - middle, end - first
    a, b = np.linalg.norm(upper, axis=-1), np.linalg.norm(lower, axis=-1)
    goal = target - first
    distance = np.clip(np.linalg.norm(goal, axis=-1), np.abs(a - b) + 1e-3, LONGEST * (a + b))
    along = unit(goal)
    turn = swing(unit(line), along)
    offset = project_out(upper, unit(line))
    lean = np.clip(1 - np.linalg.norm(offset, axis=-1, keepdims=True) / STRAIGHT, 0, 1)
    offset = offset + lean * STRAIGHT * unit(project_out(hint, unit(line)))
    pole = unit((turn @ offset[..., None])[..., 0])
    x = (a**2 - b**2 + distance**2) / (2 * distance)
    y = np.sqrt(np.maximum(a**2 - x**2, 0))
    new_upper = x[..., None] * along + y[..., None] * pole
    new_end = distance[..., None] * along
    first_turn = swing(unit((turn @ upper[..., None])[..., 0]), unit(new_upper)) @ turn
    middle_turn = swing(unit((turn @ lower[..., None])[..., 0]), unit(new_end - new_upper)) @ turn
    return first_turn, middle_turn, first + new_end
