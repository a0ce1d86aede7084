"""Estimates from poses and landmarks: cameras, floor, path, gaps, words."""

import numpy as np
import pytest
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX
from hmvlm.tasks.summaries import pose_summary
from hmvlm.vision.camera import SMPL_FROM_LANDMARKS
from hmvlm.vision.estimate import assemble
from hmvlm.vision.landmarks import Landmarks
from tests import motions

SIZE = (640, 480)


def seen_in(motion, scale=150.0, middle=(320.0, 240.0)):
    """Local rotations and perfect landmarks of a motion under a fixed weak perspective; x moves in the picture."""
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses))
    joints = motion.joints()
    marks = []
    for frame in joints:
        pixels = np.full((33, 2), middle, np.float32)
        for joint, landmark in SMPL_FROM_LANDMARKS.items():
            x, y = frame[joint, 0], frame[joint, 1] - joints[0, 0, 1]
            pixels[landmark] = (middle[0] + scale * x, middle[1] - scale * y)
        region = np.float32([middle[0], middle[1], 400, 0])
        marks.append(Landmarks(pixels, np.zeros((33, 3)), np.full(33, 0.9), 0.95, region))
    return local, marks


@pytest.mark.slow
def test_a_photo_gives_its_camera_and_a_body_on_the_floor():
    motion = motions.still(0.05)
    local, marks = seen_in(motion)
    estimate = assemble(local, marks, SIZE, people=3)
    assert len(estimate) == 1 and estimate.fps is None and estimate.confidence == pytest.approx(0.95 * 0.9)
    assert estimate.cameras[0].scale == pytest.approx(150, rel=1e-3)
    drawn = estimate.cameras[0].project(estimate.joints()[0])
    for joint, landmark in SMPL_FROM_LANDMARKS.items():
        assert np.abs(drawn[joint] - marks[0].pixels[landmark]).max() < 1
    standing = estimate.motion()
    feet = standing.joints()[0, [INDEX["left_foot"], INDEX["right_foot"]], 1]
    assert abs(feet.min() - 0.03) < 0.01 and np.abs(standing.joints()[0, 0, [0, 2]]).max() < 1e-4
    words = pose_summary(estimate, standing)
    assert "3 people found" in words and "stand" in words and "Confidence 85%" in words


@pytest.mark.slow
def test_a_clip_moves_as_the_camera_saw_it():
    motion = motions.walk(3, speed=1.0)
    quarter = rotations.axis_angle_to_matrix(torch.tensor([0.0, np.pi / 2, 0.0]))
    poses = motion.poses.copy()
    poses[:, 0] = rotations.matrix_to_axis_angle(
        quarter @ rotations.axis_angle_to_matrix(torch.from_numpy(poses[:, 0]))
    )
    sideways = type(motion)(poses, motion.trans[:, [2, 1, 0]], fps=20.0)
    local, marks = seen_in(sideways)
    estimate = assemble(local, marks, SIZE, people=1, fps=20.0)
    walked = estimate.motion()
    way = walked.joints()[-1, 0] - walked.joints()[0, 0]
    true = sideways.joints()[-1, 0] - sideways.joints()[0, 0]
    assert abs(true[0]) > 2 and np.abs(way - true)[[0, 2]].max() < 0.15 * np.linalg.norm(true)
    lowest = walked.joints()[..., 1].min(axis=1)
    assert np.abs(lowest).max() < 0.12


@pytest.mark.slow
def test_gaps_are_filled_between_their_neighbours():
    motion = motions.walk(1)
    local, marks = seen_in(motion)
    kept = [0, 1, 2, 3, 10, 11, 12]
    gappy = [marks[i] if i in kept else None for i in range(15)]
    estimate = assemble(local[kept], gappy, SIZE, people=1, fps=20.0)
    assert len(estimate) == 15 and estimate.found.sum() == len(kept)
    assert np.isfinite(estimate.poses).all()
    step = np.linalg.norm(np.diff(estimate.joints(), axis=0), axis=-1).max()
    assert step < 0.15
    assert "47%" in pose_summary(estimate, estimate.motion())


@pytest.mark.slow
def test_parts_that_are_out_of_the_picture_are_named():
    local, marks = seen_in(motions.still(0.05))
    visibility = marks[0].visibility.copy()
    visibility[[25, 27, 26, 28]] = 0.05
    hidden = Landmarks(marks[0].pixels, marks[0].metric, visibility, 0.9, marks[0].region)
    estimate = assemble(local, [hidden], SIZE, people=1)
    assert estimate.unseen() == ["left leg", "right leg"]


def test_nobody_is_an_error():
    with pytest.raises(ValueError, match="No person"):
        assemble(torch.zeros(0, 24, 3, 3), [None, None], SIZE, people=0, fps=20.0)
