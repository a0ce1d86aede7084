"""As many threads as the machine has processors free.

The threads of a matrix product wait for each other at its end. Where other programs are busy, one of them is usually
not running, and two threads are many times slower than one. So what the processors really did during a step is
compared with the threads that it had.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from typing import TypeVar

import torch

logger = logging.getLogger(__name__)

LEAST_SHARE = 0.55
"""Share of its threads' time that a step must get of the processors, else there are fewer threads."""
LEAST_SECONDS = 0.03
"""Shorter steps tell nothing."""
AGAIN_SECONDS = 10.0
"""Seconds after which all threads are tried again."""
Item = TypeVar("Item")
Result = TypeVar("Result")


class Threads:
    """The number of threads of torch, fitted to what the processors give.

    Args:
        most: the number on a machine that is free; torch's own by default.
        clock, used: seconds by the clock, and seconds of processors that this program has used.
    """

    def __init__(
        self,
        most: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        self.most = most or torch.get_num_threads()
        self.count = self.most
        self._clock, self._used = clock, used
        self._again = 0.0

    def apply(self) -> None:
        """Set the number for the thread that calls; torch keeps one for each."""
        if torch.get_num_threads() != self.count:
            torch.set_num_threads(self.count)

    def fit(self, seconds: float, used: float) -> None:
        """Look at a step that took ``seconds``, in which the processors worked for ``used`` seconds."""
        now = self._clock()
        if self.count > 1 and seconds >= LEAST_SECONDS and used < LEAST_SHARE * self.count * seconds:
            self.count, self._again = max(1, int(used / seconds)), now + AGAIN_SECONDS
            logger.debug("%d of %d threads: other programs are busy", self.count, self.most)
        elif self.count < self.most and now >= self._again:
            self.count = self.most

    def fitted(self, work: Generator[Item, None, Result]) -> Generator[Item, None, Result]:
        """What a generator gives, each step with the threads that fit at present."""
        if self.most == 1:
            return (yield from work)
        try:
            while True:
                self.apply()
                started, before = self._clock(), self._used()
                try:
                    item = next(work)
                except StopIteration as end:
                    return end.value
                self.fit(self._clock() - started, self._used() - before)
                yield item
        finally:
            work.close()
