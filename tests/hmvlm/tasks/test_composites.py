"""Two actions at once."""

import pytest
import torch

from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.composites import LESS, pairs, two_at_once


@pytest.mark.parametrize(
    ("text", "moving", "meanwhile"),
    [
        ("a person walks while waving", "a person walks", "a person waves"),
        ("A person raises their right arm while walking.", "A person walks", "A person raises their right arm"),
        ("he claps while he's walking", "he walks", "he claps"),
        ("as they jog, they punch", "they jog", "they punch"),
        ("walk and box at the same time", "walk", "box"),
        ("a girl walks and waves with her left hand", "a girl walks", "a girl waves with her left hand"),
        ("walks over waving hello", "walks over", "waves hello"),
        ("he walks with his arms crossed", "he walks", "he stands with his arms crossed"),
        ("he walks forward, left arm up", "he walks forward", "he stands with left arm up"),
        ("the man sits as he drinks", "the man sits", "the man drinks"),
    ],
)
def test_a_text_is_taken_apart(text, moving, meanwhile):
    assert two_at_once(text) == (moving, meanwhile)


@pytest.mark.parametrize(
    "text",
    [
        "a person walks forward",
        "he walks as if drunk",
        "walks while running",
        "a man walks as fast as he can",
        "wave and clap",
        "walks forward turning left",
        "a person moves forward while squatting",
    ],
)
def test_one_action_stays_whole(text):
    assert two_at_once(text) is None


def paired(meanwhile: str, legs: int = 6, arms: int = 4):
    walk = Exemplar(torch.zeros(legs, 5, dtype=torch.long), 1.0, "walks", 0.9)
    wave = Exemplar(torch.full((arms, 5), 3), 1.0, "waves", 0.8)
    return pairs([walk], [wave], meanwhile, lambda one, steps: one, lambda codes: 0.0 * codes[..., None].float())[0]


def test_a_pair_has_the_legs_and_the_trunk_of_one_and_the_arms_of_the_other():
    made = paired("waves")
    assert made.text == "walks + waves" and made.similarity == pytest.approx(0.8 - LESS)
    assert made.codes[:4, 1:3].eq(3).all() and made.codes[4:].eq(0).all() and made.codes[:, [0, 3, 4]].eq(0).all()


def test_where_a_side_is_named_the_other_arm_stays():
    codes = paired("waves with the left hand").codes
    assert codes[:4, 1].eq(3).all() and codes[:, 2].eq(0).all()
