"""Pose errors, analytic inverse kinematics and the perceptron."""

import numpy as np
import pytest
import torch

from tests.train.views.samples import shoot_some, some_poses
from train.views import cameras, noise, store
from train.views.baselines import Perceptron, errors, row_errors, train_perceptron
from train.views.inverse_kinematics import solve_poses
from train.views.sites import Sites


def test_errors_measure_and_align():
    bent = some_poses(8)
    same = errors(bent, bent)
    assert same["mpjpe"] < 1e-3 and same["pa_mpjpe"] < 1e-2
    turned = bent.copy()
    turned[:, 0] = [0.0, 1.0, 0.0]
    moved = errors(turned, bent)
    assert moved["mpjpe"] > 50 and moved["pa_mpjpe"] < 1e-2


def test_analytic_baseline_follows_exact_landmarks():
    shots, seen = shoot_some(64)
    exact = noise.landmark_features(seen.pixels, seen.region, seen.metric, np.ones((64, 33)))
    found = errors(solve_poses(exact), shots.poses)
    assert found["mpjpe"] < 60 and found["pa_mpjpe"] < 50  # random joints bend where bodies cannot
    upright = cameras.sample_cameras(
        np.zeros((1, 24, 3), np.float32), np.zeros((1, 10), np.float32), np.zeros(1, int), Sites(),
        np.random.default_rng(0),
    )[1]  # fmt: skip
    straight = noise.landmark_features(upright.pixels, upright.region, upright.metric, np.ones((1, 33)))
    assert errors(solve_poses(straight), np.zeros((1, 24, 3), np.float32))["mpjpe"] < 30


@pytest.mark.slow
def test_perceptron_learns():
    shots, seen = shoot_some(256)
    exact = noise.landmark_features(seen.pixels, seen.region, seen.metric, np.ones((256, 33)))
    tags = {name: np.zeros(256, int) for name in ("split", "kind", "clip")}
    views = store.ViewStore(exact, shots.poses, **tags, measured=np.zeros(256, bool), clips=np.array(["a"]))
    model = train_perceptron(views, steps=60, batch=64)
    start = Perceptron(torch.from_numpy(exact).mean(0), torch.ones(33, 6))
    trained, untrained = (errors(net.poses(exact), shots.poses)["mpjpe"] for net in (model, start))
    assert trained < 0.5 * untrained


def test_a_wrong_size_counts_where_shapes_are_given():
    poses, tall = np.zeros((1, 24, 3), np.float32), np.eye(1, 10, dtype=np.float32) * 2
    assert row_errors(poses, poses, tall, tall)[0][0] < 1e-3
    plain, aligned = row_errors(poses, poses, np.zeros_like(tall), tall)
    assert plain[0] > 20 and aligned[0] < plain[0]
