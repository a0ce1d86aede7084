"""The file of views."""

import numpy as np
import pytest

from train.views import store


def test_views_survive_their_file(tmp_path):
    rng = np.random.default_rng(0)
    count = 50
    views = store.ViewStore(
        features=rng.normal(0, 0.5, (count, 33, 6)).astype(np.float32),
        poses=rng.normal(0, 1, (count, 24, 3)).astype(np.float32),
        split=np.arange(count) % 3,
        kind=np.arange(count) % 3,
        measured=np.arange(count) % 2 == 0,
        clip=np.arange(count) % 4,
        clips=np.array(["a", "b", "c", "d"]),
        betas=rng.normal(0, 0.8, (count, 10)).astype(np.float32),
    )
    store.save_views(tmp_path / "views.npz", views)
    again = store.load_views(tmp_path / "views.npz")
    assert np.abs(again.poses - views.poses).max() <= 1 / 1024 + 1e-6
    assert np.abs(again.features - views.features)[..., :5].max() <= 1 / 512 + 1e-6
    assert np.array_equal(again.measured, views.measured) and list(again.clips) == ["a", "b", "c", "d"]
    assert np.abs(again.betas - views.betas).max() < 2e-3
    test = again.rows(split="test", measured=True)
    assert test.betas.shape == (8, 10)
    assert (test.split == 2).all() and test.measured.all() and len(test) == 8
    assert (again.rows(kind="occluded").kind == 2).all()


def test_missing_and_wrong_views_say_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="train.views.prepare"):
        store.load_views(tmp_path / "none.npz")
    with pytest.raises(ValueError, match="features"):
        store.ViewStore(*[np.zeros((2, 3))] * 6, clips=np.array([]))


def test_a_file_without_shapes_says_that_they_are_unknown(tmp_path):
    views = store.ViewStore(np.zeros((2, 33, 6)), np.zeros((2, 24, 3)), *[np.zeros(2, int)] * 4, clips=np.array(["a"]))
    store.save_views(tmp_path / "views.npz", views)
    with np.load(tmp_path / "views.npz") as archive:
        np.savez(tmp_path / "old.npz", **{name: archive[name] for name in archive if name != "betas"})
    assert np.isnan(store.load_views(tmp_path / "old.npz").betas).all()
