"""What a reply says about parts that are missing: measured, short, once each."""

import dataclasses

import pytest

from hmvlm.motion.facts import facts
from hmvlm.tasks.checks import MOST_TOLD, Check, ClauseReport, checks, missing_sentence
from hmvlm.tasks.plan import Clause, plan
from tests import motions


def report(**asked: bool) -> ClauseReport:
    return ClauseReport("", 0.0, 1.0, tuple(Check(name.replace("_", " "), found) for name, found in asked.items()))


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([], ""),
        ([report(the_count=True)], ""),
        ([report(the_count=False, the_left_side=True)], "Not found in the motion: the count."),
        ([report(the_action_kick=False, the_count=False)], "Not found in the motion: the action kick."),
        (
            [report(the_path=False), report(), report(the_path=False, the_count=False)],
            "Not found in the motion: the path (parts 1 and 3) and the count (part 3).",
        ),
    ],
)
def test_missing_parts_are_told_once(reports, said):
    assert missing_sentence(reports) == said


def test_many_missing_parts_are_counted():
    told = missing_sentence([report(**{f"the_{number}": False for number in range(6)})])
    assert told == f"Not found in the motion: the 0, the 1 and {6 - MOST_TOLD + 1} other things."


def test_the_half_step_that_brings_the_feet_together_may_be_missed_but_no_more():
    def counted(number: int, shown: int) -> bool:
        seen = facts(motions.walk(1.5))
        seen = dataclasses.replace(seen, travel=dataclasses.replace(seen.travel, steps_left=shown, steps_right=0))
        found = {one.asked: one.found for one in checks(Clause.read(f"a person walks {number} steps"), seen)}
        return found[f"the count of {number}"]

    assert [counted(3, shown) for shown in (1, 2, 3, 4)] == [False, True, True, False]


def test_a_circle_goes_round_to_the_side_that_is_named():
    seen = facts(motions.walk(3.0))
    for text, side in (("walks in a circle clockwise", "right"), ("walks in a circle counter-clockwise", "left")):
        for turned, found in (("right", side == "right"), ("left", side == "left")):
            way = dataclasses.replace(seen.travel, **{"turn_left": 0.0, "turn_right": 0.0, f"turn_{turned}": 300.0})
            told = checks(Clause.read(text), dataclasses.replace(seen, travel=way))
            assert {one.asked: one.found for one in told}[f"the turn to the {side}"] == found


def test_one_step_back_takes_the_body_a_little_back():
    seen = facts(motions.still())
    for way, found in ((-0.4, True), (0.4, False), (0.0, False)):
        travel = dataclasses.replace(seen.travel, forward=way, direction="none")
        told = checks(
            plan("walking forwards, one step backwards, then forwards").clauses[1],
            dataclasses.replace(seen, travel=travel),
        )
        assert {one.asked: one.found for one in told}["the direction backward"] == found
