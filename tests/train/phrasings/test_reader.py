"""The hand-written phrasings: complete, well formed, chosen by what is known of the action."""

from __future__ import annotations

import pytest

from train.phrasings import ACTIONS, OTHER_LANGUAGES, PHRASINGS, find_problems, phrasings
from train.phrasings.tagged import Conditions, fill, is_held_out, split_tags


def test_lines_are_well_formed():
    assert find_problems() == []
    assert len(set(ACTIONS)) == len(ACTIONS) == 339


def test_problems_are_found():
    lines = {
        "walk": ["walk", "(slowly) walks", "walk {where}", "he walks slowly", "WALK", "lifts the left leg"],
        "x": ["x"],
    }
    problems = " | ".join(find_problems(("walk", "run"), lines, fewest=6))
    for part in ("run has no lines", "[x] is no action", "unknown tag (slowly)", "where", "tells a speed", "'WALK'",
                 "x has 1 lines", "tells a side"):  # fmt: skip
        assert part in problems


@pytest.mark.parametrize("key", ACTIONS)
def test_every_action_has_plain_lines_on_both_sides_of_the_split(key):
    for held_out, fewest in ((True, 2), (False, 12)):
        assert len(phrasings(key, held_out=held_out)) >= fewest
    assert sorted(phrasings(key, held_out=True) + phrasings(key, held_out=False)) == sorted(phrasings(key))


def test_a_quarter_is_held_out():
    raws = [raw for lines in PHRASINGS.values() for raw in lines]
    assert 0.22 < sum(map(is_held_out, raws)) / len(raws) < 0.28
    assert is_held_out("walk") == is_held_out("walk")


def test_lines_hold_only_under_their_conditions():
    assert not any(
        "{" in line or line.startswith("(") for key in ACTIONS for line in phrasings(key, side="left", count=3)
    )
    assert not any("left" in line for line in phrasings("wave"))
    left = phrasings("wave", side="left")
    assert "a person waves with the left hand" in left
    assert not any("right hand" in line for line in left)
    assert "waves slowly" in phrasings("wave", tempo="slow")
    assert "waves slowly" not in phrasings("wave", tempo="fast")
    assert "a person walks normally" not in phrasings("walk", style="angry")
    assert "a person storms off angrily" in phrasings("walk", style="angry")
    assert "someone walks straight ahead" in phrasings("walk", path="straight")


def test_counts_are_filled_in():
    assert fill("jump {count} times", Conditions(count=1)) == "jump once"
    assert fill("{count} jumps", Conditions(count=1)) is None
    assert fill("jump {count} times", Conditions()) is None
    assert fill("jump {count} times", Conditions(count=3)) in ("jump three times", "jump 3 times")
    assert fill("jump {count} times", Conditions(count=2)) in ("jump two times", "jump 2 times", "jump twice")
    assert fill("the {other} one, not the {side}", Conditions(side="left")) == "the right one, not the left"


def test_tags_are_split_off():
    assert split_tags("(slow) (left) raises it") == (frozenset({"slow", "left"}), "raises it")
    assert split_tags("(for {count} seconds)")[0] == frozenset()
    with pytest.raises(ValueError, match="unknown tag"):
        split_tags("(green) walks")


def test_unknown_values_are_refused():
    with pytest.raises(KeyError, match="no action 'fly'"):
        phrasings("fly")
    for wrong in (dict(side="up"), dict(style="green"), dict(tempo="medium"), dict(count=0), dict(traits=("tall",))):
        with pytest.raises(ValueError, match=r"no (side|style|tempo|traits)|a count of 0"):
            phrasings("walk", **wrong)


def test_other_languages():
    assert len(OTHER_LANGUAGES) >= 6
    assert all(len(set(lines)) >= 15 for lines in OTHER_LANGUAGES.values())
