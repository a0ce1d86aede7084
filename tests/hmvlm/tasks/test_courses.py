"""Ways over the floor that a clause names."""

import numpy as np
import pytest

from hmvlm.motion import features
from hmvlm.motion.features import trajectory
from hmvlm.motion.steering import steered, turned
from hmvlm.tasks.checks import ClauseReport
from hmvlm.tasks.courses import course_of, lengths_of, on_course
from hmvlm.tasks.plan import Clause, plan
from tests import motions

RAW = features.encode(motions.walk(8.0, turn=20))


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("a person walks in a circle", 360),
        ("Subject walks in a circle clockwise twice.", -720),
        ("human goes in a quater circle clockwise starting with right", -90),
        ("a man walks three quarters of a circle counter clockwise", 270),
        ("walks in a half circle to the left", 180),
        ("a person walks in a square", 360),
        ("someone walks along a rectangle clockwise", -360),
        ("a woman walks in a big triangle", 360),
        ("a person slowly walks a figure eight", 0),
        ("walks in an s shape", 0),
        ("walking in a slight curve to the right", -35),
    ],
)
def test_a_named_way_is_gone(text, degrees):
    course = course_of(Clause.read(text), RAW)
    assert course is not None and turned(steered(RAW, course)) == pytest.approx(degrees, abs=25)


@pytest.mark.parametrize(
    "text",
    [
        "a person walks forward",
        "a person moves their arms around in opposite circles",
        "a man does the triangle pose",
        "she walks in a spiral",
        "walks around the square table",
    ],
)
def test_other_words_leave_the_way_as_it_is(text):
    assert course_of(Clause.read(text), RAW) is None


def test_a_motion_that_goes_nowhere_is_not_steered():
    assert course_of(Clause.read("spins in a circle"), features.encode(motions.still())) is None


def test_a_part_of_a_circle_is_not_long():
    assert lengths_of(Clause.read("walks in a quarter circle"))[1] < 3 < lengths_of(Clause.read("walks in a circle"))[0]


def test_only_the_clause_with_a_course_is_steered():
    clauses = plan("a person walks forward, then walks in a circle to the left").clauses
    reports = [ClauseReport(clauses[0].text, 0.0, 2.0), ClauseReport(clauses[1].text, 2.0, 8.0)]
    found = on_course(RAW, clauses, reports)
    assert (found[:40] == RAW[:40]).all()
    heading = np.degrees(trajectory(found)[1].numpy())
    assert heading[-1] - heading[40] == pytest.approx(360, abs=25)
