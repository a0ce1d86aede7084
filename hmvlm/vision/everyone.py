"""Everybody in a clip: each person is tracked under an identity of their own.

A track goes on where the landmark network finds a body near the expected place that looks like the person: position
(at constant velocity), size and the colours of the trunk. Where two tracks meet in one body, it is the one's that it
fits better; the other counts as lost. Who is lost is looked for at the expected place and among the detector's people;
whoever matches no track begins one. A cut ends all tracks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from hmvlm.vision.appearance import appearance
from hmvlm.vision.landmarks import PRESENCE, Landmarks
from hmvlm.vision.readings import READ_EVERY
from hmvlm.vision.shots import CutDetector
from hmvlm.vision.squares import search_squares
from hmvlm.vision.tracks import FRESH, RETRY, SURE, Track, same_body, same_trunk

SEARCH_EVERY, SEARCH_LOST = 2, 3
"""In every so many frames the detector looks at the next part of the picture, and where somebody is lost."""
LEAST_RUN = 5
"""Least mean number of frames that somebody is seen without a gap."""
LEAST_SECONDS = 0.4
"""Shorter tracks are dropped, unless the clip is shorter."""


@dataclass
class Person:
    """Somebody in a clip: ``number`` from 1, the shot from 0, landmarks by frame, None where not seen, and those that a
    second network reads in some frames.
    """

    number: int
    shot: int
    seen: list[Landmarks | None]
    again: dict[int, Landmarks] = field(default_factory=dict)


Predict = Callable[[np.ndarray, np.ndarray], tuple[Landmarks, np.ndarray]]
"""Landmarks of the person in a region of a frame, and the region for the next frame."""
Again = Callable[[np.ndarray, np.ndarray], Landmarks]
"""Landmarks of the person in a region of a frame."""
Find = Callable[[np.ndarray, Sequence[Landmarks], Sequence[np.ndarray]], Sequence[Landmarks]]
"""Everybody in the named square regions of a frame, except those who are known."""


class PeopleTracker:
    """Follows everybody through a clip.

    Args:
        predict: landmarks in a region. find: the people of a frame. most: how many are followed at once.
        again: landmarks in a region by a second network, asked in some frames.

    Attributes:
        tracks: everybody so far, in the order of their first frames.
        cuts: first frames of the shots after the first.
    """

    def __init__(self, predict: Predict, find: Find, most: int, again: Again | None = None) -> None:
        self._predict, self._find, self._most, self._again = predict, find, most, again
        self._cut = CutDetector()
        self.tracks: list[Track] = []
        self.cuts: list[int] = []

    def run(self, frames: Iterable[np.ndarray]) -> Iterator[int]:
        """Follow everybody; yields the number of frames done."""
        for number, frame in enumerate(frames):
            if self._cut(frame):
                self.cuts.append(number)
            self._step(number, frame)
            if self._again is not None and number % READ_EVERY == 0:
                for track in self.tracks:
                    if track.last_frame == number:
                        track.again[number] = self._again(frame, track.last.region)
            yield number + 1

    def _step(self, number: int, frame: np.ndarray) -> None:
        shot = len(self.cuts)
        known = [track for track in self.tracks if track.shot == shot]
        claims: list[tuple[float, Track, Landmarks, np.ndarray, np.ndarray | None]] = []
        for track in known:
            if track.missed(number) <= RETRY:
                one, region = self._predict(frame, track.expected_region(number))
                look = appearance(frame, one)
                cost = track.fits(number, one, look) if one.score >= PRESENCE else None
                if cost is not None:
                    claims.append((cost + 0.1 * (track.missed(number) > 0), track, one, region, look))
        taken: list[Landmarks] = []
        for _, track, one, region, look in sorted(claims, key=lambda claim: claim[0]):
            if not any(same_body(one, other) for other in taken):
                taken.append(one)
                track.add(number, one, region, look)
        self.tracks = [track for track in self.tracks if not track.doubtful(number)]
        lost = [track for track in self.tracks if track.shot == shot and track.last_frame != number]
        self._absorb(number, lost)
        lost = [track for track in lost if track.last_frame != number]
        if squares := self._squares(number, frame, lost):
            self._search(number, frame, lost, taken, squares)

    def _absorb(self, number: int, lost: list[Track]) -> None:
        """Join a new track with that of somebody who was lost just before, perhaps by one wrong frame."""
        young = [track for track in self.tracks if track.last_frame == number and len(track.seen) <= SURE]
        pairs = [
            (cost, place, track)
            for place, new in enumerate(young)
            for track in lost
            if track.last_frame <= (first := min(new.seen))
            and (cost := track.fits(first, new.seen[first], new.look)) is not None
        ]
        gone: set[int] = set()
        for _, place, track in sorted(pairs, key=lambda pair: pair[0]):
            if place not in gone and track.last_frame != number:
                gone.add(place)
                track.join(young[place])
        self.tracks = [track for track in self.tracks if not any(track is young[place] for place in gone)]

    def _squares(self, number: int, frame: np.ndarray, lost: list[Track]) -> list[np.ndarray]:
        """Where to look in a frame: everywhere at the beginning of a shot, then one part of the picture at a time, and
        where the lost are expected.
        """
        squares = search_squares(frame.shape[1], frame.shape[0])
        start = self.cuts[-1] if self.cuts else 0
        if number == start:
            return squares
        wanted = []
        if (number - start) % SEARCH_EVERY == 0:
            wanted.append(squares[(number - start) // SEARCH_EVERY % len(squares)])
        for track in lost:
            if track.missed(number) <= FRESH and track.missed(number) % SEARCH_LOST == 0:
                wanted.append(track.expected_region(number) * [1, 1, 1, 0])
        return wanted

    def _search(
        self, number: int, frame: np.ndarray, lost: list[Track], taken: list[Landmarks], squares: list[np.ndarray]
    ) -> None:
        """Find people again who were lost, and new ones."""
        found = [
            one
            for one in self._find(frame, taken, squares)
            if not any(same_body(one, other) or same_trunk(one, other) for other in taken)
        ]
        looks = [appearance(frame, one) for one in found]
        pairs = [
            (cost, place, track)
            for place, one in enumerate(found)
            for track in lost
            if (cost := track.fits(number, one, looks[place])) is not None
        ]
        used: set[int] = set()
        for _, place, track in sorted(pairs, key=lambda pair: pair[0]):
            if place not in used and track.last_frame != number:
                used.add(place)
                track.add(number, found[place], found[place].region, looks[place])
                taken.append(found[place])
        for place, one in enumerate(found):
            if place not in used and len(taken) < self._most and not any(same_trunk(one, other) for other in taken):
                track = Track(len(self.cuts))
                track.add(number, one, one.region, looks[place])
                self.tracks.append(track)
                taken.append(one)

    def people(self, frames: int, fps: float) -> list[Person]:
        """Everybody in the first ``frames`` frames; who fills most of the picture for longest comes first.

        Tracks below ``LEAST_SECONDS`` or ``LEAST_RUN`` are left out: they are mostly errors of the detector. So
        are those that the landmark network hardly believes, except where there is nobody else.
        """
        least = min(LEAST_SECONDS * fps, 0.5 * frames)
        kept = [
            track for track in self.tracks if len(track.seen) >= least and track.run_length() >= min(LEAST_RUN, least)
        ]
        kept.sort(key=lambda track: -sum(float(one.region[2]) for one in track.seen.values()))
        kept = [
            track
            for place, track in enumerate(kept)
            if place == 0 or (track.credible() and not any(track.shadows(other) for other in kept[:place]))
        ]
        return [
            Person(number, track.shot, [track.seen.get(frame) for frame in range(frames)], track.again)
            for number, track in enumerate(kept, start=1)
        ]
