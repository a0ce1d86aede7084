"""Places on the floor to which points in contact are pinned, and how the corrections fade between contacts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from hmvlm.motion.support import runs

FADE = 0.35
"""Seconds over which a correction fades before and after its contact."""
HIGHEST_PIN = 0.015
"""Metres above the floor at which the lower of a foot's pins lies at most."""
LARGEST_DRIFT = 0.12
"""A stance whose point wanders farther (m) from its place is split where it moves fastest."""
SHORTEST_STANCE = 0.3
"""Seconds below which no stance is split."""
CLEARANCE, SWING = 0.04, (0.5, 1.5)
"""Height (m) over the floor of a swinging foot, and the speeds (m/s) from which and above which it is asked for. In
recordings seven tenths of the feet faster than 1.5 m/s are as high.
"""


@dataclass(frozen=True)
class Pins:
    """A foot's corrected path: ``ball`` ``(T, 3)`` in metres, and ``tilt`` ``(T, 3)``.

    The vector from heel to ball shrinks by ``tilt``, which turns the foot.
    """

    ball: np.ndarray
    tilt: np.ndarray


def bridge(values: np.ndarray, known: np.ndarray, fade: float) -> np.ndarray:
    """Fill corrections ``(T, 3)`` where they are not ``known`` ``(T,)``.

    They fade to 0 within ``fade`` frames of a known one; across a shorter gap one passes into the other.
    """
    if not known.any():
        return np.zeros_like(values)
    frames = np.arange(len(values))
    before = np.maximum.accumulate(np.where(known, frames, -1))
    after = np.minimum.accumulate(np.where(known, frames, len(values))[::-1])[::-1]
    inside = (before >= 0) & (after < len(values))
    width = np.where(inside, np.clip(after - before, 1, fade), fade)
    filled = np.zeros_like(values)
    for nearest, present in ((before, before >= 0), (after, after < len(values))):
        u = np.clip(np.abs(frames - nearest) / width, 0, 1)
        share = np.where(present, 1 - u * u * (3 - 2 * u), 0)
        filled += share[:, None] * values[np.clip(nearest, 0, len(values) - 1)]
    return np.where(known[:, None], values, filled)


