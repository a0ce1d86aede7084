"""Captions of authored actions: hand-written lines that hold of a performance, and sentences made of verb phrases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from train.phrasings import STYLES, at_once, clause, phrasings, styled
from train.phrasings.tagged import TRAITS

SHARE_BARE = 0.35
"""Share of captions that leave out a side, a count or a style although the performance has it."""
SUBJECTS = ("a person", "a person", "someone", "the person", "a man", "a woman", "he", "she", "somebody")
CAPTIONS = 16
SAME = {"front": "belly"}
"""Values of parameters, and the trait of :mod:`train.phrasings.tagged` that means the same."""


def captions(
    key: str,
    rng: np.random.Generator,
    *,
    side: str,
    count: int | None,
    style: str,
    walking: bool,
    most: int = CAPTIONS,
    traits: Iterable[str] = (),
) -> list[str]:
    """Up to ``most`` different sentences that are true of a performance; none where the key has no phrasings.

    Args:
        key: action key. side: "left", "right", "both" or "". count: repetitions, None where they are not counted.
        style: manner or "". walking: the action is done while walking. traits: values of the action's parameters; those
            of :data:`train.phrasings.tagged.TRAITS` choose lines.
    """
    holding = [SAME.get(trait, trait) for trait in traits]
    told: dict[str, Any] = {"side": side, "count": count, "style": style if style in STYLES else ""}
    told["traits"] = [trait for trait in holding if trait in TRAITS]
    made: dict[str, None] = {}
    for _ in range(6 * most):
        known = told if rng.random() >= SHARE_BARE else {"side": "", "count": None, "style": "", "traits": ()}
        pool = _walking(key, rng, known) if walking else _pool(key, rng, known)
        if pool:
            made[str(pool[int(rng.integers(len(pool)))])] = None
        if len(made) == most:
            break
    return list(made)


def _pool(key: str, rng: np.random.Generator, known: dict) -> list[str]:
    try:
        lines = phrasings(key, held_out=False, **known)
    except KeyError:
        return []
    bare = set(phrasings(key, held_out=False))
    telling = [line for line in lines if line not in bare]
    kind = rng.random()
    if telling and kind < 0.5:
        return telling
    if kind < 0.7:
        return lines
    made = clause(key, form="third", side=known["side"], count=known["count"], held_out=False)
    if known["style"]:
        made = styled(made[int(rng.integers(len(made)))], known["style"], held_out=False)
    who = str(rng.choice(SUBJECTS))
    return [f"{who} {one}" for one in made]


def _walking(key: str, rng: np.random.Generator, known: dict) -> list[str]:
    ways = clause("walk", form="marked")
    done = clause(key, form="marked", side=known["side"], count=known["count"], held_out=False)
    return at_once(str(rng.choice(ways)), str(rng.choice(done)), held_out=False)
