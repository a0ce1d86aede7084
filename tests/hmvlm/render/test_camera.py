"""Cameras that keep a motion in view."""

import numpy as np
import pytest

from hmvlm.render import camera
from tests.hmvlm.render.standing import standing


def project(points: np.ndarray, pose: np.ndarray, aspect: float = 1.0) -> np.ndarray:
    """Points ``(..., 3)`` to picture coordinates: within -1..1 is in view, y up."""
    local = (points - pose[:3, 3]) @ pose[:3, :3]
    tangent = np.tan(camera.FIELD_OF_VIEW / 2)
    return local[..., :2] / -local[..., 2:] / [tangent * aspect, tangent]


@pytest.mark.parametrize("speed", [0.0, 1.2, 4.0])
@pytest.mark.parametrize("aspect", [1.0, 16 / 9, 0.5])
def test_camera_holds_the_whole_path(speed, aspect):
    joints = standing(160, speed).joints()
    joints[80:, :, 0] += np.linspace(0, 2, 80)[:, None]
    plan = camera.plan_camera(joints, 20.0, aspect)
    for frame in range(0, 160, 7):
        seen = project(joints[frame], plan.poses[frame], aspect)
        assert np.abs(seen).max() < 1
    spread = np.ptp(project(joints[0], plan.poses[0], aspect)[:, 1])
    assert spread > 2 * camera.SMALLEST_BODY * 0.75  # joints span less than the skin


def test_camera_stands_still_unless_the_path_is_long():
    near = camera.plan_camera(standing(80, 0.4).joints(), 20.0)
    assert np.ptp(near.poses, axis=0).max() == 0
    far = camera.plan_camera(standing(200, 2.0).joints(), 20.0)
    assert np.ptp(far.poses[:, :3, 3], axis=0).max() > 10
    assert np.ptp(far.poses[:, :3, :3], axis=0).max() == 0


def test_a_still_camera_keeps_its_place_and_all_of_the_path_in_view():
    joints = standing(200, 2.0).joints()
    plan = camera.plan_camera(joints, 20.0, 1.6, still=True)
    assert np.allclose(plan.poses, plan.poses[0]) and not np.allclose(
        camera.plan_camera(joints, 20.0, 1.6).poses[0], plan.poses[0]
    )
    local = np.einsum(
        "ij,tnj->tni", np.linalg.inv(plan.poses[0]), np.concatenate([joints, np.ones_like(joints[..., :1])], -1)
    )
    assert (local[..., 2] < 0).all() and (
        np.abs(local[..., 1]) <= -local[..., 2] * np.tan(camera.FIELD_OF_VIEW / 2) + 1e-6
    ).all()


def test_camera_sees_the_front_whatever_the_heading():
    for turn in (0.0, 1.0, 3.0):
        clip = standing()
        clip.poses[:, 0, 1] = turn
        plan = camera.plan_camera(clip.joints(), 20.0)
        toward = plan.poses[0, :3, 3] - clip.joints()[0, 0]
        facing = np.array([np.sin(turn), 0, np.cos(turn)])
        assert toward @ facing / np.linalg.norm(toward) > 0.8
        assert 0.1 < toward[1] / np.linalg.norm(toward) < 0.4
