"""Phrases for CMU's trial notes, from ``cmu_phrases.json``.

``phrases`` maps a phrase of a note to its entry, ``themes`` a whole note or its category; ``families`` groups phrases
that are sampled as one activity (the others are one each). ``check`` names a function of :mod:`.cmu_checks` or
:mod:`.cmu_posture_checks`, or several joined by ``and`` or ``or``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hmvlm.motion.facts import Facts
from train.captions import cmu_checks, cmu_posture_checks

Check = Callable[[Facts], bool]


def find_check(names: str) -> Check:
    """The check called ``names``, or several joined by ``and`` or by ``or``; ValueError for an unknown name."""
    for word, combine in ((" and ", all), (" or ", any)):
        if word in names:
            checks = [find_check(name) for name in names.split(word)]
            return lambda facts: combine(check(facts) for check in checks)
    for module in (cmu_checks, cmu_posture_checks):
        if hasattr(module, names):
            return getattr(module, names)
    raise ValueError(f"no check {names!r}; add it to cmu_checks.py or cmu_posture_checks.py")


@dataclass(frozen=True)
class NotePhrase:
    """Verb phrases for a phrase of a note, the check that it is true, the fact topics it covers.

    ``findable`` phrases can be located in a piece of a long trial by their check; ``paced`` ones already state the
    speed; ``steady`` ones hold throughout.
    """

    phrases: tuple[str, ...]
    check: Check
    topics: frozenset[str] = frozenset()
    nouns: tuple[str, ...] = ()
    findable: bool = True
    steady: bool = False
    paced: bool = False

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> NotePhrase:
        """An entry of the JSON file; ValueError for an unknown check, TypeError for an unknown key."""
        entry = dict(entry)
        return cls(
            phrases=tuple(entry.pop("phrases")),
            check=find_check(entry.pop("check")),
            topics=frozenset(entry.pop("topics", "").split()),
            nouns=tuple(entry.pop("nouns", ())),
            **entry,
        )


_TABLE = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
PHRASES = {name: NotePhrase.from_json(entry) for name, entry in _TABLE["phrases"].items()}
THEMES = {name: NotePhrase.from_json(entry) for name, entry in _TABLE["themes"].items()}
THEMES |= {alias: THEMES[name] for alias, name in _TABLE["theme_aliases"].items()}
IMITATION = NotePhrase.from_json(_TABLE["imitation"])
"""Theme of notes such as "bear (human subject)"; ``{animal}`` is filled in."""
FAMILIES: dict[str, list[str]] = _TABLE["families"]
