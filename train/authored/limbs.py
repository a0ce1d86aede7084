"""Two-bone limbs: analytic inverse kinematics over all frames at once, and its inverse.

A limb is described by the position of its end (wrist, ankle), a pole (the side to which elbow or knee points) and the
global rotation of hand or foot. All arrays are (T, ...) float64; positions are in metres in one common frame.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from hmvlm.body.skeleton import INDEX, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.body.vectors import project_out, unit
from hmvlm.motion.retarget.orient import to_axis_angle, to_matrix

PRONATION = 0.6
"""Share of the hand's twist about the forearm that the forearm takes; the wrist takes the rest."""
STRETCH = 0.997
"""Largest share of a limb's length at which it reaches; elbows and knees never lock."""
SMALLEST_BEND = 0.35
"""Smallest distance between the ends of a limb as a share of its length."""


@dataclass(frozen=True)
class Limb:
    """One arm or leg: joint indices from the root to the tip, and its rest geometry in metres."""

    name: str
    joints: tuple[int, int, int, int]
    upper: np.ndarray
    lower: np.ndarray
    hinge: np.ndarray

    @property
    def sign(self) -> float:
        """+1 on the left, -1 on the right."""
        return 1.0 if self.name.startswith("left") else -1.0

    @property
    def is_arm(self) -> bool:
        """Whether it is an arm."""
        return self.name.endswith("arm")

    @property
    def length(self) -> float:
        """Length of both bones."""
        return float(np.linalg.norm(self.upper) + np.linalg.norm(self.lower))

    @property
    def parent(self) -> int:
        """Joint that carries the limb: a collar or the pelvis."""
        return PARENTS[self.joints[0]]


@functools.lru_cache(maxsize=1)
def limbs() -> dict[str, Limb]:
    """The four limbs of the free body by name (``left_arm`` ...)."""
    rest = BodyModel.load().rest_joints().double().numpy()
    result = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for part, names, hinge in (
            ("arm", ("shoulder", "elbow", "wrist", "hand"), np.array([0.0, -sign, 0.0])),
            ("leg", ("hip", "knee", "ankle", "foot"), np.array([1.0, 0.0, 0.0])),
        ):
            a, b, c, d = (INDEX[f"{side}_{name}"] for name in names)
            name = f"{side}_{part}"
            result[name] = Limb(name, (a, b, c, d), rest[b] - rest[a], rest[c] - rest[b], hinge)
    return result


def _frame(bone: np.ndarray, hinge: np.ndarray) -> np.ndarray:
    """Rotation (..., 3, 3) whose columns are the bone, the hinge made perpendicular to it, and their product."""
    x = unit(bone)
    y = unit(project_out(np.broadcast_to(hinge, x.shape), x))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def solve(limb: Limb, root: np.ndarray, end: np.ndarray, pole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Global rotations (T, 3, 3) of both bones so that the limb from ``root`` reaches ``end`` (T, 3).

    The middle joint points towards ``pole`` (T, 3). An end out of reach is approached along the same line.
    """
    a, b = np.linalg.norm(limb.upper), np.linalg.norm(limb.lower)
    line = unit(end - root)
    distance = np.clip(
        np.linalg.norm(end - root, axis=-1), max(abs(a - b) + 1e-3, SMALLEST_BEND * (a + b)), STRETCH * (a + b)
    )
    side = project_out(pole, line)
    # A pole along the limb has no side; a fixed direction then breaks the tie.
    spare = project_out(np.broadcast_to(np.array([0.1 * limb.sign, -0.3, 1.0 - 2.0 * limb.is_arm]), line.shape), line)
    side = unit(side + np.where(np.linalg.norm(side, axis=-1, keepdims=True) < 1e-3, spare, 0.0))
    cosine = np.clip((a * a + distance**2 - b * b) / (2 * a * distance), -1, 1)
    sine = np.sqrt(1 - cosine**2)
    upper = line * cosine[:, None] + side * sine[:, None]
    lower = line * distance[:, None] - a * upper
    hinge = unit(np.cross(side, line))
    return (
        _frame(upper, hinge) @ _frame(limb.upper, limb.hinge).T,
        _frame(lower, hinge) @ _frame(limb.lower, limb.hinge).T,
    )


def pole_of(limb: Limb, joints: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """Pole (T, 3) of posed joints (T, 24, 3) with global rotations (T, 24, 3, 3), defined for straight limbs too."""
    a, _, c, _ = limb.joints
    line = unit(joints[:, c] - joints[:, a])
    return unit(np.cross(line, turned[:, a] @ project_out(limb.hinge, unit(limb.upper))))


def pronate(limb: Limb, lower: np.ndarray, hand: np.ndarray) -> np.ndarray:
    """The forearm's rotation (T, 3, 3) after it takes its share of the ``hand``'s twist."""
    axis = unit(limb.lower)
    relative = np.swapaxes(lower, -1, -2) @ hand
    quarter = to_axis_angle(relative)
    half = np.linalg.norm(quarter, axis=-1) / 2
    along = (unit(quarter) * axis).sum(-1) * np.sin(half)
    twist = 2 * np.arctan2(along, np.cos(half))
    twist = np.arctan2(np.sin(twist), np.cos(twist))
    return lower @ to_matrix(axis * (PRONATION * twist)[:, None])


def mix(start: np.ndarray, end: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Rotations (T, 3, 3) at ``share`` (T,) of the shortest arc from ``start`` to ``end`` (T, 3, 3)."""
    out = np.where(share[:, None, None] >= 1, end, start)
    moving = (share != 0) & (share != 1)
    if moving.any():
        relative = np.swapaxes(start[moving], -1, -2) @ end[moving]
        out[moving] = start[moving] @ to_matrix(share[moving, None] * to_axis_angle(relative))
    return out
