"""Short requests for motion, which the gate must tell apart from short ordinary prompts (``short_questions``)."""

from __future__ import annotations

import random
from pathlib import Path

from hmvlm.motion.facts.grammar import conjugate
from train.dialogue.short_questions import WORDS as QUESTION_WORDS
from train.word_lists import load_word_lists

WORDS = load_word_lists(Path(__file__).with_suffix(".txt"))


def _act(rng: random.Random) -> list[str]:
    """An act in three forms: ``lift the box``, ``lifts the box``, ``lifting the box``."""
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(WORDS["body_acts"]).split("/")
    if kind < 0.4:
        verb = rng.choice(WORDS["intransitive_verbs"])
        return [verb, conjugate(verb, "s"), conjugate(verb, "ing")]
    if kind < 0.7:
        forms, objects = rng.choice(WORDS["acts_with_objects"]).split(": ")
        target = rng.choice(objects.split(", "))
    else:
        forms, article = rng.choice(WORDS["acts"]), rng.choice(("the", "the", "a"))
        targets = rng.choice((WORDS["targets"], WORDS["targets"], QUESTION_WORDS["objects"]))
        target = f"{article} {rng.choice(targets)}"
    return [f"{form} {target}" for form in forms.split("/")]


def short_motion_requests(count: int, rng: random.Random) -> list[str]:
    """``count`` different requests, with or without a subject."""
    made: dict[str, None] = {}
    while len(made) < count:
        act, does, doing = _act(rng)
        template = rng.choice(WORDS["templates"])
        made[template.format(v=act, V=act[:1].upper() + act[1:], s=does, i=doing)] = None
    return list(made)
