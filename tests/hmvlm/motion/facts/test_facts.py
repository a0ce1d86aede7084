"""Measured facts on motions whose facts are known by construction."""

import json
import random
import time

import numpy as np
import pytest

from hmvlm.motion.facts import Signals, clauses, describe, facts, facts_of_joints, grammar
from hmvlm.motion.facts.signals import runs, swings
from tests import motions


@pytest.mark.parametrize(("speed", "seconds"), [(1.2, 4.0), (0.8, 5.0)])
def test_walking_forward(speed, seconds):
    way = facts(motions.walk(seconds, speed)).travel
    assert way.gait == "walking"
    assert way.direction == "forward"
    assert way.forward == pytest.approx(speed * (seconds - 1 / 20), abs=0.05)
    assert abs(way.left) < 0.05
    assert abs(way.turn) < 8
    assert way.moving_speed == pytest.approx(speed, rel=0.1)
    assert abs(way.steps_left - way.steps_right) <= 1 and way.steps_left + way.steps_right >= 5


def test_walking_backward():
    way = facts(motions.walk(4.0, 1.0, direction=-1.0)).travel
    assert way.direction == "backward"
    assert way.forward < -3


@pytest.mark.parametrize("turn", [90.0, -90.0, 45.0])
def test_turns_are_signed_left_positive(turn):
    measured = facts(motions.walk(5.0, 1.0, turn))
    assert measured.travel.turn == pytest.approx(turn, abs=8)
    assert (measured.travel.left > 0.4) == (turn > 0)
    events = [e for e in measured.events if e.kind == "turn"]
    if abs(turn) > 60:
        assert events and events[0].side == ("left" if turn > 0 else "right")


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_raised_hand(side):
    measured = facts(motions.raise_hand(side))
    up, down = measured.hand(side), measured.hand("right" if side == "left" else "left")
    assert up.above_head > 0.15 and up.level == "overhead" and up.raises == 1
    assert down.above_shoulder < -0.3 and down.raises == 0
    assert up.raised_from == pytest.approx(0.7, abs=0.2)
    assert measured.travel.gait == "standing"
    assert f"{side} " in describe(measured)


@pytest.mark.parametrize("side", ["left", "right"])
def test_waving_counts_cycles(side):
    measured = facts(motions.raise_hand(side, 4.0, wave=True))
    assert measured.hand(side).waves == pytest.approx(6, abs=1.5)
    assert measured.hand("right" if side == "left" else "left").waves == 0


def test_a_squat():
    measured = facts(motions.squat())
    assert measured.posture.squats == 1
    assert measured.posture.squat_depth == pytest.approx(np.degrees(2.0), abs=12)
    assert measured.posture.lowest < 0.8
    assert measured.posture.sits == 0 and measured.air.jumps == 0


@pytest.mark.parametrize("degrees", [40.0, 60.0])
def test_a_bow(degrees):
    measured = facts(motions.bow(degrees))
    assert measured.trunk.bows == 1
    assert measured.trunk.max_forward == pytest.approx(degrees, abs=6)


@pytest.mark.parametrize(("distance", "count"), [(0.0, 1), (0.0, 3), (0.8, 1)])
def test_jumps(distance, count):
    measured = facts(motions.jump(0.3, distance, count))
    assert measured.air.jumps == count
    assert measured.air.rise == pytest.approx(0.3, abs=0.08)
    assert measured.air.distance == pytest.approx(distance, abs=0.15)


def test_standing_still_has_no_events():
    measured = facts(motions.still())
    assert measured.events == ()
    assert measured.rhythm.still == 1.0
    assert "still" in describe(measured) or "place" in describe(measured)


def test_facts_mirror_with_the_motion():
    motion = motions.walk(5.0, 1.0, 90.0)
    one, other = facts(motion), facts(motion.mirrored())
    assert other.travel.turn == pytest.approx(-one.travel.turn, abs=0.5)
    assert other.travel.left == pytest.approx(-one.travel.left, abs=0.01)
    assert other.left_leg.lift == pytest.approx(one.right_leg.lift, abs=0.005)


def test_facts_do_not_depend_on_place_or_heading():
    motion = motions.raise_hand("left")
    joints = motion.joints()
    angle = 2.0
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    moved = joints @ turn.T + [3.0, 0.0, -2.0]
    one, other = facts_of_joints(joints), facts_of_joints(moved)
    assert other.left_hand.above_head == pytest.approx(one.left_hand.above_head, abs=1e-4)
    assert other.travel.turn == pytest.approx(one.travel.turn, abs=1e-3)


def test_facts_turn_into_json_and_other_rates_are_resampled():
    motion = motions.walk(3.0).resample(30.0)
    text = json.dumps(facts(motion).to_json())
    assert json.loads(text)["travel"]["gait"] == "walking"


def test_one_frame_and_wrong_shapes():
    assert facts_of_joints(motions.still().joints()[:1]).duration == pytest.approx(0.05)
    with pytest.raises(ValueError, match="24, 3"):
        facts_of_joints(np.zeros((10, 22, 3)))


def test_facts_are_fast():
    joints = motions.walk(8.0).joints()
    facts_of_joints(joints)
    start = time.process_time()
    for _ in range(5):
        facts_of_joints(joints)
    assert (time.process_time() - start) / 5 < 0.5


def test_clauses_come_in_order_of_time_and_describe_varies():
    measured = facts(motions.walk(5.0, 1.0, 90.0))
    said = clauses(measured)
    assert [c.start for c in said] == sorted(c.start for c in said)
    assert describe(measured) == describe(measured)
    assert len({describe(measured, random.Random(i)) for i in range(20)}) > 8
    assert "left" in describe(measured, None, "long") and "seconds" in describe(measured, None, "long")
    with pytest.raises(ValueError, match="detail"):
        describe(measured, None, "huge")


@pytest.mark.parametrize(
    ("verb", "form", "result"),
    [("walk", "s", "walks"), ("carry", "s", "carries"), ("punch", "s", "punches"), ("sit", "ing", "sitting"),
     ("lie", "ing", "lying"),
     ("wave", "ing", "waving"), ("step", "past", "stepped"), ("bend", "past", "bent"), ("side-step", "s", "side-steps"),
     ("jog", "base", "jog")],
)  # fmt: skip
def test_conjugation(verb, form, result):
    assert grammar.conjugate(verb, form) == result


def test_phrases_and_helpers():
    assert grammar.phrase("*raise {their} arm and *lower it", "past", "her") == "raised her arm and lowered it"
    assert grammar.times(2) == "twice" and grammar.times(12) == "12 times"
    assert grammar.join(["a", "b", "c"]) == "a, b and c"
    assert runs(np.array([1, 1, 0, 1, 0, 0, 0, 1], bool), 0.1, gap=0.05) == [(0, 4)]
    assert swings(np.sin(np.linspace(0, 6 * np.pi, 200)), 0.5) == 6
    with pytest.raises(ValueError, match="verb form"):
        grammar.conjugate("walk", "perfect")
    with pytest.raises(ValueError, match="joints must be"):
        Signals(np.zeros((0, 24, 3)))
