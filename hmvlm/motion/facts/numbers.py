"""Facts as a vector of numbers, the input of the facts-text ranker."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from .records import LEVELS, Facts

WORDS = {
    "gait": ("standing", "stepping", "walking", "running"), "direction": ("forward", "backward", "left", "right"),
    "level": LEVELS,
    "lift_direction": ("front", "side", "back"), "lunge_side": ("left", "right"),
}  # fmt: skip
"""Fields that hold a word, and the words that get a number each."""


def numbers(facts: Facts) -> np.ndarray:
    """Every measured number and word of a motion ``(F,)`` float32, in a fixed order; times of events are left out."""
    return np.fromiter(_walk(facts), np.float32)


def _walk(record) -> Iterator[float]:
    for entry in dataclasses.fields(record):
        value = getattr(record, entry.name)
        if dataclasses.is_dataclass(value):
            yield from _walk(value)
        elif isinstance(value, str):
            yield from (float(value == word) for word in WORDS[entry.name])
        elif not isinstance(value, tuple):
            yield float(value)
