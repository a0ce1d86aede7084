"""A track whose sides swap for a moment is repaired; what may be the truth is left alone."""

import numpy as np
import pytest

from hmvlm.vision.landmarks import INDEX, LANDMARK_NAMES, MIRROR, Landmarks
from hmvlm.vision.tracking import MAX_SWAP_FRAMES, fix_left_right_swaps

WIDE = np.array(
    [
        [(name.startswith("left") - name.startswith("right")) * 60.0, 9.0 * row]
        for row, name in enumerate(LANDMARK_NAMES)
    ]
)


def seen(frame: int, swapped: bool = False) -> Landmarks:
    """A person with spread limbs who drifts to the right; facing away where ``swapped``."""
    pixels = WIDE + [400 + 2.0 * frame, 100]
    metric = np.concatenate([(WIDE - WIDE[INDEX["left_hip"]]) / 300, np.full((33, 1), 0.2)], axis=1)
    if swapped:
        pixels, metric = pixels[MIRROR], metric[MIRROR] * [1, 1, -1]
    return Landmarks(pixels, metric, np.ones(33), 1.0, np.array([400, 250, 320, 0.0]))


@pytest.mark.parametrize("wrong", [{5}, {5, 6}, set(range(5, 5 + MAX_SWAP_FRAMES))])
def test_sides_that_swap_for_a_moment_are_set_right(wrong):
    repaired = list(fix_left_right_swaps([seen(frame, frame in wrong) for frame in range(24)], MIRROR))
    assert len(repaired) == 24
    for frame, one in enumerate(repaired):
        assert np.allclose(one.pixels, seen(frame).pixels, atol=1e-3) and np.allclose(
            one.metric, seen(frame).metric, atol=1e-5
        )


def test_half_swapped_frames_lie_between_their_neighbours():
    track = [seen(frame, frame in (5, 6, 7, 8)) for frame in range(12)]
    mixed = track[5].pixels.copy()
    mixed[25:] = seen(5).pixels[25:]
    track[5] = Landmarks(mixed, track[5].metric, track[5].visibility, 1.0, track[5].region)
    assert np.abs(list(fix_left_right_swaps(track, MIRROR))[5].pixels - seen(5).pixels).max() < 3


@pytest.mark.parametrize(
    "track",
    [
        [seen(frame, frame >= 5) for frame in range(30)],  # stays turned
        [seen(frame, 5 <= frame <= 5 + MAX_SWAP_FRAMES) for frame in range(40)],  # turned for long
        [seen(0), None, seen(2, True), seen(3, True), None, seen(5)],  # not seen while it turned
        [None, None],
        [],
    ],
)
def test_what_may_be_true_is_left_alone(track):
    assert list(fix_left_right_swaps(iter(track), MIRROR)) == track


def test_frames_are_held_back_only_during_a_swap():
    taken = []
    track = (taken.append(frame) or seen(frame, frame in (4, 5)) for frame in range(8))
    walk = fix_left_right_swaps(track, MIRROR)
    for expected in (2, 3, 4, 7, 7, 7, 8, 8):
        next(walk)
        assert len(taken) == expected
    assert list(walk) == []


def test_a_swap_may_take_two_frames():
    half = {4: 0.5, 8: 0.5}
    track = [seen(frame, frame in (5, 6, 7)) for frame in range(12)]
    for frame in half:
        track[frame] = Landmarks(
            (seen(frame).pixels + seen(frame, True).pixels) / 2,
            seen(frame).metric,
            np.ones(33),
            1.0,
            seen(frame).region,
        )
    repaired = list(fix_left_right_swaps(track, MIRROR))
    assert (
        len(repaired) == 12
        and max(np.abs(one.pixels - seen(frame).pixels).max() for frame, one in enumerate(repaired)) < 3
    )
