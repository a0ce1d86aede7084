"""Support: bodies held up by what is not there float; jumps, flips, cartwheels, lying and running bodies do not."""

import logging
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.support import TOUCH_HEIGHT, centre_of_mass, measure_support
from tests import motions
from train.recordings.store import Recording
from train.recordings.support import apply_support

FPS = motions.FPS


def lifted(motion: Motion, lift: np.ndarray) -> Motion:
    """A motion raised by ``lift`` (T,) metres."""
    trans = motion.trans.copy()
    trans[:, 1] += lift.astype(np.float32)
    return Motion(motion.poses, trans, fps=motion.fps)


def turned(motion: Motion, axis: str, degrees: np.ndarray) -> Motion:
    """A motion whose whole body is turned about a world axis, laid back on the floor by its lowest vertex."""
    poses, trans = motion.poses.copy(), motion.trans.copy()
    turn = Rotation.from_euler(axis, degrees[:, None], degrees=True)
    poses[:, 0] = (turn * Rotation.from_rotvec(poses[:, 0])).as_rotvec()
    trans[:, 1] -= BodyModel.load().vertices(poses, trans).numpy()[..., 1].min(axis=1)
    return Motion(poses, trans, fps=motion.fps)


def ladder() -> Motion:
    """Four seconds: one on the floor, one climbing to 0.6 m, one there, one down again."""
    time = np.arange(4 * FPS) / FPS
    return lifted(motions.still(4), np.interp(time, [1, 2, 3, 4], [0, 0.6, 0.6, 0]))


def flip() -> Motion:
    """A backward somersault in free flight of 0.7 s, between two stands of 1 s."""
    duration = 0.7
    time = np.arange(int(2.7 * FPS)) / FPS
    inside = np.clip((time - 1) / duration, 0, 1)
    poses = motions.still(2.7).poses.copy()
    poses[:, 0] = Rotation.from_euler("x", -360 * inside[:, None], degrees=True).as_rotvec()
    level = motions.grounded(poses, np.zeros((len(poses), 2)))
    centre = centre_of_mass(level.joints())[:, 1]
    flight = centre[0] + 0.5 * 9.81 * duration**2 * inside * (1 - inside)
    return lifted(level, np.where((inside > 0) & (inside < 1), flight - centre, 0.0))


def recording(motion: Motion, name: str = "climb") -> Recording:
    return Recording(name, "cmu", "train", "climb ladder", motion, {"subject": "14"}, {"error_mm": 1.0})


def test_a_ladder_that_is_not_there_is_found():
    support = measure_support(ladder())
    assert 0.6 < support.share < 0.75
    ((start, stop),) = support.spans()
    assert abs(start - 1.15 * FPS) <= 2 and abs(stop - 3.85 * FPS) <= 2


def test_a_seat_without_a_stool_floats():
    """Sitting with dangling feet, the hips in the air."""
    motion = motions.still(3)
    poses = motion.poses.copy()
    for side in ("left", "right"):
        poses[:, INDEX[f"{side}_hip"], 0] = -1.5
        poses[:, INDEX[f"{side}_knee"], 0] = 1.3
    assert measure_support(motions.grounded(poses, np.zeros((60, 2)), lift=0.25)).share == 1.0


@pytest.mark.parametrize(
    "motion",
    [
        motions.still(3),
        motions.walk(3),
        motions.squat(),
        motions.jump(0.3),
        motions.jump(0.6, distance=1.0),
        motions.jump(0.15, count=3),
        flip(),
        turned(motions.still(3), "x", np.full(60, -90.0)),
        turned(motions.still(3), "x", np.full(60, 90.0)),
        turned(motions.still(3), "z", np.linspace(0, 360, 60)),
        turned(motions.raise_hand(), "z", np.full(60, 180.0)),
    ],
    ids=[
        "stand",
        "walk",
        "squat",
        "jump",
        "leap",
        "hops",
        "flip",
        "on_the_back",
        "face_down",
        "cartwheel",
        "handstand",
    ],
)
def test_whole_actions_on_the_floor_and_in_flight_are_supported(motion):
    assert measure_support(motion).share == 0.0


def test_short_airborne_spans_do_not_count():
    lift = np.zeros(60)
    lift[20:24] = 0.2
    assert measure_support(lifted(motions.still(3), lift)).share == 0.0


def test_hanging_after_a_jump_floats():
    """Up in free flight, then held at the top."""
    motion = motions.jump(0.5)
    lift = motion.trans[:, 1] - motion.trans[0, 1]
    top = int(lift.argmax())
    held = np.where(np.arange(len(lift)) < top, 0, lift[top] - lift)
    support = measure_support(lifted(motion, held))
    assert support.floating[top + 4 :].all() and not support.floating[:8].any()


def test_modes(caplog):
    clips = [recording(ladder()), recording(motions.walk(3), "walk"), recording(lifted(motions.still(2), np.ones(40)))]
    kept = apply_support(clips, "keep")
    assert [clip.quality["floating"] > 0.1 for clip in kept] == [True, False, True] and len(kept) == 3
    assert kept[0].quality["error_mm"] == 1.0
    with caplog.at_level(logging.INFO):
        assert [clip.name for clip in apply_support(clips, "drop")] == ["walk"]
    assert "no support in 100 % of its frames" in caplog.text and "2 left out, 0 cut; 1 remain" in caplog.text
    assert apply_support([replace(clips[0], split="test")], "drop")[0].quality["floating"] > 0.1
    with pytest.raises(ValueError, match="'lower'"):
        apply_support(clips, "lower")


def test_cutting_keeps_supported_spans():
    time = np.arange(6 * FPS) / FPS
    motion = lifted(motions.walk(6), np.interp(time, [2, 2.5, 3.5, 4], [0, 0.5, 0.5, 0]))
    pieces = apply_support([recording(motion)], "cut")
    assert [piece.name for piece in pieces] == ["climb_1", "climb_2"]
    assert all(abs(len(piece.motion) - 2 * FPS) <= 5 for piece in pieces)
    for piece in pieces:
        assert piece.label == "climb ladder" and piece.quality["floating"] == 0.0
        np.testing.assert_allclose(piece.motion.joints()[0, 0, [0, 2]], 0, atol=1e-5)
        support = measure_support(piece.motion)
        assert support.share == 0.0 and max(support.lowest[[0, -1]]) < TOUCH_HEIGHT
