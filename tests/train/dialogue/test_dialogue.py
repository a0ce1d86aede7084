"""Wordings of tasks and hard negatives."""

import random
import re

import pytest

from train.dialogue import prompt_templates, short_motion_requests, short_questions
from train.dialogue.hard_negatives import HAND_WRITTEN, hard_negatives


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


def test_hard_negatives_are_many_and_different():
    made = hard_negatives(2000, random.Random(4))
    assert len(set(made)) == 2000
    assert set(HAND_WRITTEN) <= set(made)
    assert len(set(HAND_WRITTEN)) >= 150
    assert not [text for text in made if re.search(r"[{}]", text)]
    assert made == hard_negatives(2000, random.Random(4))


def test_hard_negatives_never_look_like_a_request_for_motion():
    wordings = [w.lower() for _, w in prompt_templates.REQUESTS if len(w.split()) > 4]
    for text in hard_negatives(1500, random.Random(5)):
        for wording in wordings:
            start, _, end = wording.partition("{c}")
            assert not (text.lower().startswith(start) and text.lower().endswith(end)), (text, wording)


class Stuck(random.Random):
    """A generator that always chooses a hand-written one."""

    def random(self):
        return 0.0


def test_more_hard_negatives_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="hard negatives"):
        hard_negatives(len(HAND_WRITTEN) + 1, Stuck(0))


def test_longer_talk_is_varied_and_repeatable():
    from train.dialogue.long_requests import KINDS, long_talk

    made = long_talk(350, random.Random(3))
    assert made == long_talk(350, random.Random(3)) and len(set(made)) == 350
    assert all(
        kind(random.Random(n)).strip() and "{" not in kind(random.Random(n)) for kind in KINDS for n in range(20)
    )
    assert sum(len(text) > 90 for text in made) > 80


def test_short_talk_is_varied_and_repeatable():
    made = short_questions.short_talk(4000, random.Random(3))
    assert made == short_questions.short_talk(4000, random.Random(3)) and len(set(made)) == 4000
    assert not [text for text in made if re.search(r"[{}]|  |\.\.|,,", text) or text != text.strip()]
    assert sum(text[0].islower() for text in made) > 400 and sum(text.endswith(",") for text in made) > 200


def test_each_kind_of_short_talk_looks_like_it():
    pick = short_questions._Parts(random.Random(4), held=False)
    for _ in range(200):
        assert re.search(r"(true or false|yes or no)\.?\??$", short_questions._verdict(pick), re.I)
        assert short_questions._blank(pick).count("_") in (1, 2)
        assert len(short_questions._school(pick).split()) > 4


@pytest.mark.parametrize("name", ["GOALS", "CARE", "EVENTS", "SETUPS", "LAWS", "DEEDS", "RULES", "PEOPLE", "PAIRS"])
def test_held_out_parts_of_short_talk_are_not_trained_on(name):
    words = getattr(short_questions, name)
    held, seen = short_questions.part(words, True), short_questions.part(words, False)
    assert held and not set(held) & set(seen) and sorted(held + seen) == sorted(words)
    made = "\n".join(short_questions.short_talk(4000, random.Random(5))).lower()
    for phrase in held:
        if "{" not in phrase and len(phrase.split()) > 2:
            assert not re.search(rf"\b{re.escape(phrase.lower())}\b", made), phrase


def test_held_out_short_talk_is_apart():
    assert not set(short_questions.short_talk(6000, random.Random(6))) & set(
        short_questions.short_talk(1500, random.Random(7), held=True)
    )


@pytest.mark.parametrize("held", [False, True])
def test_short_talk_never_looks_like_a_request_for_motion(held):
    wordings = [w.lower() for _, w in prompt_templates.REQUESTS if len(w.split()) > 4]
    made = short_questions.short_talk(1500, random.Random(8), held)
    for text in made:
        for wording in wordings:
            start, _, end = wording.partition("{c}")
            assert not (text.lower().startswith(start) and text.lower().endswith(end)), (text, wording)
    bodily = {
        form.split("/")[0].split()[0] for form in (*short_motion_requests.ACTS, *short_motion_requests.BODILY)
    } - {"do", "play", "cook", "put", "move", "open", "clean"}
    nouns = tuple(short_questions.OBJECTS)  # "hammer" alone is a thing
    bare = [
        text
        for text in made
        if text.split()[0].lower() in bodily and text[-1] not in ",?" and not text.lower().startswith(nouns)
    ]
    assert not bare


def test_short_requests_are_varied_and_apart_from_the_talk():
    made = short_motion_requests.short_requests(3000, random.Random(9))
    assert made == short_motion_requests.short_requests(3000, random.Random(9)) and len(set(made)) == 3000
    assert not set(made) & set(short_questions.short_talk(6000, random.Random(10)))
    assert not [text for text in made if re.search(r"[{}]|/", text)]


def test_more_short_talk_than_there_is_is_an_error(monkeypatch):
    monkeypatch.setattr(short_questions, "SHORT_KINDS", (lambda pick: "sponge",))
    with pytest.raises(ValueError, match="short talk"):
        short_questions.short_talk(2, random.Random(0))
