"""Estimates from poses and landmarks: cameras, floor, path, gaps, words."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX
from hmvlm.tasks.summaries import pose_summary
from hmvlm.vision import gravity
from hmvlm.vision.estimate import NobodySeen, assemble, room_axes
from hmvlm.vision.fitting import HIPS, MARKS, facing_turns, landmark_points
from hmvlm.vision.landmarks import Landmarks
from hmvlm.vision.surroundings import Surroundings, quarter_turns
from tests import motions

SIZE = (640, 480)


FOCAL = gravity.estimate(gravity.line_scores(np.zeros((0, 4)))).focal * 640
"""Pixels; what is assumed of a picture without straight lines."""


def seen_in(motion, distance=4.5, up=(0.0, 1.0, 0.0)):
    """Poses to a camera turned towards the body, and exact landmarks, of a motion before a camera at rest that is
    ``distance`` metres from where it starts and in whose axes ``up`` is upward.
    """
    room = room_axes(np.array(up)).T
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses))
    local[:, 0] = torch.from_numpy(room).float() @ local[:, 0]
    start = motion.joints()[0, 0]
    places = (motion.joints()[:, 0] - start) @ room.T - [0, 0, distance]
    points = landmark_points(local, torch.from_numpy(motion.betas).float().expand(len(local), -1)).numpy()
    there = points + places[:, None]
    flat = np.array(SIZE) / 2 + FOCAL * there[..., :2] / -there[..., 2:] * [1, -1]
    facing = facing_turns(torch.from_numpy(there[..., :2] / -there[..., 2:])[:, HIPS].mean(1).float())
    local[:, 0] = facing.transpose(1, 2) @ local[:, 0]
    points = (points - points[:, HIPS].mean(1, keepdims=True)) @ facing.numpy()
    marks = []
    for frame in range(len(local)):
        pixels, metric = np.tile(flat[frame].mean(0), (33, 1)), np.zeros((33, 3))
        pixels[MARKS], metric[MARKS] = flat[frame], points[frame]
        region = np.float32([*flat[frame].mean(0), 400, 0])
        marks.append(Landmarks(pixels, metric, np.full(33, 0.9), 0.95, region))
    return local, marks


@pytest.mark.slow
def test_a_photo_gives_its_camera_and_a_body_on_the_floor():
    motion = motions.still(0.05)
    local, marks = seen_in(motion)
    estimate = assemble(local, marks, SIZE, people=3)
    assert len(estimate) == 1 and estimate.fps is None and 0.6 < estimate.confidence <= 1
    assert estimate.cameras[0].scale == pytest.approx(FOCAL / 4.5, rel=0.05)
    turned = rotations.axis_angle_to_matrix(torch.from_numpy(estimate.poses))
    drawn = estimate.cameras[0].project(landmark_points(turned, torch.from_numpy(estimate.betas)[None])[0].numpy())
    assert np.abs(drawn - marks[0].pixels[MARKS]).max() < 4
    standing = estimate.motion()
    feet = standing.joints()[0, [INDEX["left_foot"], INDEX["right_foot"]], 1]
    assert abs(feet.min() - 0.03) < 0.01 and np.abs(standing.joints()[0, 0, [0, 2]]).max() < 1e-4
    words = pose_summary([estimate], standing)
    assert "3 people found" in words and "stand" in words and "Confidence" in words


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
    assert "47%" in pose_summary([estimate], estimate.motion())


@pytest.mark.slow
def test_parts_that_are_out_of_the_picture_are_named():
    local, marks = seen_in(motions.still(0.05))
    visibility = marks[0].visibility.copy()
    visibility[[25, 27, 26, 28]] = 0.05
    hidden = Landmarks(marks[0].pixels, marks[0].metric, visibility, 0.9, marks[0].region)
    estimate = assemble(local, [hidden], SIZE, people=1)
    assert estimate.unseen() == ["left leg", "right leg"]


def test_nobody_is_an_error():
    with pytest.raises(NobodySeen, match="No person"):
        assemble(torch.zeros(0, 24, 3, 3), [None, None], SIZE, people=0, fps=20.0)


def test_confidence_falls_where_depth_or_picture_contradict_the_pose():
    local, marks = seen_in(motions.still(0.05))
    sure = assemble(local, marks, SIZE, people=1).confidence
    sideways = np.zeros((33, 3), np.float32)
    sideways[1::2, 2], sideways[2::2, 2] = 0.3, -0.3  # the left side before the right one
    behind = replace(marks[0], metric=marks[0].metric + sideways)
    rng = np.random.default_rng(1)
    shaken = replace(marks[0], pixels=marks[0].pixels + rng.normal(scale=15, size=(33, 2)).astype(np.float32))
    for doubtful in (behind, shaken):
        assert assemble(local, [doubtful], SIZE, people=1).confidence < 0.9 * sure


def test_a_frame_whose_landmarks_are_no_body_is_lost_and_the_clip_goes_on():
    local, marks = seen_in(motions.walk(1))
    local, marks = local[:8], marks[:8]
    middle = marks[0].pixels.mean(0)
    marks[2] = replace(marks[2], pixels=np.tile(middle, (33, 1)))  # all on one line of sight
    scattered = np.random.default_rng(0).uniform(0, 400, (33, 2))
    marks[5] = replace(marks[5], pixels=scattered)
    estimate = assemble(local, marks, SIZE, people=1, fps=20.0)
    assert estimate.found.tolist() == [True, True, False, True, True, False, True, True]
    assert np.isfinite(estimate.poses).all() and len(estimate.motion()) == 8
    assert estimate.frame_confidence[[2, 5]].max() < estimate.frame_confidence[[0, 7]].min()
    with pytest.raises(NobodySeen):
        assemble(local[2:3], marks[2:3], SIZE, people=1)


@pytest.mark.parametrize(("pitch", "roll"), [(0, 0), (25, 0), (-20, 5), (20, -12)])
def test_upright_people_stand_upright_in_the_room_whatever_the_camera(pitch, roll):
    """Lines of a room with posts, tables and shelves tell how the camera is held."""
    up = gravity.up_vector(*np.deg2rad([pitch, roll]))
    local, marks = seen_in(motions.still(0.05), up=up)
    estimate = assemble(local, marks, SIZE, people=1, around=Surroundings.of(furniture(up, FOCAL / 640)))
    joints = estimate.motion().joints()[0]
    trunk = joints[INDEX["neck"]] - joints[INDEX["pelvis"]]
    assert np.degrees(np.arccos(trunk[1] / np.linalg.norm(trunk))) < 6
    assert np.degrees(np.arccos(estimate.up @ up)) < 3
    soles = joints[[INDEX["left_foot"], INDEX["right_foot"]], 1]
    assert np.ptp(soles) < 0.05


@pytest.mark.parametrize("roll", [90, -90, 180])
def test_who_walks_in_a_turned_picture_walks_upright(roll):
    up = gravity.up_vector(np.deg2rad(5), np.deg2rad(roll))
    local, marks = seen_in(motions.walk(1), up=up)
    around = Surroundings.of(people=[marks])
    estimate = assemble(local[:4], marks[:4], SIZE, people=1, fps=20.0, around=around)
    assert np.degrees(np.arccos(estimate.up @ up)) < 12
    joints = estimate.motion().joints()
    assert (joints[:, INDEX["head"], 1] - joints[:, INDEX["left_ankle"], 1]).min() > 1.1


def test_a_body_across_a_photo_may_lie():
    one = seen_in(motions.still(0.05), up=gravity.up_vector(0, np.deg2rad(90)))[1][0]
    upright = seen_in(motions.still(0.05))[1][0]
    on_back = replace(upright, metric=upright.metric[:, [1, 2, 0]])
    arms_up = replace(upright, metric=upright.metric * [1, -1, -1])
    assert quarter_turns([[one]]) == 0 and quarter_turns([[one], [one]]) in (1, 3)
    assert quarter_turns([[on_back], [on_back]]) == 0 == quarter_turns([[one], [one], [upright]]) == quarter_turns([])
    assert quarter_turns([[arms_up]]) == 2
    wrists = arms_up.metric.copy()
    wrists[[15, 16]] += [0, -1.2, 0]
    assert quarter_turns([[replace(arms_up, metric=wrists)]]) == 0


@pytest.mark.slow
def test_a_turning_camera_does_not_turn_the_path():
    """Somebody who walks sideways past a camera that follows."""
    motion = motions.walk(2)
    poses = motion.poses.copy()
    poses[:, 0] = [0, np.pi / 2, 0]
    sideways = type(motion)(poses, motion.trans[:, [2, 1, 0]], fps=20.0)
    local, marks = seen_in(sideways)
    places = sideways.joints()[:, 0] - sideways.joints()[0, 0] - [0, 0, 4.5]
    angles = np.arctan2(-places[:, 0], -places[:, 2])
    turns = rotations.axis_angle_to_matrix(torch.from_numpy(angles[:, None] * [[0, 1.0, 0]])).numpy()
    seen = []
    for one, turn in zip(marks, turns):
        rays = np.c_[(one.pixels - np.array(SIZE) / 2) * [1, -1], np.full(33, -FOCAL)] @ turn
        flat = rays[:, :2] / -rays[:, 2:] * FOCAL * [1, -1] + np.array(SIZE) / 2
        seen.append(replace(one, pixels=flat, region=[*flat.mean(0), 400, 0]))
    around = replace(Surroundings.of(), turns=turns)
    estimate = assemble(local, seen, SIZE, people=1, fps=20.0, around=around)
    walked = estimate.motion().joints()[:, 0]
    true = sideways.joints()[:, 0]
    assert abs(true[-1] - true[0])[0] > 2
    assert np.linalg.norm((walked[-1] - walked[0] - true[-1] + true[0])[[0, 2]]) < 0.3
    still = replace(estimate, turns=None).motion().joints()[:, 0]
    assert abs(still[-1] - still[0])[0] < 0.5


def furniture(up, focal, count=120):
    """Segments ``(S, 4)`` of edges along a room's three directions, and a fifth that runs anywhere."""
    rng, room = np.random.default_rng(0), room_axes(np.array(up)).T
    heading = np.array([[0.8, 0, 0.6], [0, 1, 0], [-0.6, 0, 0.8]])
    ways = np.concatenate([np.repeat(heading, count // 3, 0), rng.normal(size=(count // 5, 3))]) @ room.T
    starts = rng.uniform([-2, -1.5, -6], [2, 1.5, -4], (len(ways), 3))
    ends = starts + 0.6 * ways / np.linalg.norm(ways, axis=1, keepdims=True)
    flat = [
        focal * points[:, :2] / -points[:, 2:] + rng.normal(scale=5e-4, size=(len(ways), 2))
        for points in (starts, ends)
    ]
    return np.concatenate(flat, axis=1)
