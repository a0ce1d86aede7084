"""Arms and legs of a body near the floor that reach below it are raised, instead of the whole body, and legs that lie
some way above it are lowered.

Decoded limbs of lying, sitting and crawling bodies are some degrees off. Lifting the body until no limb pierces the
floor would leave it floating, and shanks of somebody who kneels would hover.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX
from hmvlm.body.vectors import unit
from hmvlm.motion.root_path import envelope

NEAR, FAR = 0.45, 0.6
"""Height (m) of the pelvis up to which limbs are raised fully, and from which on they are not."""
SHORTEST = 0.15
"""Least horizontal distance (m) of a part from the joint that its limb turns about."""
MOST = 0.6
"""Radians that a limb turns at most."""
HAND = 0.1
"""Metres from the wrist to the lowest skin of a hand that points down."""
LIMBS = [
    tuple(INDEX[f"{side}_{name}"] for name in names)
    for side in ("left", "right")
    for names in (("shoulder", "elbow", "wrist", "hand"), ("hip", "knee", "ankle", "foot"))
]
FOOT = 0.15
"""Metres from the ankle to the tip of the toes."""
CLEAR = 0.02
"""Height (m) over the floor at which a shank that is let down stays, so that its foot does not count as standing."""
KNEE_DOWN, KNEE_UP = 0.06, 0.1
"""Height (m) of a knee's lowest skin up to which it lies on the floor, and from which on it does not."""
RESTING, HELD_UP = 0.34, 0.44
"""Height (m) of an ankle behind a knee on the floor up to which the shank is lowered, and from which on it is not."""
PRONE, LEG_HELD_UP = 0.26, 0.3
"""Height (m) of the pelvis up to which a body lies, and that of an ankle from which on a leg of it is held up."""
LEGS = LIMBS[1::2]
HANDS = [tuple(INDEX[f"{side}_{name}"] for name in ("wrist", "hand")) for side in ("left", "right")]


def flatten_hands(joints: np.ndarray, turned: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Global rotations ``(T, 24, 3, 3)`` with hands bent up at the wrist as far as they reach below the floor.

    Args:
        joints: ``(T, 24, 3)``. lowest: height ``(T, 24)`` of the lowest skin of each joint's part.
    """
    found = turned.copy()
    for wrist, hand in HANDS:
        below = np.maximum(-lowest[:, [wrist, hand]].min(1), 0) * _near(joints)
        angle = envelope(np.arcsin(np.clip(below / HAND, 0, 0.95)))
        turn = _raising(joints[:, hand] - joints[:, wrist], angle)
        for joint in (wrist, hand):
            found[:, joint] = turn @ turned[:, joint]
    return found


def raise_limbs(joints: np.ndarray, turned: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Global rotations ``(T, 24, 3, 3)`` with limbs turned up at the shoulder or hip until no part is below the floor.

    The arguments are those of :func:`flatten_hands`.
    """
    found = turned.copy()
    for root, *parts in LIMBS:
        away = joints[:, parts] - joints[:, root, None]
        reach = np.maximum(np.linalg.norm(away[..., [0, 2]], axis=-1), SHORTEST)
        below = np.maximum(-lowest[:, parts], 0) / reach
        angle = envelope(np.minimum(np.arcsin(np.clip(below, 0, 0.95)).max(1), MOST) * _near(joints))
        turn = _raising(away[:, 1], angle)
        for joint in (root, *parts):
            found[:, joint] = turn @ turned[:, joint]
    return found


def lower_legs(joints: np.ndarray, turned: np.ndarray, lowest: np.ndarray) -> np.ndarray:
    """Global rotations ``(T, 24, 3, 3)`` with the legs of somebody who lies face down, and shanks behind a knee on the
    floor, let down onto the floor. Legs that are held up stay so.

    The arguments are those of :func:`flatten_hands`.
    """
    found = turned.copy()
    prone = _ramp(joints[:, 0, 1], PRONE, PRONE + 0.06) * _ramp(turned[:, 0, 1, 2], -0.8, -0.6)
    for leg in LEGS:
        _, knee, ankle, foot = leg
        shank, toes = unit(joints[:, ankle] - joints[:, knee]), unit(joints[:, foot] - joints[:, ankle])
        along = _ramp(-(shank * toes).sum(-1), -0.5, -0.2)  # toes that are tucked under hold the leg up
        lies = prone * _ramp(joints[:, ankle, 1], LEG_HELD_UP - 0.06, LEG_HELD_UP)
        turn, sunk = _let_down(found, joints, lowest, leg, lies, along)
        flat = _raising((turn @ toes[..., None])[..., 0], envelope(np.arcsin(np.clip(sunk * along / FOOT, 0, 0.95))))
        kneels = _ramp(lowest[:, knee], KNEE_DOWN, KNEE_UP) * _ramp(joints[:, ankle, 1], RESTING, HELD_UP)
        for joint in (ankle, foot):
            found[:, joint] = flat @ found[:, joint]
        _let_down(found, joints, lowest - CLEAR, leg[1:], (1 - prone) * kneels, np.zeros_like(prone))
    return found


def _let_down(
    turned: np.ndarray,
    joints: np.ndarray,
    lowest: np.ndarray,
    parts: tuple[int, ...],
    share: np.ndarray,
    free: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Turn ``parts``, which end with a foot, about the joint of the first until another one touches the floor, as far
    as ``share`` ``(T,)`` says; the foot counts where it is not ``free`` ``(T,)``. Returns the turn ``(T, 3, 3)`` and
    how far below the floor the foot comes ``(T,)``.
    """
    away = joints[:, list(parts[1:])] - joints[:, parts[0], None]
    reach = np.maximum(np.linalg.norm(away[..., [0, 2]], axis=-1), SHORTEST)
    above = np.maximum(lowest[:, list(parts[1:])], 0) / reach
    above[:, -1] += free
    angle = -envelope(-share * np.minimum(np.arcsin(np.clip(above, 0, 0.95)).min(1), MOST))
    turn = _raising(away[:, -2], -angle)
    for joint in parts:
        turned[:, joint] = turn @ turned[:, joint]
    return turn, np.maximum(reach[:, -1] * np.sin(angle) - np.maximum(lowest[:, parts[-1]], 0), 0)


def _ramp(value: np.ndarray, full: float, none: float) -> np.ndarray:
    """1 up to ``full``, 0 from ``none`` on."""
    return np.clip((none - value) / (none - full), 0, 1)


def _near(joints: np.ndarray) -> np.ndarray:
    """How near the floor the body is ``(T,)``, 1 for one that lies."""
    return np.clip((FAR - joints[:, 0, 1]) / (FAR - NEAR), 0, 1)


def _raising(away: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotations ``(T, 3, 3)`` that raise what lies ``away`` ``(T, 3)`` by ``angle`` ``(T,)`` radians."""
    level = unit(away * [1.0, 0.0, 1.0] + 1e-6)
    axis = np.cross(level, [0.0, 1.0, 0.0])
    return Rotation.from_rotvec(axis * angle[:, None]).as_matrix()
