"""The pinhole camera, the place of a body before it, and the correspondence with landmarks."""

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX, MIRROR
from hmvlm.body.smpl import BodyModel
from hmvlm.vision.camera import SMPL_FROM_LANDMARKS, Perspective, place_bodies

CAMERA = Perspective(800.0, np.array([320.0, 240.0]), np.array([0.4, -0.2, -4.0]))


def _joints() -> np.ndarray:
    rest = BodyModel.load().rest_joints().numpy().reshape(-1, 3)
    return (rest - rest[0])[list(SMPL_FROM_LANDMARKS)]


def test_project_turns_y_down():
    pixels = CAMERA.project(np.array([[0.0, 0.0, 0.0], [0.1, 0.2, 2.0]]))
    assert np.allclose(pixels, [[400.0, 280.0], [520.0, 240.0]])
    assert np.allclose(CAMERA.offset, pixels[0]) and CAMERA.scale == 200
    assert CAMERA.project(np.zeros((2, 5, 3))).shape == (2, 5, 2)


def test_points_behind_the_camera_stay_finite():
    assert np.isfinite(CAMERA.project(np.array([[0.0, 0.0, 4.0], [1.0, 1.0, 9.0]]))).all()


@pytest.mark.parametrize("wrong", [{"focal": 0.0}, {"place": np.ones(3)}, {"place": np.full(3, np.nan)}])
def test_impossible_cameras_are_refused(wrong):
    with pytest.raises(ValueError, match="camera"):
        Perspective(**{"focal": 800.0, "centre": np.zeros(2), "place": np.array([0, 0, -2.0])} | wrong)


def _seen(places: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Points and rays ``x / -z`` and ``y / -z`` of a body at several places."""
    there = _joints() + places[:, None]
    aims = there[..., :2] / -there[..., 2:]
    return torch.from_numpy(np.tile(_joints(), (len(places), 1, 1))).float(), torch.from_numpy(aims).float()


def test_bodies_are_placed_where_they_are_seen():
    places = np.array([[0.4, -0.2, -4.0], [-1.5, 0.3, -2.5], [0.0, 0.0, -12.0]])
    points, aims = _seen(places)
    found = place_bodies(points, aims, torch.ones(points.shape[:2]))
    assert np.allclose(found, places, rtol=0.01, atol=0.01)


def test_points_without_weight_do_not_count():
    places = np.array([[0.4, -0.2, -4.0]])
    points, aims = _seen(places)
    trust = torch.ones(points.shape[:2])
    aims[:, :4] += 0.5
    trust[:, :4] = 0
    assert np.allclose(place_bodies(points, aims, trust), places, rtol=0.01, atol=0.01)


def test_noise_in_the_picture_moves_a_body_little():
    points, aims = _seen(np.tile([0.4, -0.2, -4.0], (200, 1)))
    noisy = aims + 0.004 * torch.randn(aims.shape, generator=torch.Generator().manual_seed(0))  # 3 pixels
    found = place_bodies(points, noisy, torch.ones(points.shape[:2]))
    assert (found[:, 2] + 4).abs().mean() < 0.1 and (found[:, :2] - torch.tensor([0.4, -0.2])).abs().mean() < 0.02


def test_a_body_on_one_line_of_sight_gives_finite_places():
    points = torch.zeros(1, 14, 3)
    assert place_bodies(points, torch.zeros(1, 14, 2), torch.ones(1, 14)).isfinite().all()


def test_correspondence_keeps_sides():
    assert SMPL_FROM_LANDMARKS[INDEX["left_shoulder"]] == 11
    assert SMPL_FROM_LANDMARKS[INDEX["right_ankle"]] == 28
    for joint, landmark in SMPL_FROM_LANDMARKS.items():
        assert SMPL_FROM_LANDMARKS[MIRROR[joint]] == landmark + (1 if landmark % 2 else -1)
