"""Corrections of the root's path: heights from what touches the floor, and shifts that keep planted points in place."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.linalg import solveh_banded

from hmvlm.motion.support import SHORTEST_FLOAT, falls, runs

SUNK, RAISED, FLOATING = -0.008, 0.03, 0.06
"""Heights (m) of the lowest skin between which a body stands on the floor, and above which it is moved down wholly."""
SEEN_RAISED, SEEN_FLOATING, SEEN_FLIGHT = 0.005, 0.03, 0.07
"""The same two heights for bodies seen in videos, which no recording holds at some height, and the height from which
one of these may be in flight: their feet shake by some centimetres.
"""
FALLING_SHARE = 0.6
"""Share of free fall in an airborne span above which all of it is a flight."""
BLUR = 3
"""Frames at either end of a flight in which the fit sees take-off or landing."""
ENVELOPE = 3
"""Frames by which a lift begins before it is needed and ends after it."""


def plant(points: np.ndarray, contact: np.ndarray, stay: float = 0.003, smooth: float = 0.3) -> np.ndarray:
    """Root shift ``(T, 3)`` in metres after which points ``(T, N, 3)`` in ``contact`` ``(T, N)`` move least.

    Minimises Σ w |Δshift + Δpoints|² + stay Σ |shift|² + smooth Σ |Δ²shift|² (a banded linear system).
    """
    frames = len(points)
    if frames < 3 or not contact.any():
        return np.zeros((frames, 3))
    weight = ndimage.gaussian_filter1d(contact.astype(float), 1.0, axis=0, mode="nearest")
    weight = np.minimum(weight[1:], weight[:-1]) * (contact[1:] & contact[:-1])
    step = np.diff(points, axis=0)
    pull = -(weight[..., None] * step).sum(1)
    bands = _second_differences(frames, smooth)
    bands[0] += stay
    total = weight.sum(1)
    bands[0, 1:] += total
    bands[0, :-1] += total
    bands[1, :-1] -= total
    right = np.zeros((frames, 3))
    right[1:] += pull
    right[:-1] -= pull
    return solveh_banded(bands, right, lower=True)


def settle(lowest: np.ndarray, mass: np.ndarray, fps: float, smooth: float = 5.0, seen: bool = False) -> np.ndarray:
    """Vertical root shift ``(T,)`` in metres that puts a body on the floor wherever it does not fly.

    Minimises Σ w (shift - needed)² + smooth Σ (Δ²shift)². Flights are ballistic, or shorter than
    :data:`~hmvlm.motion.support.SHORTEST_FLOAT`; they move with the floor before and after them. A motion does not
    begin in flight.

    Args:
        lowest: height ``(T,)`` of the lowest skin; mass: height ``(T,)`` of the centre of mass.
        seen: whether the motion was estimated from a video.
    """
    if len(lowest) < 3:
        return np.full(len(lowest), -lowest.min())
    flies = flight(lowest, mass, fps, seen)
    frames = np.arange(len(lowest))
    raised, floating = (SEEN_RAISED, SEEN_FLOATING) if seen else (RAISED, FLOATING)
    share = np.clip((lowest - raised) / (floating - raised), 0, 1)
    needed = np.where(lowest < SUNK, SUNK - lowest, -share * lowest)
    needed = np.interp(frames, frames[~flies], needed[~flies])
    weight = np.where(flies, 0.05, 1.0)
    bands = _second_differences(len(lowest), smooth)
    bands[0] += weight
    return solveh_banded(bands, weight * needed, lower=True)


def flight(lowest: np.ndarray, mass: np.ndarray, fps: float, seen: bool = False) -> np.ndarray:
    """Frames ``(T,)`` in which the body is in the air and falls freely; one at the very beginning does not count.

    Of motions ``seen`` in a video, those that hardly leave the floor do not count either.
    """
    flies = np.zeros(len(lowest), bool)
    for start, stop in runs(lowest > RAISED):
        if seen and lowest[start:stop].max() < SEEN_FLIGHT:
            continue
        fall = falls(mass[start:stop], fps)
        whole = start > 0 and stop < len(lowest) and stop - start < SHORTEST_FLOAT * fps
        if whole or fall.mean() > FALLING_SHARE:
            fall = np.ones(stop - start, bool)
        elif fall.any():  # a jump of a body that floats: the fitted window blurs its ends
            fall = ndimage.binary_dilation(fall, iterations=BLUR)
        first = 0 if start > 0 else int(np.argmin(np.append(fall, False)))
        flies[start + first : stop] = fall[first:]
    return flies


def envelope(needed: np.ndarray) -> np.ndarray:
    """A smooth curve ``(T,)`` that is nowhere below ``needed`` ``(T,)``."""
    width = 2 * ENVELOPE + 1
    kernel = np.hanning(width + 2)[1:-1]
    raised = np.pad(ndimage.maximum_filter1d(needed, width, mode="nearest"), ENVELOPE, mode="edge")
    return np.convolve(raised, kernel / kernel.sum(), mode="valid")


def _second_differences(frames: int, weight: float) -> np.ndarray:
    """Lower bands ``(3, T)`` of ``weight * DᵀD``, where D takes second differences in time."""
    bands = np.zeros((3, frames))
    bands[0, :-2] += weight
    bands[0, 1:-1] += 4 * weight
    bands[0, 2:] += weight
    bands[1, :-2] -= 2 * weight
    bands[1, 1:-1] -= 2 * weight
    bands[2, :-2] += weight
    return bands
