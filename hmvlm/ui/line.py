"""The line of visitors who wait for the model: first come, first served, with a place and an estimate.

Answers of a kind wait for each other only, so that words are not stuck behind clips.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

REMEMBERED = 20
"""Answers of a kind whose times the estimate is the mean of."""


@dataclass(frozen=True)
class WaitEvent:
    """An answer waits for ``before`` others, about ``seconds`` long; None where none of the kind was measured yet."""

    before: int
    seconds: float | None


@dataclass(eq=False)
class _Place:
    kind: str
    begun: float | None = None
    complete: bool = False


class Line:
    """Who is answered in which order.

    Args:
        together: how many answers of a kind are made at the same time, one if it is not named.
    """

    def __init__(self, together: Mapping[str, int] | None = None) -> None:
        self.together = dict(together or {})
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
        """Wait until it is the place's turn (None), for ``timeout`` seconds at most (who is before it then)."""
        together = self.together.get(place.kind, 1)
        with self._moved:
            if self._moved.wait_for(lambda: len(self._before(place)) < together, timeout):
                place.begun = place.begun or time.monotonic()
                return None
            before = self._before(place)
            left = [self._left(one) for one in before]
            known = [seconds for seconds in left if seconds is not None]
            about = sum(known) / together if len(known) == len(left) else None
            return WaitEvent(len(before) - together + 1, about)

    def _before(self, place: _Place) -> list[_Place]:
        """Answers of the same kind that came before."""
        return [one for one in list(self._places)[: self._places.index(place)] if one.kind == place.kind]

    def _left(self, place: _Place) -> float | None:
        times = self._times.get(place.kind)
        if not times:
            return None
        mean = sum(times) / len(times)
        return mean if place.begun is None else max(mean - (time.monotonic() - place.begun), 0.0)
