"""Turns come in the order of asking, end when the caller has gone, and are not waited for without end."""

import threading

import pytest

from hmvlm.turns import Busy, TurnLock, in_turns


def waits(lock: TurnLock, count: int) -> None:
    """Return once so many callers wait."""
    while lock.waiting != count:
        threading.Event().wait(0.001)


def test_callers_have_their_turn_in_the_order_in_which_they_came():
    lock, served, threads = TurnLock(), [], []
    lock.acquire()

    def call(number: int) -> None:
        assert lock.acquire()
        served.append(number)
        lock.release()

    for number in range(12):
        threads.append(threading.Thread(target=call, args=(number,)))
        threads[-1].start()
        waits(lock, number + 1)
    lock.release()
    for thread in threads:
        thread.join(60)
    assert served == list(range(12)) and lock.waiting == 0


def test_who_leaves_the_line_holds_nobody_up():
    lock, cancel = TurnLock(), threading.Event()
    lock.acquire()
    results: dict[str, bool] = {}
    leaver = threading.Thread(target=lambda: results.update(leaver=lock.acquire(cancel)))
    leaver.start()
    waits(lock, 1)
    stayer = threading.Thread(target=lambda: results.update(stayer=lock.acquire()))
    stayer.start()
    waits(lock, 2)
    cancel.set()
    leaver.join(60)
    assert results == {"leaver": False}
    lock.release()
    stayer.join(60)
    assert results["stayer"] is True
    lock.release()
    assert lock.acquire()


def test_waiting_ends_with_one_sentence():
    lock = TurnLock(patience=0.01)
    lock.acquire()
    with pytest.raises(Busy, match="busy: 1 request was before this one.*send it again") as caught:
        lock.acquire()
    assert "\n" not in str(caught.value) and lock.waiting == 0


def test_nobody_gives_back_a_turn_twice():
    lock = TurnLock()
    lock.acquire()
    lock.release()
    with pytest.raises(RuntimeError, match="nobody has"):
        lock.release()


def test_others_have_a_turn_between_two_items():
    """Three callers, each of whom gets an item in turn; and each has the lock while it works."""
    lock, seen = TurnLock(), []

    def work(name: str):
        for number in range(4):
            assert lock._held
            seen.append((name, number))
            while lock.waiting < 2 and number == 0:  # all three are there
                threading.Event().wait(0.001)
            yield number
        return name

    def call(name: str) -> None:
        lock.acquire()
        list(in_turns(lock, work(name), short=lambda item: False))

    threads = [threading.Thread(target=call, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    first = [name for name, _ in seen[:3]]
    assert sorted(first) == ["a", "b", "c"] and lock.acquire()


def test_short_steps_go_on_for_a_while_and_come_in_order(monkeypatch):
    lock, cancel = TurnLock(), threading.Event()
    lock.acquire()
    waiting = threading.Thread(target=lambda: lock.acquire(cancel) and lock.release())
    waiting.start()
    waits(lock, 1)
    made = []

    def work():
        for number in range(3):
            made.append(number)
            yield number

    monkeypatch.setattr("hmvlm.turns.SLICE", 3600.0)
    items = in_turns(lock, work(), short=lambda item: True)
    assert next(items) == 0 and made == [0, 1, 2]  # all that was short, before the one that waits has its turn
    waiting.join(60)
    assert list(items) == [1, 2] and lock.acquire()


def test_a_generator_that_is_left_gives_the_turn_back():
    lock, closed = TurnLock(), []

    def work():
        try:
            yield 1
            raise ValueError("broken")
        finally:
            closed.append(lock._held)

    lock.acquire()
    items = in_turns(lock, work(), short=lambda item: False)
    next(items)
    items.close()
    assert closed == [False] and lock.acquire()
    items = in_turns(lock, work(), short=lambda item: False)
    next(items)
    with pytest.raises(ValueError, match="broken"):
        next(items)
    assert closed == [False, True] and lock.acquire()
