"""Questions from the wordings in JSON."""

import pytest

from train.questions.records import KINDS
from train.questions.templates import fill, load_data, multiple_choice, yes_no


def test_values_replace_names_and_capitalised_names():
    assert fill(["$Way or $other"], way="left", other="right") == ("Left or right",)
    with pytest.raises(KeyError, match="side"):
        fill(["the $side hand"])


def test_every_entry_is_complete():
    choices, claims = load_data("choice_templates.json"), load_data("yes_no_templates.json")
    assert all(e["kind"] in KINDS and len(set(e["questions"])) > 5 and e["answers"] for e in choices.values())
    assert all(e["kind"] in KINDS and len(set(e["verbs"])) > 1 for e in claims.values())


def test_answers_follow_the_key():
    question = multiple_choice("which_raised", "both")
    assert "Both hands go up" in question.answers and question.options == ("left", "right", "both")
    assert "The left hand goes up" in multiple_choice("which_raised", "left").answers


def test_undecided_facts_give_no_question():
    assert not list(yes_no("hand_raised", None, side="left"))
    (question,) = yes_no("hand_raised", False, "left", instead=True, side="left", other="right")
    assert (question.short, question.instead) == ("no", "{A} *raise {their} right hand")
