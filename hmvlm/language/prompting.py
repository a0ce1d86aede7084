"""Words around a motion prompt that training and generation share: durations and the empty prompt."""

from __future__ import annotations

import re

from hmvlm.config import MAX_SECONDS, MIN_SECONDS

UNCONDITIONAL_PROMPT = "Any motion."
"""Stands for a text-to-motion prompt without content, for classifier-free guidance."""
POSE_PROMPT = "Estimate the pose."
"""The words beside a clip's frames (short: they are read once a frame) and beside a picture that came without words."""
DEFAULT_QUESTION = "What is the person doing?"
"""Asked of a motion that came without words."""

_NUMBERS = {
    word: value
    for value, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30}
_DURATION = re.compile(
    r"(?<![\w.])(?:"
    rf"(?P<long>\d+(?:\.\d+)?|{'|'.join(_NUMBERS)})[\s-]?(?P<unit>seconds?|secs?|minutes?|mins?)"
    r"|(?P<short>\d{1,2}(?:\.\d+)?)\s?s(?<!0s)"
    r")\b(?!\s+(?:later|apart|place|time|person|before|after|each))",
    re.IGNORECASE,
)
"""A number with a unit; a bare ``s`` only after few digits, so that "the 80s" is no length."""


def seconds_in(text: str) -> float | None:
    """The duration that a prompt asks for ("for 5 seconds", "a two-second clip"), or None.

    Several durations in one prompt describe a sequence, so they count together.
    """
    total = 0.0
    for match in _DURATION.finditer(text):
        number = match["long"] or match["short"]
        value = _NUMBERS.get(number.lower()) or float(number)
        total += value * (60 if (match["unit"] or "").lower().startswith("min") else 1)
    return total or None


def clipped_seconds(seconds: float) -> float:
    """``seconds`` within what one generation can make."""
    return min(max(seconds, MIN_SECONDS), MAX_SECONDS)


def with_seconds(text: str, seconds: float | None) -> str:
    """The prompt with its length in the form that training uses."""
    return text if seconds is None else f"{text.rstrip()} ({seconds:.1f} seconds)"
