"""Turns at something that serves one caller at a time: in the order of asking, with a limit to the waiting."""

from __future__ import annotations

import threading
import time
from collections import deque

PATIENCE = 600.0
"""Seconds that a caller waits for its turn."""
_POLL_SECONDS = 0.05


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
