"""Features are the exact inverse of their decoding and mirror as the body does."""

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX, MIRROR
from hmvlm.motion import features
from hmvlm.motion.clip import Motion


@pytest.fixture(scope="module")
def motion() -> Motion:
    """A smooth random motion that walks a curve: 60 frames at 20 fps."""
    generator = np.random.default_rng(0)
    time = np.linspace(0, 3, 60)[:, None, None]
    poses = 0.4 * np.sin(generator.uniform(0.5, 3, (1, 24, 3)) * time + generator.uniform(0, 6, (1, 24, 3)))
    poses[:, 0, 1] += np.linspace(0, 2.5, 60)
    trans = np.stack([np.sin(time[:, 0, 0]), 1.15 + 0.02 * np.sin(9 * time[:, 0, 0]), time[:, 0, 0]], -1)
    return Motion(poses, trans).canonical()


def test_decoding_inverts_encoding(motion):
    again = features.decode(features.encode(motion))
    assert np.abs(again.joints() - motion.joints()).max() < 1e-4
    assert np.abs(again.trans - motion.trans).max() < 1e-4


def test_features_ignore_place_and_heading(motion):
    turned = Motion(motion.poses.copy(), motion.trans.copy())
    quarter = torch.tensor(1.2)
    from hmvlm.body import rotations

    matrix = rotations.yaw_matrix(quarter)
    roots = rotations.axis_angle_to_matrix(torch.from_numpy(turned.poses[:, 0]))
    from hmvlm.body.smpl import BodyModel

    rest = BodyModel.load().rest_joints()[0].numpy()
    turned.poses[:, 0] = rotations.matrix_to_axis_angle(matrix @ roots).numpy()
    turned.trans = ((turned.trans + rest) @ matrix.T.numpy() - rest + np.float32([3, 0, -2])).astype(np.float32)
    assert torch.allclose(features.encode(turned), features.encode(motion), atol=2e-4)


def test_mirroring_twice_is_the_identity_and_swaps_sides(motion):
    mirrored = motion.mirrored()
    assert np.allclose(mirrored.mirrored().poses, motion.poses)
    expected = motion.joints()[:, MIRROR] * np.float32([-1, 1, 1])
    assert np.abs(mirrored.joints() - expected).max() < 1.5e-3  # the free body's own asymmetry


def test_turning_left_is_a_positive_rate():
    poses = np.zeros((20, 24, 3), np.float32)
    poses[:, 0, 1] = np.linspace(0, 1, 20)
    turn = features.encode(Motion(poses, np.zeros((20, 3)))).numpy()[:, 3]
    assert turn == pytest.approx(np.full(20, 20 / 19), rel=1e-3)


def test_forward_velocity_is_in_the_heading_frame():
    poses = np.zeros((10, 24, 3), np.float32)
    poses[:, 0, 1] = np.pi / 2  # faces +X
    trans = np.zeros((10, 3), np.float32)
    trans[:, 0] = np.arange(10) * 0.05
    root = features.encode(Motion(poses, trans))[:, features.ROOT]
    assert torch.allclose(root[:, 1], torch.zeros(10), atol=1e-5)
    assert torch.allclose(root[:, 2], torch.ones(10), atol=1e-4)


def test_standing_still_is_in_contact():
    rest = 1.17
    motion = Motion(np.zeros((8, 24, 3)), np.tile([0, rest, 0], (8, 1)))
    assert features.encode(motion)[:, features.CONTACTS].eq(1).all()
    assert motion.joints()[0, INDEX["left_foot"], 1] < 0.08


def test_resampling_keeps_the_path(motion):
    up = motion.resample(40).resample(20)
    assert np.abs(up.joints()[: len(motion) - 1] - motion.joints()[: len(up)][: len(motion) - 1]).max() < 5e-3


def test_another_frame_rate_is_refused(motion):
    with pytest.raises(ValueError, match="20 fps"):
        features.encode(motion.resample(30))


def test_pose_features_do_not_know_how_the_body_is_turned(motion):
    from hmvlm.body import rotations
    from hmvlm.body.smpl import BodyModel

    poses = motion.poses.copy()
    tilt = rotations.axis_angle_to_matrix(torch.tensor([0.7, 0.2, -0.4]))
    poses[:, 0] = rotations.matrix_to_axis_angle(tilt @ rotations.axis_angle_to_matrix(torch.from_numpy(poses[:, 0])))
    pose = features.pose_features(features.encode(motion))
    assert torch.allclose(pose, features.pose_features(features.encode(Motion(poses, motion.trans))), atol=1e-5)
    assert torch.allclose(features.pose_features(pose), pose, atol=1e-5)
    bent = motion.poses.copy()
    bent[:, 0] = 0
    joints = BodyModel.load().joints(bent, np.zeros_like(motion.trans))
    assert torch.allclose(features.heading_free_joints(pose), joints - joints[:, :1], atol=1e-5)
