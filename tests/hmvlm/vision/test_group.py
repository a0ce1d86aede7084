"""Motions of people in one room: feet stay where they stand."""

from dataclasses import replace

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from hmvlm.vision.camera import Perspective
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.vision.group import together
from tests import motions
from tests.seeing import estimate_of

FEET = [INDEX[f"{side}_{name}"] for side in ("left", "right") for name in ("ankle", "foot")]


def estimate(motion: Motion, wobble: float) -> PoseEstimate:
    """The motion before a level camera 4 m away, with a depth that wobbles by so many metres at 0.5 Hz."""
    depth = wobble * np.sin(np.pi * np.arange(len(motion)) / motion.fps)
    places = motion.joints()[:, 0] - [0, 0, 4] - depth[:, None] * [0, 0, 1]
    return replace(
        estimate_of(len(motion)),
        poses=motion.poses,
        betas=motion.betas,
        cameras=[Perspective(768, np.array([320, 240]), place) for place in places],
        fps=motion.fps,
    )


def slide(motion: Motion) -> float:
    """Mean speed in m/s of ankles and toes over the floor."""
    return float(np.linalg.norm(np.diff(motion.joints()[:, FEET][..., [0, 2]], axis=0), axis=-1).mean() * motion.fps)


@pytest.mark.parametrize("stature", [0.0, 1.5])
def test_feet_that_stand_do_not_slide_with_an_unsteady_depth(stature):
    betas = np.float32([stature] + [0] * 9)
    seen = estimate(replace(motions.still(3), betas=betas), wobble=0.04)
    (free,), (locked,) = together([seen], foot_lock=False), together([seen])
    assert slide(free) > 0.06 and slide(locked) < 0.03
    soles = locked.joints()[:, FEET, 1].min(1)
    assert abs(soles - 0.025).max() < 0.02
    heads = [joints[:, INDEX["head"]] - joints[:, 0] for joints in (locked.joints(), free.joints())]
    assert np.allclose(*heads, atol=0.02)


def test_who_walks_goes_as_far_as_the_camera_saw():
    walk = motions.walk(3)
    (locked,) = together([estimate(walk, wobble=0.0)])
    way = walk.joints()[-1, 0] - walk.joints()[0, 0]
    assert np.linalg.norm((locked.joints()[-1, 0] - locked.joints()[0, 0] - way)[[0, 2]]) < 0.2 * np.linalg.norm(way)


def test_the_foot_that_carries_stays_where_the_estimate_shakes():
    """Feet of a walker that shake by 3 cm at 3 Hz, as landmarks let them."""
    walk = motions.walk(3)
    poses, time = walk.poses.copy(), np.arange(len(walk)) / walk.fps
    poses[:, [INDEX["left_hip"], INDEX["right_hip"]], 0] += 0.03 * np.sin(6 * np.pi * time)[:, None]
    seen = estimate(replace(walk, poses=poses), wobble=0.05)
    sides = [[INDEX[f"{side}_ankle"], INDEX[f"{side}_foot"]] for side in ("left", "right")]
    feet = [together([seen], foot_lock=lock)[0].joints()[:, sides] for lock in (False, True)]
    speeds = [np.linalg.norm(np.gradient(one[..., [0, 2]], axis=0), axis=-1).min(-1) * walk.fps for one in feet]
    assert np.median(speeds[1].min(1)) < 0.35 * np.median(speeds[0].min(1))
    swinging = speeds[1] > 1.5
    assert swinging.any() and (feet[1][..., 1].min(-1)[swinging] - 0.025).min() > 0.015


def test_who_jumps_before_a_camera_leaves_the_floor():
    (locked,) = together([estimate(motions.jump(0.3), wobble=0.0)])
    assert 0.2 < locked.joints()[:, FEET, 1].min(1).max() < 0.4


def test_who_walks_before_a_camera_that_follows_goes_ahead_by_the_steps():
    walk = motions.walk(3)
    seen = estimate(walk, wobble=0.03)
    middle = [replace(camera, place=camera.place * [0, 1, 0] - [0, 0, 4]) for camera in seen.cameras]
    still, followed = (replace(seen, cameras=middle, followed=followed) for followed in (False, True))
    ways = [joints[-1, 0] - joints[0, 0] for joints in (together([one])[0].joints() for one in (still, followed))]
    true = walk.joints()[-1, 0] - walk.joints()[0, 0]
    assert np.linalg.norm((ways[1] - true)[[0, 2]]) < 0.4 * np.linalg.norm(true) < np.linalg.norm(true - ways[0])
