"""The foot lock on synthetic motions with one fault each."""

import time

import numpy as np
import pytest

from hmvlm.body.skeleton import FEET, INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.contacts import Points, carrying
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.motion.root_path import envelope, flight
from hmvlm.motion.support import kinematics
from tests.motions import FPS, still, walk

CENTIMETRE = 0.01


def moved(motion: Motion, by: np.ndarray) -> Motion:
    """A motion shifted by ``(T, 3)`` or ``(3,)`` metres."""
    return Motion(motion.poses, motion.trans + by, fps=motion.fps)


def foot_steps(motion: Motion) -> np.ndarray:
    """How far ankles and toes move from frame to frame, ``(T - 1, 4)`` metres."""
    return np.linalg.norm(np.diff(motion.joints()[:, list(FEET)], axis=0), axis=-1)


def jerk(motion: Motion) -> float:
    return float(np.linalg.norm(np.diff(motion.joints(), n=3, axis=0), axis=-1).mean() * FPS**3)


def lowest(motion: Motion) -> np.ndarray:
    return kinematics(motion)[1]


def test_a_clean_motion_hardly_changes():
    motion = still()
    assert np.abs(lock_feet(motion).joints() - motion.joints()).max() < 0.5 * CENTIMETRE


def test_standing_feet_stop_drifting():
    drift = np.linspace(0, 0.15, 60)[:, None] * [1, 0, 0.5]
    motion = moved(still(), drift)
    assert foot_steps(motion).mean() > 2e-3
    assert foot_steps(lock_feet(motion)).mean() < 2e-4


def test_the_wobble_of_a_standing_body_goes():
    motion = still()
    noise = np.random.default_rng(0).normal(0, 0.01, motion.poses.shape).astype(np.float32)
    wobbly = Motion(motion.poses + noise, motion.trans, fps=FPS)
    assert jerk(lock_feet(wobbly)) < 0.15 * jerk(wobbly)


def test_a_walk_keeps_its_liveliness():
    motion = walk()
    locked = lock_feet(motion)
    assert jerk(locked) > 0.7 * jerk(motion)
    assert abs(np.ptp(locked.trans[:, 2]) - np.ptp(motion.trans[:, 2])) < 0.15


@pytest.mark.parametrize("height", [-0.1, 0.02, 0.5])
def test_a_body_is_put_on_the_floor(height):
    found = lowest(lock_feet(moved(still(), np.array([0, height, 0]))))
    assert found.min() > -CENTIMETRE and found.max() < 3.5 * CENTIMETRE


def test_hands_do_not_go_through_the_floor():
    motion = still()
    poses = motion.poses.copy()
    poses[:, 0, 0] = np.linspace(0, np.pi, len(poses))  # a slow somersault about the pelvis
    turning = moved(Motion(poses, motion.trans, fps=FPS), np.array([0, -0.6, 0]))
    assert lowest(turning).min() < -0.1
    assert lowest(lock_feet(turning)).min() > -CENTIMETRE


def test_a_jump_stays_a_jump_and_its_ground_is_the_floor():
    clock = np.arange(60) / FPS - 1.0
    arc = np.where((clock > 0) & (clock < 0.6), 9.81 / 2 * clock * (0.6 - clock), 0)
    jump = moved(still(), np.stack([0 * arc, arc + 0.2, 0 * arc], axis=-1))
    found = lowest(lock_feet(jump))
    assert found.max() > 0.3
    assert found[:18].max() < 0.06 and found[-20:].max() < 0.06 and found.min() > -CENTIMETRE


def test_a_motion_does_not_begin_in_flight():
    clock = np.arange(60) / FPS
    fall = np.maximum(0.5 - 9.81 / 2 * clock**2, 0)
    found = lowest(lock_feet(moved(still(), fall[:, None] * [0, 1, 0])))
    assert found.max() < 6 * CENTIMETRE
    assert not flight(np.full(20, 0.5), np.zeros(20), FPS).any()


def test_bones_keep_their_length_and_the_result_is_deterministic():
    motion = moved(walk(), np.array([0, -0.05, 0]))
    first, second = lock_feet(motion), lock_feet(motion)
    assert np.array_equal(first.poses, second.poses) and np.array_equal(first.trans, second.trans)
    joints, rest = first.joints(), BodyModel.load().rest_joints().numpy()
    for side in ("left", "right"):
        hip, knee = (INDEX[f"{side}_{name}"] for name in ("hip", "knee"))
        length = np.linalg.norm(joints[:, knee] - joints[:, hip], axis=-1)
        np.testing.assert_allclose(length, np.linalg.norm(rest[knee] - rest[hip]), atol=1e-4)


def test_motions_of_a_few_frames_pass():
    for frames in range(1, 8):
        assert len(lock_feet(still().slice(0, frames))) == frames


def test_an_envelope_is_smooth_and_nowhere_below():
    needed = np.zeros(40)
    needed[20] = 1.0
    found = envelope(needed)
    assert (found >= needed - 1e-12).all() and np.abs(np.diff(found)).max() < 0.4 and found[[0, -1]].max() == 0


@pytest.mark.slow  # depends on the machine's load
def test_four_seconds_take_little_time():
    motion = walk()
    lock_feet(motion)
    started = time.process_time()
    lock_feet(motion)
    assert time.process_time() - started < 3


def test_the_foot_of_a_seen_body_on_one_leg_is_held_though_it_shakes():
    motion = still(2)
    poses, count = motion.poses.copy(), len(motion)
    poses[:, INDEX["right_hip"], 0] = -1.0
    for joint, angle in (("hip", -0.15), ("knee", 0.3), ("ankle", -0.15)):
        poses[:, INDEX[f"left_{joint}"], 0] = angle
    shake = 0.1 * np.sin(2 * np.pi * 2 * np.arange(count) / FPS)  # metres
    shaking = Motion(poses, motion.trans + shake[:, None] * [1, 0, 0], fps=FPS)
    left = [INDEX["left_ankle"], INDEX["left_foot"]]
    speed = [
        np.linalg.norm(np.diff(one.joints()[:, left], axis=0), axis=-1).mean() * FPS
        for one in (shaking, lock_feet(shaking), lock_feet(shaking, seen=True))
    ]
    assert speed[0] > 0.5 and speed[1] > 0.4 and speed[2] < 0.05


def test_the_foot_that_carries_is_the_lower_and_slower_one_without_flicker():
    frames = 60
    heights = np.full((frames, 8), 0.5)
    left, right = (slice(column, column + 2) for column in (0, 4))
    heights[:, left], heights[:, right] = 0.02, 0.12
    heights[30:, left], heights[30:, right] = 0.12, 0.02
    heights[10, left], heights[10, right] = 0.12, 0.02  # one frame is wrong
    places = np.zeros((frames, 8, 3))
    places[..., 0] = 0.03 * np.arange(frames)[:, None]  # the camera's error moves both
    touching = carrying(Points(places, heights), np.full(frames, 0.9), np.zeros(frames, bool), FPS)
    on_left, on_right = touching[:, 0], touching[:, 4]
    assert on_left[:29].sum() >= 28 and not on_right[:29].any() and on_right[31:].all()
    assert not carrying(Points(places, heights), np.full(frames, 0.2), np.zeros(frames, bool), FPS).any()
