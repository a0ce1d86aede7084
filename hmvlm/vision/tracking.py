"""Tracking one person through a clip: re-identification after a loss, repair of left-right swaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from hmvlm.vision.blazepose import LandmarkPrediction
from hmvlm.vision.landmarks import Landmarks

PRESENCE = 0.5
"""Least score of a person."""
REACH = 0.25
"""How far a lost person may move from frame to frame, as a share of the region."""
MEMORY = 45
"""Frames since the loss that are kept for tracking candidates backwards; 1.5 s of a clip, some 70 MB."""

SWAP_DISTANCE, SWAP_RATIO = 0.12, 0.6
"""A swap is assumed where a skeleton moves farther than the first (share of the region) in a frame, and with left and
right exchanged less than the second times that distance.
"""
_BODY = slice(11, 33)
MAX_SWAP_FRAMES = 15
"""Longest swap in frames that is repaired; a longer one is taken for a real turn."""


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


def fix_left_right_swaps(track: Iterable[Landmarks | None], mirror: np.ndarray) -> Iterator[Landmarks | None]:
    """Undo short left-right swaps of the landmark network, in which the body faces the wrong way.

    A person who really turns round is seen from the side in between; swapped labels change within two frames. Where
    they swap and swap back within :data:`MAX_SWAP_FRAMES` frames, left and right are exchanged in between and depth is
    negated. Frames are yielded one frame late, and later only while a swap may still end.

    Args:
        track: one person's landmarks by frame, None where not seen. mirror: ``(33,)`` row of the same landmark on the
            other side.
    """
    last: Landmarks | None = None  # the last one yielded
    wait: list[Landmarks] = []  # not yet yielded; swapped from ``start`` on
    start: int | None = None
    for one in track:
        if one is None:
            yield from (*wait, None)
            last, wait, start = None, [], None
        elif start is not None and _swap(wait[start:], one, mirror):
            before = wait[start - 1] if start else last
            assert before is not None  # a swap is only found against an earlier frame
            fixed = _exchanged(before, wait[start:], one, mirror)
            yield from (*wait[:start], *fixed)
            last, wait, start = fixed[-1], [one], None
        elif start is not None and len(wait) - start < MAX_SWAP_FRAMES:
            wait.append(one)
        elif start is None and (ago := _swap([last, *wait] if last else wait, one, mirror)):
            wait.append(one)
            start = len(wait) - ago  # two frames ago: the one between is half swapped
        else:
            yield from wait
            last, wait, start = wait[-1] if wait else last, [one], None
    yield from wait


def _swap(before: list[Landmarks], one: Landmarks, mirror: np.ndarray) -> int:
    """How many frames ago, of the last two, a skeleton had its sides the other way; 0 if they did not swap."""
    return next((ago for ago in (1, 2) if len(before) >= ago and _swapped_sides(before[-ago], one, mirror)), 0)


def _swapped_sides(one: Landmarks, following: Landmarks, mirror: np.ndarray) -> bool:
    """Whether a skeleton fits the one before it far better with left and right exchanged."""
    moved = _moved(one, following.pixels)
    return moved > SWAP_DISTANCE and _moved(one, following.pixels[mirror]) < SWAP_RATIO * moved


def _moved(one: Landmarks, pixels: np.ndarray) -> float:
    """Mean distance that the landmarks below the head moved, as a share of the region."""
    return float(np.linalg.norm(pixels - one.pixels, axis=1)[_BODY].mean() / one.region[2])


def _exchanged(before: Landmarks, swapped: list[Landmarks], after: Landmarks, mirror: np.ndarray) -> list[Landmarks]:
    """Swapped frames with left and right exchanged; the first and the last, often half swapped, are interpolated."""
    depth = np.array([1, 1, -1], np.float32)
    fixed = [
        replace(one, pixels=one.pixels[mirror], metric=one.metric[mirror] * depth, visibility=one.visibility[mirror])
        for one in swapped
    ]
    around = [before, *fixed, after]
    for place in {1, len(fixed)} if len(fixed) > 2 else ():
        one, other = around[place - 1], around[place + 1]
        around[place] = replace(
            around[place], pixels=(one.pixels + other.pixels) / 2, metric=(one.metric + other.metric) / 2
        )
    return around[1:-1]
