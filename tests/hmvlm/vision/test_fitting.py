"""Fitting a pose to landmarks: limbs turn to where they are seen, what is not seen stays."""

import numpy as np
import pytest
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.vision.fitting import HIPS, MARKS, FitWeights, facing_turns, fit, landmark_points


def shown(poses: np.ndarray, betas: np.ndarray | None = None) -> torch.Tensor:
    """Landmark features ``(N, 33, 6)`` as a body in poses ``(N, 24, 3)`` has them, without perspective.

    Only matched landmarks are visible.
    """
    local = rotations.axis_angle_to_matrix(torch.from_numpy(poses).float())
    shapes = torch.zeros(len(poses), 10) if betas is None else torch.from_numpy(betas).expand(len(poses), -1)
    points = landmark_points(local, shapes)
    points = points - points[:, HIPS].mean(1, keepdim=True)
    seen = torch.zeros(len(poses), 33, 6)
    seen[:, MARKS, :2] = 0.8 * points[..., :2] + torch.tensor([0.1, -0.05])
    seen[:, MARKS, 2:5] = points
    seen[:, MARKS, 5] = 1.0
    return seen


TRUSTING = FitWeights(direction=1.0, stay=1.0)
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
    before, after = error(start, poses), error(fit(start, shown(poses), TRUSTING).local, poses)
    wrist, ankle = INDEX["left_wrist"], INDEX["right_ankle"]
    assert (after[:, [wrist, ankle]] < 0.5 * before[:, [wrist, ankle]]).all()
    assert after.mean() < before.mean() and after.max() < 0.5 * before.max()


@pytest.mark.slow
def test_a_right_pose_stays():
    poses = bent()
    start = rotations.axis_angle_to_matrix(torch.from_numpy(poses))
    assert error(fit(start, shown(poses)).local, poses).max() < 0.02


@pytest.mark.slow
def test_what_is_not_seen_stays_as_it_was_read():
    poses, other = bent(), bent()
    other[:, INDEX["left_elbow"]] += 1.0
    seen = shown(other)
    seen[:, [13, 15, 17, 19, 21], 5] = 0.0
    start = rotations.axis_angle_to_matrix(torch.from_numpy(poses))
    moved = error(fit(start, seen).local, poses)
    assert moved[:, INDEX["left_wrist"]].max() < 0.08


@pytest.mark.slow
def test_frames_do_not_touch_each_other():
    poses = bent(4)
    start, seen = rotations.axis_angle_to_matrix(torch.from_numpy(0.8 * poses)), shown(poses)
    together, alone = fit(start, seen), fit(start[1:2], seen[1:2])
    assert torch.allclose(together.local[1], alone.local[0], atol=1e-4)
    assert torch.allclose(together.betas[1], alone.betas[0], atol=1e-3)


@pytest.mark.slow
def test_degenerate_landmarks_give_finite_poses():
    start = rotations.axis_angle_to_matrix(torch.from_numpy(bent(2)))
    found = fit(start, torch.zeros(2, 33, 6))
    assert found.local.isfinite().all() and found.betas.isfinite().all() and found.places.isfinite().all()


@pytest.mark.slow
def test_it_works_where_gradients_are_off():
    poses = bent(1)
    start, seen = rotations.axis_angle_to_matrix(torch.from_numpy(0.7 * poses)), shown(poses)
    with torch.no_grad():
        quiet = fit(start, seen)
    assert not quiet.local.requires_grad and not quiet.betas.requires_grad
    assert torch.allclose(quiet.local, fit(start, seen).local, atol=1e-5)


@pytest.mark.parametrize("factor", [0.75, 1.3])
def test_the_size_in_the_picture_does_not_change_the_stature(factor):
    """A picture does not tell a near child from a far adult: the body keeps the stature of adults."""
    poses = bent(4)
    start, seen = rotations.axis_angle_to_matrix(torch.from_numpy(poses)), shown(poses)
    seen[..., :2] *= factor
    seen[..., 2:5] *= 0.8  # and BlazePose's metres do not either
    betas = fit(start, seen, owner=torch.zeros(4, dtype=torch.long)).betas
    assert betas.shape == (1, 10) and 1.6 < stature(betas[0]) < 1.75


def stature(betas: torch.Tensor) -> float:
    skin = BodyModel.load().vertices(np.zeros((1, 24, 3)), np.zeros((1, 3)), betas.numpy())[0, :, 1]
    return float(skin.max() - skin.min())


def test_a_body_beside_the_middle_of_the_picture_is_turned_by_its_ray():
    """The language model sees everybody as before a camera turned towards them; the result is in the picture's axes."""
    poses = 0.5 * bent(1)
    local = rotations.axis_angle_to_matrix(torch.from_numpy(poses))
    points = landmark_points(local, torch.zeros(1, 10)) + torch.tensor([1.2, 0.8, -3.0])
    seen = shown(poses)
    rays = torch.zeros(1, 33, 2)
    rays[:, MARKS] = points[..., :2] / -points[..., 2:]
    facing = facing_turns(rays[:, MARKS][:, HIPS].mean(1))
    seen[..., 2:5] = seen[..., 2:5] @ facing  # as seen from a camera turned towards the body
    start = local.clone()
    start[:, 0] = facing.transpose(1, 2) @ start[:, 0]
    found = fit(start, seen, rays=rays)
    assert error(found.local, poses).max() < 0.03
    assert torch.allclose(found.places[0], torch.tensor([1.2, 0.8, -3.0]), rtol=0.06, atol=0.05)
