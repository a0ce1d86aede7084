"""Wordings of motion requests and of questions."""

import random
import re

import pytest

from train.dialogue import prompt_templates


def test_plain_captions_come_most_often():
    rng = random.Random(0)
    made = [prompt_templates.motion_prompt("a person walks forward", rng) for _ in range(1000)]
    assert 0.5 < sum(m == "a person walks forward" for m in made) / 1000 < 0.7
    assert len(set(made)) > 25


@pytest.mark.parametrize(
    ("caption", "form"),
    [
        ("a person walks", "sentence"),
        ("Someone bows.", "sentence"),
        ("walking", "doing"),
        ("walk forward", "act"),
        ("swing your arm", "act"),
    ],
)
def test_captions_are_put_into_wordings_of_their_form(caption, form):
    assert prompt_templates.caption_form(caption) == form


def test_requests_leave_nothing_unfilled_and_address_the_character():
    rng = random.Random(1)
    for caption in ("Wave with your left hand.", "a person sits down.", "bowing", "left hand up"):
        for _ in range(300):
            text = prompt_templates.motion_prompt(caption, rng, seconds=4.2)
            assert not re.search(r"[{}]|\.\.|\?\.", text), text
            if text.startswith(("Make", "Let", "Have")):
                assert "your" not in text


def test_durations_are_the_motions_and_are_not_said_twice():
    rng = random.Random(2)
    said = [prompt_templates.motion_prompt("a person waves", rng, seconds=4.2) for _ in range(500)]
    numbers = {int(n) for text in said for n in re.findall(r"(\d+) ?s", text)}
    assert numbers == {4}
    assert all(
        prompt_templates.motion_prompt("walk for 3 seconds", rng, seconds=3).count("second") <= 1 for _ in range(300)
    )


def test_questions_vary():
    rng = random.Random(3)
    assert len({prompt_templates.describe_question(rng) for _ in range(400)}) >= 36
