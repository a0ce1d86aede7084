"""Verbs of actions: which words are one, in which form, and the same verb in another form."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hmvlm.motion.facts.grammar import conjugate

WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("plan_words.json").read_text(encoding="utf-8"))
"""Word lists of the plan: verbs by kind, nouns, particles, patterns of paths …"""
FORMS = ("base", "s", "ing", "past")
TOKEN = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d+(?:\.\d+)?[a-z]*|[^\sA-Za-z0-9]")


@dataclass(frozen=True)
class Verb:
    """A verb as it stands in a text; ``kind`` is locomotion, state, transition, gesture or along.

    A transition ends by itself; an "along" verb accompanies others (smile, carry). ``forms`` has more than one entry
    where two forms are spelt alike.
    """

    lemma: str
    forms: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Token:
    """A word, number or mark at ``text[start:end]``, in lower case."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Words, numbers and marks of a text in order."""
    return [Token(found[0].lower(), found.start(), found.end()) for found in TOKEN.finditer(text)]


@cache
def _spelt() -> dict[str, Verb]:
    table: dict[str, Verb] = {}
    for kind, lemmas in WORDS["verbs"].items():
        for lemma in lemmas:
            for form in FORMS:
                word = conjugate(lemma, form)
                if word in WORDS["not_verbs"]:
                    continue
                known = table.get(word)
                if known is None:
                    table[word] = Verb(lemma, (form,), kind)
                elif known.lemma == lemma:
                    table[word] = Verb(lemma, (*known.forms, form), known.kind)
    for word, lemma in WORDS["past_participles"].items():
        known = table[lemma]
        table.setdefault(word, Verb(lemma, ("past",), known.kind))
    return table


def spelt_verbs() -> frozenset[str]:
    """All forms of all verbs."""
    return frozenset(_spelt())


@cache
def verb(word: str) -> Verb | None:
    """The verb that a word is a form of, if it is one of an action; two letters may have changed places ("wlaks")."""
    table = _spelt()
    if word in table or len(word) < 4 or word in WORDS["not_verbs"]:
        return table.get(word)
    swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
    return next((table[other] for other in swapped if other in table), None)


def unknown_verb(word: str, form: str) -> bool:
    """Whether a word that is in no list may be a verb in the form that others have, ``s`` or ``ing``."""
    if verb(word) or word in WORDS["nouns"] or len(word) < 4 or word in WORDS["not_verbs"]:
        return False
    return word.endswith("ing") if form == "ing" else form == "s" and word[-1] == "s" and word[-2] not in "sui"


def verb_at(words: Sequence[Token], index: int) -> Verb | None:
    """The verb at a place; None where the word is a noun or adjective there ("a kick", "his walk", "sit ups")."""
    found = verb(words[index].word)
    if found is None:
        return None
    before = words[index - 1].word if index else ""
    after = words[index + 1].word if index + 1 < len(words) else ""
    caused = before == "her" and index > 1 and words[index - 2].word in WORDS["causatives"]  # "have her bow"
    if before in WORDS["articles"] and not (before in ("while", "as") and "ing" in found.forms) and not caused:
        return None
    if before == "'" or after in ("ups", "-") or _described(words, index):
        return None
    if before in ("left", "right") and found.lemma in WORDS["strikes"]:
        opening = words[index - 2].word if index > 1 else ","
        if opening in (",", ".", ";", "then", "and", "&", "with", *WORDS["articles"]):  # "left jab, right cross"
            return None
    numbered = before.replace("x", "").isdigit() and found.forms[0] in ("s", "base")
    return None if numbered or (after == "up" and noun_at(words, index)) else found


def _described(words: Sequence[Token], index: int) -> bool:
    """Whether the place is the noun of "makes a high kick": one with an adjective, after a verb that means doing."""
    if index < 3 or words[index - 2].word not in ("a", "an") or words[index - 1].word in WORDS["people"]:
        return False
    known = verb(words[index - 3].word)
    return known is not None and known.lemma in WORDS["light"]


def noun_at(words: Sequence[Token], index: int) -> bool:
    """Whether an article or number before the place makes what follows a counted action ("a push up")."""
    before = words[index - 1].word if index else ""
    return before in WORDS["articles"] or before.isdigit()


def first_verb(words: Sequence[Token], start: int = 0) -> int | None:
    """Place of the first verb at or after ``start``."""
    return next((index for index in range(start, len(words)) if verb_at(words, index)), None)


def in_form(word: str, form: str) -> str:
    """A verb's word in another form; other words, and words already in it, stay."""
    found = verb(word.lower())
    return word if found is None or form in found.forms else conjugate(found.lemma, form)
