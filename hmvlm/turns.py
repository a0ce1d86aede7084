"""Turns at something that serves one caller at a time: in the order of asking, with a limit to the waiting."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import TypeVar

PATIENCE = 600.0
"""Seconds that a caller waits for its turn."""
SLICE = 0.2
"""Seconds that a turn may at least go on while others wait, where its next steps are short. It may for as long as the
latest long steps took, so that words come quickly beside motions.
"""
FADING = 0.95
"""What is left of the time of a long step after another step."""
PAUSE = 0.02
"""Seconds after which a turn that can do nothing at present looks again."""
_POLL_SECONDS = 0.05
Item = TypeVar("Item")
Result = TypeVar("Result")


class Busy(RuntimeError):
    """A caller waited for its turn for too long; one sentence."""

    @staticmethod
    def after(ahead: int, seconds: float) -> Busy:
        """So many requests were before a caller that waited for ``seconds``."""
        return Busy(
            f"The model is busy: {ahead} {'request was' if ahead == 1 else 'requests were'} before this one, "
            f"and its turn did not come within {seconds:g} s; please send it again."
        )


class TurnLock:
    """A lock that is given to its callers in the order in which they came.

    It may be released by another thread than the one that acquired it, as generators are closed wherever that happens.

    Args:
        patience: seconds that a caller waits.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        if not patience > 0:
            raise ValueError(f"patience must be positive, got {patience}")
        self.patience = patience
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False
        self.step = 0.0
        """Seconds of the latest long steps, see :func:`in_turns`."""

    @property
    def waiting(self) -> int:
        """Callers that wait."""
        return len(self._waiting)

    def acquire(self, cancel: threading.Event | None = None) -> bool:
        """Wait for the turn; False where ``cancel`` was set meanwhile.

        Raises:
            Busy: it did not come within :attr:`patience`.
        """
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            ticket = threading.Event()
            self._waiting.append(ticket)
            ahead = len(self._waiting)
        end = time.monotonic() + self.patience
        while not ticket.wait(_POLL_SECONDS):
            left = cancel is not None and cancel.is_set()
            if (left or time.monotonic() > end) and self._withdrawn(ticket):
                if left:
                    return False
                raise Busy.after(ahead, self.patience)
        return True

    def release(self) -> None:
        """Pass the turn on to the caller that has waited longest."""
        with self._mutex:
            if not self._held:
                raise RuntimeError("released a turn that nobody has")
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False

    def _withdrawn(self, ticket: threading.Event) -> bool:
        """Take a caller out of the line; False if its turn came in this moment."""
        with self._mutex:
            if ticket.is_set():
                return False
            self._waiting.remove(ticket)
            return True


def in_turns(
    lock: TurnLock, work: Generator[Item | None, None, Result], short: Callable[[Item], bool]
) -> Generator[Item, None, Result]:
    """Run a generator that needs what the lock guards; whoever waits has a turn before its next item.

    The caller has acquired the lock, which is released whenever this generator is not running. What ``work`` needs must
    not be left changed when it gives an item, or None for nothing at present.

    Args:
        short: whether the step after an item is short; such steps go on for a while before they are shown.
    """
    held, since, found = True, time.monotonic(), list[Item]()
    try:
        while True:
            try:
                item = next(work)
            except StopIteration as end:
                result = end.value
                break
            if item is not None:
                found.append(item)
            taken, brief = time.monotonic() - since, item is not None and short(item)
            if brief and lock.waiting and taken < max(SLICE, lock.step):
                continue
            if item is not None and not brief:
                lock.step = max(taken, FADING * lock.step)  # of many requests, one takes the step for all
            lock.release()
            held = False
            yield from found
            if item is None:
                time.sleep(PAUSE)
            lock.acquire()
            held, since, found = True, time.monotonic(), []
        lock.release()
        held = False
        yield from found
        return result
    finally:
        work.close()
        if held:
            lock.release()
