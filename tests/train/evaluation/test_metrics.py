"""Metrics of the text-to-motion protocol on cases whose answer is known."""

import numpy as np
import pytest

from tests import motions
from train.evaluation.metrics import (
    diversity,
    fid,
    frechet,
    interval,
    matching_distance,
    multimodality,
    proportion_interval,
    repeated,
    top_hits,
)
from train.evaluation.sections import physics


def vectors(count=256, width=16, seed=0):
    return np.random.default_rng(seed).normal(size=(count, width))


def test_frechet_distance_of_gaussians_in_closed_form():
    a, b = np.diag([4.0, 9.0]), np.diag([1.0, 1.0])
    shift = np.array([3.0, 0.0])
    assert frechet(np.zeros(2), a, shift, b) == pytest.approx(9 + (2 - 1) ** 2 + (3 - 1) ** 2)


def test_frechet_distance_does_not_depend_on_the_axes_and_takes_singular_covariances():
    turn, _ = np.linalg.qr(vectors(3, 3))
    a, b = np.diag([4.0, 1.0, 0.0]), np.diag([1.0, 1.0, 0.0])
    turned = frechet(np.zeros(3), turn @ a @ turn.T, np.zeros(3), turn @ b @ turn.T)
    assert turned == pytest.approx(1.0, abs=1e-6)


def test_fid_of_equal_sets_is_zero_and_of_shifted_ones_the_squared_shift():
    rows = vectors()
    assert fid(rows, rows[::-1]) == pytest.approx(0, abs=1e-6)
    assert fid(rows, rows + 2.0) == pytest.approx(16 * 4.0)


def test_r_precision_of_perfect_random_and_constant_embeddings():
    rows, rng = vectors(), np.random.default_rng(0)
    assert top_hits(rows, rows, rng).all()
    by_chance = top_hits(vectors(3200, seed=1), vectors(3200, seed=2), rng).mean(0)
    np.testing.assert_allclose(by_chance, np.array([1, 2, 3]) / 32, atol=0.02)
    assert not top_hits(np.ones((64, 4)), np.ones((64, 4)), rng).any()


def test_r_precision_leaves_out_what_fills_no_pool_and_says_when_there_is_none():
    rows = vectors(70)
    assert top_hits(rows, rows, np.random.default_rng(0)).shape == (64, 3)
    with pytest.raises(ValueError, match="at least 32 pairs, got 20"):
        top_hits(rows[:20], rows[:20], np.random.default_rng(0))


def test_distances_of_pairs():
    rows, rng = np.zeros((40, 2)), np.random.default_rng(0)
    assert matching_distance(rows, rows + [3, 4]) == pytest.approx(5)
    assert diversity(rows, rng) == 0
    two = np.array([[0.0], [1.0]] * 500)
    assert diversity(two, rng) == pytest.approx(0.5, abs=0.1)
    draws = np.stack([np.zeros((5, 1)), np.ones((5, 1))], axis=1)
    assert multimodality(draws, rng) == 1.0


def test_intervals():
    mean, wide = interval(np.array([1.0, 3.0] * 10))
    assert mean == 2.0 and wide == pytest.approx(1.96 / np.sqrt(20))
    share, wide = proportion_interval(np.ones(100))
    assert share == 1 and 0 < wide < 0.03
    again = [repeated(lambda rng: {"x": rng.random()}, 5, seed=3)["x"] for _ in range(2)]
    assert again[0] == again[1]


def test_feet_that_stand_do_not_skate_and_a_body_pushed_along_does():
    still = motions.still(2.0)
    pushed = motions.still(2.0)
    pushed.trans[:, 2] += np.arange(len(pushed)) * 0.05
    assert physics.measure([still])["skate_percent"][0] == 0
    assert physics.measure([pushed])["skate_percent"][0] == 100


def test_penetration_is_the_depth_of_the_soles():
    motion = motions.still(1.0)
    before = physics.measure([motion])["penetration_mm"][0]
    motion.trans[:, 1] -= 0.2
    after = physics.measure([motion])["penetration_mm"][0]
    assert after - before == pytest.approx(200, abs=max(before, 60))
