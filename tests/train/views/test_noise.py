"""Landmark noise: measuring residuals, storing them and applying them."""

import numpy as np

from hmvlm.vision.landmarks import MIRROR, Landmarks, features
from tests.train.views.samples import bank_of, shoot_some
from train.views import cameras, fit_noise, noise
from train.views.rendered import Rendered
from train.views.residuals import NOISE_FILE, ResidualBank


def test_features_are_those_of_the_product():
    seen = shoot_some(4)[1]
    visible = np.random.default_rng(0).random((4, 33)).astype(np.float32)
    ours = noise.landmark_features(seen.pixels, seen.region, seen.metric, visible)
    for row in range(4):
        region = np.append(seen.region[row], 0.3)
        one = Landmarks(seen.pixels[row], seen.metric[row], visible[row], 1.0, region)
        assert np.allclose(ours[row], features(one), atol=1e-5)


def test_residuals_are_undone_by_applying_them():
    """Disturb views by known residuals, take the result for a measurement, and learn it back."""
    shots, seen = shoot_some(60)
    bank = bank_of(60)
    bank = ResidualBank(**{**bank.__dict__, "swapped": np.zeros((60, 2), bool)})
    got = noise.NoiseModel(bank).apply(seen, bank, None)
    region = np.zeros((60, 4))
    region[:, :2] = seen.region[:, :2] + bank.shift * seen.region[:, 2:] * [1, -1]
    region[:, 2] = seen.region[:, 2] * np.exp(bank.size[:, 0])
    pixels = got[..., :2] * [1, -1] * region[:, None, 2:3] / 2 + region[:, None, :2]
    rows = Rendered(
        shots, np.full(60, "clip"), np.zeros(60, np.int8), np.ones(60, bool), pixels, got[..., 2:5], got[..., 5],
        np.ones(60), region,
    )  # fmt: skip
    again = fit_noise.residuals(rows, bank.offsets)
    assert not again.swapped.any()
    assert np.allclose(again.plane, bank.plane, atol=1e-4)
    assert np.allclose(noise.NoiseModel(again).apply(seen, again, None), got, atol=1e-4)


def test_bank_survives_its_file_and_mirrors_twice(tmp_path):
    bank = bank_of()
    bank.save(tmp_path / "noise.npz")
    again = ResidualBank.load(tmp_path / "noise.npz")
    assert np.array_equal(again.swapped, bank.swapped) and np.array_equal(again.hidden, bank.hidden)
    assert np.allclose(again.plane, bank.plane, atol=0.005) and np.allclose(again.rest, bank.rest, atol=0.01)
    twice = bank.mirrored().mirrored()
    assert all(np.allclose(getattr(twice, name), getattr(bank, name)) for name in ("view", "plane", "rest", "turn"))


def test_noise_keeps_mirrors():
    """The residual of a mirrored picture disturbs the mirrored body into the mirrored features."""
    seen, bank = shoot_some(60)[1], bank_of(60)
    other = cameras.ExactLandmarks(
        seen.pixels[:, MIRROR] * [-1, 1], seen.metric[:, MIRROR] * [-1, 1, 1], seen.region * [-1, 1, 1],
        seen.outside[:, MIRROR], seen.covered[:, MIRROR], seen.frames,
    )  # fmt: skip
    model = noise.NoiseModel(bank)
    plain, flipped = model.apply(seen, bank, None), model.apply(other, bank.mirrored(), None)
    assert np.allclose(flipped, plain[:, MIRROR] * [-1, 1, -1, 1, 1, 1], atol=1e-4)


def test_noise_comes_from_alike_views_of_the_same_kind():
    shots, seen = shoot_some(30)
    bank = bank_of(60)
    model = noise.NoiseModel(bank)
    rng = np.random.default_rng(0)
    chosen = model.nearest(seen, shots.kind, rng)
    assert (np.concatenate([bank.kind, bank.kind])[chosen] == shots.kind).all()
    drawn = model.features(seen, shots.kind, rng)
    assert drawn.shape == (30, 33, 6) and np.isfinite(drawn).all()
    assert (drawn[..., 5] >= 0).all() and (drawn[..., 5] <= 1).all()


def test_committed_noise_is_used():
    assert NOISE_FILE.stat().st_size < 1.5e6
    bank = ResidualBank.load()
    assert len(bank) > 2000 and np.isfinite(bank.plane).all()
    assert set(np.unique(bank.kind)) == {0, 1, 2}
    assert np.abs(bank.offsets).max() < 0.08


def test_swaps_are_found_and_exchanged_back():
    shots, seen = shoot_some(60)
    swapped = np.zeros((60, 2), bool)
    swapped[:30, 0], swapped[15:45, 1] = True, True
    pixels, metric = noise.exchange_sides(seen.pixels, swapped), noise.exchange_sides(seen.metric, swapped)
    rows = Rendered(
        shots, np.full(60, "clip"), np.zeros(60), np.ones(60, bool), pixels, metric, np.ones((60, 33)),
        np.ones(60), np.append(seen.region, np.zeros((60, 1)), axis=1),
    )  # fmt: skip
    assert (fit_noise.find_swaps(rows, seen) == swapped).mean() > 0.95
    assert np.array_equal(noise.exchange_sides(pixels, swapped), seen.pixels)


def test_mixed_residuals_take_whole_limbs_from_another_picture():
    shots, seen = shoot_some(60)
    bank = bank_of(60)
    bank = ResidualBank(**{**bank.__dict__, "swapped": np.zeros((60, 2), bool)})
    model, other = noise.NoiseModel(bank, mixed=1.0), bank[np.arange(60)[::-1]]
    mixture = model._recombined(bank, other, np.random.default_rng(0))
    for limb in noise.LIMBS:
        own = (mixture.rest[:, limb] == bank.rest[:, limb]).all(axis=(1, 2))
        taken = (mixture.rest[:, limb] == other.rest[:, limb]).all(axis=(1, 2))
        assert (own ^ taken).all() and 10 < taken.sum() < 50
        assert (mixture.plane[taken][:, limb] == other.plane[taken][:, limb]).all()
    head = list(range(11))
    assert np.array_equal(mixture.rest[:, head], bank.rest[:, head])
    crossed = ResidualBank(**{**bank.__dict__, "swapped": np.ones((60, 2), bool)})
    assert np.array_equal(model._recombined(crossed, other, np.random.default_rng(0)).rest, bank.rest)
    assert not np.allclose(
        model.features(seen, shots.kind, np.random.default_rng(1)),
        noise.NoiseModel(bank).features(seen, shots.kind, np.random.default_rng(1)),
    )


def test_pictures_of_training_clips_join_a_bank():
    shots, seen = shoot_some(60)
    bank, split = bank_of(60), np.repeat([0, 1, 2], 20).astype(np.int8)
    found = np.arange(60) % 2 == 0
    rows = Rendered(
        shots,
        np.full(60, "clip"),
        split,
        found,
        seen.pixels,
        seen.metric,
        np.ones((60, 33)),
        np.ones(60),
        np.append(seen.region, np.zeros((60, 1)), axis=1),
    )
    more = fit_noise.append_training_rows(bank, rows)
    assert len(more) == 70 and not more.held[60:].any()
    assert np.array_equal(more.plane[:60], bank.plane) and np.array_equal(more.offsets, bank.offsets)
