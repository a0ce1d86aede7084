"""Arms that stay where they are put, and arms that are let down."""

import pytest

from hmvlm.tasks.opposites import opposed
from hmvlm.tasks.plan import plan
from hmvlm.tasks.rewording import reworded


@pytest.mark.parametrize(
    ("text", "arms"),
    [
        ("A person raises both arms to shoulder height then does multiple squats.", ["put", "kept"]),
        (
            "a person raises their arms, and balances with their left leg then sets their arms down then balances with "
            "their right leg.",
            ["put", "kept", "put", "kept"],
        ),
        ("a person raises both arms, walks forward, then drops their arms", ["put", "kept", ""]),
        ("lifts both arms to the side, then walks forward with the arms still out", ["put", "kept"]),
        ("puts the hands on the hips, then bends to the left", ["put", "kept"]),
        ("raises the right arm, then walks forward", ["", ""]),
        ("lifts the left hand, then waves", ["", ""]),
        ("raises both arms twice, then squats", ["", ""]),
        ("lifts and lowers the arms, then steps forward", ["", ""]),
    ],
)
def test_legs_and_trunk_leave_the_arms_where_they_are(text, arms):
    assert [clause.arms for clause in plan(text).clauses] == arms


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("a person sets their arms down", "a person lowers both arms"),
        ("the man puts his left arm down", "the man lowers his left arm"),
        ("lets his arms fall to his sides", "lowers both arms"),
        ("a person drops their arms", "a person lowers both arms"),
        ("a person sets a box down", "a person sets a box down"),
        ("puts the hands on the hips", "puts the hands on the hips"),
    ],
)
def test_arms_that_are_let_down_are_lowered(text, asked):
    assert reworded(text) == asked


def test_raised_arms_are_no_lowered_ones():
    assert opposed("a person lowers both arms", "a person is raising their arms")
    assert not opposed("a person lowers both arms", "a person raises and lowers the arms")
