"""Questions about pictures: what a body cannot show is not answered, what is unsure is described by measurements."""

import pytest

from hmvlm.motion.facts import describe, facts
from hmvlm.tasks.unseen import SURE, answer, unseen_topic
from tests import motions


class Classifier:
    """A recogniser that is as sure as it is told to be."""

    def __init__(self, activity: str = "dancing", probability: float = 0.0, denied: tuple[str, ...] = ()):
        self.activity, self.probability, self.denied = activity, probability, denied

    def likeliest_activity(self, measured):
        return self.activity, self.probability

    def contradictions(self, measured, question):
        return [f"no {name}" for name in self.denied]


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
    said = answer(question, WALK, 1, "video", Classifier(probability=1.0))
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
    assert answer(question, WALK, 1, "video", Classifier()) is None


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
def test_an_unsure_clip_is_described_by_what_was_measured(question):
    assert answer(question, WALK, 1, "video", Classifier(probability=SURE - 0.1)) == describe(WALK)
    assert answer(question, WALK, 1, "photo", None) == describe(WALK)
    assert answer(question, WALK, 1, "video", Classifier("walking", SURE + 0.05)) is None


def test_an_activity_is_confirmed_or_denied_only_when_the_recogniser_is_sure():
    unsure, sure = Classifier("karate", 0.4), Classifier("karate", 0.95)
    assert "does not show whether this is karate" in answer("Is this karate?", WALK, 1, "video", unsure)
    assert answer("Is this karate?", WALK, 1, "video", sure) is None
    assert answer("Is the person dancing?", WALK, 1, "video", Classifier("walking", 0.5, denied=("dancing",))) is None
    assert "whether this is dancing" in answer("Is the person dancing?", WALK, 1, "video", unsure)


def test_words_that_nothing_measures_are_not_answered():
    said = answer("Is the person swimming?", WALK, 1, "video", Classifier())
    assert said.startswith("Cannot tell") and "measurements do not answer" in said


@pytest.mark.parametrize(("people", "words"), [(1, "1 person was"), (3, "3 people were")])
def test_people_are_counted(people, words):
    assert answer("How many people are there?", WALK, people, "photo", None).startswith(f"{words} found in the photo")
