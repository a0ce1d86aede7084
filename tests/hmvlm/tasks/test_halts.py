"""Clauses of stopping."""

import pytest

from hmvlm.tasks.halts import standing
from hmvlm.tasks.plan import plan
from hmvlm.tasks.sections import HALT_STEPS, clause_sections


@pytest.mark.parametrize(
    ("text", "still"),
    [
        ("a person stops", "a person stands still"),
        ("the men stop suddenly", "the men stand still"),
        ("he comes to a sudden stop", "he stands still"),
        ("she stops running for 3 seconds", "she stands still"),
        ("halted", "stood still"),
        ("he stops a ball with his foot", None),
        ("she comes back", None),
    ],
)
def test_a_clause_of_stopping_is_one_of_standing(text, still):
    assert standing(text) == still


def test_who_stops_after_an_action_on_their_feet_stands_still():
    clauses = plan("he walks forward, stops and waves").clauses
    assert [one.asked for one in clauses] == ["he walks forward", "he stands still", "he waves"]
    assert [clause_sections(one, 1, 3, 10)[0].longest for one in clauses] == [50, HALT_STEPS, 50]
    assert [one.seconds for one in plan("she runs, then stops for 3 seconds").clauses] == [None, 3.0]
    assert [one.asked for one in plan("he claps and stops").clauses] == ["he claps", "he stands still"]
    assert [one.asked for one in plan("he sits down and stops").clauses] == ["he sits down", "he stops"]
    assert [one.asked for one in plan("the man stops").clauses] == ["the man stops"]
