"""Slow and fast exemplars."""

import pytest

from hmvlm.motion import features
from hmvlm.motion.facts import facts_of_features
from hmvlm.motion.steering import way
from hmvlm.tasks.tempo import FASTER, SLOWER, stretch, stretched, tempo_in
from tests import motions


@pytest.mark.parametrize(
    ("text", "slower"),
    [
        ("a man slowly raises his right arm", 1),
        ("a person quickly sits down", -1),
        ("he aggressively punches", -1),
        ("gently pats a dog", 1),
        ("a person sits down", 0),
        ("runs fast and then slowly", 0),
    ],
)
def test_words_of_tempo(text, slower):
    tempo = tempo_in(text)
    assert (tempo > 1) - (tempo < 1) == slower


@pytest.mark.parametrize("factor", [SLOWER, FASTER])
def test_the_same_way_in_another_time(factor):
    raw = features.encode(motions.walk(4.0))
    found = stretched(raw, factor)
    assert len(found) == pytest.approx(factor * len(raw), abs=2) and way(found) == pytest.approx(way(raw), rel=0.1)


def test_a_walk_is_brought_to_a_speed_and_other_actions_by_what_their_captions_do_not_tell():
    brisk, slow, still = (
        facts_of_features([features.encode(one)])[0]
        for one in (motions.walk(4.0, speed=1.2), motions.walk(4.0, speed=0.55), motions.still())
    )
    assert stretch("walks slowly", "a person walks", brisk) == SLOWER
    assert stretch("walks slowly", "a person walks", slow) == pytest.approx(1.0, abs=0.1)
    assert stretch("walks", "a person walks", brisk) == 1.0
    assert stretch("slowly raises an arm", "raises an arm slowly", still) == 1.0
    assert stretch("slowly raises an arm", "raises an arm quickly", still) == SLOWER
