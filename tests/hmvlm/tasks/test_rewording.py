"""Words that say an action indirectly, and what is asked for instead."""

import pytest

from hmvlm.tasks.plan import plan
from hmvlm.tasks.rewording import reworded


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("a person stands up again", "a person stands up"),
        ("jumps once more", "jumps"),
        ("a man walks forward three steps", "a man walks forward"),
        ("walks one step back", "steps back"),
        ("a person takes a few steps to the left", "a person walks to the left"),
        ("a person takes one big step to the left", "a person steps to the left"),
        ("she took 12 steps up the stairs", "she walked up the stairs"),
        ("he proceeds to kick", "he kicks"),
        ("a man keeps jumping on the spot", "a man jumps on the spot"),
        ("he resumed walking", "he walked"),
        ("kicks three times", "kicks three times"),
        ("goes on a walk", "goes on a walk"),
        ("keeps both arms up", "keeps both arms up"),
        ("kicks again and again", "kicks again and again"),
        ("steps over a log", "steps over a log"),
        ("takes a bow", "takes a bow"),
    ],
)
def test_the_action_is_said_directly(text, asked):
    assert reworded(text) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("a woman crawls under a table, stands up, then continues forward", "a woman crawls forward"),
        ("he runs, waves and then carries on", "he runs"),
        ("continue", "continue"),
        ("he sits on a wall, then gets off it", "he stands up"),
        ("he gets off", "he gets off"),
        ("a person runs, then slows down", "a person walks slowly"),
    ],
)
def test_going_on_is_the_gait_before(text, asked):
    assert plan(text).clauses[-1].asked == asked


def test_counts_stay_with_the_clause_and_its_text():
    (clause,) = plan("someone walks four paces").clauses
    assert (clause.text, clause.asked, clause.count) == ("someone walks four paces", "someone walks", 4)


def test_nouns_of_actions_and_steps_elsewhere():
    said = [[one.text for one in plan(text).clauses] for text in (
        "a man makes a high kick and a bow", "walking forwards, one step back", "sits down and talks with her hands",
    )]  # fmt: skip
    assert said == [
        ["a man makes a high kick", "a man makes a bow"],
        ["walking forwards", "walking one step back"],
        ["sits down", "talks with her hands"],
    ]
