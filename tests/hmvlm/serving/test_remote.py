"""A model behind HTTP answers as one in the process does."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import numpy as np
import pytest

from hmvlm import cli
from hmvlm.assistant import HMVLM
from hmvlm.serving import service
from hmvlm.serving.address import url_of_environment
from hmvlm.serving.client import RemoteModel
from hmvlm.tasks.events import GateEvent, MotionEvent, ReplyEvent
from tests import motions
from tests.hmvlm.serving.serving import App, served
from tests.tiny import tiny_body_tokenizer, tiny_model

WAVE = {"task": "text_to_motion", "seconds": 1}
MOST_SECONDS = 120
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    return HMVLM(tiny_model(), tiny_body_tokenizer())


@pytest.fixture(scope="module")
def remote(model):
    with served(App(model)) as found:
        yield found


def reply_of(model, text, **options):
    *_, last = model.stream(text, **options)
    assert isinstance(last, ReplyEvent)
    return last.reply


def equal(one, other):
    return np.array_equal(one.poses, other.poses) and np.array_equal(one.trans, other.trans)


def test_motions_and_words_are_those_of_the_model(model, remote):
    here, there = (reply_of(one, "a person waves", seed=3, **WAVE) for one in (model, remote))
    assert equal(here.motion, there.motion) and here.plan == there.plan and here.gate == there.gate
    shown = {"motion": motions.walk(1), "task": "video_understanding", "max_new_tokens": 3}
    assert reply_of(model, "what is it?", **shown).text == reply_of(remote, "what is it?", **shown).text
    kinds = [type(event) for event in remote.stream("a person waves", preview=True, seed=0, **WAVE)]
    assert kinds[0] is GateEvent and MotionEvent in kinds


def test_many_at_once_get_their_own_answers(model, remote):
    found = {}

    def ask(seed):
        found[seed] = reply_of(remote, "a person waves", seed=seed, **WAVE).motion

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(MOST_SECONDS)
    for seed, motion in found.items():
        alone = reply_of(model, "a person waves", seed=seed, **WAVE).motion
        assert len(motion) == len(alone) and np.allclose(motion.poses, alone.poses, atol=1e-3)
    assert len(found) == 4


def test_what_is_asked_wrongly_is_told_as_in_the_process(remote, tmp_path):
    for options in ({"variations": 99}, {"task": "pose_estimation"}, {"picture": tmp_path / "none.jpg"}):
        with pytest.raises((ValueError, OSError)):
            list(remote.stream("a person waves", **options))
    (tmp_path / "photo.jpg").write_text("no picture")
    with pytest.raises(ValueError, match="photo|picture|read"):
        list(remote.stream("who?", picture=tmp_path / "photo.jpg"))
    for body in (
        b"",
        b"[]",
        b'{"text": "x", "cancel": 1}',
        b'{"text": "x", "picture": "/etc/passwd"}',
        b'{"text": "x", "motion": 1}',
    ):
        answer = httpx.post(remote.url, content=body)
        assert answer.status_code == 422 and answer.json()["detail"]


def test_a_model_that_fails_is_told_in_one_sentence():
    def run(asked):
        yield GateEvent({"zero": 1.0}, "dialogue")
        raise KeyError("secret")

    with served(App(SimpleNamespace(run=run))) as remote, pytest.raises(RuntimeError, match="failed .KeyError"):
        list(remote.stream("hello"))


def test_a_silent_model_is_ill(monkeypatch):
    monkeypatch.setattr(service, "SILENT_SECONDS", 0.0)
    go_on = threading.Event()

    def run(asked):
        go_on.wait(MOST_SECONDS)
        yield GateEvent({"zero": 1.0}, "dialogue")

    app = App(SimpleNamespace(run=run))
    app.service.check()
    with served(app) as remote, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(next, remote.stream("hello"))
        while not httpx.get(remote.url).json()["running"]:
            time.sleep(0.01)
        with pytest.raises(RuntimeError, match="1 answers are under way"):
            app.service.check()
        go_on.set()
        asked.result(MOST_SECONDS)


def test_an_answer_that_breaks_off_is_asked_again_and_is_the_same(model):
    app = App(model, broken=2)
    with served(app) as remote:
        motion = reply_of(remote, "a person waves", seed=3, **WAVE).motion
    assert remote.retried == 2 and app.asked == 3
    assert equal(motion, reply_of(model, "a person waves", seed=3, **WAVE).motion)


def test_who_stops_gets_no_more_events_and_frees_the_model(remote):
    cancel, events = threading.Event(), []
    for event in remote.stream("a person waves", cancel=cancel, task="text_to_motion", seconds=10, seed=0):
        events.append(event)
        cancel.set()
    assert len(events) == 1
    end = time.monotonic() + MOST_SECONDS
    while httpx.get(remote.url).json()["running"]:
        assert time.monotonic() < end


def test_the_shell_asks_the_model_at_the_address(remote, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("HMVLM_URL", remote.url)
    out = tmp_path / "wave.npz"
    assert cli.main(["generate", "a person waves", "--seconds", "1", "--seed", "0", "--out", str(out)]) == 0
    assert out.is_file()
    monkeypatch.setenv("HMVLM_URL", "here")
    assert cli.main(["chat", "hello"]) == 2 and "HMVLM_URL" in capsys.readouterr().err
    with pytest.raises(ValueError, match="'here'"):
        url_of_environment()


def test_where_no_model_answers_one_sentence_says_so():
    with pytest.raises(RuntimeError, match="no model answers at http://127.0.0.1:9"):
        RemoteModel("http://127.0.0.1:9").wait(0)
