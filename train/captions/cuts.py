"""Cutting long trials into pieces of 2–10 s at calm moments or where the activity changes."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from hmvlm.motion.facts import Signals
from hmvlm.motion.facts.signals import FPS, smooth, speed
from train.recordings.store import Recording

LONGEST = 10.0
"""Seconds a piece may last; a recording up to this long stays whole."""
SHORTEST = 2.0
WANTED = 6.0
"""Preferred length of a piece in seconds."""


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


def boundaries(joints: np.ndarray) -> list[int]:
    """Cut frames, first 0 and last T, such that every piece lasts 2–10 s; least total cost.

    A dynamic programme over every second frame; lengths far from 6 s cost a little.
    """
    count = len(joints)
    if count <= LONGEST * FPS:
        return [0, count]
    price = cost(joints)
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
    """The pieces of a recording: itself if it lasts at most 10 s, else segments of 2–10 s without gaps."""
    count = len(clip.motion)
    if count <= LONGEST * FPS:
        return [Piece(0, count, "whole")]
    edges = boundaries(clip.motion.joints())
    return [Piece(a, b, "segment") for a, b in zip(edges, edges[1:])]


def crop(clip: Recording, rng: random.Random, shortest: float = SHORTEST, longest: float = 6.0) -> list[Piece]:
    """One random piece of 2–6 s of a recording that lasts more than 4 s, else none."""
    count = len(clip.motion)
    if count <= 2 * shortest * FPS:
        return []
    length = int(rng.uniform(shortest, min(longest, count / FPS - 0.5)) * FPS)
    start = rng.randrange(0, count - length + 1)
    return [Piece(start, start + length, "crop")]
