"""Who of the people in a frame is the one that was followed before they were lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hmvlm.vision.blazepose import Reading

if TYPE_CHECKING:
    from hmvlm.vision.landmarks import Landmarks

PRESENCE = 0.5
"""Least score of a person."""
REACH = 0.25
"""How far a lost person may have moved in a frame, as a share of the region."""
MEMORY = 45
"""Frames since the loss that are kept to trace somebody back through; 1.5 s of a clip, some 70 MB."""


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
            if any(distance(one.pixels, other.pixels, other.region[2]) < REACH for other in strangers) or self._was_elsewhere(one):
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
