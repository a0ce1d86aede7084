"""Memory that requests share: each takes its part in the order of asking, and waits while there is too little."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass


@dataclass(eq=False)
class Part:
    """What one request needs, in bytes, and whether it has it."""

    size: int
    taken: bool = False


class Room:
    """Room for so many bytes; a request that needs more has it alone."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._used = 0
        self._parts: set[Part] = set()
        self._waiting: deque[Part] = deque()
        self._mutex = threading.RLock()  # a request may be collected, and leave, in the thread that holds it

    def ask(self, size: int) -> Part:
        """A part at the end of the line; it is :attr:`Part.taken` as soon as there is room. Give it back in the end."""
        part = Part(size)
        with self._mutex:
            self._waiting.append(part)
            self._admit()
        return part

    def give_back(self, part: Part) -> None:
        """Leave, or leave the line."""
        with self._mutex:
            if part in self._parts:
                self._parts.discard(part)
                self._used -= part.size
            elif part in self._waiting:
                self._waiting.remove(part)
            self._admit()

    def _admit(self) -> None:
        while self._waiting and (not self._parts or self._used + self._waiting[0].size <= self.size):
            part = self._waiting.popleft()
            self._parts.add(part)
            self._used += part.size
            part.taken = True
