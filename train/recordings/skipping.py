"""Imports that go on past a bad file: it is skipped with a logged reason."""

from __future__ import annotations

import logging
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

log = logging.getLogger(__name__)
T = TypeVar("T")
ERRORS = (ValueError, LookupError, OSError, EOFError, ArithmeticError, zipfile.BadZipFile, zlib.error)
"""What a malformed, truncated or unreadable file raises."""


@dataclass
class Skipped:
    """Names of skipped files with the reason of each."""

    reasons: dict[str, str] = field(default_factory=dict)

    def attempt(self, name: str, read: Callable[[], T]) -> T | None:
        """The result of ``read``; None, with the reason logged, where the file is bad."""
        try:
            return read()
        except ERRORS as error:
            self.add(name, f"{type(error).__name__}: {error}")
            return None

    def add(self, name: str, reason: str) -> None:
        """Note and log that a file is skipped."""
        self.reasons[name] = reason
        log.warning("%s skipped (%s)", name, reason)


def check_finite(name: str, values: np.ndarray) -> None:
    """ValueError with the first frame of ``values`` (T, ...) that has a NaN or an infinite value."""
    bad = ~np.isfinite(values).reshape(len(values), -1).all(1)
    if bad.any():
        raise ValueError(f"{name}: frame {int(np.flatnonzero(bad)[0])} has values that are not finite")
