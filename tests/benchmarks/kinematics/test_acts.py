import numpy as np
import pytest

from benchmarks.kinematics.acts import find
from benchmarks.kinematics.track import Track
from tests import motions
from tests.benchmarks.kinematics import built

STANDING = Track.of(motions.still(3.0))
QUIET = (
    "walk", "run", "move", "turn", "jump", "hop", "kick", "squat", "sit", "bow", "pick_up", "raise_arm", "wave", "clap",
    "punch", "hands_on_hips", "arms_crossed", "carry", "nod", "lie", "sit_floor", "kneel", "crawl", "plank", "push_up",
    "sit_up", "roll", "step",
)  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_a_standing_body_shows_nothing(name):
    assert find(STANDING, name) == []


def test_walking_ahead_and_back_are_told_apart():
    ahead, back = Track.of(motions.walk()), Track.of(motions.walk(direction=-1.0))
    assert find(ahead, "walk") and not find(ahead, "walk_backward") and not find(ahead, "run")
    assert find(back, "walk_backward") and not find(back, "walk")


@pytest.mark.parametrize(("degrees", "side", "other"), [(90.0, "left", "right"), (-90.0, "right", "left")])
def test_a_turn_has_its_side(degrees, side, other):
    track = Track.of(motions.walk(turn=degrees))
    assert len(find(track, f"turn:{side}")) == 1 and not find(track, f"turn:{other}")
    assert find(track, "turn")[0].strength == pytest.approx(90, abs=10)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_jumps_claps_kicks_and_nods_are_counted(count):
    assert len(find(Track.of(motions.jump(count=count)), "jump")) == count
    assert len(find(Track.of(built.claps(count)), "clap")) == count
    assert len(find(Track.of(built.kicks("left", count)), "kick:left")) == count
    assert len(find(Track.of(built.nods(count)), "nod")) == count


def test_a_jump_is_no_hop_and_no_kick():
    track = Track.of(motions.jump())
    assert not find(track, "hop") and not find(track, "kick")


@pytest.mark.parametrize(("side", "other"), [("left", "right"), ("right", "left")])
def test_arms_have_their_sides(side, other):
    wave, lift = Track.of(motions.raise_hand(side, wave=True)), Track.of(motions.raise_hand(side))
    assert find(wave, f"wave:{side}") and not find(wave, f"wave:{other}")
    assert find(lift, f"raise_arm:{side}") and not find(lift, f"raise_arm:{other}") and not find(lift, "wave")
    assert not find(lift, "raise_arms")


def test_the_mirror_swaps_sides():
    track = Track.of(built.kicks("left", 1).mirrored())
    assert find(track, "kick:right") and not find(track, "kick:left")


def test_squat_and_bow():
    squat, bow = Track.of(motions.squat()), Track.of(motions.bow())
    assert len(find(squat, "squat")) == 1 and not find(squat, "jump")
    assert len(find(bow, "bow")) == 1 and not find(bow, "squat")


@pytest.mark.parametrize("face", ["up", "down"])
def test_lying_is_neither_sitting_nor_a_plank(face):
    track = Track.of(built.lying(face=face))
    assert find(track, "lie") and not find(track, "sit_floor") and not find(track, "plank")


def test_floating_above_the_floor_is_not_lying():
    motion = built.lying()
    motion.trans[:, 1] += 0.5
    assert not find(Track.of(motion), "lie")


def test_push_ups_are_counted_and_are_a_plank():
    track = Track.of(built.push_ups(3))
    assert len(find(track, "push_up")) == 3 and not find(track, "sit_up")


def test_kneeling_is_not_squatting():
    track = Track.of(built.kneeling())
    assert find(track, "kneel") and not find(track, "squat") and not find(track, "walk")


def test_steps_are_counted():
    motion = motions.walk(seconds=4.0, speed=0.4)
    assert find(Track.of(motion), "step")


def test_the_body_frame_turns_with_the_body():
    motion = motions.raise_hand("left")
    motion.poses[:, 0, 1] = np.pi / 2
    track = Track.of(motion)
    assert track.offset("left_shoulder", "right_shoulder")[0, 0] == pytest.approx(0.296, abs=0.01)
    assert track.at("left_shoulder")[0, 0] == pytest.approx(track.at("right_shoulder")[0, 0], abs=0.02)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="no detector of 'dance'"):
        find(STANDING, "dance")
