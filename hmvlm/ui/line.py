"""The line of visitors who wait for the model: first come, first served, with a place and an estimate."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

REMEMBERED = 20
"""Answers of a kind whose times the estimate is the mean of."""


@dataclass(frozen=True)
class WaitEvent:
    """An answer waits for ``before`` others, about ``seconds`` long; None where nothing of a kind was measured yet."""

    before: int
    seconds: float | None


@dataclass(eq=False)
class _Place:
    kind: str
    begun: float | None = None
    complete: bool = False


class Line:
    """Who is answered in which order. One answer at a time is at the head of the line."""

    def __init__(self) -> None:
        self._places: deque[_Place] = deque()
        self._moved = threading.Condition()
        self._times: dict[str, deque[float]] = {}

    @contextmanager
    def joined(self, kind: str) -> Iterator[_Place]:
        """A place at the end of the line, which is given up on leaving.

        Args:
            kind: answers of a kind take about as long as each other. Only times of those marked ``complete`` count.
        """
        place = _Place(kind)
        with self._moved:
            self._places.append(place)
        try:
            yield place
        finally:
            with self._moved:
                self._places.remove(place)
                if place.begun is not None and place.complete:
                    times = self._times.setdefault(kind, deque(maxlen=REMEMBERED))
                    times.append(time.monotonic() - place.begun)
                self._moved.notify_all()

    def waiting(self, place: _Place, timeout: float) -> WaitEvent | None:
        """Wait until the place is at the head (None), for ``timeout`` seconds at most (who is before it then)."""
        with self._moved:
            if self._moved.wait_for(lambda: self._places[0] is place, timeout):
                place.begun = place.begun or time.monotonic()
                return None
            before = list(self._places)[: self._places.index(place)]
            left = [self._left(one) for one in before]
            known = [seconds for seconds in left if seconds is not None]
            return WaitEvent(len(before), sum(known) if len(known) == len(left) else None)

    def _left(self, place: _Place) -> float | None:
        times = self._times.get(place.kind)
        if not times:
            return None
        mean = sum(times) / len(times)
        return mean if place.begun is None else max(mean - (time.monotonic() - place.begun), 0.0)
