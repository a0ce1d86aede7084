"""Contacts of heels, balls of the feet, hands and knees with the floor, from height and speed with hysteresis.

A contact begins where a point is clearly low and slow, and lasts as long as it stays roughly so. The speed that still
counts as contact grows with the body's own, because generated runs slide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel

SIDES = ("left", "right")
NAMES = tuple(f"{side}_{part}" for side in SIDES for part in ("heel", "ball", "hand", "knee"))
"""The points, in the order of the columns of a contact mask."""
HEIGHTS = (0.04, 0.07)
"""Height (m) of a point's skin over the floor below which a contact begins, and below which it goes on."""
SPEEDS = (0.2, 0.4)
"""The same for its speed (m/s) on a body at rest."""
SPEED_SHARES = (0.25, 0.4)
"""What a moving body adds to these speeds, as a share of the pelvis' horizontal speed."""
HEEL_BACK = 0.045
"""Metres from the ankle joint back to the heel's lowest point."""
KNEE_SKIN = 0.055
"""Metres from the knee joint to the skin in front of it."""
HIGHER, FASTER, CHANGE, MOST = 0.06, 0.6, 2.0, 4.0
"""Which foot carries a body that was seen: height (m) over the other and speed (m/s) that each cost 1, the cost of a
change, and the largest cost of either.
"""
PART, SQUAT = 0.03, 0.35
"""Height (m) over the foot's lowest point up to which heel and ball are held, and the least height of the pelvis over
the foot of a body on its feet.
"""
STEP = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]], bool)
"""Neighbourhood in time, not between points."""


@dataclass(frozen=True)
class Points:
    """Points that may touch the floor: ``places`` ``(T, 8, 3)`` and ``heights`` ``(T, 8)`` of their skin, in metres."""

    places: np.ndarray
    heights: np.ndarray


def sole_offsets(side: str) -> tuple[np.ndarray, np.ndarray]:
    """Heel and ball of the foot on the sole, ``(3,)`` metres each, relative to the ankle joint in the rest pose."""
    body = BodyModel.load()
    rest = body.rest_joints().numpy().astype(float)
    ankle, foot = rest[INDEX[f"{side}_ankle"]], rest[INDEX[f"{side}_foot"]]
    sole = float(body.template[:, 1].min()) - ankle[1]
    return np.array([0, sole, -HEEL_BACK]), np.array([foot[0] - ankle[0], sole, foot[2] - ankle[2]])


def contact_points(joints: np.ndarray, turned: np.ndarray, lowest: np.ndarray) -> Points:
    """The points of a moving body.

    Args:
        joints: ``(T, 24, 3)``; turned: global rotations ``(T, 24, 3, 3)``.
        lowest: height ``(T, 24)`` of the lowest skin of each joint's part.
    """
    places, heights = [], []
    for side in SIDES:
        ankle, knee = INDEX[f"{side}_ankle"], INDEX[f"{side}_knee"]
        wrist, hand = INDEX[f"{side}_wrist"], INDEX[f"{side}_hand"]
        for offset in sole_offsets(side):
            places.append(joints[:, ankle] + turned[:, ankle] @ offset)
            heights.append(places[-1][:, 1])
        places += [joints[:, hand], joints[:, knee]]
        heights += [np.minimum(lowest[:, wrist], lowest[:, hand]), joints[:, knee, 1] - KNEE_SKIN]
    return Points(np.stack(places, axis=1), np.stack(heights, axis=1))


def contacts(points: Points, pelvis: np.ndarray, fps: float) -> np.ndarray:
    """Contact ``(T, 8)`` bool of points with the floor at 0; ``pelvis`` is its path ``(T, 3)``."""
    speed = np.linalg.norm(np.gradient(points.places, axis=0), axis=-1) * fps
    pace = np.linalg.norm(np.gradient(pelvis, axis=0)[:, [0, 2]], axis=-1) * fps
    pace = ndimage.gaussian_filter1d(pace, 0.15 * fps, mode="nearest")[:, None]
    sure, maybe = (
        (points.heights < height) & (speed < base + share * pace)
        for height, base, share in zip(HEIGHTS, SPEEDS, SPEED_SHARES, strict=True)
    )
    found = ndimage.binary_propagation(sure & maybe, STEP, mask=maybe)
    padded = np.pad(found, ((2, 2), (0, 0)), mode="edge")  # gaps of up to two frames are closed
    return ndimage.binary_closing(padded, STEP, iterations=1)[2:-2] | found


def carrying(points: Points, pelvis: np.ndarray, flies: np.ndarray, fps: float) -> np.ndarray:
    """Contact ``(T, 8)`` bool of the foot that carries a body on its feet, however fast it seems to move.

    For motions that were seen by a camera, whose feet shake more than they slide. The lower and slower foot carries;
    the path of least cost through both feet is taken (Viterbi). ``pelvis`` ``(T,)`` is its height, ``flies`` ``(T,)``
    are the frames in the air.
    """
    feet = np.array([[NAMES.index(f"{side}_{part}") for part in ("heel", "ball")] for side in SIDES])
    heights = points.heights[:, feet]  # (T, side, part)
    lowest = heights.min(-1)
    paths = ndimage.gaussian_filter1d(points.places[:, feet][..., [0, 2]], 0.05 * fps, axis=0, mode="nearest")
    speed = np.linalg.norm(np.gradient(paths, axis=0), axis=-1).min(-1) * fps
    higher = lowest - lowest.min(1, keepdims=True)
    cost = np.minimum((higher / HIGHER) ** 2, MOST) + np.minimum((speed / FASTER) ** 2, MOST)
    carries = _cheapest(cost, CHANGE)
    on_feet = ~flies & (pelvis - lowest.min(1) > SQUAT)
    found = np.zeros(points.heights.shape, bool)
    for side, columns in enumerate(feet):
        held = on_feet & (carries == side)
        found[:, columns] = held[:, None] & (heights[:, side] < lowest[:, side, None] + PART)
    return found


def _cheapest(cost: np.ndarray, change: float) -> np.ndarray:
    """Column ``(T,)`` of each row of ``cost`` ``(T, 2)`` on the cheapest path, where a change of column costs too."""
    total, before = cost[0].copy(), np.zeros(cost.shape, int)
    for row in range(1, len(cost)):
        from_other = total[::-1] + change < total
        before[row] = np.where(from_other, [1, 0], [0, 1])
        total = np.where(from_other, total[::-1] + change, total) + cost[row]
    found = np.zeros(len(cost), int)
    found[-1] = int(total.argmin())
    for row in range(len(cost) - 1, 0, -1):
        found[row - 1] = before[row, found[row]]
    return found
