"""Cutting long trials into pieces of 2–10 s at calm moments or where the activity changes.

Training recordings are cut where the body rests, or else where both feet are down, and their pieces are trimmed to such
frames: none begins in the air, and few begin in a crouch or with raised hands. Recordings of other splits keep the
older cuts, so that results on them remain comparable.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from hmvlm.motion.facts import Signals
from hmvlm.motion.facts.signals import FPS, smooth, speed
from train.captions.rest import measure_readiness
from train.recordings.store import Recording

LONGEST = 10.0
"""Seconds a piece may last; a recording up to this long stays whole."""
SHORTEST = 2.0
WANTED = 6.0
"""Preferred length of a piece in seconds."""
TRIM, TRIM_COST = 1.0, 0.2
"""Seconds that may be trimmed from either end of a piece, and what a second of it costs."""


@dataclass(frozen=True)
class Piece:
    """Frames ``start:stop`` of a recording; ``kind`` is whole, segment or crop."""

    start: int
    stop: int
    kind: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise ValueError(f"a piece needs 0 <= start < stop, got {self.start}:{self.stop}")
        if self.kind not in ("whole", "segment", "crop"):
            raise ValueError(f"kind must be whole, segment or crop, got {self.kind!r}")


def cost(joints: np.ndarray) -> np.ndarray:
    """Cost of a cut at each frame, ``(T,)`` in about 0..1, from joints ``(T, 24, 3)`` at 20 fps.

    Fast frames cost more; frames before and after which the activity (speed of trunk, arms and legs, heading, height)
    differs cost less.
    """
    signals = Signals(joints)
    groups = [
        signals.pace,
        *(speed(signals.relative[:, g], 0.05).mean(-1) for g in ([20, 22], [21, 23], [7, 10], [8, 11], [12, 15])),
    ]
    activity = (
        np.stack([*groups, 2 * np.gradient(signals.heading) * FPS / 180, 2 * signals.height], axis=-1)
        if len(joints) > 1
        else np.zeros((1, 8))
    )
    motion = smooth(np.mean(groups, axis=0), 0.1)
    window = int(1.5 * FPS)
    sums = np.cumsum(np.concatenate([np.zeros((1, activity.shape[1])), activity]), axis=0)
    frames = np.arange(len(joints))
    low, high = np.maximum(frames - window, 0), np.minimum(frames + window, len(joints))
    before = (sums[frames] - sums[low]) / np.maximum(frames - low, 1)[:, None]
    after = (sums[high] - sums[frames]) / np.maximum(high - frames, 1)[:, None]
    change = np.linalg.norm(after - before, axis=-1)
    scale = max(float(np.percentile(motion, 90)), 0.1)
    return np.clip(motion / scale, 0, 1.5) - 0.6 * np.clip(change / max(float(np.percentile(change, 95)), 0.2), 0, 1)


def boundaries(joints: np.ndarray, price: np.ndarray | None = None) -> list[int]:
    """Cut frames, first 0 and last T, such that every piece lasts 2–10 s; least total cost.

    A dynamic programme over every second frame; lengths far from 6 s cost a little. ``price`` (T,) replaces
    :func:`cost`.
    """
    count = len(joints)
    if count <= LONGEST * FPS:
        return [0, count]
    price = cost(joints) if price is None else price
    grid = [*range(0, count - 1, 2), count]
    shortest, longest = int(SHORTEST * FPS), int(LONGEST * FPS)
    best = np.full(len(grid), np.inf)
    back = np.full(len(grid), -1)
    best[0] = 0.0
    for j in range(1, len(grid)):
        here = price[grid[j]] if grid[j] < count else 0.0
        for i in range(j - 1, -1, -1):
            length = grid[j] - grid[i]
            if length > longest:
                break
            if length < shortest or not np.isfinite(best[i]):
                continue
            value = best[i] + here + 0.35 + 0.25 * abs(np.log(length / FPS / WANTED))
            if value < best[j]:
                best[j], back[j] = value, i
    cuts, j = [], len(grid) - 1
    while j >= 0:
        cuts.append(grid[j])
        j = int(back[j])
    return cuts[::-1]


def cut(clip: Recording) -> list[Piece]:
    """The pieces of a recording: itself if it lasts at most 10 s, else segments of 2–10 s.

    Segments of training recordings leave out what is trimmed, and those that would begin in the air.
    """
    count = len(clip.motion)
    if clip.split == "train":
        return _cut_at_rest(clip)
    if count <= LONGEST * FPS:
        return [Piece(0, count, "whole")]
    edges = boundaries(clip.motion.joints())
    return [Piece(a, b, "segment") for a, b in zip(edges, edges[1:])]


def _cut_at_rest(clip: Recording) -> list[Piece]:
    """The pieces of a training recording, which begin and end where the body is ready for it."""
    ready = measure_readiness(clip.motion)
    count = len(clip.motion)
    if count <= LONGEST * FPS:
        faulty = ready.airborne | ready.crouched
        span = trim(ready.cost, 0, count, faulty[0], faulty[-1])
        pieces = [Piece(*span, "whole")]
    else:
        joints = clip.motion.joints()
        edges = boundaries(joints, ready.cost + 0.4 * cost(joints))
        pieces = [Piece(*trim(ready.cost, a, b), "segment") for a, b in zip(edges, edges[1:])]
    return [piece for piece in pieces if not ready.airborne[piece.start]]


def trim(price: np.ndarray, start: int, stop: int, move_start: bool = True, move_stop: bool = True) -> tuple[int, int]:
    """The span without at most :data:`TRIM` seconds at either end, ending at frames of least ``price`` (T,).

    A second trimmed costs :data:`TRIM_COST`. The rest lasts at least 2 s, or all of a shorter span.
    """
    room = max(0, min(int(TRIM * FPS), (stop - start - int(SHORTEST * FPS)) // 2))
    penalty = TRIM_COST * np.arange(room + 1) / FPS
    first = int(np.argmin(price[start : start + room + 1] + penalty)) if move_start else 0
    last = int(np.argmin(price[stop - 1 - room : stop][::-1] + penalty)) if move_stop else 0
    return start + first, stop - last


def crop(clip: Recording, rng: random.Random, shortest: float = SHORTEST, longest: float = 6.0) -> list[Piece]:
    """One random piece of 2–6 s of a recording that lasts more than 4 s, else none."""
    count = len(clip.motion)
    if count <= 2 * shortest * FPS:
        return []
    length = int(rng.uniform(shortest, min(longest, count / FPS - 0.5)) * FPS)
    start = rng.randrange(0, count - length + 1)
    return [Piece(start, start + length, "crop")]
