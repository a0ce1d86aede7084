"""Limbs of a body near the floor."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from hmvlm.motion.foot_lock import lock_feet
from hmvlm.motion.support import kinematics
from tests import motions

FRAMES = 30


def on_its_back(**turned: float) -> Motion:
    """A body that lies on its back on the floor, with some joints turned about the body's left-right axis."""
    poses = np.zeros((FRAMES, 24, 3))
    poses[:, 0, 0] = -np.pi / 2
    trans = np.zeros((FRAMES, 3))
    trans[:, 1] = -kinematics(Motion(poses, trans))[1]
    for name, angle in turned.items():
        poses[:, INDEX[name], 0] = angle
    return Motion(poses, trans)


@pytest.mark.parametrize(
    ("joint", "angle", "low"), [("left_hip", 0.35, "left_foot"), ("right_hip", 0.25, "right_foot")]
)
def test_a_limb_below_the_floor_is_raised_and_the_body_stays(joint, angle, low):
    before = on_its_back(**{joint: angle})
    assert kinematics(before)[1].min() < -0.1
    after = lock_feet(before)
    assert kinematics(after)[1].min() > -0.01
    assert np.abs(after.joints()[:, 0, 1] - before.joints()[:, 0, 1]).max() < 0.03
    others = [INDEX[name] for name in ("head", "left_hand", "right_hand")]
    assert np.abs(after.joints()[:, others] - before.joints()[:, others])[..., 1].max() < 0.05
    assert after.joints()[:, INDEX[low], 1].min() > 0


def test_bodies_on_their_feet_keep_their_limbs():
    walk = motions.walk(3.0)
    sunk = Motion(walk.poses, walk.trans - [0, 0.06, 0])
    assert np.abs(lock_feet(walk).joints() - lock_feet(sunk).joints()).max() < 0.03


def lying_face_down(raised: float) -> Motion:
    """A body that lies face down, with both legs turned up at the hips by ``raised`` radians."""
    poses = np.zeros((FRAMES, 24, 3))
    poses[:, 0, 0] = np.pi / 2
    for side in ("left", "right"):
        poses[:, INDEX[f"{side}_hip"], 0] = raised
        poses[:, INDEX[f"{side}_ankle"], 0] = 0.9
    trans = np.zeros((FRAMES, 3))
    trans[:, 1] = -kinematics(Motion(poses, trans))[1]
    return Motion(poses, trans)


def ankles(motion: Motion) -> np.ndarray:
    return motion.joints()[:, [INDEX["left_ankle"], INDEX["right_ankle"]], 1]


def test_legs_that_hover_behind_a_prone_body_are_let_down():
    before = lying_face_down(0.0)
    assert ankles(before).min() > 0.15
    after = lock_feet(before)
    assert ankles(after).max() < 0.1
    assert kinematics(after)[1].min() > -0.01


def test_legs_that_are_held_up_stay_up():
    before = lying_face_down(0.3)
    assert np.abs(ankles(lock_feet(before)) - ankles(before)).max() < 0.03


def test_shanks_behind_knees_on_the_floor_are_let_down():
    poses = np.zeros((FRAMES, 24, 3))
    for side in ("left", "right"):
        poses[:, INDEX[f"{side}_knee"], 0] = 1.85
        poses[:, INDEX[f"{side}_ankle"], 0] = 0.7
    trans = np.zeros((FRAMES, 3))
    trans[:, 1] = -kinematics(Motion(poses, trans))[1]
    before = Motion(poses, trans)
    assert ankles(before).min() > 0.19
    after = lock_feet(before)
    assert ankles(after).max() < 0.17
    assert np.abs(after.joints()[:, 0, 1] - before.joints()[:, 0, 1]).max() < 0.02
