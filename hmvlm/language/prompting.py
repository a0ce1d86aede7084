"""Prompt texts that training and inference share: durations, the unconditional prompt, default questions."""

from __future__ import annotations

import re

from hmvlm.config import MAX_SECONDS, MIN_SECONDS

UNCONDITIONAL_PROMPT = "Any motion."
"""The unconditional text-to-motion prompt of classifier-free guidance."""
POSE_PROMPT = "Estimate the pose."
"""Prompt for the frames of a clip (short, as it is processed once per frame) and for a picture without a text."""
DEFAULT_QUESTION = "What is the person doing?"
"""Question for a motion without a text."""

NUMBERS = {
    word: value
    for value, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"fifteen": 15, "twenty": 20, "thirty": 30}
_DURATION = re.compile(
    r"(?<![\w.])(?:"
    rf"(?P<long>\d+(?:\.\d+)?|{'|'.join(NUMBERS)})[\s-]?(?P<unit>seconds?|secs?|minutes?|mins?)"
    r"|(?P<short>\d{1,2}(?:\.\d+)?)\s?s(?<!0s)"
    r")\b(?!\s+(?:later|apart|place|time|person|before|after|each))",
    re.IGNORECASE,
)
"""A number with a unit; a bare ``s`` after at most two digits and not after 0, so that "the 80s" does not match."""


_A_MINUTE = re.compile(r"\b(?P<half>half )?an? minute\b(?!\s+(?:later|ago))", re.IGNORECASE)


def seconds_in(text: str) -> float | None:
    """The duration in a prompt ("for 5 seconds", "a two-second clip"), or None.

    Several durations in one prompt describe a sequence and are added.
    """
    total = 0.0
    for match in _DURATION.finditer(text):
        number = match["long"] or match["short"]
        value = NUMBERS.get(number.lower()) or float(number)
        total += value * (60 if (match["unit"] or "").lower().startswith("min") else 1)
    total += sum(30.0 if match["half"] else 60.0 for match in _A_MINUTE.finditer(text))
    return total or None


def clipped_seconds(seconds: float) -> float:
    """``seconds`` clipped to the lengths of one generation."""
    return min(max(seconds, MIN_SECONDS), MAX_SECONDS)


def with_seconds(text: str, seconds: float | None) -> str:
    """The prompt with its length in the training format."""
    return text if seconds is None else f"{text.rstrip()} ({seconds:.1f} seconds)"
