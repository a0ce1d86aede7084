"""Authored actions: limbs reach, hands meet, feet stay, nothing sinks into the floor."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX, NUM_JOINTS
from hmvlm.motion.clip import Motion
from hmvlm.tasks.clause_details import count_in
from train.authored.act import Act
from train.authored.floor import lowest_points
from train.authored.limbs import limbs, pole_of, solve
from train.authored.poses import kinematics, place_pose
from train.authored.registry import make
from train.recordings.store import Recording


class StillBases:
    """A body that stands still with hanging arms."""

    def cut(self, kind: str, frames: int, rng: np.random.Generator) -> tuple[Motion, str]:
        poses = np.zeros((frames, NUM_JOINTS, 3), np.float32)
        poses[:, INDEX["left_shoulder"], 2], poses[:, INDEX["right_shoulder"], 2] = -1.2, 1.2
        trans = np.zeros((frames, 3), np.float32)
        trans[:, 1] -= lowest_points(Motion(poses[:1], trans[:1]))
        return Motion(poses, trans), "still"


def perform(key: str, **options) -> Recording:
    return make(key, np.random.default_rng(1), StillBases(), size=1.0, tempo=1.0, style="", on="idle", **options)


@pytest.mark.parametrize("name", ["left_arm", "right_leg"])
def test_limb_reaches_its_end_and_bends_towards_its_pole(name: str) -> None:
    limb = limbs()[name]
    root, end = np.zeros((1, 3)), np.array([[0.1, -0.4, 0.1]])
    pole = np.array([[0.0, 0.0, -1.0 if limb.is_arm else 1.0]])
    upper, lower = solve(limb, root, end, pole)
    middle = upper[0] @ limb.upper
    np.testing.assert_allclose(middle + lower[0] @ limb.lower, end[0], atol=1e-6)
    assert (middle - end[0] / 2) @ pole[0] > 0.05


def test_pole_is_recovered_from_a_solved_limb() -> None:
    limb = limbs()["right_leg"]
    local = np.tile(np.eye(3), (1, NUM_JOINTS, 1, 1))
    joints, turned = kinematics(local, np.zeros((1, 3)))
    a, b, c, _ = limb.joints
    want = np.array([[0.6, 0.0, 0.8]])
    turned[:, a], turned[:, b] = solve(limb, joints[:, a], joints[:, a] + [[0.0, -0.6, 0.0]], want)
    joints[:, c] = joints[:, a] + [[0.0, -0.6, 0.0]]
    np.testing.assert_allclose(pole_of(limb, joints, turned), want, atol=1e-6)


def test_claps_bring_the_hands_together_count_times() -> None:
    joints = perform("clap", count=3).motion.joints()
    gap = np.linalg.norm(joints[:, INDEX["left_hand"]] - joints[:, INDEX["right_hand"]], axis=1)
    close = (gap < 0.12).astype(int)
    assert (np.diff(close) == 1).sum() == 3


def test_feet_stay_while_the_body_squats() -> None:
    motion = perform("squat", count=1).motion
    joints = motion.joints()
    assert np.ptp(joints[:, INDEX["left_ankle"]][:, [0, 2]], axis=0).max() < 0.01
    assert np.ptp(joints[:, 0, 1]) > 0.35
    assert np.abs(lowest_points(motion)).max() < 0.01


@pytest.mark.parametrize("key", ["push_up", "crawl", "march"])
def test_nothing_sinks_into_the_floor_or_floats(key: str) -> None:
    low = lowest_points(perform(key).motion)
    assert low.min() > -0.01
    assert low.max() < 0.03


def test_left_wave_raises_the_left_hand() -> None:
    joints = perform("wave", side="left").motion.joints()
    assert joints[:, INDEX["left_wrist"], 1].max() > joints[:, INDEX["right_wrist"], 1].max() + 0.3


def test_unknown_names_are_named() -> None:
    act = Act(np.random.default_rng(0), 1, 1.0, 1.0, "")
    with pytest.raises(ValueError, match="unknown goal 'tail'"):
        act.move(1.0, tail=1.0)
    with pytest.raises(ValueError, match="unknown pose 'fly'"):
        place_pose("fly")


@pytest.mark.parametrize("side", ["left", "right"])
def test_captions_follow_the_parameters(side: str) -> None:
    elbows = make("touch_arm", np.random.default_rng(2), StillBases(), side=side, where="elbow", on="idle")
    told = elbows.info["captions"]
    assert "elbow" in told and "wrist" not in told and "shoulder" not in told
    two = make("reach_on_tiptoes", np.random.default_rng(2), StillBases(), side=side, hands="both")
    assert not {"left", "right"} & set(two.info["captions"].split())


def test_captions_of_an_action_that_is_meant_once_tell_how_often_it_is_done_more() -> None:
    assert all(count_in(text) == 3 for text in perform("raise_arms_front", count=3).info["captions"].split("\n"))
    assert any(count_in(text) is None for text in perform("raise_arms_front", count=1).info["captions"].split("\n"))
