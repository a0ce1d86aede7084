"""Readers of 3DPW and Human3.6M on tiny files of their layout, and the protocol on poses whose error is known."""

import pickle

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from hmvlm.body.smpl import BodyModel
from train.evaluation.published import photo_sets
from train.evaluation.sections.photos import crop
from train.loop.joint_errors import joint_errors, similarity_aligned


def bent(rng):
    return (0.3 * rng.normal(size=(24, 3))).astype(np.float32)


@pytest.fixture
def threedpw(tmp_path):
    """One sequence of two people and three frames; the second person's camera is never valid."""
    rng = np.random.default_rng(0)
    poses = np.stack([bent(rng) for _ in range(3)])
    camera = np.eye(4)
    camera[:3, :3] = Rotation.from_euler("x", 180, degrees=True).as_matrix()
    points = np.ones((3, 3, 18))
    points[:, 0] = np.linspace(100, 200, 18)
    points[:, 1] = np.linspace(50, 350, 18)
    points[1, 2] = 0
    content = {
        "sequence": "walk_00", "betas": [np.zeros(10)] * 2, "poses": [poses.reshape(3, 72)] * 2,
        "trans": [np.zeros((3, 3))] * 2,
        "poses2d": [points] * 2, "campose_valid": [np.array([1, 1, 1]), np.zeros(3)],
        "cam_poses": np.stack([camera] * 3),
        "img_frame_ids": np.array([0, 2, 4]), "genders": ["m", "f"],
    }  # fmt: skip
    folder = tmp_path / "sequenceFiles" / "test"
    folder.mkdir(parents=True)
    (folder / "walk_00.pkl").write_bytes(pickle.dumps(content, protocol=2))
    return tmp_path, poses, camera


def test_people_of_3dpw_come_in_the_cameras_frame(threedpw):
    folder, poses, camera = threedpw
    people = list(photo_sets.threedpw(folder))
    assert [person.image.name for person in people] == ["image_00000.jpg", "image_00004.jpg"]
    joints = BodyModel.load().joints(poses[:1], np.zeros((1, 3), np.float32)).numpy()[0]
    expected = (joints - joints[0]) @ camera[:3, :3].T
    np.testing.assert_allclose(people[0].joints, expected[photo_sets.LSP_JOINT_ROWS], atol=1e-5)
    np.testing.assert_allclose(people[0].box, (90, 20, 120, 360), atol=1e-6)


def test_an_estimate_with_the_true_pose_has_no_error(threedpw):
    folder, poses, camera = threedpw
    person = next(iter(photo_sets.threedpw(folder)))
    root = Rotation.from_matrix(np.diag([1.0, -1, -1]) @ camera[:3, :3]) * Rotation.from_rotvec(poses[0, 0])
    estimate = np.concatenate([root.as_rotvec()[None], poses[0, 1:]]).astype(np.float32)
    plain, aligned = photo_sets.errors(photo_sets.lsp_joints(estimate, hips=False)[None], [person])
    assert plain[0] < 0.1 and aligned[0] < 0.1


def test_pickles_that_would_run_code_are_refused(threedpw):
    folder, *_ = threedpw
    (folder / "sequenceFiles" / "test" / "walk_00.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ValueError, match="refused"):
        list(photo_sets.threedpw(folder))


def test_people_of_human36m_are_read_from_a_prepared_file(tmp_path):
    rng = np.random.default_rng(0)
    joints = np.concatenate([rng.normal(size=(4, 24, 3)), np.ones((4, 24, 1))], axis=-1)
    names = np.array([f"S9/{row}.jpg" for row in range(4)])
    np.savez(tmp_path / "h36m.npz", imgname=names, center=np.full((4, 2), 500.0), scale=np.full(4, 2.0), S=joints)
    people = list(photo_sets.human36m(tmp_path / "h36m.npz", tmp_path / "images", stride=2))
    assert [str(person.image.relative_to(tmp_path)) for person in people] == ["images/S9/0.jpg", "images/S9/2.jpg"]
    assert people[0].box == (300, 300, 400, 400)
    np.testing.assert_allclose(people[1].root, joints[2, 2:4, :3].mean(0))
    np.savez(tmp_path / "other.npz", imgname=names)
    with pytest.raises(ValueError, match="lacks center, scale, S"):
        list(photo_sets.human36m(tmp_path / "other.npz", tmp_path))


def test_folders_of_something_else_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no 3DPW folder"):
        list(photo_sets.threedpw(tmp_path))


def test_a_similarity_is_undone_and_a_reflection_is_not():
    rng = np.random.default_rng(1)
    points = torch.from_numpy(rng.normal(size=(5, 14, 3)))
    turn = torch.from_numpy(Rotation.random(5, rng=rng).as_matrix())
    moved = 1.7 * points @ turn.transpose(1, 2) + torch.tensor([1.0, 2.0, 3.0])
    torch.testing.assert_close(similarity_aligned(moved, points), points)
    plain, aligned = joint_errors(points, points + torch.tensor([3.0, 0.0, 4.0]))
    torch.testing.assert_close(plain, torch.full((5,), 5.0, dtype=torch.float64))
    assert aligned.max() < 1e-6
    assert joint_errors(points * torch.tensor([-1.0, 1.0, 1.0]), points)[1].min() > 0.1


def test_crops_stay_inside_the_picture():
    image = np.zeros((40, 60, 3), np.uint8)
    assert crop(image, (-10, -10, 30, 20)).shape == (10, 20, 3)
    assert crop(image, (50, 30, 30, 30)).shape == (10, 10, 3)
    with pytest.raises(ValueError, match="outside a picture of 60 x 40"):
        crop(image, (100, 0, 10, 10))
