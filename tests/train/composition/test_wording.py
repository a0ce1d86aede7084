"""Sentences tell the clauses in order, with counts and sides."""

from __future__ import annotations

import random
import re

import pytest

from train.composition import wording
from train.composition.wording import VERB, Meaning, handwritten, phrase, phrases, sentence

PLAN = [Meaning("squat", count="3"), Meaning("turn", "left"), Meaning("wave", both=True)]


@pytest.mark.parametrize("seed", range(30))
def test_counts_and_sides(seed):
    text, clauses = sentence(PLAN, random.Random(seed))
    assert "[" not in text and "{" not in text and "  " not in text
    clauses_told = [re.search(words, text) for words in ("squat", "turn|left", "both")]
    assert all(clauses_told)
    assert re.search(r"three|3|thrice", text)
    assert len(clauses) == 3


@pytest.mark.parametrize("seed", range(30))
def test_two_clauses_keep_their_order_with_after(seed, monkeypatch):
    monkeypatch.setattr(wording, "HANDWRITTEN", 0.0)
    text, _ = sentence([Meaning("jump"), Meaning("bow")], random.Random(seed))
    assert "[" not in text and "{" not in text
    first = min(text.find(w) for w in ("jump", "leap") if w in text)
    assert first < text.find("bow")


@pytest.mark.parametrize("seed", range(40))
def test_handwritten_sentences_tell_all_clauses(seed):
    plan = [Meaning("jump"), Meaning("bow"), Meaning("turn", "right"), Meaning("leg_raise", "left")]
    text, clauses = handwritten(plan[: 2 + seed % 3], random.Random(seed))
    assert "*" not in text and "{" not in text and "[" not in text
    assert re.search("jump|leap|hop|spring", text) and re.search("bow|bend", text)
    assert not re.search(r"\b(he|she|someone|person|man|woman) (bow|jump|turn|lift|raise)\b", text)
    assert len(clauses) == 2 + seed % 3


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
