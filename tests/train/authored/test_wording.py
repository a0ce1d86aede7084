"""Captions of authored actions."""

import numpy as np

from train.authored.wording import captions
from train.phrasings import phrasings


def test_captions_tell_the_side_and_the_count_and_no_other():
    told = captions("wave", np.random.default_rng(0), side="left", count=3, style="", walking=False, most=40)
    assert any("left" in one for one in told) and any("three" in one or "3" in one for one in told)
    assert not any("right hand" in one or "twice" in one for one in told)


def test_walking_is_told():
    for one in captions("clap", np.random.default_rng(1), side="", count=2, style="", walking=True):
        assert any(word in one for word in ("walk", "stroll", "go for a", "goes for a", "takes a", "going for", "step"))


def test_held_out_lines_are_not_used():
    held = set(phrasings("salute", held_out=True)) - set(phrasings("salute", held_out=False))
    told = [
        captions("salute", np.random.default_rng(n), side="", count=None, style="", walking=False) for n in range(20)
    ]
    assert held and not held & {one for row in told for one in row}


def test_an_action_without_phrasings_has_no_captions():
    assert captions("no_such", np.random.default_rng(0), side="", count=None, style="", walking=False) == []
