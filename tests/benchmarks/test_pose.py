"""The stopwatch of the pose benchmark: it counts calls and what happens between items, and takes itself off again."""

import time
from types import SimpleNamespace

import pytest

from benchmarks.pose import timed


def slow_items(count):
    for index in range(count):
        time.sleep(0.02)
        yield index


def fails():
    time.sleep(0.02)
    raise RuntimeError("no")


def test_calls_and_items_are_timed_and_the_owner_is_left_as_it_was():
    owner, spent, started = SimpleNamespace(run=slow_items, fails=fails), {}, time.monotonic()
    with timed(owner, "run", spent, "items"), timed(owner, "fails", spent, "calls"):
        seen = []
        for item in owner.run(3):
            seen.append(item)
            time.sleep(0.05)  # not the iterator's own time
        with pytest.raises(RuntimeError):
            owner.fails()
    assert seen == [0, 1, 2] and owner.run is slow_items and owner.fails is fails
    assert spent["items"] > 0.05 and spent["calls"] > 0.015
    assert spent["items"] + spent["calls"] < time.monotonic() - started - 0.14
