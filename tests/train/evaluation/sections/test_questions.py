"""Sampled questions about held-out motions, majority answers and accuracies."""

import pytest

from tests import motions
from train.evaluation.sections import questions
from train.evaluation.sections.questions import (
    QuestionItem,
    about_short_event,
    accuracies,
    majority_answer,
    sample_questions,
)
from train.questions import Question
from train.recordings.store import Recording, save_motions


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Walks and raised hands in a training and a test split."""
    clips = []
    for split in ("train", "test"):
        for index in range(6):
            motion = motions.walk(4, speed=0.9 + 0.1 * index) if index % 2 else motions.raise_hand("left", 3)
            content = "walk" if index % 2 else "raise-up-left-hand"
            clips.append(
                Recording(
                    f"{split}_{index}",
                    "bandai_namco",
                    split,
                    content,
                    motion,
                    {"content": content, "style": "normal"},
                    {},
                )
            )
    path = tmp_path_factory.mktemp("questions") / "motions.npz"
    save_motions(path, clips)
    return str(path)


def test_each_recording_is_asked_once_with_an_answer_among_the_options(data):
    asked = sample_questions(data, "test", 5, seed=0)
    assert len(asked) == 5 and len({one.example.name.removesuffix("|mirrored") for one in asked}) == 5
    assert all(one.question.short in one.question.options and one.example.split == "test" for one in asked)
    assert [one.question.text for one in sample_questions(data, "test", 5, seed=0)] == [
        one.question.text for one in asked
    ]


def test_the_table_counts_right_answers_by_kind(data):
    asked = sample_questions(data, "test", 6, seed=1)
    right, none = accuracies(asked, lambda one: one.question.short), accuracies(asked, lambda one: None)
    assert right.pop("count") == none.pop("count") == 6
    assert (
        set(right.values()) == {1.0}
        and set(none.values()) == {0.0}
        and set(right) == {"all", *(one.question.kind for one in asked)}
    )
    assert accuracies(asked, lambda one: None, stop=lambda: True)["count"] == 1
    with pytest.raises(ValueError, match="no val recording"):
        sample_questions(data, "val", 5, seed=0)


def test_the_majority_is_the_commonest_answer_of_the_template_in_training(monkeypatch):
    def asked(short: str, options: tuple[str, ...] = ("left", "right"), template: str = "which_raised") -> QuestionItem:
        return QuestionItem(None, Question("body_part", "Which hand?", short, short, options, template))

    monkeypatch.setattr(
        questions, "sample_questions", lambda path, split, count, seed: [asked("left"), asked("right"), asked("right")]
    )
    guess = majority_answer("motions.npz", 3, 0)
    assert guess(asked("left")) == "right"
    assert (
        guess(asked("yes", ("yes", "no"), "never seen")) == "no" and guess(asked("left", template="never seen")) is None
    )


def test_only_questions_about_short_events_are_chosen(data):
    asked = sample_questions(data, "test", 6, seed=1)
    for one in asked:
        if about_short_event(one):
            lengths = [event.end - event.start for event in one.example.facts.events]
            assert min(lengths) < 0.3 * one.example.motion.duration
    assert not any(
        about_short_event(one) for one in asked if "walk" in one.example.action and not one.example.facts.events
    )
