"""Facts in words: verb phrases for what happens, in the order in which it happens."""

from __future__ import annotations

import random

from . import grammar
from .body_words import body_clauses
from .clause import Clause
from .limb_words import hand_clauses, leg_clauses
from .records import Facts
from .travel_words import travel_clauses


def clauses(facts: Facts, rng: random.Random | None = None) -> list[Clause]:
    """All clauses of a motion in order of time; ``rng`` varies the wording."""
    pick = (rng or random.Random(0)).choice if rng else (lambda options: options[0])
    found = [
        *travel_clauses(facts, pick),
        *hand_clauses(facts, pick),
        *leg_clauses(facts, pick),
        *body_clauses(facts, pick),
    ]
    if not found:
        still = facts.rhythm.still > 0.6
        words = (
            ["*stand still", "*stay in place", "*stand in place"] if still else ["*move in place", "*stay on the spot"]
        )
        found = [Clause(0.0, facts.duration, pick(words), 0.3, "still")]
    return sorted(found, key=lambda c: (c.start, -c.weight))


def describe(facts: Facts, rng: random.Random | None = None, detail: str = "short") -> str:
    """One sentence (``short``) or one to three sentences (``long``) that state what was measured.

    Raises:
        ValueError: another ``detail``.
    """
    if detail not in ("short", "long"):
        raise ValueError(f"detail must be 'short' or 'long', got {detail!r}")
    subject = (rng or random.Random(0)).choice(grammar.SUBJECTS) if rng else grammar.SUBJECTS[0]
    found = clauses(facts, rng)
    keep = sorted(found, key=lambda c: -c.weight)[: 2 if detail == "short" else 5]
    ordered = [c for c in found if c in keep]
    words = [grammar.phrase(c.words, "s", subject.possessive) for c in ordered]
    text = grammar.sentence(f"{subject.words} {grammar.join(words, 'and')}")
    if detail == "short":
        return text
    extra = []
    if facts.travel.path > 1 and facts.travel.gait in ("walking", "running"):
        extra.append(
            f"The path is about {facts.travel.path:.1f} metres long, at {facts.travel.moving_speed:.1f} metres a second"
        )
    timed = [
        c for c in ordered if c.topic.startswith(("raise", "wave", "kick")) and c.end - c.start < 0.8 * facts.duration
    ]
    for clause in timed[:1]:
        what = grammar.phrase(clause.words, "ing", "the")
        extra.append(f"The {what.split(' ', 1)[0]} lasts from {clause.start:.1f} to {clause.end:.1f} seconds")
    extra.append(f"It takes {facts.duration:.1f} seconds")
    return " ".join([text, *(grammar.sentence(e) for e in extra)])
