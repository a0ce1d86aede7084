"""One motion after the other: aligned at the cut, blended by inertialisation, feet held or stepping.

A foot that stands before and after the cut stays where it is. Is it needed elsewhere, it takes a step there: the foot
in the air lands first, then one foot steps after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hmvlm.config import MOTION_FPS
from train.composition.channels import Channels, concatenate, to_matrix, to_vector
from train.composition.decay import carry_places, carry_rotations

HOLD = 0.03
"""Metres of misplacement that a standing foot keeps until its next step."""
STEP = 0.35
"""Seconds of a step, to which 0.25 s a metre are added."""
STOP_SHARE = 0.4
"""Share of speed x blend time by which a stopping body comes to rest farther on: no step back, no abrupt halt."""


@dataclass(frozen=True)
class Blend:
    """Lengths of a blend in seconds: of the pose, and of root and feet in the air."""

    pose: float = 0.45
    root: float = 0.6
    air: float = 0.35


def join(first: Channels, second: Channels, blend: Blend | None = None, turn: float | None = 0.0) -> Channels:
    """``first``, then ``second`` without its frame 0, which coincides with the last of ``first``.

    ``second`` is turned so that its heading at the cut differs by ``turn`` (radians) from that of ``first``; None
    leaves its heading as it is.
    """
    if len(first) < 2 or len(second) < 3:
        raise ValueError(f"a join needs 2 and 3 frames at least, got {len(first)} and {len(second)}")
    blend = blend or Blend(pose=_pose_time(first, second))
    second = align(first, second, blend, turn)
    local = carry_rotations(first.local, second.local, blend.pose)
    root = carry_places(first.root, second.root, blend.root)
    balls, soles = [], []
    for side, start in enumerate(_step_starts(first, second)):
        place, turned = _foot(first, second, side, start, blend)
        balls.append(place)
        soles.append(turned)
    tail = Channels(root, local, np.stack(balls, axis=1), np.stack(soles, axis=1), second.contact[1:])
    return concatenate([first, tail])


def _pose_time(first: Channels, second: Channels) -> float:
    """Seconds of a blend that suits the largest rotation between the poses at the cut: 0.4 to 0.9."""
    gap = to_vector(first.local[-1, 1:] @ np.swapaxes(second.local[0, 1:], -1, -2))
    return float(np.clip(0.3 + 0.35 * np.linalg.norm(gap, axis=-1).max(), 0.4, 0.9))


def align(first: Channels, second: Channels, blend: Blend, turn: float | None) -> Channels:
    """``second`` turned and moved so that it goes on where ``first`` ends.

    A foot that stands on both sides of the cut is the pivot, or the middle of both feet. A body that comes to rest does
    so a little farther on.
    """
    yaw = 0.0 if turn is None else first.yaw()[-1] + turn - second.yaw()[0]
    here, there = first.contact[-1], second.contact[0]
    both = here & there
    speed = (_velocity(first, -1) - _turned(_velocity(second, 0), yaw)) * [1, 0, 1]
    if both.all() or not both.any():
        pivot, target = second.balls[0].mean(0), first.balls[-1].mean(0)
        if not here.any() and not there.any():
            pivot, target = second.root[0], first.root[-1]
    else:
        side = int(both.argmax())
        pivot, target = second.balls[0, side], first.balls[-1, side]
    if not (here.all() and there.all()) and there.all():
        pivot, target = second.root[0], first.root[-1] + STOP_SHARE * blend.root * speed
    return second.placed(yaw, pivot, target)


def _velocity(channels: Channels, frame: int) -> np.ndarray:
    low = max(0, len(channels) - 4) if frame == -1 else 0
    piece = channels.root[low : low + 4]
    return (piece[-1] - piece[0]) * MOTION_FPS / max(1, len(piece) - 1)


def _turned(vector: np.ndarray, yaw: float) -> np.ndarray:
    cosine, sine = np.cos(yaw), np.sin(yaw)
    return np.array([cosine * vector[0] + sine * vector[2], vector[1], cosine * vector[2] - sine * vector[0]])


def _step_starts(first: Channels, second: Channels) -> list[float]:
    """Seconds after the cut at which each foot begins to step, should it have to."""
    away = np.linalg.norm((first.balls[-1] - second.balls[0])[:, [0, 2]], axis=-1)
    air = ~first.contact[-1]
    if air.any():
        return [0.25 * (not up) for up in air]
    leads = int(away.argmax())
    wait = STEP + 0.25 * float(away[leads])
    starts = [wait, wait]
    starts[leads] = 0.05
    return starts


def _foot(first: Channels, second: Channels, side: int, start: float, blend: Blend) -> tuple[np.ndarray, np.ndarray]:
    """Place ``(T - 1, 3)`` and rotation ``(T - 1, 3, 3)`` of one foot after the cut."""
    before, after = first.balls[:, side], second.balls[:, side]
    if not first.contact[-1, side]:
        place = carry_places(before, after, blend.air)
        place[:, 1] = np.maximum(place[:, 1], np.minimum(before[-1, 1], after[1:, 1]))
        return place, carry_rotations(first.soles[:, side], second.soles[:, side], blend.air)
    gap = before[-1] - after[0]
    distance = float(np.linalg.norm(gap[[0, 2]]))
    standing = second.contact[0, side]
    if not standing:
        return (
            carry_places(before[-1:], after, blend.air),
            carry_rotations(first.soles[-1:, side], second.soles[:, side], blend.air),
        )
    frames = np.arange(1, len(after)) / MOTION_FPS
    if distance <= HOLD:
        leaves = _first_lift(second.contact[:, side]) / MOTION_FPS
        share = 1 - _ease((frames - leaves) / 0.3)
        place = after[1:] + share[:, None] * gap
        return place, _fade_rotation(first.soles[-1, side], second.soles[:, side], share)
    length = STEP + 0.25 * distance
    share = _ease((frames - start) / length)
    u = np.clip((frames - start) / length, 0, 1)
    lift = (0.03 + 0.1 * min(distance, 0.6)) * np.sin(np.pi * u) ** 2
    place = (1 - share)[:, None] * before[-1] + share[:, None] * after[1:]
    place[:, 1] += lift
    return place, _fade_rotation(first.soles[-1, side], second.soles[:, side], 1 - share)


def _fade_rotation(start: np.ndarray, after: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Rotations that are ``share`` ``(T - 1,)`` of the way from ``after`` ``(T, 3, 3)`` to ``start`` ``(3, 3)``."""
    gap = to_vector(start @ np.swapaxes(after[1:], -1, -2))
    return to_matrix(share[:, None] * gap) @ after[1:]


def _first_lift(contact: np.ndarray) -> int:
    """First frame without contact, or the number of frames."""
    free = np.flatnonzero(~contact)
    return int(free[0]) if len(free) else len(contact)


def _ease(u: np.ndarray) -> np.ndarray:
    u = np.clip(u, 0, 1)
    return u * u * u * (u * (6 * u - 15) + 10)
