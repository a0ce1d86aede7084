"""Short ordinary messages, and the parts held out of training."""

import random
import re

import pytest

from train.dialogue import prompt_templates, short_motion_requests, short_questions


def test_short_questions_is_varied_and_repeatable():
    made = short_questions.short_questions(4000, random.Random(3))
    assert made == short_questions.short_questions(4000, random.Random(3)) and len(set(made)) == 4000
    assert not [text for text in made if re.search(r"[{}]|  |\.\.|,,", text) or text != text.strip()]
    assert sum(text[0].islower() for text in made) > 400 and sum(text.endswith(",") for text in made) > 200


def test_each_kind_of_short_questions_looks_like_it():
    pick = short_questions._Sampler(random.Random(4), held_out=False)
    for _ in range(200):
        assert re.search(r"(true or false|yes or no)\.?\??$", short_questions._verdict(pick), re.I)
        assert short_questions._blank(pick).count("_") in (1, 2)
        assert len(short_questions._school(pick).split()) > 4


@pytest.fixture(scope="module")
def training_text():
    """Many short questions of the training part, in lower case."""
    return "\n".join(short_questions.short_questions(4000, random.Random(5))).lower()


@pytest.mark.parametrize(
    "name",
    [
        "goals",
        "object_care",
        "events",
        "school_setups",
        "regulated_acts",
        "plot_events",
        "sport_rules",
        "name_sentences",
        "object_sentences",
    ],
)
def test_held_out_parts_of_short_questions_are_not_trained_on(training_text, name):
    words = short_questions.WORDS[name]
    held, seen = short_questions.split_entries(words, True), short_questions.split_entries(words, False)
    assert held and not set(held) & set(seen) and sorted(held + seen) == sorted(words)
    for phrase in held:
        if "{" not in phrase and len(phrase.split()) > 2:
            assert not re.search(rf"\b{re.escape(phrase.lower())}\b", training_text), phrase


def test_held_out_short_questions_is_apart():
    assert not set(short_questions.short_questions(6000, random.Random(6))) & set(
        short_questions.short_questions(1500, random.Random(7), held_out=True)
    )


@pytest.mark.parametrize("held", [False, True])
def test_short_questions_never_looks_like_a_request_for_motion(held):
    wordings = [w.lower() for form in prompt_templates.MOTION_REQUESTS.values() for w in form if len(w.split()) > 4]
    made = short_questions.short_questions(1500, random.Random(8), held)
    for text in made:
        for wording in wordings:
            start, _, end = wording.partition("{c}")
            assert not (text.lower().startswith(start) and text.lower().endswith(end)), (text, wording)
    bodily = {
        form.split("/")[0].split()[0]
        for form in (*short_motion_requests.WORDS["acts"], *short_motion_requests.WORDS["body_acts"])
    } - {"do", "play", "cook", "put", "move", "open", "clean"}
    nouns = tuple(short_questions.WORDS["objects"])  # "hammer" alone is a thing
    bare = [
        text
        for text in made
        if text.split()[0].lower() in bodily and text[-1] not in ",?" and not text.lower().startswith(nouns)
    ]
    assert not bare


def test_more_short_questions_than_there_is_is_an_error(monkeypatch):
    monkeypatch.setattr(short_questions, "SHORT_KINDS", (lambda pick: "sponge",))
    with pytest.raises(ValueError, match="short questions"):
        short_questions.short_questions(2, random.Random(0))
