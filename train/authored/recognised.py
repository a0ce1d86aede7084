"""Which authored action sentences belong to: the inverse of :mod:`train.authored.wording`."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from hmvlm.motion.facts.grammar import number, phrase
from train.authored.wording import SUBJECTS
from train.phrasings import PHRASINGS
from train.phrasings.sentences import FORMS, JOINS, STYLE_WORDS, VERBS
from train.phrasings.tagged import OTHER, STYLE_TAGS, TEMPOS, TRAITS, Conditions, fill, split_tags

COUNTS = (None, *range(1, 21))
SIDES = ("", "both", *OTHER)
ENOUGH = 0.9
"""Share of the captions of a motion that must be phrasings of an action: some may have been reworded since."""
FORMER = ("*go for a walk",)
"""Verb phrases of walking that there have been."""


def action_of(captions: Sequence[str], keys: Iterable[str]) -> str:
    """The action of ``keys`` that :data:`ENOUGH` of the ``captions`` are phrasings of, "" where there is none.

    Of several, the one that most captions are whole lines of.
    """
    wanted, told, lines = set(keys), Counter[str](), Counter[str]()
    for caption in captions:
        line = _lines().get(caption, "")
        lines[line] += 1
        told.update(({line} | _verbs(caption)) & wanted)
    known = sorted(key for key, count in told.items() if count >= ENOUGH * len(captions))
    return max(known, key=lambda key: lines[key], default="")


@functools.cache
def _lines() -> dict[str, str]:
    """Every whole line, filled in in every way, and its action."""
    found: dict[str, str] = {}
    for key, raws in PHRASINGS.items():
        for raw in raws:
            for known in _ways(raw):
                text = fill(raw, known)
                if text is not None:
                    found.setdefault(text, key)
    return found


def _ways(raw: str) -> Iterable[Conditions]:
    """Conditions under which a line or verb phrase may hold."""
    tags = split_tags(raw)[0]
    style, tempo = (next(iter(tags & {*known}), "") for known in (STYLE_TAGS, TEMPOS))
    path = "straight" if "straight" in tags else ""
    for side, count in itertools.product(SIDES, COUNTS):
        yield Conditions(side, count, style, tempo, path, frozenset(TRAITS))


@functools.cache
def _phrases() -> dict[str, set[str]]:
    """Verb phrases, in all forms and with "their", and the actions that they name."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, raws in VERBS.items():
        for raw in raws:
            marked = {text for known in _ways(raw) if (text := fill(raw, known)) is not None}
            for text, form in itertools.product(marked, FORMS.values()):
                found[phrase(text, form, "their")].add(key)
    return found


@functools.cache
def _tail() -> re.Pattern[str]:
    """What may follow a verb phrase: a count, then a style."""
    counts = [
        tail.replace("{count}", rf"(?:{'|'.join(number(n) for n in COUNTS if n)})").replace("{digits}", r"\d+")
        for name, tails in JOINS.items() if name.startswith("times")
        for tail in tails
    ]  # fmt: skip
    styles = [rf" {re.escape(one)}" for name, some in STYLE_WORDS.items() if "adverbs" in name for one in some]
    styles += [rf", {re.escape(one)}" for name, some in STYLE_WORDS.items() if "clauses" in name for one in some]
    return re.compile(rf"(?: (?:{'|'.join(counts)}))?(?:{'|'.join(styles)})?")


@functools.cache
def _walking() -> re.Pattern[str]:
    """Sentences of walking and another action at once; ``done`` is the verb phrase of the action."""
    ways = {phrase(text, form, "their") for text in (*VERBS["walk"], *FORMER) for form in FORMS.values()}
    gait = rf"(?:{'|'.join(map(re.escape, sorted(ways, key=len, reverse=True)))})"
    patterns = []
    for place, template in enumerate(JOINS["at once"]):
        text = re.escape(template.replace("{subject}", "a person").replace("{they}", "they"))
        text = re.sub(r"\\\{1(?::\w+)?\\\}", lambda _: gait, text)
        patterns.append(re.sub(r"\\\{2(?::\w+)?\\\}", lambda _, n=place: rf"(?P<done{n}>.+)", text))  # type: ignore[misc]
    return re.compile("|".join(patterns))


def _verbs(caption: str) -> set[str]:
    """Actions that a sentence made of a verb phrase names."""
    who = next((one for one in SUBJECTS if caption.startswith(f"{one} ")), None)
    rests = [] if who is None else [caption[len(who) + 1 :]]
    if (match := _walking().fullmatch(caption)) is not None:
        rests += [text for text in match.groups() if text]
    return {key for rest in rests for key in _named(rest)}


def _named(rest: str) -> set[str]:
    found: set[str] = set()
    for stop in [len(rest), *(match.start() for match in re.finditer(r",? ", rest))]:
        if rest[:stop] in _phrases() and _tail().fullmatch(rest[stop:]):
            found |= _phrases()[rest[:stop]]
    return found
