"""A verb phrase with its time, weight and topic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Pick = Callable[[Sequence[str]], str]
"""Chooses one of several wordings."""


@dataclass(frozen=True)
class Clause:
    """One verb phrase (see :mod:`.grammar`) with its time in seconds, its weight (0..1) and its topic."""

    start: float
    end: float
    words: str
    weight: float
    topic: str
