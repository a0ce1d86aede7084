"""The track of one person in a clip, and when a body in a frame is that person's."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hmvlm.vision.appearance import similarity
from hmvlm.vision.landmarks import INDEX, MIRROR, Landmarks, distance

JUMP = 0.2
"""Farthest that a person may be from the expected place, as a share of the region; it grows with the frames since the
person was last seen, by ``REACH_GROWTH`` each.
"""
REACH_GROWTH, LONGEST_REACH = 0.06, 1.5
GROWTH = 0.45
"""Largest change of a region's side between two frames, as a logarithm."""
LEAST_LIKENESS = 0.45
"""Similarity of the clothes' colours below which a body is another person's."""
SAME_LOOK = 0.75
"""Similarity from which a person who was away for long is recognised anywhere in the picture."""
RETRY, FRESH = 12, 45
"""Frames since a loss in which the expected place is tried, and after which only the looks count."""
SAME_PLACE = 0.1
"""Median distance, as a share of the region, below which two skeletons are one body."""
SURE = 6
"""Frames from which a track is kept although the person is lost."""
SHADOW_SHARE = 0.6
CREDIBLE_SCORE, CREDIBLE_VISIBILITY = 0.85, 0.5
"""Mean score and visibility of landmarks; a track below both is mostly a thing that looks a little like a body."""
_MEMORY = 0.1
_SHOULDERS = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
_HIPS = [INDEX["left_hip"], INDEX["right_hip"]]


@dataclass
class Track:
    """One person: landmarks by frame within one shot.

    ``look`` is the running mean of the trunk's colours, ``velocity`` that of the pixels ``(2,)`` moved in a frame.
    ``again`` are landmarks by a second network, of some frames.
    """

    shot: int
    seen: dict[int, Landmarks] = field(default_factory=dict)
    look: np.ndarray | None = None
    velocity: np.ndarray = field(default_factory=lambda: np.zeros(2))
    region: np.ndarray = field(default_factory=lambda: np.zeros(4))
    last_frame: int = -1
    again: dict[int, Landmarks] = field(default_factory=dict)

    @property
    def last(self) -> Landmarks:
        """The person when last seen."""
        return self.seen[self.last_frame]

    def missed(self, frame: int) -> int:
        """Frames since the person was seen, not counting ``frame``."""
        return max(frame - self.last_frame - 1, 0)

    def doubtful(self, frame: int) -> bool:
        """Whether the person was lost soon after they were found: mostly an error of the detector."""
        return len(self.seen) < SURE and self.missed(frame + 1) >= 2

    def shadows(self, other: Track) -> bool:
        """Whether this is most of the time a second skeleton on the other's body."""
        twice = sum(frame in other.seen and same_trunk(one, other.seen[frame]) for frame, one in self.seen.items())
        return twice > SHADOW_SHARE * len(self.seen)

    def credible(self) -> bool:
        """Whether the landmark network believes that this is a person."""
        seen = self.seen.values()
        score, visibility = (np.mean([one.score for one in seen]), np.mean([one.visibility[11:] for one in seen]))
        return bool(score >= CREDIBLE_SCORE or visibility >= CREDIBLE_VISIBILITY)

    def expected(self, frame: int) -> np.ndarray:
        """Pixels ``(33, 2)`` in a frame, at constant velocity for a while."""
        return self.last.pixels + self.velocity * min(frame - self.last_frame, RETRY)

    def expected_region(self, frame: int) -> np.ndarray:
        """The region to look at in a frame."""
        region = self.region.copy()
        region[:2] += self.velocity * min(self.missed(frame), RETRY)
        return region

    def run_length(self) -> float:
        """Mean number of frames that the person is seen without a gap."""
        frames = np.array(sorted(self.seen))
        return len(frames) / (1 + int(np.count_nonzero(np.diff(frames) > 1)))

    def add(self, frame: int, one: Landmarks, region: np.ndarray, look: np.ndarray | None) -> None:
        """The person in a frame, and the region for the next one."""
        if self.seen:
            moved = (np.median(one.pixels - self.last.pixels, axis=0)) / (frame - self.last_frame)
            self.velocity = 0.7 * self.velocity + 0.3 * moved
        if look is not None:
            self.look = look if self.look is None else (1 - _MEMORY) * self.look + _MEMORY * look
        self.seen[frame], self.region, self.last_frame = one, region, frame

    def join(self, later: Track) -> None:
        """Take over another track, which proved to be the same person."""
        self.seen |= later.seen
        self.again |= later.again
        self.velocity, self.region, self.last_frame = later.velocity, later.region, later.last_frame

    def far(self, frame: int, one: Landmarks) -> float:
        """Distance of a body from the expected place, as a share of the region, whichever side is called left."""
        expected, side = self.expected(frame), self.last.region[2]
        return min(distance(one.pixels, expected, side), distance(one.pixels[MIRROR], expected, side))

    def fits(self, frame: int, one: Landmarks, look: np.ndarray | None) -> float | None:
        """How badly a body fits this person, or None where it is another's."""
        far, alike, missed = self.far(frame, one), similarity(self.look, look), self.missed(frame)
        if alike is not None and alike < LEAST_LIKENESS:
            return None
        if missed > FRESH:
            return far if alike is not None and alike > SAME_LOOK else None
        if abs(np.log(one.region[2] / self.last.region[2])) > GROWTH * (1 + 0.1 * missed):
            return None
        reach = min(JUMP + REACH_GROWTH * missed, LONGEST_REACH)
        return far + 0.5 * (1 - (alike if alike is not None else 0.7)) if far < reach else None


def same_body(one: Landmarks, other: Landmarks) -> bool:
    """Whether two skeletons lie on one body, whichever side is called left."""
    side = max(one.region[2], other.region[2])
    return min(distance(one.pixels, other.pixels, side), distance(one.pixels[MIRROR], other.pixels, side)) < SAME_PLACE


def same_trunk(one: Landmarks, other: Landmarks) -> bool:
    """Whether two skeletons have their trunks in one place: nobody is first seen right before or behind another."""
    trunks = [(person.pixels[_SHOULDERS].mean(axis=0), person.pixels[_HIPS].mean(axis=0)) for person in (one, other)]
    lengths = [max(float(np.linalg.norm(top - bottom)), 0.05 * one.region[2]) for top, bottom in trunks]
    far = np.linalg.norm(np.mean(trunks[0], axis=0) - np.mean(trunks[1], axis=0))
    return bool(far < 0.5 * max(lengths) and max(lengths) < 2.5 * min(lengths))
