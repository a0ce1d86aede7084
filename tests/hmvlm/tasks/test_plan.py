"""The plan of a message: clauses, counts, sides, paths and lengths of hand-made sentences; a third is kept aside."""

import json
from pathlib import Path

import pytest

from benchmarks.plan_reading import cases_of, wrong
from hmvlm.config import MAX_TOTAL_SECONDS
from hmvlm.tasks.plan import MAX_CLAUSES, plan

CASES = json.loads(Path(__file__).with_name("plan_cases.json").read_text())
"""Sentences with their clauses; those marked ``aside`` were not looked at while the rules were written."""
DEFAULTS = {"count": None, "side": "", "seconds": None, "path": ""}


def as_expected(case: dict) -> bool:
    found = [
        (clause.text.lower().rstrip(".?!"), {name: getattr(clause, name) for name in DEFAULTS})
        for clause in plan(case["text"]).clauses
    ]
    return found == [(text.lower().rstrip(".?!"), DEFAULTS | dict(*fields)) for text, *fields in case["clauses"]]


@pytest.mark.parametrize("aside", [False, True])
def test_hand_made_sentences_are_read_as_a_person_reads_them(aside):
    cases = [case for case in CASES if case["aside"] == aside]
    wrong = [case["text"] for case in cases if not as_expected(case)]
    assert len(cases) >= 50 and len(wrong) <= 0.05 * len(cases), wrong


def test_messages_as_people_write_them_are_read_as_they_mean_them():
    assert len(wrong(cases_of("mended"))) <= 0.04 * len(cases_of("mended"))
    assert len(wrong(cases_of("fresh"))) <= 0.22 * len(cases_of("fresh"))


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("does a cartwheel and then another one", ["does a cartwheel"] * 2),
        ("a man bows, then does it again", ["a man bows"] * 2),
        ("he bows, then genuflects", ["he bows", "he genuflects"]),
        ("raises and lowers the left arm twice", ["raises and lowers the left arm twice"]),
        ("while walking, she waves", ["while walking, she waves"]),
        (
            "a man puts his hands on his hips while looking left then right, then the man steps",
            ["a man puts his hands on his hips while looking left", "a man looks right", "the man steps"],
        ),
    ],
)
def test_clauses_without_a_verb_of_their_own(text, clauses):
    assert [clause.text for clause in plan(text).clauses] == clauses


def test_one_clause_keeps_its_text():
    text = "  A person walks  while waving. "
    assert [clause.text for clause in plan(text).clauses] == [text]


def test_seconds_are_shared_out_after_the_stated_ones():
    clauses = plan("walk for two seconds, then jump, then sit down", seconds=10).clauses
    assert [clause.seconds for clause in clauses] == [2, 4, 4]


def test_stated_seconds_that_do_not_fit_are_shrunk():
    clauses = plan("walk for 40 seconds, then run for 40 seconds").clauses
    assert sum(clause.seconds or 0 for clause in clauses) == pytest.approx(MAX_TOTAL_SECONDS)
    clauses = plan("walk for 6 seconds, then run for 3 seconds", seconds=3).clauses
    assert [clause.seconds for clause in clauses] == pytest.approx([2, 1])


def test_a_plan_has_at_most_twelve_clauses():
    assert len(plan(", then ".join(["walk forward", "turn around"] * 10)).clauses) == MAX_CLAUSES


@pytest.mark.parametrize("text", ["then", ",", "...", "and then", "1. 2.", "walk then", "before", "after, ", "x" * 500])
def test_fragments_are_one_clause(text):
    assert len(plan(text).clauses) == 1
