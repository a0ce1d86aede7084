"""One person through a clip: found again after a loss, and not turned round for a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from hmvlm.vision.blazepose import Reading
from hmvlm.vision.landmarks import Landmarks

PRESENCE = 0.5
"""Least score of a person."""
REACH = 0.25
"""How far a lost person may have moved in a frame, as a share of the region."""
MEMORY = 45
"""Frames since the loss that are kept to trace somebody back through; 1.5 s of a clip, some 70 MB."""

FLIP, BETTER = 0.12, 0.6
"""Left and right are swapped where a skeleton moves farther than this (share of the region) in a frame, and less than this share of it with its sides exchanged."""
_BODY = slice(11, 33)
EPISODE = 15
"""Most frames that a swap may last; a longer one is taken for the truth."""


def distance(one: np.ndarray, other: np.ndarray, side: float) -> float:
    """Median distance of two skeletons ``(33, 2)`` in pixels, as a share of a region's ``side``."""
    return float(np.median(np.linalg.norm(one - other, axis=1)) / side)


class Lost:
    """The search for a person who was followed and is no longer seen.

    The nearest person is the likeliest, the farther away the longer the search. Nearness alone would hand the track to a
    passer-by, so whoever comes into question is first traced back to the moment of the loss: who stood elsewhere at that time
    is a stranger, and stays one.

    Args:
        last: the person when last seen. look: reads the landmarks of a region ``(4,)`` of a frame.
    """

    def __init__(self, last: Landmarks, look: Callable[[np.ndarray, np.ndarray], Reading]) -> None:
        self._last, self._look = last, look
        self._frames: list[np.ndarray] = []
        self._strangers: list[Landmarks] = []
        self.count = 0

    def find(self, frame: np.ndarray, people: Sequence[Landmarks]) -> Landmarks | None:
        """The person among the ``people`` of the next frame; None while it is none of them."""
        strangers, self._strangers = self._strangers, []
        if self.count > MEMORY:
            self._frames, strangers = [], []
        for one in sorted(people, key=self._far):
            if any(
                distance(one.pixels, other.pixels, other.region[2]) < REACH for other in strangers
            ) or self._was_elsewhere(one):
                self._strangers.append(one)
            elif self._far(one) < REACH * (1 + self.count):
                return one
        self.count += 1
        if self.count <= MEMORY:
            self._frames.append(frame)
        return None

    def _far(self, one: Landmarks) -> float:
        return distance(one.pixels, self._last.pixels, self._last.region[2])

    def _was_elsewhere(self, one: Landmarks) -> bool:
        """Was this person in sight, and not where the lost one was last seen, when that one was lost?"""
        if not self._frames:
            return False
        region, pixels = one.region, one.pixels
        for frame in reversed(self._frames):
            reading = self._look(frame, region)
            if reading.score < PRESENCE:
                return False
            region, pixels = reading.next_region, reading.pixels[: len(one.pixels)]
        return distance(pixels, self._last.pixels, self._last.region[2]) > REACH


def steady(track: Iterable[Landmarks | None], mirror: np.ndarray) -> Iterator[Landmarks | None]:
    """A track without moments in which the network takes left for right and the body faces the wrong way.

    Somebody who turns round shows a narrow side on the way; labels that swap within two frames do not. Where they swap and
    swap back within :data:`EPISODE` frames, the sides between are exchanged and depth is turned over. Frames come one late,
    and are held back longer only while a swap may still end.

    Args:
        track: one person's landmarks by frame, None where not seen. mirror: ``(33,)`` row of the same landmark on the other side.
    """
    last: Landmarks | None = None  # what was given out
    wait: list[Landmarks] = []  # what was not; from ``start`` on with sides swapped
    start: int | None = None
    for one in track:
        if one is None:
            yield from (*wait, None)
            last, wait, start = None, [], None
        elif start is not None and _swap(wait[start:], one, mirror):
            fixed = _turned_back(wait[start - 1] if start else last, wait[start:], one, mirror)
            yield from (*wait[:start], *fixed)
            last, wait, start = fixed[-1], [one], None
        elif start is not None and len(wait) - start < EPISODE:
            wait.append(one)
        elif start is None and (ago := _swap([last, *wait] if last else wait, one, mirror)):
            wait.append(one)
            start = len(wait) - ago  # two frames ago: the one between is half swapped
        else:
            yield from wait
            last, wait, start = (wait or [last])[-1], [one], None
    yield from wait


def _swap(before: list[Landmarks], one: Landmarks, mirror: np.ndarray) -> int:
    """How many frames ago, of the last two, a skeleton had its sides the other way; 0 if they did not swap."""
    return next((ago for ago in (1, 2) if len(before) >= ago and _swapped_sides(before[-ago], one, mirror)), 0)


def _swapped_sides(one: Landmarks, following: Landmarks, mirror: np.ndarray) -> bool:
    """Does a skeleton fit the one before it far better with left and right exchanged?"""
    moved = _moved(one, following.pixels)
    return moved > FLIP and _moved(one, following.pixels[mirror]) < BETTER * moved


def _moved(one: Landmarks, pixels: np.ndarray) -> float:
    """Mean way of the landmarks below the head, as a share of the region."""
    return float(np.linalg.norm(pixels - one.pixels, axis=1)[_BODY].mean() / one.region[2])


def _turned_back(before: Landmarks, held: list[Landmarks], after: Landmarks, mirror: np.ndarray) -> list[Landmarks]:
    """The frames of a swap with sides exchanged; the first and the last, often half swapped, lie between their neighbours."""
    depth = np.float32([1, 1, -1])
    fixed = [
        replace(one, pixels=one.pixels[mirror], metric=one.metric[mirror] * depth, visibility=one.visibility[mirror])
        for one in held
    ]
    around = [before, *fixed, after]
    for place in {1, len(fixed)} if len(fixed) > 2 else ():
        one, other = around[place - 1], around[place + 1]
        around[place] = replace(
            around[place], pixels=(one.pixels + other.pixels) / 2, metric=(one.metric + other.metric) / 2
        )
    return around[1:-1]
