"""Turns of a camera from the background: pans, tilts, still cameras, people in front, and what is no turn."""

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm.vision.panning import BackgroundFlow

SIZE, FOCAL = (320, 240), 300.0
FRAMES = 20


def texture(seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 255, (90, 160), np.uint8)
    return cv2.resize(noise, (1280, 720), interpolation=cv2.INTER_CUBIC)


def view(turn: Rotation, ground: np.ndarray) -> np.ndarray:
    """What a camera at the middle sees of a far wall, turned from its first direction; axes x right, y up, z back."""
    flip = np.diag([1.0, -1, -1])
    wall = np.array([[FOCAL, 0, 640], [0, FOCAL, 360], [0, 0, 1]])
    lens = np.array([[FOCAL, 0, SIZE[0] / 2], [0, FOCAL, SIZE[1] / 2], [0, 0, 1]])
    matrix = wall @ flip @ turn.as_matrix() @ flip @ np.linalg.inv(lens)  # from the picture to the wall
    grey = cv2.warpPerspective(ground, matrix, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return np.repeat(grey[..., None], 3, axis=2)


def turned(axis: str, degrees: float) -> list[Rotation]:
    return [Rotation.from_euler(axis, degrees * frame / (FRAMES - 1), degrees=True) for frame in range(FRAMES)]


@pytest.mark.parametrize(("axis", "degrees"), [("y", 25), ("y", -15), ("x", 12)])
def test_turns_are_found_though_somebody_walks_in_front(axis, degrees):
    ground, flow, truth = texture(), BackgroundFlow(), turned(axis, degrees)
    somebody = texture(1)[:120, :60]
    box = None
    for frame, turn in enumerate(truth):
        picture = view(turn, ground)
        left = 60 + 6 * frame
        picture[90:210, left : left + 60] = somebody[..., None]
        flow.add(picture, [] if box is None else [box])
        box = np.array([left, 90, left + 60, 210])
    found = flow.turns(FOCAL, SIZE)
    assert not flow.moves(FOCAL, SIZE)
    off = [np.degrees((Rotation.from_matrix(one).inv() * true).magnitude()) for one, true in zip(found, truth)]
    assert max(off) < 0.05 * abs(degrees) + 0.3


def test_a_camera_that_stands_or_shakes_a_little_has_no_turns():
    ground, flow = texture(), BackgroundFlow()
    rng = np.random.default_rng(0)
    for _ in range(FRAMES):
        picture = view(Rotation.from_euler("yx", rng.normal(0, 0.1, 2), degrees=True), ground)
        flow.add(np.clip(picture + rng.normal(0, 4, picture.shape), 0, 255).astype(np.uint8))
    assert flow.turns(FOCAL, SIZE) is None and not flow.moves(FOCAL, SIZE)


def test_what_is_no_turn_is_not_taken_for_one():
    """Two grounds that move by different ways, as with a camera that goes sideways past near and far things."""
    near, far, flow = texture(2), texture(3), BackgroundFlow()
    for frame in range(FRAMES):
        picture = np.concatenate([far[:120, 2 * frame : 2 * frame + 320], near[:120, 9 * frame : 9 * frame + 320]])
        flow.add(np.repeat(picture[..., None], 3, axis=2))
    assert flow.turns(FOCAL, SIZE) is None and flow.moves(FOCAL, SIZE)


def test_a_blank_picture_tells_nothing():
    flow = BackgroundFlow()
    for _ in range(3):
        flow.add(np.full((240, 320, 3), 90, np.uint8))
    assert flow.turns(FOCAL, SIZE) is None and BackgroundFlow().turns(FOCAL, SIZE) is None


def test_a_cut_begins_anew():
    ground, flow = texture(), BackgroundFlow()
    for turn in turned("y", 20):
        flow.add(view(turn, ground))
    found = flow.turns(FOCAL, SIZE, cuts=[10])
    assert np.allclose(found[10], np.eye(3)) and np.degrees(Rotation.from_matrix(found[9]).magnitude()) > 8
