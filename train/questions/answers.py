"""Parse a free-text reply into one of a question's options."""

from __future__ import annotations

import re

from hmvlm.motion.facts.grammar import number
from train.questions.records import UNKNOWN, YES_NO, Question
from train.questions.templates import load_data

DOUBT = re.compile(
    r"\b(?:unknown|unclear|unsure)\b|\b(?:can ?not|can't|could not|couldn't|not possible to|impossible to|hard to"
    r"|no way to|unable to|not able to)\s+(?:\w+\s+)?(?:tell|say|know|see|determine|be seen|answer)"
    r"|\bnot (?:visible|shown|known|sure)\b|\b(?:does not|doesn't|do not|don't) (?:show|know)\b|\bno way to know\b"
)
NEGATION = re.compile(r"\b(?:no|not|never|none|neither|nobody|nothing|without)\b|n't\b")
NUMBERS = [number(n) for n in range(11)] + [
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
NUMBER = re.compile(rf"\b(?:\d+|{'|'.join(NUMBERS)}|once|twice|thrice|a single|no|none|never)\b|\bcouple\b")
VALUES = {word: i for i, word in enumerate(NUMBERS)} | {
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "a single": 1,
    "no": 0,
    "none": 0,
    "never": 0,
    "couple": 2,
}
PATTERNS: dict[str, str] = load_data("answer_patterns.json")
"""Option -> regular expression of its synonyms and word forms."""
AFFIRMATIVE = ("yes", "yeah", "yep", "correct", "true", "indeed", "right", "sure")
NEGATIVE = ("no", "nope", "false", "incorrect", "not")
STOP_STEMS = {"does", "that", "this", "ther", "with", "pers", "moti", "thei"}
"""First four letters of words that every question contains."""


def mentions(text: str, option: str) -> bool:
    """Whether a text mentions an option: ``"He waves."`` mentions ``waving``."""
    return re.search(rf"\b(?:{PATTERNS.get(option, re.escape(option))})(?!\w)", text.lower()) is not None


def parse_answer(question: Question, reply: str) -> str | None:
    """The option that a free-text reply means; None if it means none of them, or claims not to know.

    The first option mentioned counts; negated ones ("not the right one") are ignored.
    """
    text = re.sub(r"\s+", " ", reply.strip().lower().replace("’", "'"))
    if not text:
        return None
    if UNKNOWN in question.options:
        if DOUBT.search(text):
            return UNKNOWN
    elif DOUBT.search(text):
        return None
    if set(question.options) == set(YES_NO):
        return _yes_or_no(question, text)
    if question.options[0].isdigit():
        return _number(question, text)
    return _first(question.options, text)


def _yes_or_no(question: Question, text: str) -> str | None:
    opening = re.match(rf"\W*({'|'.join(AFFIRMATIVE + NEGATIVE)})\b", text)
    if opening:
        return "yes" if opening.group(1) in AFFIRMATIVE else "no"
    if NEGATION.search(text):
        return "no"
    stems = {w[:4] for w in re.findall(r"[a-z]{4,}", question.text.lower())} - STOP_STEMS
    return "yes" if any(w[:4] in stems for w in re.findall(r"[a-z]{4,}", text)) else None


def _number(question: Question, text: str) -> str | None:
    found = NUMBER.search(text)
    if not found:
        single = re.search(r"\b(?:an?|the) (?:step|jump|kick|squat|punch|turn|hand|arm)\b", text)
        return (
            "1"
            if single and "1" in question.options
            else "0"
            if re.search(r"n't\b|\bnot\b", text) and "0" in question.options
            else None
        )
    word = found.group(0)
    value = str(int(word) if word.isdigit() else VALUES[word])
    return value if value in question.options else None


def _first(options: tuple[str, ...], text: str) -> str | None:
    if "none" not in options:
        text = re.sub(
            r"\b(?:not|rather than|instead of|and not|than)(?: to)?(?: the| a| an| his| her| their| its)? \w+",
            " ",
            text,
        )
    else:
        denied = re.search(rf"\b(?:{PATTERNS['none']})\b", text)
        if denied and not re.match(r"\W*(?:the |both |left |right )", text):
            return "none"
    best: tuple[int, int, str] | None = None
    for option in options:
        found = re.search(rf"\b(?:{PATTERNS.get(option, re.escape(option))})(?!\w)", text)
        if found:
            place = (found.start(), -(found.end() - found.start()), option)
            best = place if best is None or place < best else best
    if "both" in options and best and re.search(rf"\b(?:{PATTERNS['both']})\b", text):
        return "both"
    return best[2] if best else None