def stances(place: np.ndarray, contact: np.ndarray, fps: float) -> list[tuple[int, int]]:
    """Spans ``(start, stop)`` of ``contact`` ``(T,)`` in each of which a point ``(T, 3)`` stays near one place."""
    found, waiting = [], runs(contact)
    while waiting:
        start, stop = waiting.pop()
        inside = place[start:stop][:, [0, 2]]
        drift = np.linalg.norm(inside - np.median(inside, axis=0), axis=-1).max()
        gap = max(2, round(0.15 * fps))
        if drift < LARGEST_DRIFT or stop - start < max(SHORTEST_STANCE * fps, 3 * gap):
            found.append((start, stop))
            continue
        speed = np.linalg.norm(np.diff(inside, axis=0), axis=-1)
        middle = start + gap + int(speed[gap:-gap].argmax()) if len(speed) > 2 * gap else (start + stop) // 2
        waiting += [(start, max(middle - gap // 2, start + 1)), (min(middle + gap - gap // 2, stop - 1), stop)]
    return sorted(found)


def pin_point(place: np.ndarray, contact: np.ndarray, fps: float) -> np.ndarray:
    """Shift ``(T, 3)`` in metres that keeps a point ``(T, 3)`` in place while in ``contact`` ``(T,)``."""
    shift, known = np.zeros_like(place), np.zeros(len(place), bool)
    for start, stop in stances(place, contact, fps):
        shift[start:stop] = np.median(place[start:stop], axis=0) - place[start:stop]
        known[start:stop] = True
    return bridge(shift, known, FADE * fps)


def pin_foot(heel: tuple[np.ndarray, np.ndarray], ball: tuple[np.ndarray, np.ndarray], fps: float) -> Pins:
    """Pin a foot; heel and ball are each a path ``(T, 3)`` on the sole and its contact ``(T,)``."""
    (h, h_down), (b, b_down) = heel, ball
    tilt, move = np.zeros_like(b), np.zeros_like(b)
    held, flat = np.zeros(len(b), bool), np.zeros(len(b), bool)
    spans = stances((h + b) / 2, h_down | b_down, fps)
    pinned = []
    for start, stop in spans:
        both = np.zeros(len(b), bool)
        both[start:stop] = (h_down & b_down)[start:stop]
        at_heel, at_ball = _places(h, b, h_down, b_down, both, slice(start, stop))
        pinned.append(at_heel)
        tilt[both] = (at_heel - h[both]) - (at_ball - b[both])
        flat |= both
        on_ball = np.zeros(len(b), bool)
        on_ball[start:stop] = b_down[start:stop]
        move[on_ball] = at_ball - b[on_ball]
        held[start:stop] = True
    tilt = bridge(tilt, flat, FADE * fps)
    for (start, stop), at_heel in zip(spans, pinned, strict=True):
        on_heel = start + np.flatnonzero(~b_down[start:stop])
        move[on_heel] = at_heel - h[on_heel] - tilt[on_heel]
    move = bridge(move, held, FADE * fps)
    move[:, 1] = np.maximum(move[:, 1], -b[:, 1])
    tilt[:, 1] = np.maximum(tilt[:, 1], -h[:, 1] - move[:, 1])
    return Pins(b + move, tilt)


def cleared(pins: Pins, along: np.ndarray, down: np.ndarray, fps: float) -> Pins:
    """Pins of a foot that swings clear of the floor.

    Args:
        along: ``(T, 3)`` metres from heel to ball before the pins. down: ``(T,)`` bool, frames in contact.
    """
    speed = np.linalg.norm(np.gradient(pins.ball[:, [0, 2]], axis=0), axis=-1) * fps
    lowest = pins.ball[:, 1] - np.maximum(along[:, 1] - pins.tilt[:, 1], 0)
    wanted = np.where(down, 0, CLEARANCE * np.clip((speed - SWING[0]) / (SWING[1] - SWING[0]), 0, 1))
    lift = gaussian_filter1d(np.maximum(wanted - lowest, 0), 0.04 * fps, mode="nearest")
    return Pins(pins.ball + np.where(down, 0, lift)[:, None] * np.array([0.0, 1.0, 0.0]), pins.tilt)


def _places(h, b, h_down, b_down, both, span) -> tuple[np.ndarray, np.ndarray]:
    """Places ``(3,)`` of heel and ball in one stance, as far apart as they are on the foot where both are down."""
    down = np.arange(len(b))
    heel_frames = down[span][h_down[span]]
    ball_frames = down[span][b_down[span]]
    at_ball = np.median(b[ball_frames if len(ball_frames) else down[span]], axis=0)
    at_heel = np.median(h[heel_frames if len(heel_frames) else down[span]], axis=0)
    sunk = min(at_ball[1] if len(ball_frames) else 1.0, at_heel[1] if len(heel_frames) else 1.0)
    lower = sunk - np.clip(sunk, 0, HIGHEST_PIN)
    at_ball[1], at_heel[1] = max(at_ball[1] - lower, 0), max(at_heel[1] - lower, 0)
    if both.any():
        along = np.mean((b - h)[both], axis=0)
        length = np.linalg.norm((b - h)[0])
        rise = np.clip(at_ball[1] - at_heel[1], -0.9 * length, 0.9 * length)
        flat = along * [1, 0, 1]
        flat *= np.sqrt(length**2 - rise**2) / max(float(np.linalg.norm(flat)), 1e-6)
        at_heel = np.array([at_ball[0] - flat[0], at_heel[1], at_ball[2] - flat[2]])
    return at_heel, at_ball
