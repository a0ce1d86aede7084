"""Tracking one person through a clip: re-identification after a loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from hmvlm.vision.blazepose import LandmarkPrediction
from hmvlm.vision.landmarks import Landmarks

PRESENCE = 0.5
"""Least score of a person."""
REACH = 0.25
"""How far a lost person may move from frame to frame, as a share of the region."""
MEMORY = 45
"""Frames since the loss that are kept for tracking candidates backwards; 1.5 s of a clip, some 70 MB."""


def distance(one: np.ndarray, other: np.ndarray, side: float) -> float:
    """Median distance of two skeletons ``(33, 2)`` in pixels, as a share of a region's ``side``."""
    return float(np.median(np.linalg.norm(one - other, axis=1)) / side)


class Reidentifier:
    """Finds a tracked person again after they were lost.

    The nearest person within reach is accepted; the reach grows with the frames since the loss. Distance alone could
    give the track to a passer-by, so each candidate is first tracked backwards to the moment of the loss. A candidate
    who stood elsewhere at that time is rejected, also in later frames.

    Args:
        last: the person when last seen. net: predicts the landmarks in a region ``(4,)`` of a frame.
    """

    def __init__(self, last: Landmarks, net: Callable[[np.ndarray, np.ndarray], LandmarkPrediction]) -> None:
        self._last, self._net = last, net
        self._frames: list[np.ndarray] = []
        self._rejected: list[Landmarks] = []
        self.count = 0

    def find(self, frame: np.ndarray, people: Sequence[Landmarks]) -> Landmarks | None:
        """The person among the ``people`` of the next frame; None while it is none of them."""
        rejected, self._rejected = self._rejected, []
        if self.count > MEMORY:
            self._frames, rejected = [], []
        for one in sorted(people, key=self._far):
            if any(
                distance(one.pixels, other.pixels, other.region[2]) < REACH for other in rejected
            ) or self._was_elsewhere(one):
                self._rejected.append(one)
            elif self._far(one) < REACH * (1 + self.count):
                return one
        self.count += 1
        if self.count <= MEMORY:
            self._frames.append(frame)
        return None

    def _far(self, one: Landmarks) -> float:
        return distance(one.pixels, self._last.pixels, self._last.region[2])

    def _was_elsewhere(self, one: Landmarks) -> bool:
        """Whether this person, tracked backwards, was away from the lost person's last
        position at the moment of the loss.
        """
        if not self._frames:
            return False
        region, pixels = one.region, one.pixels
        for frame in reversed(self._frames):
            prediction = self._net(frame, region)
            if prediction.score < PRESENCE:
                return False
            region, pixels = prediction.next_region, prediction.pixels[: len(one.pixels)]
        return distance(pixels, self._last.pixels, self._last.region[2]) > REACH
