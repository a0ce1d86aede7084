"""Captions of CMU's trial notes: each phrase of a note has a check that finds it in the motion.

A note is "category - phrase, phrase"; a phrase has verb phrases, a check on the facts, the topics it
covers and whether it holds throughout (a theme). Pieces of long trials get the phrases whose checks
hold there; where none does, the theme; where nothing moves, the measured facts alone.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from hmvlm.motion.facts import Facts
from train.captions.cmu_phrases import FAMILIES, IMITATION, PHRASES, THEMES, NotePhrase
from train.captions.compose import Core, Manner, measured_core
from train.captions.manners import pace_manner

VARIANTS = {"climb 3 steps": ("climb 3 steps", "go down 3 steps", "climb up and down 3 steps")}
"""Phrases of which only one can be true of a piece."""
_FAMILY_BY_NAME = {name: family for family, names in FAMILIES.items() for name in names}
SHORT = 10.5
"""Seconds up to which a whole trial counts as one action."""


def split_note(note: str) -> tuple[str, list[str]]:
    """Category (may be empty) and phrases of a note, in lower case."""
    note = note.strip().lower()
    category, dash, rest = note.partition(" - ")
    if not dash:
        category, rest = "", note
    return category, [p.strip() for p in rest.split(",") if p.strip()]


def find_theme(note: str) -> NotePhrase | None:
    """The theme of a trial, which holds in all of its pieces that are not still.

    "play on a playground", "imitate a bear".
    """
    lowered = note.strip().lower()
    animal = re.fullmatch(r"(.+) \(human subject\)", lowered)
    if animal:
        name = animal.group(1)
        one = f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
        return replace(
            IMITATION,
            phrases=tuple(text.replace("{animal}", one) for text in IMITATION.phrases),
            nouns=tuple(text.replace("{animal}", one) for text in IMITATION.nouns),
        )
    if lowered in THEMES:
        return THEMES[lowered]
    category, _ = split_note(note)
    return THEMES.get(category)


def make_core(note: str, facts: Facts, whole: bool, rng: random.Random) -> Core:
    """The core of a trial (``whole``) or of a piece of it.

    The order of several phrases is the note's for whole short trials; pieces keep one or two that hold.
    """
    category, names = split_note(note)
    names = [part for n in names for part in VARIANTS.get(n, (n,))]
    complete = PHRASES.get(note.strip().lower())
    if complete is not None and complete.check(facts):
        names = [note.strip().lower()]
    single = len(names) == 1 or names[0] in VARIANTS
    known = [PHRASES[n] for n in names if n in PHRASES]
    theme = find_theme(note)
    held = [s for s in known if s.check(facts) and (whole or single or s.findable)]
    whole_note = (
        names[0] not in VARIANTS and whole and facts.duration <= SHORT and len(held) == len(names) and len(names) > 1
    )
    if whole_note and rng.random() < 0.6:
        return _joined(held, facts, rng)
    turned = max(facts.travel.turn_left, facts.travel.turn_right)
    if not 62 < turned < 118:
        held = [replace(s, phrases=tuple(p for p in s.phrases if "90-degree" not in p)) for s in held]
    if held and not (theme and rng.random() < 0.3):
        chosen = rng.choice(held)
        return Core(chosen.phrases, chosen.topics, chosen.nouns, _pace(chosen, facts), steady=chosen.steady, extras=0.3)
    if theme is not None and theme.check(facts) and rng.random() < 0.85:
        return Core(theme.phrases, theme.topics, theme.nouns, steady=theme.steady, extras=0.6)
    return measured_core(facts, rng, avoid=theme.topics if theme else frozenset())


def topic_key(note: str, facts: Facts, whole: bool) -> str:
    """The activity of a trial or a piece of it, a key for balanced sampling: that of the first phrase that holds and is
    more than travel, else of one that is travel, else of the trial's category or first phrase "at large"."""
    category, names = split_note(note)
    held = [
        n
        for n in names
        if n in PHRASES and PHRASES[n].check(facts) and (whole or len(names) == 1 or PHRASES[n].findable)
    ]
    held.sort(key=lambda n: PHRASES[n].topics <= {"travel", "turn", "stop"})
    return activity_family(held[0] if held else f"{category or (names[0] if names else 'other')} at large")


def activity_family(name: str) -> str:
    """The activity that a phrase belongs to."""
    return "imitation" if "(human subject)" in name else _FAMILY_BY_NAME.get(name, name)


def _pace(entry: NotePhrase, facts: Facts) -> Manner | None:
    """The measured pace, for phrases about travel alone that do not state the speed."""
    return pace_manner(facts) if "travel" in entry.topics <= {"travel", "turn", "stop"} and not entry.paced else None


def _joined(held: list[NotePhrase], facts: Facts, rng: random.Random) -> Core:
    """Two or three phrases of a short note in a row."""
    options = []
    for _ in range(6):
        words = [rng.choice(s.phrases) for s in held[:3]]
        text = words[0]
        for word in words[1:]:
            text += rng.choice((" and then ", " and ", ", then ")) + word
        options.append(text)
    topics = frozenset().union(*(s.topics for s in held))
    return Core(tuple(options), topics, extras=0.1)
