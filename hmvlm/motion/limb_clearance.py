"""Arms and legs of a body near the floor that reach below it are raised, instead of the whole body.

Decoded limbs of lying, sitting and crawling bodies are some degrees off. Lifting the body until no limb pierces the
floor would leave it floating.
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


def _near(joints: np.ndarray) -> np.ndarray:
    """How near the floor the body is ``(T,)``, 1 for one that lies."""
    return np.clip((FAR - joints[:, 0, 1]) / (FAR - NEAR), 0, 1)


def _raising(away: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotations ``(T, 3, 3)`` that raise what lies ``away`` ``(T, 3)`` by ``angle`` ``(T,)`` radians."""
    level = unit(away * [1.0, 0.0, 1.0] + 1e-6)
    axis = np.cross(level, [0.0, 1.0, 0.0])
    return Rotation.from_rotvec(axis * angle[:, None]).as_matrix()
