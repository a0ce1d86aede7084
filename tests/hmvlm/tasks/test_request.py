"""Requests: checked when they are made, defaults of sampling, cancellation."""

import dataclasses
import inspect
import threading

import pytest

from hmvlm.assistant import HMVLM
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.tasks.request import MAX_CHARACTERS, MAX_VARIATIONS, Request


@pytest.mark.parametrize(
    ("text", "fields", "words"),
    [
        (" ", {}, "empty"), ("x" * (MAX_CHARACTERS + 1), {}, str(MAX_CHARACTERS + 1)),
        ("a", {"seconds": 0}, "positive"),
        ("a", {"variations": MAX_VARIATIONS + 1}, "Variations"), ("a", {"max_new_tokens": 0}, "max_new_tokens"),
        ("a", {"temperature": -1}, "temperature"), ("a", {"top_p": 0}, "top_p"), ("a", {"seed": -1}, "seed"),
        ("a", {"task": "fly"}, "fly"), ("a", {"task": "pose_estimation"}, "photo or a clip"),
        ("a", {"picture": "p.jpg", "motion": object()}, "not both"), ("a", {"history": ["hi"]}, "history"),
    ],
)  # fmt: skip
def test_an_invalid_field_is_one_sentence(text, fields, words):
    with pytest.raises(ValueError, match=words) as caught:
        Request(text, **fields)
    assert "\n" not in str(caught.value)


def test_text_is_stripped_and_a_picture_without_one_asks_for_the_pose():
    assert Request("  walk ").text == "walk"
    assert Request("", picture="photo.jpg").text == POSE_PROMPT
    with pytest.raises(dataclasses.FrozenInstanceError):
        Request("walk").text = "run"


def test_the_callers_sampling_precedes_the_tasks_defaults():
    assert Request("walk", seed=3).sampling(0.9, guidance=3.0) == Request("walk", seed=3, temperature=0.9).sampling(
        0.0, 3.0
    )
    assert Request("walk", temperature=0).sampling(0.9).temperature == 0


def test_cancelled_follows_the_event():
    request = Request("walk", cancel=threading.Event())
    assert not request.cancelled and not Request("walk").cancelled
    request.cancel.set()
    assert request.cancelled


def test_the_arguments_of_a_stream_are_the_fields_of_a_request():
    arguments = [name for name in inspect.signature(HMVLM.stream).parameters if name != "self"]
    assert arguments == [field.name for field in dataclasses.fields(Request)]
