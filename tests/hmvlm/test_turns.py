"""Turns come in the order of asking, end when the caller has gone, and are not waited for without end."""

import threading

import pytest

from hmvlm.turns import Busy, TurnLock


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
