"""Questions about pictures: what a body cannot show is not answered, what is unsure is described by measurements."""

import pytest

from hmvlm.motion.facts import describe, facts
from hmvlm.tasks.unseen import answer, unseen_topic
from tests import motions

WALK = facts(motions.walk(3))


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is on the table?", "things around the body"), ("Is she holding something?", "things around the body"),
        ("Is the man playing a guitar?", "things around the body"), ("Which car is near?", "things around the body"),
        ("What colour is the shirt?", "clothes, colours and faces"), ("Is he smiling?", "clothes, colours and faces"),
        ("Where is the woman?", "the place"), ("Was this filmed outdoors?", "the place"),
        ("What is going on in the background?", "the place"), ("What is she saying?", "sounds and words"),
        ("Is she happy?", "feelings, thoughts and reasons"), ("Why does he bend?", "feelings, thoughts and reasons"),
        ("Who is it?", "who the person is"), ("Is it a man or a woman?", "who the person is"),
    ],
)  # fmt: skip
def test_what_a_body_does_not_show_is_not_guessed(question, topic):
    assert unseen_topic(question) == topic
    said = answer(question, WALK, 1, "video")
    assert said.startswith("Cannot tell") and topic in said and said.endswith(describe(WALK))


@pytest.mark.parametrize(
    "question",
    [
        "Do you think that she sits?",
        "Which hand is raised?", "Does the person walk forward?", "Is she sitting?", "How many steps does he take?",
        "Where does the left hand go?", "What happens after the turn?", "Is the person kicking?",
        "Does she stand on the balls of her feet?", "Is he holding his arms up?", "Does he turn left or right?",
        "How fast does the person move?", "Is the person holding a pose with both arms?",
        "Does the person walk in place?", "Does the person who is on the left wave?", "Does he stick out his leg?",
        "Does the hand go to the mouth?", "Which is it: climbing, washing windows, or mopping the floor?",
    ],
)  # fmt: skip
def test_questions_about_the_body_go_to_the_model(question):
    assert answer(question, WALK, 1, "video") is None


@pytest.mark.parametrize(
    "question",
    [
        "What is the person doing?",
        "Describe the motion.",
        "What is going on?",
        "What does she do?",
        "Describe the action in a few words.",
        "Name the action in this scene.",
    ],
)
def test_a_clip_is_described_by_what_was_measured(question):
    assert answer(question, WALK, 1, "video") == describe(WALK)
    assert answer(question, WALK, 1, "photo") == describe(WALK)


@pytest.mark.parametrize(("question", "activity"), [("Is this karate?", "karate"), ("Does she dance?", "dancing")])
def test_an_activity_that_no_measurement_tells_is_neither_confirmed_nor_denied(question, activity):
    assert f"does not show whether this is {activity}" in answer(question, WALK, 1, "video")


def test_words_that_nothing_measures_are_not_answered():
    said = answer("Is the person swimming?", WALK, 1, "video")
    assert said.startswith("Cannot tell") and "measurements do not answer" in said


@pytest.mark.parametrize(("people", "words"), [(1, "1 person was"), (3, "3 people were")])
def test_people_are_counted(people, words):
    assert answer("How many people are there?", WALK, people, "photo").startswith(f"{words} found in the photo")
