"""The line of visitors before the model."""

import threading

from hmvlm.ui.engine import Engine
from hmvlm.ui.line import Line, WaitEvent
from tests.moving import MovingModel


def test_places_come_in_order_and_the_estimate_is_the_mean_of_what_was_measured():
    line = Line()
    with line.joined("text") as first:
        assert line.waiting(first, 5) is None
        with line.joined("text") as second, line.joined("text") as third:
            assert line.waiting(second, 0) == WaitEvent(1, None)
            assert line.waiting(third, 0) == WaitEvent(2, None)
    line._times = {"text": [4.0, 6.0]}
    with line.joined("text") as first, line.joined("text"), line.joined("text") as third:
        assert line.waiting(first, 5) is None
        waits = line.waiting(third, 0)
        assert waits.before == 2 and 9.0 < waits.seconds <= 10.0


def test_words_do_not_wait_for_clips_and_several_are_answered_together():
    line = Line({"text": 2})
    line._times = {"text": [6.0]}
    with line.joined("picture") as clip, line.joined("text") as first, line.joined("text") as second:
        assert [line.waiting(one, 0) for one in (clip, first, second)] == [None] * 3
        with line.joined("picture") as photo, line.joined("text") as third, line.joined("text") as fourth:
            assert line.waiting(photo, 0) == WaitEvent(1, None)
            assert [line.waiting(one, 0).before for one in (third, fourth)] == [1, 2]
            assert 5.0 < line.waiting(third, 0).seconds <= 6.0


def test_who_stops_waiting_leaves_the_line_at_once():
    model = MovingModel()
    engine = Engine(lambda: model, together={})
    model.hold = 5
    first = engine.stream("a person waves", threading.Event())
    next(first)
    cancel = threading.Event()
    waiting = [engine.stream("What is this?", one) for one in (cancel, threading.Event())]
    assert [next(one).before for one in waiting] == [1, 2]
    cancel.set()
    assert list(waiting[0]) == []
    assert next(waiting[1]).before == 1
    first.close()
    assert type(next(waiting[1])).__name__ == "GateEvent"


def test_only_complete_answers_count_for_the_estimate():
    line = Line()
    for complete in (False, True):
        with line.joined("text") as place:
            assert line.waiting(place, 5) is None
            place.complete = complete
        assert len(line._times.get("text", ())) == complete
