"""The stopwatch of the pose benchmark: it counts calls and production of items, and restores what it replaced."""

from types import SimpleNamespace

import pytest

from benchmarks.pose import timed


def test_calls_and_items_are_timed_and_the_owner_is_restored(monkeypatch):
    now = 0.0

    def take(seconds: float) -> None:
        nonlocal now
        now += seconds

    def items(count):
        for index in range(count):
            take(2)
            yield index
        take(1)

    def fails():
        take(4)
        raise RuntimeError("no")

    monkeypatch.setattr("benchmarks.pose.time", SimpleNamespace(monotonic=lambda: now))
    owner, spent = SimpleNamespace(run=items, fails=fails), {}
    with timed(owner, "run", spent, "items"), timed(owner, "fails", spent, "calls"):
        seen = []
        for item in owner.run(3):
            seen.append(item)
            take(100)  # the consumer's own time
        with pytest.raises(RuntimeError):
            owner.fails()
    assert seen == [0, 1, 2] and owner.run is items and owner.fails is fails
    assert spent == {"items": 7.0, "calls": 4.0}
