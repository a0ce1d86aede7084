"""Weak perspective: exact recovery, robustness, and the correspondence with landmarks."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX, MIRROR
from hmvlm.body.smpl import BodyModel
from hmvlm.vision.camera import SMPL_FROM_LANDMARKS, WeakPerspective, solve

TRUE = WeakPerspective(310.0, np.array([412.0, 233.5]))


def _joints() -> np.ndarray:
    rest = BodyModel.load().rest_joints().numpy()
    return (rest - rest[0])[list(SMPL_FROM_LANDMARKS)]


def test_project_turns_y_down():
    pixels = TRUE.project(np.array([[0.0, 0.0, 3.0], [0.1, 0.2, -1.0]]))
    assert np.allclose(pixels, [[412.0, 233.5], [443.0, 171.5]])
    assert TRUE.project(np.zeros((2, 5, 3))).shape == (2, 5, 2)


def test_solve_recovers_the_camera():
    joints = _joints()
    found = solve(joints, TRUE.project(joints), np.ones(len(joints)))
    assert found.scale == pytest.approx(TRUE.scale, rel=1e-6)
    assert np.allclose(found.offset, TRUE.offset, atol=1e-4)


def test_solve_bears_noise_and_some_wrong_points():
    rng = np.random.default_rng(0)
    joints = _joints()
    for _ in range(50):
        pixels = TRUE.project(joints) + rng.normal(0, 2.0, (len(joints), 2))
        wrong = rng.choice(len(joints), 4, replace=False)
        pixels[wrong] += rng.normal(0, 150.0, (4, 2))
        found = solve(joints, pixels, np.ones(len(joints)))
        assert found.scale == pytest.approx(TRUE.scale, rel=0.04)
        assert np.linalg.norm(found.offset - TRUE.offset) < 8


def test_points_without_weight_do_not_count():
    joints = _joints()
    pixels, weights = TRUE.project(joints), np.ones(len(joints))
    pixels[:6] += 500
    weights[:6] = 0
    assert solve(joints, pixels, weights).scale == pytest.approx(TRUE.scale, rel=1e-6)


def test_an_upside_down_estimate_still_gives_a_plausible_size():
    joints = _joints()
    found = solve(joints * np.array([-1, -1, 1]), TRUE.project(joints), np.ones(len(joints)))
    assert 0.3 * TRUE.scale < found.scale < 3 * TRUE.scale


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_points_are_refused(count):
    joints = _joints()
    weights = np.zeros(len(joints))
    weights[:count] = 1
    with pytest.raises(ValueError, match="at least two points"):
        solve(joints, TRUE.project(joints), weights)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="expected"):
        solve(np.zeros((3, 3)), np.zeros((2, 2)), np.ones(3))
    with pytest.raises(ValueError, match="finite"):
        solve(np.full((3, 3), np.nan), np.zeros((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="line of sight"):
        solve(np.zeros((3, 3)), np.zeros((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="positive"):
        WeakPerspective(0.0, np.zeros(2))


def test_correspondence_keeps_sides():
    assert SMPL_FROM_LANDMARKS[INDEX["left_shoulder"]] == 11
    assert SMPL_FROM_LANDMARKS[INDEX["right_ankle"]] == 28
    for joint, landmark in SMPL_FROM_LANDMARKS.items():
        assert SMPL_FROM_LANDMARKS[MIRROR[joint]] == landmark + (1 if landmark % 2 else -1)
