"""Virtual cameras and what they see."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from tests.train.views.samples import shoot_some, some_poses
from train.views import cameras
from train.views.baselines import joint_positions
from train.views.sites import Sites


def test_upright_person_facing_the_camera_has_no_rotation():
    upright = np.zeros((1, 24, 3), np.float32)
    zero = np.zeros((1, 10), np.float32)
    seen = cameras.sample_cameras(upright, zero, np.array([cameras.EASY]), Sites(), np.random.default_rng(0))[1]
    assert seen.pixels[0, 0, 1] < seen.pixels[0, 27, 1]  # the nose is above the ankle: y points down
    assert seen.pixels[0, 11, 0] > seen.pixels[0, 12, 0]  # the left shoulder is at the picture's right
    assert seen.metric[0, 0, 2] > 0.05  # the nose is nearer to the viewer than the hips
    assert np.allclose(seen.metric[0, [23, 24]].mean(axis=0), 0, atol=1e-6)


@pytest.mark.parametrize("kind", [cameras.EASY, cameras.TRUNCATED, cameras.OCCLUDED])
def test_pictures_show_what_was_wanted(kind):
    shots, seen = shoot_some(200, kind, betas=1.0)
    assert (shots.kind == kind).mean() > 0.7
    assert (seen.outside[:, cameras.MAIN].any(axis=1) == (shots.kind == cameras.TRUNCATED)).all()
    assert (cameras.in_camera(np.zeros((200, 1, 3)), shots)[..., 2] < 0).all()
    assert np.allclose(cameras.project(np.zeros((200, 1, 3)), shots)[:, 0], shots.place)
    assert (shots.size <= 480).all() and np.isfinite(seen.pixels).all()


def test_orient_takes_out_the_heading_and_keeps_the_pose():
    bent = some_poses(500)
    turned = cameras.orient(bent, np.random.default_rng(0))
    assert np.array_equal(turned[:, 1:], bent[:, 1:])
    joints = joint_positions(turned).numpy()
    across = joints[:, INDEX["left_hip"]] - joints[:, INDEX["right_hip"]]
    heading = np.arctan2(-across[:, 2], across[:, 0])
    assert abs(np.exp(1j * heading).mean()) < 0.15  # all around
    assert (joints[:, INDEX["neck"], 1] > 0).mean() > 0.9  # upright mostly
