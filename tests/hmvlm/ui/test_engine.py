"""Loading the model behind the page."""

import threading
from types import SimpleNamespace

import pytest

from hmvlm.turns import Busy
from hmvlm.ui.engine import Engine
from hmvlm.ui.session import Session, Turn
from tests.hmvlm.ui.page import SETTINGS, handlers


def test_a_model_that_does_not_load_is_reported_in_words(broken):
    with pytest.raises(RuntimeError, match="free 200 MB"):
        broken.model()
    on, session = handlers(broken), Session([Turn("jump")])
    list(on.answer(session, seconds=0, **SETTINGS))
    assert session.turns[0].status == "failed" and "free 200 MB" in session.turns[0].error
    pill, timer = on.status()
    assert "free 200 MB" in pill and not timer.active


def test_an_answer_that_begins_while_another_is_stopped_goes_on(broken):
    before, after = broken.begin("tab"), []
    broken.stop("tab", lambda: after.append(broken.begin("tab")))
    assert before.is_set() and not after[0].is_set()
    broken.stop("tab")
    assert after[0].is_set()


def test_who_leaves_stops_everything_that_is_made_for_them_and_nothing_else(broken):
    with broken.working("gone") as picture, broken.working("gone") as call, broken.working("here") as other:
        answer = broken.begin("gone")
        broken.leave("gone")
        assert answer.is_set() and picture.is_set() and call.is_set() and not other.is_set()
        broken.leave("unknown")
    with broken.working("here") as again:
        broken.leave("gone")
        assert not again.is_set()


def test_waiting_in_the_line_ends_with_a_sentence():
    engine = Engine(lambda: SimpleNamespace(stream=lambda *_, **__: iter([1, 2])), together={})
    first = engine.stream("a", threading.Event())
    assert next(first) == 1
    engine.patience = 0.01
    with pytest.raises(Busy, match="1 request was before this one.*send it again"):
        list(engine.stream("b", threading.Event()))
    first.close()
    assert list(engine.stream("c", threading.Event())) == [1, 2]
