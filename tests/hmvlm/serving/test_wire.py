"""What goes over the network comes out as it was, and nothing else can be made of it."""

import json
from dataclasses import fields

import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from hmvlm.serving import wire
from hmvlm.tasks.checks import Check, ClauseReport
from hmvlm.tasks.events import Reply, ReplyEvent
from hmvlm.vision.camera import Perspective
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.vision.sight import Sight
from tests import motions


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if hasattr(one, "__dataclass_fields__"):
        return type(one) is type(other) and all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return one == other


def test_a_reply_with_everything_in_it_comes_out_as_it_was():
    rng = np.random.default_rng(0)
    sight = Sight(1, 0, (4, 9), np.full((2, 33, 3), np.nan, np.float32), np.ones(2, np.float32), np.arange(2))
    estimate = PoseEstimate(
        rng.normal(size=(2, 24, 3)).astype(np.float32), [Perspective(900.0, np.ones(2), np.array([0, 0, -3.0]))] * 2,
        np.array([True, False]), rng.normal(size=(2, 33, 2)), rng.random((2, 33)), 3, 0.5, (640, 480), 25.0,
        codes=np.arange(10).reshape(2, 5), sight=sight,
    )  # fmt: skip
    plan = [ClauseReport("a person walks", 0.0, 1.5, (Check("walk", True),), "walks")]
    reply = Reply("Größe", "pose_estimation", {"zero": 0.25}, motions.walk(1), [motions.walk(1)], 1.0, [estimate], plan)
    assert same(wire.decode(wire.encode(ReplyEvent(reply))), ReplyEvent(reply))


def test_a_request_with_a_file_comes_out_as_it_was():
    asked = {
        "text": "who?",
        "history": [{"role": "user", "content": "hi"}],
        "picture": wire.Picture("a.jpg", b"\xff\0"),
    }
    assert wire.decode(wire.encode(asked)) == asked


def array(**changes):
    return {"$": "array", "type": "<f4", "shape": [1], "of": "AAAAAA=="} | changes


@pytest.mark.parametrize(
    "value",
    [
        "not json",
        {"$": "Path", "of": {"x": 1}},
        {"$": "Motion", "of": {"poses": 1}},
        {"$": "Motion", "of": {"unknown": 1}},
        {"$": "Motion"},
        {"$": ["Motion"], "of": {}},
        array(type="|O"),
        array(shape=[2]),
        array(shape=[-1, -1]),
        array(type="nothing"),
        array(of="?"),
    ],
)
def test_what_is_not_of_the_format_is_one_sentence(value):
    line = value if isinstance(value, str) else json.dumps(value)
    with pytest.raises(ValueError, match="not of this program's format"):
        wire.decode(line)


def test_deep_nesting_is_refused_and_other_objects_are_not_sent():
    with pytest.raises(ValueError, match="format"):
        wire.decode("[" * 100_000)
    for value in (object(), np.array([object()]), Motion):
        with pytest.raises(ValueError, match="not sent"):
            wire.encode(value)
