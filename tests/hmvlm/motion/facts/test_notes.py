"""Notes on what was measured: the topics a question calls for, and what they say of known motions."""

import pytest

from hmvlm.motion.facts import facts, grammar
from hmvlm.motion.facts.absent import absent
from hmvlm.motion.facts.moments import in_order, moments, named, sequence, time_note
from hmvlm.motion.facts.notes import brief, joined, notes
from tests import motions

WALK = facts(motions.walk(4.0, 1.2))
RAISED = facts(motions.raise_hand("right"))
TURN = facts(motions.walk(5.0, 1.0, 90.0))


def test_a_question_calls_for_its_own_topic():
    assert notes(WALK, "Which way does he go?").startswith("walks forward ")
    assert notes(WALK, "Which hand goes up?").startswith("left hand low; right hand low; no hand raised")
    assert "left leg on the ground" in notes(WALK, "Which foot leaves the ground?")
    assert "leans" in notes(WALK, "Does she bend forward?") and "metres" not in notes(WALK, "Does she bend forward?")
    assert notes(WALK, "Is he sitting, standing or lying at the end?").endswith("starts standing, ends standing")


def test_a_question_without_a_topic_gets_the_whole_in_brief():
    assert notes(WALK, "What colour is the shirt?") == brief(WALK)
    assert notes(WALK, "What is the person doing?") == brief(WALK) and brief(WALK).startswith("walks")


def test_several_topics_are_noted_one_after_the_other():
    said = notes(WALK, "Does he raise his hand before he turns?")
    assert said.startswith("4.0 s long") and "left hand low" in said and "no turn" in said


@pytest.mark.parametrize(("turn", "side"), [(90.0, "left"), (-90.0, "right")])
def test_turns_have_a_side_and_a_size(turn, side):
    said = notes(facts(motions.walk(5.0, 1.0, turn)), "Which way does she turn?")
    other = "right" if side == "left" else "left"
    assert f"turns {side} a quarter" in said and f"turns {other}" not in said
    assert f"turn {side}" in notes(facts(motions.walk(5.0, 1.0, turn)), "When does that happen?")


def test_steps_are_counted():
    way = WALK.travel
    assert f"{way.steps_left + way.steps_right} steps" in notes(WALK, "How many steps does he take?")


def test_empty_notes_are_left_out():
    assert joined("", "one", "", "two") == "one; two"
    assert joined("", "") == ""


def test_what_is_asked_for_and_not_there_is_denied():
    assert absent(WALK, "Does the person wave or jump?") == ["no wave", "no jump"]
    assert absent(WALK, "Is she walking?") == [] and absent(WALK, "Is she running?") == ["no run"]
    assert absent(WALK, "Which way does he turn?") == []
    assert absent(WALK, "Does he sit down?", "looks like walking, perhaps sitting down") == []


def test_the_side_that_is_asked_for_and_does_nothing_is_denied():
    assert absent(RAISED, "Does she raise her left hand?") == ["no raised left hand"]
    assert absent(RAISED, "Does she raise her right hand?") == []
    assert absent(RAISED, "Does she raise the left or the right hand?") == []


def test_a_question_whether_somebody_stays_is_not_answered_with_nowhere():
    assert (
        notes(RAISED, "Does she remain on the same spot?")
        == "stays on the same spot, remains in one place, always the same place"
    )
    assert notes(RAISED, "Which way does she go?") == "stays in place, goes nowhere"
    assert notes(WALK, "Does he stay in one place?").startswith("walks forward")


def test_a_named_moment_is_noted_in_the_terms_of_the_question():
    said = notes(RAISED, "When does she raise her right hand: at the beginning, in the middle or at the end?")
    moment = next(one for one in moments(RAISED) if one.kind == "raise")
    place = {"beginning": "at the beginning", "middle": "in the middle", "end": "at the end"}[
        moment.part(RAISED.duration)
    ]
    assert said == place
    seconds = round(max(moment.start, 1))
    assert f"raise right hand after about {grammar.number(seconds)} second" in notes(
        RAISED, "At what second does she raise her right hand?"
    )


def test_the_order_of_two_named_moments_is_noted_both_ways():
    hand = moments(RAISED)
    assert [one.kind for one in hand] == ["raise", "lower"]
    said = sequence(RAISED, "does she raise her right hand before lowering it?")
    assert said == (
        "first raise right hand, then lower right hand; raise right hand before lower right hand; lower right "
        "hand after raise right hand"
    )


def test_moments_of_the_other_side_or_of_other_acts_are_left_out():
    asked = "at what point does she raise her left hand?"
    assert named(moments(RAISED), asked) == [] and named(moments(RAISED), asked.replace("left", "right"))
    assert [one.kind for one in named(moments(TURN), "when does he turn?")] == ["turn"]
    assert time_note(WALK, "when does he jump?") == "" and in_order(WALK).endswith("nothing special happens")


def test_how_a_raised_hand_ends_is_noted_where_it_is_asked():
    assert "down at the end" in notes(RAISED, "Is the right hand up or down at the end?")
    assert "at the end" not in notes(RAISED, "Which hand goes up?")
    share = "most of the time" if RAISED.right_hand.raised > RAISED.duration / 2 else "less than half the time"
    assert f"up {share}" in notes(RAISED, "Is the right hand up for most of the motion?")


def test_whether_a_hand_ends_up_or_down_is_all_that_is_noted_of_it():
    assert "right hand down at the end" in notes(RAISED, "Up or down: where does the right hand end?").split("; ")
    assert "together" not in notes(RAISED, "Do the hands go up together or separately?")  # only one goes up


def test_the_parts_of_several_named_moments_are_told_apart():
    said = time_note(RAISED, "in which part does she raise and lower her right hand?")
    assert said.startswith("raise right hand ") and ", lower right hand " in said


@pytest.mark.parametrize(
    "asked",
    [
        "Which hand is up when she lowers her right hand?",
        "For how many seconds is the right hand raised?",
        "Does she raise a hand a second time?",
    ],
)
def test_words_of_time_that_ask_for_something_else_leave_the_notes_whole(asked):
    assert "right hand raised" in notes(RAISED, asked)


def test_when_of_two_things_in_order_is_a_question_of_order():
    said = notes(RAISED, "When does she lower her right hand, before or after raising it?")
    assert said.startswith("first raise right hand, then lower right hand")
