"""Hands that words put somewhere."""

import pytest

from hmvlm.motion import features
from hmvlm.motion.hand_placing import distance
from hmvlm.tasks.checks import ClauseReport
from hmvlm.tasks.finishing import as_told
from hmvlm.tasks.placed_hands import hands_in, with_hands, without_hands
from hmvlm.tasks.plan import plan
from tests import motions

WALK = features.encode(motions.walk(6.0))


@pytest.mark.parametrize(
    ("text", "hands", "rest"),
    [
        (
            "a person steps forward one step as they raise their left hand to their right shoulder.",
            [("left", "shoulder", "right")],
            "a person steps forward one step",
        ),
        ("walks down stairs with the left hand on a rail", [("left", "rail", "left")], "walks down stairs"),
        ("a man walks up holding the handrail", [("right", "rail", "right")], "a man walks up"),
        ("stands with hands on hips", [("left", "hip", "left"), ("right", "hip", "right")], "stands"),
        ("puts the right hand on the opposite shoulder", [("right", "shoulder", "left")], None),
        ("touches the left elbow with the right hand", [("right", "elbow", "left")], None),
        ("scratches their head with their right hand", [], None),
        ("raises both hands to shoulder height", [], None),
        ("holds a phone to his ear", [], None),
    ],
)
def test_a_text_tells_where_hands_go(text, hands, rest):
    assert [(one.side, one.place, one.on) for one in hands_in(text)] == hands
    assert without_hands(text) == rest


def test_a_hand_that_is_there_already_is_left_alone():
    text = "walks with the left hand on the head"
    there = with_hands(WALK, text)
    assert distance(there, "left", "head", "left")[40:].max() < 0.1
    assert with_hands(there, text) is there and with_hands(WALK, "walks") is WALK


def test_a_hand_is_put_there_in_its_clause_only():
    clauses = plan("a person walks with the right hand on the chest, then walks").clauses
    found = as_told(WALK, clauses, [ClauseReport("", 0.0, 3.0), ClauseReport("", 3.0, 6.0)])
    away = distance(found, "right", "chest", "right")
    assert away[30:45].max() < 0.1 < away[70:].min()


def test_the_other_hand_does_something_else():
    [clause] = plan("a person puts one hand on the hip and waves with the other hand").clauses
    assert without_hands(clause.asked) == "a person waves with the left hand"
