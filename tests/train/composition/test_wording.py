"""Sentences tell the clauses in order, with counts and sides."""

from __future__ import annotations

import random

import pytest

from train.composition.wording import VERB, Meaning, phrase, phrases, sentence

PLAN = [Meaning("squat", count="3"), Meaning("turn", "left"), Meaning("wave", both=True)]


@pytest.mark.parametrize("seed", range(30))
def test_order_counts_and_sides(seed):
    text, clauses = sentence(PLAN, random.Random(seed))
    assert "[" not in text and "{" not in text and "  " not in text
    places = [text.find(word) for word in ("squat", "left", "both")]
    assert places == sorted(places) and min(places) >= 0
    assert "three times" in text
    assert len(clauses) == 3


@pytest.mark.parametrize("seed", range(30))
def test_two_clauses_keep_their_order_with_after(seed):
    text, _ = sentence([Meaning("jump"), Meaning("bow")], random.Random(seed))
    first = min(text.find(w) for w in ("jump", "leap") if w in text)
    assert first < text.find("bow")


@pytest.mark.parametrize("path", sorted(key[5:] for key in phrases() if key.startswith("gait ")))
def test_every_route_can_be_told_during_a_gesture(path):
    rng = random.Random(0)
    for gait in ("walk", "run"):
        meaning = Meaning(gait, "right", path=path, gait=gait, while_=Meaning("wave", "left"))
        for _ in range(20):
            line = phrase(meaning, rng).replace("{their}", "").replace("{they}", "")
            assert VERB.search(line) and "{" not in line and "wav" in line


def test_a_phrase_that_needs_a_side_is_not_used_without_one():
    with pytest.raises(LookupError, match="side"):
        phrase(Meaning("leg_raise"), random.Random(0))
