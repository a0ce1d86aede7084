"""What is known of a clip's people and camera, from the tracker's frames to an estimate of every person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from hmvlm.vision import gravity
from hmvlm.vision.estimate import NobodySeen, PoseEstimate, assemble
from hmvlm.vision.everyone import PeopleTracker, Person
from hmvlm.vision.landmarks import Landmarks
from hmvlm.vision.panning import BackgroundFlow
from hmvlm.vision.sight import Sight
from hmvlm.vision.smoothing import filled_rotations, nearest_found
from hmvlm.vision.surroundings import Surroundings
from hmvlm.vision.video import DecodedVideo

LINE_FRAMES = 3
"""Frames of a clip in which straight lines are looked for, to find the camera's pitch and roll."""


class Background:
    """What is behind the people of a clip: its flow, and a few of its frames for their straight lines.

    Attributes:
        flow: corners followed from frame to frame. pictures: sampled frames by number.
    """

    def __init__(self, count: int) -> None:
        """``count`` frames are expected."""
        self.flow = BackgroundFlow()
        self.pictures: dict[int, np.ndarray] = {}
        self._sampled = {count * part // (2 * LINE_FRAMES) for part in range(1, 2 * LINE_FRAMES, 2)}

    def watched(self, frames: Iterable[np.ndarray], tracker: PeopleTracker) -> Iterator[np.ndarray]:
        """The frames of a clip; before the tracker sees one, the background is followed into it."""
        for number, frame in enumerate(frames):
            self.flow.add(frame, [person_box(one.last) for one in tracker.tracks if one.last_frame == number - 1])
            if number in self._sampled:
                self.pictures[number] = frame.copy()
            yield frame

    def surroundings(self, people: Sequence[Person], size: tuple[int, int], cuts: Sequence[int]) -> Surroundings:
        """What the clip tells of its camera; ``size`` is that of its frames."""
        found = [np.zeros((0, 4))]
        for number, image in self.pictures.items():
            boxes = [person_box(seen) for one in people if (seen := one.seen[number]) is not None]
            found.append(gravity.segments(image, boxes))
        return Surroundings.of(np.concatenate(found), [one.seen for one in people], self.flow, size, cuts)


def assembled(
    people: list[Person],
    keys: list[np.ndarray],
    results: list[tuple[Tensor, np.ndarray]],
    clip: DecodedVideo,
    count: int,
    cuts: Sequence[int],
    around: Surroundings | None = None,
) -> Iterator[PoseEstimate]:
    """Estimates from the poses of all people's key frames, which may have been stopped early."""
    if not results:
        return
    local = torch.cat([result[0] for result in results])
    codes = np.concatenate([result[1] for result in results])
    start = 0
    for one, rows in zip(people, keys, strict=True):
        rows = rows[: max(0, len(local) - start)]
        if not len(rows):
            return
        poses, own = interpolate_poses(local[start : start + len(rows)], codes[start : start + len(rows)], rows)
        frames = [frame for frame, landmarks in enumerate(one.seen) if landmarks is not None]
        complete = len(poses) == len(frames)
        seen = one.seen if complete else one.seen[: frames[len(poses) - 1] + 1]
        sight = Sight.of(seen, one.number, one.shot, cuts, clip.frames.rows)
        estimate = assembled_or_none(poses, seen, clip.size, count, clip.fps, own, around, sight)
        if estimate is not None:
            yield estimate
        start += len(rows)


def interpolate_poses(local: Tensor, codes: np.ndarray, keys: np.ndarray) -> tuple[Tensor, np.ndarray]:
    """Rotations ``(T, 24, 3, 3)`` and codes ``(T, 5)`` of all frames up to the last key, from those of the ``keys``
    ``(K,)``.

    Rotations go the shortest way from key to key, codes are those of the nearest.
    """
    known = np.zeros(keys[-1] + 1, bool)
    known[keys] = True
    return filled_rotations(local, known), codes[nearest_found(known)]


def assembled_or_none(local: Tensor, seen: Sequence[Landmarks | None], *rest) -> PoseEstimate | None:
    """The estimate, or None where the landmarks of no frame are those of a person."""
    try:
        return assemble(local, seen, *rest)
    except NobodySeen:
        return None


def person_box(one: Landmarks) -> np.ndarray:
    """Left, top, right and bottom pixel of a person's landmarks."""
    return np.concatenate([one.pixels.min(axis=0), one.pixels.max(axis=0)])
