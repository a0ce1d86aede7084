"""Everybody in a clip keeps an identity: crossing, occlusion, late entry, cuts and errors of the detector."""

import numpy as np
import pytest

from hmvlm.vision.appearance import appearance, similarity
from hmvlm.vision.everyone import PeopleTracker
from hmvlm.vision.landmarks import LANDMARK_NAMES, Landmarks
from hmvlm.vision.shots import CutDetector

SIZE = (480, 360)
BODY = np.array(
    [
        [(name.startswith("left") - name.startswith("right")) * 14.0, 4.0 * row - 64]
        for row, name in enumerate(LANDMARK_NAMES)
    ]
)
RED, GREEN, BLUE = (200, 40, 40), (40, 180, 60), (40, 60, 200)


class Scene:
    """People as coloured boxes; whoever is drawn last hides the others. A stand-in for the two networks.

    Args:
        paths: middles ``(T, 2)`` in pixels by person, NaN where absent, from the farthest person to the nearest.
    """

    def __init__(self, paths: list[np.ndarray], colors: list[tuple[int, int, int]], scenes: list[int] | None = None):
        self.paths, self.colors = paths, colors
        rng = np.random.default_rng(0)
        grounds = rng.integers(0, 90, (3, 12, 16, 3)).astype(np.uint8)
        grounds[1] = 255 - grounds[1] // 2
        self.frames = []
        for frame in range(len(paths[0])):
            picture = np.kron(grounds[scenes[frame] if scenes else 0], np.ones((30, 30, 1), np.uint8))
            picture[0, 0] = frame  # by which the stand-ins know the time
            for path, color in zip(paths, colors, strict=True):
                if np.isfinite(path[frame]).all():
                    (x, y), half = path[frame].astype(int), (18, 70)
                    picture[max(y - half[1], 1) : y + half[1], max(x - half[0], 1) : x + half[0]] = color
            self.frames.append(picture)

    def visible(self, time: int) -> list[np.ndarray]:
        """Middles of the people who are not hidden behind a nearer one."""
        there = [path[time] for path in self.paths if np.isfinite(path[time]).all()]
        return [
            one for place, one in enumerate(there) if all(abs(one[0] - other[0]) > 22 for other in there[place + 1 :])
        ]

    def body(self, middle: np.ndarray) -> Landmarks:
        return Landmarks(BODY + middle, np.zeros((33, 3)), np.ones(33), 1.0, np.array([*middle, 170, 0.0]))

    def predict(self, frame: np.ndarray, region: np.ndarray) -> tuple[Landmarks, np.ndarray]:
        """The body nearest to the region, as the landmark network takes whoever is in front."""
        people = [self.body(one) for one in self.visible(int(frame[0, 0, 0]))]
        near = [one for one in people if np.linalg.norm(one.region[:2] - region[:2]) < 60]
        if not near:
            return Landmarks(BODY + region[:2], np.zeros((33, 3)), np.zeros(33), 0.0, region), region
        best = min(near, key=lambda one: float(np.linalg.norm(one.region[:2] - region[:2])))
        return best, best.region

    def find(self, frame, known, squares):
        found = [self.body(one) for one in self.visible(int(frame[0, 0, 0]))]
        return [
            one
            for one in found
            if any(np.abs(one.region[:2] - square[:2]).max() < square[2] / 2 for square in squares)
            and all(np.linalg.norm(one.region[:2] - other.region[:2]) > 20 for other in known)
        ]

    def tracked(self, most: int = 8):
        tracker = PeopleTracker(self.predict, self.find, most)
        assert list(tracker.run(self.frames)) == list(range(1, len(self.frames) + 1))
        return tracker, tracker.people(len(self.frames), 25.0)


def line(start: float, end: float, frames: int = 80, height: float = 180) -> np.ndarray:
    return np.stack([np.linspace(start, end, frames), np.full(frames, height)], axis=1)


def owner(paths: list[np.ndarray], one: Landmarks, frame: int) -> int:
    return int(np.argmin([np.linalg.norm(path[frame] - one.region[:2]) for path in paths]))


