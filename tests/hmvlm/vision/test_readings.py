"""Two readings of a body are averaged where they agree, and the difference is interpolated between frames of a clip."""

from dataclasses import replace

import numpy as np
import pytest

from hmvlm.vision.landmarks import MIRROR, Landmarks
from hmvlm.vision.readings import mean, means


def body(seed: int = 0) -> Landmarks:
    rng = np.random.default_rng(seed)
    pixels, metric = rng.uniform(100, 300, (33, 2)), rng.normal(0, 0.4, (33, 3))
    return Landmarks(pixels, metric, np.full(33, 0.9), 1.0, np.array([200.0, 200, 250, 0]))


def moved(one: Landmarks, pixels: float = 2.0, metres: float = 0.1) -> Landmarks:
    return replace(one, pixels=one.pixels + np.float32(pixels), metric=one.metric + np.float32(metres))


def test_the_mean_of_two_readings_that_agree():
    one, other = body(), moved(body())
    both = mean(one, other)
    np.testing.assert_allclose(both.pixels, one.pixels + 1, rtol=1e-6)
    np.testing.assert_allclose(both.metric, one.metric + 0.05, atol=1e-6)


@pytest.mark.parametrize("other", [moved(body(), 40.0), replace(body(), pixels=body().pixels[MIRROR])])
def test_readings_of_another_body_or_with_exchanged_sides_are_not_used(other):
    assert mean(body(), other) is not other
    np.testing.assert_array_equal(mean(body(), other).metric, body().metric)
    np.testing.assert_array_equal(means([body()] * 3, {1: other})[1].metric, body().metric)


def test_between_the_frames_that_both_read_the_difference_is_interpolated():
    track = [body(seed) for seed in range(6)]
    track[3] = None
    again = {0: moved(track[0], metres=0.0), 4: moved(track[4], metres=0.2)}
    found = means(track, again)
    assert found[3] is None
    shifts = [float((after.metric - before.metric).mean()) for before, after in zip(track, found) if before is not None]
    np.testing.assert_allclose(shifts, [0.0, 0.025, 0.05, 0.1, 0.1], atol=1e-5)
    assert all(
        np.allclose(after.pixels, before.pixels + 1) for before, after in zip(track, found) if before is not None
    )
