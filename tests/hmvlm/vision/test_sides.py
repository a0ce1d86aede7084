"""Left and right over a whole clip: exchanged labels are set right, however long they last; a real turn is kept."""

import numpy as np
import pytest

from hmvlm.vision.landmarks import INDEX, LANDMARK_NAMES, MIRROR, Landmarks
from hmvlm.vision.sides import consistent_sides, exchanged

WIDE = np.array(
    [
        [(name.startswith("left") - name.startswith("right")) * 60.0, 9.0 * row]
        for row, name in enumerate(LANDMARK_NAMES)
    ]
)


def seen(frame: int, swapped: bool = False, turn: float = 0.0) -> Landmarks:
    """A person with spread limbs who drifts to the right, turned about the vertical by ``turn`` radians."""
    pixels = WIDE * [np.cos(turn), 1] + [400 + 2.0 * frame, 100]
    metric = np.concatenate([(pixels - pixels[INDEX["left_hip"]]) / 300, 0.2 * np.sin(turn) * WIDE[:, :1]], axis=1)
    one = Landmarks(pixels, metric, np.ones(33), 1.0, np.array([400, 250, 320, 0.0]))
    return exchanged(one) if swapped else one


def same(track, expected) -> bool:
    return all(np.allclose(one.pixels, other.pixels, atol=3) for one, other in zip(track, expected, strict=True))


@pytest.mark.parametrize(
    "wrong", [{5}, {5, 6}, set(range(5, 20)), set(range(20)), set(range(30, 70)), {0}, {99}, {8, 30}]
)
def test_exchanged_sides_are_set_right(wrong):
    truth = [seen(frame) for frame in range(100)]
    assert same(consistent_sides([seen(frame, frame in wrong) for frame in range(100)]), truth)


def test_half_exchanged_frames_lie_between_their_neighbours():
    track = [seen(frame, frame in (5, 6, 7, 8)) for frame in range(20)]
    for frame in (5, 9):
        mixed = seen(frame, True).pixels.copy()
        mixed[25:] = seen(frame).pixels[25:]
        track[frame] = Landmarks(mixed, track[frame].metric, np.ones(33), 1.0, track[frame].region)
    assert same(consistent_sides(track), [seen(frame) for frame in range(20)])


@pytest.mark.parametrize("step", [0.05, 0.15, 0.3])
def test_a_real_turn_is_kept(step):
    turns = np.minimum(step * np.arange(100), np.pi)
    track = [seen(frame, turn=turn) for frame, turn in enumerate(turns)]
    assert consistent_sides(track) == track


def test_gaps_and_empty_tracks():
    track = [None, seen(1), None, seen(3, True), None, *(seen(frame) for frame in range(5, 12))]
    fixed = consistent_sides(track)
    assert [one is None for one in fixed] == [one is None for one in track]
    assert np.allclose(fixed[3].pixels, seen(3).pixels, atol=1e-3)
    assert consistent_sides([None, None]) == [None, None] and consistent_sides([]) == []


def test_another_prediction_with_the_right_sides_is_preferred():
    track = [seen(frame, frame in (5, 6)) for frame in range(12)]
    better = {5: [seen(5, True), seen(5)], 6: [seen(6, True)]}
    asked = []
    fixed = consistent_sides(track, lambda frames: asked.append(frames) or {frame: better[frame] for frame in frames})
    assert asked == [[5, 6]] and fixed[5] is better[5][1]
    assert np.allclose(fixed[6].pixels, seen(6).pixels)


def test_exchange_keeps_depth_with_its_place_and_turns_the_face():
    one = seen(0, turn=0.7)
    other = exchanged(one)
    wrist = INDEX["left_wrist"]
    assert other.metric[wrist, 2] == pytest.approx(one.metric[MIRROR[wrist], 2])
    metric = np.full((33, 3), 0.1)
    metric[0, 2] = 0.3
    face = Landmarks(one.pixels, metric, np.ones(33), 1.0, one.region)
    assert exchanged(face).metric[0, 2] == pytest.approx(-0.1)
