"""Prompts of the tasks: requests for motion, questions about a motion, requests for a pose.

Every function takes a ``random.Random``; the same state gives the same text.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from hmvlm.language.prompting import DEFAULT_QUESTION
from train.word_lists import load_word_lists

WORDS = load_word_lists(Path(__file__).with_suffix(".txt"))
PLAIN_SHARE = 0.6
"""Share of requests for motion that are the caption alone."""
MOTION_REQUESTS = {form: WORDS[f"{form}_requests"] for form in ("sentence", "act", "doing")}
"""Templates by the form of the caption, see :func:`caption_form`."""
DESCRIBE_QUESTIONS = (DEFAULT_QUESTION, *WORDS["describe_questions"])
POSE_QUESTIONS = WORDS["pose_questions"]


def caption_form(text: str) -> str:
    """``sentence`` (a person walks), ``doing`` (walking) or ``act`` (walk), by the first word."""
    first = text.split(" ", 1)[0].lower()
    if first in ("a", "an", "the", "someone", "somebody", "this"):
        return "sentence"
    return "doing" if first.endswith("ing") and first not in ("bring", "swing", "spring", "sling") else "act"


def motion_prompt(caption: str, rng: random.Random, seconds: float | None = None) -> str:
    """A user's request for the motion of ``caption``: the caption itself with probability ``PLAIN_SHARE``.

    ``seconds``, the motion's length, is sometimes added (rounded; never where the caption states one).
    """
    bare = caption.strip().rstrip(".!")
    form = caption_form(bare)
    length = seconds if seconds is not None and seconds >= 1.5 and "second" not in bare else None
    if rng.random() < PLAIN_SHARE:
        text = caption.strip()
        if length is not None and rng.random() < 0.08:
            text = f"{bare}, {_length(length, rng)}" if rng.random() < 0.5 else f"{bare} {_length(length, rng, 3)}"
        return text
    templates = MOTION_REQUESTS[form]
    if form == "act" and re.match(r"(?:hands|arms|a|an)\b|.* (?:up|out)$", bare.lower()) and " your " not in bare:
        templates = WORDS["noun_requests"]
    lowered = bare[:1].lower() + bare[1:]
    if form == "act":
        lowered = lowered.replace("your ", rng.choice(("the ", "their ")))
    text = rng.choice(templates).format(c=lowered)
    if length is not None and rng.random() < 0.12:
        end = text[-1] if text[-1] in ".?!" else ""
        text = f"{text.rstrip('.?!')}, {_length(length, rng)}{end}"
    return text


def _length(seconds: float, rng: random.Random, first: int | None = None) -> str:
    return rng.choice(WORDS["durations"][:first]).format(n=max(1, round(seconds)))


def pose_question(rng: random.Random) -> str:
    """A request for the pose of a person in an attached picture."""
    text = rng.choice(POSE_QUESTIONS)
    return text if rng.random() < 0.85 else text.rstrip(".?").lower()


def describe_question(rng: random.Random) -> str:
    """A question about an attached motion, to be answered with a caption."""
    text = rng.choice(DESCRIBE_QUESTIONS)
    return text if rng.random() < 0.85 else text.rstrip(".?").lower()
