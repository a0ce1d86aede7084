"""The table of answers to questions about motion."""

import pytest

from tests import motions
from train.evaluation.sections import understanding
from train.evaluation.sections.questions import QuestionItem
from train.questions import Question


@pytest.mark.slow
def test_questions_have_a_row_for_each_who_answers(context, monkeypatch):
    def sampled(path, split, count, seed):
        one = type("Example", (), {"motion": motions.walk(2), "name": "w", "facts": None})
        return [
            QuestionItem(
                one, Question("direction", "Which way?", "Forward.", "forward", ("forward", "backward"), "way")
            )
        ] * 2

    monkeypatch.setattr(understanding, "sample_questions", sampled)
    monkeypatch.setattr("train.evaluation.sections.questions.sample_questions", sampled)
    monkeypatch.setattr(understanding, "clip_answer", lambda *args, **more: lambda asked: "forward")
    monkeypatch.setattr(understanding, "about_short_event", lambda asked: True)
    table, frames = understanding.run(context)
    assert table.rows["majority answer"][-2][0] == 100 and table.rows["HMVLM, rendered clip"][-1] == 2
    assert table.rows["majority answer"][table.columns.index("counting")] is None
    assert [label.split(",")[0] for label in frames.rows] == ["key frames", "evenly spaced"] * 2
