"""Straight gaits of any length: a cycle of a recording, unbent and repeated without a seam.

:func:`find_loop` looks for two moments a cycle or more apart at which pose and velocity agree, and between which the
body hardly turns. :func:`straight` repeats that piece; what little it turns is taken out by :mod:`.bending`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.config import MOTION_FPS
from train.composition.bending import Arc, unbend
from train.composition.channels import Channels, yaw_matrix
from train.composition.joining import Blend, join

LONGEST_TURN = np.radians(14)
"""A loop that turns farther than this from end to end is not taken for straight."""
SEAM = Blend(pose=0.35, root=0.35, air=0.25)
KEY_JOINTS = [INDEX[f"{side}_{part}"] for side in ("left", "right") for part in ("knee", "ankle", "foot", "wrist")]


@dataclass(frozen=True)
class Loop:
    """A straight piece of a gait along +Z that can follow itself.

    ``channels`` has one frame more than the loop: the last is the first's successor round. ``speed`` in m/s;
    ``heading`` is the mean angle between the pelvis and the direction of travel; ``cost`` the misfit at the seam in
    metres.
    """

    channels: Channels
    speed: float
    heading: float
    cost: float


def postures(channels: Channels, joints: np.ndarray) -> np.ndarray:
    """Posture and velocity of every frame, ``(T, D)`` in metres and 0.15 s x m/s, in the heading frame."""
    undo = yaw_matrix(-channels.yaw())
    relative = (joints[:, KEY_JOINTS] - joints[:, :1]) @ np.swapaxes(undo, -1, -2)
    velocity = np.gradient(relative, axis=0) * MOTION_FPS
    return np.concatenate([relative, 0.15 * velocity], axis=-1).reshape(len(joints), -1)


def find_loop(channels: Channels, joints: np.ndarray, shortest: float = 0.55, longest: float = 4.0) -> Loop | None:
    """The best loop of a gait, ``joints`` being its ``(T, 24, 3)``; None where no two moments agree.

    Longer loops are preferred a little, because they repeat less.
    """
    shape = postures(channels, joints)
    yaw = channels.yaw()
    travel = np.gradient(channels.root, axis=0) * MOTION_FPS
    pace = np.linalg.norm(travel[:, [0, 2]], axis=-1)
    usual = np.median(pace)
    steady = (pace > 0.6 * usual) & (pace < 1.6 * usual)
    best, found = np.inf, None
    low, high = int(shortest * MOTION_FPS), int(longest * MOTION_FPS)
    for length in range(low, min(high, len(shape) - 3) + 1):
        gap = np.sqrt(((shape[length:] - shape[:-length]) ** 2).mean(-1))
        turn = np.abs(yaw[length:] - yaw[:-length])
        held = np.convolve(~steady, np.ones(length + 1))[length : len(shape)] == 0
        moved = np.linalg.norm((channels.root[length:] - channels.root[:-length])[:, [0, 2]], axis=-1)
        cost = gap + 0.05 * turn - 0.004 * length / MOTION_FPS
        cost[(turn > LONGEST_TURN) | ~held | (moved < 0.25)] = np.inf
        start = int(cost.argmin())
        if cost[start] < best:
            best, found = float(cost[start]), (start, length, float(gap[start]))
    if found is None:
        return None
    start, length, misfit = found
    return _loop(channels.cut(start, start + length + 1), misfit)


def _loop(piece: Channels, misfit: float) -> Loop:
    seconds = (len(piece) - 1) / MOTION_FPS
    yaw = piece.yaw()
    turn = yaw[-1] - yaw[0]
    arc = Arc.between(piece.root[0], piece.root[-1], turn)
    flat = unbend(piece, arc)
    return Loop(flat, float(flat.root[-1, 2] - flat.root[0, 2]) / seconds, float(flat.yaw()[:-1].mean()), misfit)


def straight(loop: Loop, frames: int, offset: int = 0) -> Channels:
    """At least ``frames`` frames of the gait along +Z, beginning ``offset`` frames into the loop."""
    made = loop.channels
    while len(made) < frames + offset + 1:
        made = join(made, loop.channels, SEAM, turn=None)
        made = _centred(made, loop)
    return made.cut(offset, offset + frames)


def _centred(made: Channels, loop: Loop) -> Channels:
    """Sideways drift that the seams leave, taken out evenly over the whole length."""
    drift = made.root[-1, 0] - loop.channels.root[-1, 0]
    length = max(abs(made.root[-1, 2] - made.root[0, 2]), 1e-6)
    if abs(drift) < 1e-3:
        return made
    slope = drift / length

    def sheared(points: np.ndarray) -> np.ndarray:
        moved = points.copy()
        moved[..., 0] -= slope * (points[..., 2] - made.root[0, 2])
        return moved

    return Channels(sheared(made.root), made.local, sheared(made.balls), made.soles, made.contact)
