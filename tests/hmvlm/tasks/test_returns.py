"""Clauses of going back."""

import pytest

from hmvlm.tasks.plan import plan
from hmvlm.tasks.returns import returning


@pytest.mark.parametrize(
    ("before", "text", "asked"),
    [
        ("a person turns around", "a person marches back", "a person marches forward"),
        ("he makes a u-turn", "he walks slowly back to the start", "he walks slowly forward"),
        ("a man walks forward", "a man walked back to his chair", "a man turned around and went back"),
        ("she runs to the door", "she runs back", "she turns around and runs back"),
        ("he crawls to the wall", "he comes back", "he turns around and crawls back"),
        ("he crawls to the wall", "he walks back", "he turns around and goes back"),
        ("someone hops forward on one leg", "someone goes back", "someone turns around and hops back"),
        ("a man takes 2 steps back", "a man returns to his place", "a man takes 2 steps forward"),
        ("she sidesteps left a few times", "she goes back", "she sidesteps right a few times"),
        (
            "a person shuffles to the left",
            "a person walks back to the right",
            "a person turns to the right and goes back",
        ),
        ("a man raises his arm", "a man returns to his original position", None),
        ("a man walks forward", "a man returns to a standing pose", None),
        ("walk to the wall", "walk back", "turn around and go back"),
        ("a man walks forward", "a man walks backwards", None),
        ("a man walks forward", "a man walks back and forth", None),
        ("a man walks forward", "a man steps back", None),
        ("a man jumps", "a man goes back to standing", None),
        ("a man lies", "a man gets back up", None),
    ],
)
def test_the_way_back_is_ahead_after_a_turn_and_behind_otherwise(before, text, asked):
    assert returning(before, text) == asked


def test_a_plan_asks_for_the_way_back_and_tells_it_in_the_words_of_the_message():
    crawls = plan("the guy crawls foward to the wall and then comes back").clauses
    assert crawls[0].stays_down and crawls[1].returns
    stepped = plan("he takes two steps back and then returns to his place").clauses[-1]
    assert (stepped.asked, stepped.sought, stepped.count) == ("he steps forward", "he takes two steps forward", 2)
    last = plan("a person marches forward, turns around, and then marches back.").clauses[-1]
    assert last.text == "a person marches back" and last.asked == "a person marches forward" and not last.halt
    assert plan("a person walks forward and stops").clauses[-1].halt
