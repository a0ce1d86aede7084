"""Fitting a pose to landmarks: limbs turn to where they are seen, what is not seen stays."""

import numpy as np
import pytest
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.vision.camera import SMPL_FROM_LANDMARKS
from hmvlm.vision.fitting import FitWeights, fit


def shown(poses: np.ndarray, betas: np.ndarray | None = None) -> torch.Tensor:
    """Landmark features ``(N, 33, 6)`` that sit on the joints of poses ``(N, 24, 3)``.

    Only matched landmarks are visible.
    """
    joints = BodyModel.load().relative_joints(rotations.axis_angle_to_matrix(torch.from_numpy(poses).float()), betas)
    hips = joints[:, [INDEX["left_hip"], INDEX["right_hip"]]].mean(1, keepdim=True)
    seen = torch.zeros(len(poses), 33, 6)
    for joint, mark in SMPL_FROM_LANDMARKS.items():
        seen[:, mark, :2] = 0.8 * (joints - hips)[:, joint, :2] + torch.tensor([0.1, -0.05])
        seen[:, mark, 2:5] = (joints - hips)[:, joint]
        seen[:, mark, 5] = 1.0
    return seen


TRUSTING = FitWeights(picture=8.0, direction=1.0, stay=1.0)
"""For landmarks that are exact."""


def error(local: torch.Tensor, poses: np.ndarray) -> torch.Tensor:
    body = BodyModel.load()
    true = body.relative_joints(rotations.axis_angle_to_matrix(torch.from_numpy(poses).float()))
    return (body.relative_joints(local) - true).norm(dim=-1)


def bent(count: int = 3) -> np.ndarray:
    poses = np.random.default_rng(0).normal(scale=0.25, size=(count, 24, 3)).astype(np.float32)
    poses[:, INDEX["left_shoulder"], 2] = -1.0
    return poses


def test_a_pose_moves_to_exact_landmarks():
    poses = bent()
    off = poses.copy()
    off[:, INDEX["left_elbow"]] += 0.6
    off[:, INDEX["right_knee"]] += 0.5
    start = rotations.axis_angle_to_matrix(torch.from_numpy(off))
    before, after = error(start, poses), error(fit(start, shown(poses), TRUSTING)[0], poses)
    wrist, ankle = INDEX["left_wrist"], INDEX["right_ankle"]
    assert (after[:, [wrist, ankle]] < 0.5 * before[:, [wrist, ankle]]).all()
    assert after.mean() < before.mean() and after.max() < 0.5 * before.max()


@pytest.mark.slow
def test_a_right_pose_stays():
    poses = bent()
    start = rotations.axis_angle_to_matrix(torch.from_numpy(poses))
    assert error(fit(start, shown(poses))[0], poses).max() < 0.02


@pytest.mark.slow
def test_what_is_not_seen_stays_as_it_was_read():
    poses, other = bent(), bent()
    other[:, INDEX["left_elbow"]] += 1.0
    seen = shown(other)
    seen[:, [13, 15, 17, 19, 21], 5] = 0.0
    start = rotations.axis_angle_to_matrix(torch.from_numpy(poses))
    moved = error(fit(start, seen)[0], poses)
    assert moved[:, INDEX["left_wrist"]].max() < 0.08


@pytest.mark.slow
def test_frames_do_not_touch_each_other():
    poses = bent(4)
    start, seen = rotations.axis_angle_to_matrix(torch.from_numpy(0.8 * poses)), shown(poses)
    (together, shapes), (alone, shape) = fit(start, seen), fit(start[1:2], seen[1:2])
    assert torch.allclose(together[1], alone[0], atol=1e-4) and torch.allclose(shapes[1], shape[0], atol=1e-3)


@pytest.mark.slow
def test_degenerate_landmarks_give_finite_poses():
    start = rotations.axis_angle_to_matrix(torch.from_numpy(bent(2)))
    assert all(found.isfinite().all() for found in fit(start, torch.zeros(2, 33, 6)))


@pytest.mark.slow
def test_it_works_where_gradients_are_off():
    poses = bent(1)
    start, seen = rotations.axis_angle_to_matrix(torch.from_numpy(0.7 * poses)), shown(poses)
    with torch.no_grad():
        quiet, shape = fit(start, seen)
    assert not quiet.requires_grad and not shape.requires_grad
    assert torch.allclose(quiet, fit(start, seen)[0], atol=1e-5)


@pytest.mark.slow
def test_a_body_takes_the_proportions_that_are_seen():
    """One shape for all frames of a person: limbs of another length are told from limbs that are turned."""
    poses, betas = bent(8), np.array([0, 2.5, -2, 1.5, 0, 0, 0, 0, 0, 0], np.float32)
    start, seen = rotations.axis_angle_to_matrix(torch.from_numpy(poses)), shown(poses, betas)
    local, shape = fit(start, seen, one_body=True)
    assert shape.shape == (1, 10) and fit(start, seen)[1].shape == (8, 10)
    flat = BodyModel.load().relative_joints(local, shape[0])[:, list(SMPL_FROM_LANDMARKS), :2]
    usual = BodyModel.load().relative_joints(fit(start, seen, FitWeights(shape=1e6))[0])[
        :, list(SMPL_FROM_LANDMARKS), :2
    ]
    wanted = seen[:, list(SMPL_FROM_LANDMARKS.values()), :2]
    assert residual(flat, wanted) < 0.6 * residual(usual, wanted)


def residual(flat: torch.Tensor, wanted: torch.Tensor) -> float:
    """What the best scale and place of each row leaves."""
    a, b = flat - flat.mean(1, keepdim=True), wanted - wanted.mean(1, keepdim=True)
    scale = (a * b).sum((1, 2), keepdim=True) / a.square().sum((1, 2), keepdim=True)
    return float((scale * a - b).norm(dim=-1).mean())