@pytest.mark.parametrize("colors", [(RED, GREEN, BLUE), (RED, RED, RED)])
def test_three_people_crossing_keep_their_tracks(colors):
    paths = [line(150, 330), line(440, 30), line(40, 450)]
    _, people = Scene(paths, list(colors)).tracked()
    assert len(people) == 3
    owners = [
        {owner(paths, one, frame) for frame, one in enumerate(person.seen) if one is not None} for person in people
    ]
    assert sorted(owners, key=min) == [{0}, {1}, {2}]
    assert all(sum(one is not None for one in person.seen) > 50 for person in people)


def test_somebody_who_stands_in_front_does_not_take_the_track():
    paths = [line(240, 240), np.concatenate([line(20, 240, 30), line(240, 240, 30), line(240, 470, 20)])]
    _, people = Scene(paths, [RED, GREEN]).tracked()
    still = next(one for one in people if owner(paths, one.seen[0], 0) == 0)
    assert len(people) == 2 and still.seen[45] is None
    assert {owner(paths, one, frame) for frame, one in enumerate(still.seen) if one is not None} == {0}
    assert still.seen[78] is not None


def test_who_comes_late_and_who_leaves():
    late, early = line(300, 320), line(100, 110)
    late[:30], early[50:] = np.nan, np.nan
    _, people = Scene([late, early], [RED, GREEN]).tracked()
    spans = sorted(
        (min(f for f, one in enumerate(person.seen) if one), sum(map(bool, person.seen))) for person in people
    )
    assert len(people) == 2 and spans[0] == (0, 50) and 30 <= spans[1][0] <= 55


def test_a_cut_ends_all_tracks():
    scenes = [0] * 40 + [1] * 40
    tracker, people = Scene([line(200, 210)], [RED], scenes).tracked()
    assert tracker.cuts == [40] and [person.shot for person in people] in ([0, 1], [1, 0])
    assert [sum(map(bool, person.seen)) for person in people] == [40, 40]


def test_a_moving_camera_is_no_cut():
    wide = np.random.default_rng(1).integers(0, 255, (12, 60, 3)).astype(np.uint8).repeat(20, 0).repeat(20, 1)
    detector = CutDetector()
    assert not any(detector(wide[:, 8 * shift : 8 * shift + 320]) for shift in range(40))


def test_errors_of_the_detector_are_dropped():
    flicker = line(400, 400)
    flicker[np.arange(80) % 7 != 0] = np.nan
    _, people = Scene([flicker, line(100, 120)], [BLUE, GREEN]).tracked()
    assert len(people) == 1


def test_clothes_tell_people_apart():
    frame = Scene([line(100, 100), line(300, 300), line(400, 400)], [RED, GREEN, RED]).frames[0]
    bodies = [
        Landmarks(BODY + [x, 180], np.zeros((33, 3)), np.ones(33), 1.0, [x, 180, 170, 0]) for x in (100, 300, 400)
    ]
    looks = [appearance(frame, one) for one in bodies]
    assert similarity(looks[0], looks[2]) > 0.9 > 0.3 > similarity(looks[0], looks[1])
    outside = Landmarks(BODY - 900, np.zeros((33, 3)), np.ones(33), 1.0, [0, 0, 170, 0])
    assert appearance(frame, outside) is None and similarity(None, looks[0]) is None


def test_things_that_hardly_look_like_a_body_are_dropped_unless_they_are_all():
    class Doubtful(Scene):
        def body(self, middle: np.ndarray) -> Landmarks:
            one = super().body(middle)
            if middle[0] < 240:
                return one
            return Landmarks(one.pixels, one.metric, 0.4 * one.visibility, 0.7, one.region)

    _, people = Doubtful([line(100, 120), line(400, 400)], [GREEN, BLUE]).tracked()
    assert [owner([line(100, 120), line(400, 400)], one.seen[5], 5) for one in people] == [0]
    _, alone = Doubtful([line(400, 400)], [BLUE]).tracked()
    assert len(alone) == 1
