"""Landmark sites on the body."""

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.vision.landmarks import MIRROR
from tests.train.views.samples import some_poses
from train.views import poses
from train.views.sites import Sites


def test_sites_lie_on_the_skinned_mesh():
    body, rng = BodyModel.load(), np.random.default_rng(1)
    bent, betas = some_poses(3), rng.normal(0, 1, 10).astype(np.float32)
    points = Sites().posed(bent, np.tile(betas, (3, 1))).points
    rest = body.rest_joints(betas)[0].numpy()
    mesh = body.vertices(bent, np.tile(-rest, (3, 1)), betas).numpy()
    apart = np.linalg.norm(mesh[:, None] - points[:, :, None], axis=-1).min(axis=-1)
    skin = [0, 1, 2, 3, 7, 9, 17, 19, 21, 29, 31, 33, 34, 35]
    assert apart[:, skin].max() < 0.012
    joints = body.joints(bent, np.tile(-rest, (3, 1)), betas).numpy()
    for landmark, name in ((11, "left_shoulder"), (14, "right_elbow"), (24, "right_hip"), (27, "left_ankle")):
        assert np.allclose(points[:, landmark], joints[:, INDEX[name]], atol=1e-5)


def test_left_and_right_mirror():
    bent = some_poses(5)
    bent[:, 0] = np.random.default_rng(0).normal(0, 1, (5, 3))
    zero = np.zeros((5, 10), np.float32)
    points = Sites().posed(bent, zero).points[:, :33]
    other = Sites().posed(poses.mirrored(bent), zero).points[:, :33]
    # The mesh is symmetric to a few millimetres only.
    assert np.allclose(other, points[:, MIRROR] * [-1, 1, 1], atol=0.01)
    assert points[0, 11, 0] != 0 and Sites().posed(np.zeros((1, 24, 3)), zero[:1]).points[0, 11, 0] > 0
