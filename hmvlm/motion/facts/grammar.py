"""English verb phrases: conjugation, subjects, numbers, joining.

A verb phrase marks each verb that must be conjugated with ``*`` and the subject's possessive with
``{their}``: ``"*walk forward and *raise {their} left hand"``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

_VERBS = json.loads(Path(__file__).with_name("verbs.json").read_text(encoding="utf-8"))
PAST: dict[str, str] = _VERBS["past"]
"""Irregular past tenses."""
DOUBLED = frozenset(_VERBS["doubled"])
"""Verbs that double their last letter before -ing and -ed."""


def conjugate(verb: str, form: str) -> str:
    """``verb`` as ``s`` (walks), ``ing`` (walking), ``past`` (walked) or ``base``; another form raises ValueError."""
    if form == "base":
        return verb
    if "-" in verb:
        head, _, last = verb.rpartition("-")
        return f"{head}-{conjugate(last, form)}"
    if form == "s":
        if verb in ("be", "have"):
            return {"be": "is", "have": "has"}[verb]
        if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
            return verb + "es"
        return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"
    if form == "ing":
        if verb.endswith("ie"):
            return verb[:-2] + "ying"
        if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
            return verb[:-1] + "ing"
        return verb + (verb[-1] if verb in DOUBLED else "") + "ing"
    if form == "past":
        if verb in PAST:
            return PAST[verb]
        if verb.endswith("e"):
            return verb + "d"
        if verb.endswith("y") and verb[-2] not in "aeiou":
            return verb[:-1] + "ied"
        return verb + (verb[-1] if verb in DOUBLED else "") + "ed"
    raise ValueError(f"no verb form {form!r}; use base, s, ing or past")


def phrase(marked: str, form: str, possessive: str = "their") -> str:
    """A marked verb phrase in the given form. An auxiliary before ``ing`` is left to the caller."""
    text = re.sub(r"\*([a-z-]+)", lambda match: conjugate(match.group(1), form), marked)
    return text.replace("{their}", possessive).replace(
        "{them}", {"his": "him", "her": "her", "its": "it"}.get(possessive, "them")
    )


@dataclass(frozen=True)
class Subject:
    """Who moves: the words, the possessive and the pronoun with its number."""

    words: str
    possessive: str = "their"
    pronoun: str = "they"


SUBJECTS = (
    Subject("a person"), Subject("someone"), Subject("the person"), Subject("a man", "his", "he"),
    Subject("a woman", "her", "she"), Subject("the figure", "its", "it"), Subject("a human"),
    Subject("a character"), Subject("somebody"), Subject("the person", "his", "he"), Subject("a person", "his", "he"),
)  # fmt: skip
SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(value: int) -> str:
    """Small numbers in words, larger ones in digits."""
    return SMALL[value] if 0 <= value < len(SMALL) else str(value)


def times(count: int) -> str:
    """``once``, ``twice``, ``three times``."""
    return {1: "once", 2: "twice"}.get(count, f"{number(count)} times")


def join(parts: list[str], link: str = "and") -> str:
    """Phrases as a list: a; a and b; a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {link} {parts[-1]}"


def article(words: str) -> str:
    """``words`` with a or an."""
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


def sentence(text: str) -> str:
    """Capital letter and full stop."""
    text = re.sub(r"\s+([,.])", r"\1", re.sub(r"\s+", " ", text)).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
