"""Sentences of several actions from the tables of joins, verbs and styles."""

from __future__ import annotations

import pytest

from hmvlm.motion.facts.grammar import Subject
from train.phrasings import ACTIONS, PATHS, STYLES, along, at_once, clause, counted, in_order, lasting, styled
from train.phrasings.sentences import JOINS, VERBS
from train.phrasings.tagged import STYLE_TAGS, TEMPOS

HE = Subject("a man", "his", "he")


def test_every_action_has_verb_phrases():
    assert set(VERBS) == set(ACTIONS)
    assert all(2 <= len(phrases) <= 5 and all("*" in each for each in phrases) for phrases in VERBS.values())
    for key in ACTIONS:
        assert len(clause(key)) >= 2
        assert not any(mark in text for text in clause(key, side="left", count=3) for mark in "*{}")


def test_clause_forms():
    assert clause("clap")[1] == "claps their hands"
    assert clause("clap", possessive="his", form="ing")[1] == "clapping his hands"
    assert clause("hug", form="ing")[0] == "hugging someone"
    assert clause("wave", form="base", side="right")[-1] == "wave their right hand"
    assert {text.split()[0] for text in clause("clap", count=2)} == {"claps", "applauds"}
    assert "does three push-ups" in clause("push_up", count=3)
    assert "does push-ups" not in clause("push_up", count=1)
    with pytest.raises(ValueError, match="no form"):
        clause("clap", form="past")


def test_two_in_order():
    told = in_order(["*walk forward", "*raise {their} arm"], who=HE)
    assert len(told) >= 40
    assert len(set(told)) == len(told)
    assert "a man walks forward, and then he raises his arm" in told
    assert "before raising his arm, a man walks forward" in told
    they = in_order(["*walk", "*sit down"])
    assert "a person walks. Then they sit down." in they
    assert not any("{" in each or "they sits" in each for each in they)
    split = [in_order(["*walk", "*sit down"], held_out=held_out) for held_out in (True, False)]
    assert all(split)
    assert sorted(split[0] + split[1]) == sorted(they)


@pytest.mark.parametrize("who", [HE, Subject("a person")])
def test_chains_agree_in_number_and_order(who):
    verbs = ["*jump", "*bow", "*clap", "*crawl", "*yawn"]
    for count in (3, 4, 5):
        for seed in range(20):
            for told in in_order(verbs[:count], who=who, seed=seed):
                low = told.lower()
                assert "{" not in told
                assert not any(f"they {verb[1:]}s" in low or f"he {verb[1:]} " in low for verb in verbs)
                if count > 3:
                    places = [low.index(verb[1:]) for verb in verbs[:count]]
                    assert places == sorted(places)
    with pytest.raises(ValueError, match="two or more"):
        in_order(["*walk"])


def test_at_once_and_counts_and_durations():
    assert "a man walks while waving his hand" in at_once("*walk", "*wave {their} hand", who=HE)
    assert {"*jump twice", "*jump x2"} <= set(counted("*jump", 2))
    assert {"*jump thrice", "*jump 3 times"} <= set(counted("*jump", 3))
    assert {"*jump seven times", "*jump 7x"} <= set(counted("*jump", 7))
    assert {"run for five seconds", "run, 5 seconds"} <= set(lasting("run", 5))
    assert "run for one second" in lasting("run", 1)
    for wrong in (lambda: counted("*jump", 0), lambda: lasting("run", 0)):
        with pytest.raises(ValueError, match="use 1 or more"):
            wrong()


def test_paths():
    assert {"circle", "figure8", "zigzag", "square", "there_and_back", "back_and_forth", "u_turn", "diagonal", "curve",
            "straight"} == set(PATHS)  # fmt: skip
    for path in PATHS:
        told = along(path, "*walk", side="left")
        assert len(set(told)) >= 15
        assert not any("{" in each or each.startswith("(") for each in told)
    assert "a person runs clockwise in a circle" in along("circle", "*run", side="right")
    assert not any("clockwise" in each for each in along("circle", "*run"))
    with pytest.raises(KeyError, match="no path"):
        along("spiral", "*walk")


def test_styles():
    assert set(STYLES) == {*STYLE_TAGS, *TEMPOS}
    assert "walks angrily" in styled("walks", "angry")
    assert styled("walks", "exhausted") == styled("walks", "tired")
    with pytest.raises(KeyError, match="no style"):
        styled("walks", "green")


def test_the_joins_file_has_what_the_code_asks_for():
    assert len(JOINS["two in order"]) >= 40
    assert len(JOINS["at once"]) >= 15
