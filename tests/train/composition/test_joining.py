"""Joins: feet that stand stay, no pops, headings and places go on."""

from __future__ import annotations

import numpy as np
import pytest

from tests.train.composition.walking import STRIDE, drift, standing, striding
from train.composition.building import Clause, passing, sequence
from train.composition.channels import from_motion, to_motion
from train.composition.gaits import find_loop, straight
from train.composition.joining import join
from train.composition.measure import measure
from train.composition.wording import Meaning


def test_standing_after_standing_moves_no_foot():
    first = standing()
    second = standing().placed(1.0, np.zeros(3), np.array([3.0, 0, -2.0]))
    made = join(first, second)
    assert len(made) == len(first) + len(second) - 1
    assert drift(made) < 1e-6
    assert np.abs(made.root - first.root[0]).max() < 1e-6


def test_start_and_stop_of_a_walk_are_smooth_and_do_not_slide():
    walked = striding(80)
    cuts = passing(walked)
    gait = walked.cut(int(cuts[1]), int(cuts[-2]) + 1)
    made = join(join(standing(), gait), standing())
    joints = to_motion(made).joints()
    found = measure(joints)
    assert found.pop < 80 and found.slide < 0.5
    assert made.root[-1, 2] - made.root[0, 2] == pytest.approx(gait.root[-1, 2] - gait.root[0, 2], abs=0.5)


def test_turn_between_clauses():
    made = join(standing(), standing(), turn=np.pi / 2)
    assert made.yaw()[-1] == pytest.approx(np.pi / 2, abs=1e-6)


def test_loop_walks_on_without_a_seam():
    motion = to_motion(striding(90))
    loop = find_loop(from_motion(motion), motion.joints())
    assert loop is not None and loop.speed == pytest.approx(1.2, abs=0.05)
    walked = straight(loop, 200)
    assert len(walked) == 200
    assert walked.root[-1, 2] - walked.root[0, 2] == pytest.approx(STRIDE * 199 / 20, rel=0.05)
    assert np.abs(walked.root[:, 0] - walked.root[0, 0]).max() < 0.05
    assert drift(walked) < 0.03


def test_clauses_in_order_with_their_cuts():
    clause = Clause(standing(1.0), Meaning("bow"), "a")
    rest = Clause(standing(0.4), Meaning("stand"), "b", stub=True)
    made, cuts = sequence([rest, clause, Clause(standing(2.0), Meaning("squat"), "c"), rest])
    assert cuts == [0, 8 + 20 - 1]
    assert len(made) == 8 + 20 + 40 + 8 - 3
