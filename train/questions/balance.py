"""How often each answer of each template is asked, so that no answer wins by being common.

``shares.json`` holds, per template and answer, the chance that a question the facts decide is offered at
all. ``python -m train.questions.report --fit`` measures it, on the training split for two ways of drawing its
motions and on all held-out splits together.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from .records import KINDS, YES_NO, Ask

PATH = Path(__file__).with_name("shares.json")
TABLES = ("train 1.0", "train 0.5", "held out")
SIDES = {"left", "right"}
CLOSED_CAP, CAP = 0.5, 0.55
"""Largest part of one answer among the questions of a template, for yes or no and for others."""
Shares = dict[str, dict[str, float]]


@cache
def shares(name: str = TABLES[0]) -> Shares:
    """One of the fitted ``TABLES``; a template or answer that is missing is always offered.

    Raises:
        ValueError: another name.
    """
    if name not in TABLES:
        raise ValueError(f"no shares {name!r}; choose one of {', '.join(TABLES)}")
    return json.loads(PATH.read_text())[name] if PATH.is_file() else {}


def table_name(split: str, balance: float) -> str:
    """The table for a motion of a split, training motions being drawn with a ``balance`` (1.0 or 0.5)."""
    return f"train {balance}" if split == "train" else TABLES[-1]


def offer(asks: Iterable[Ask], rng: random.Random, table: Shares) -> list[Ask]:
    """The questions that are offered for one motion this time."""
    return [a for a in asks if rng.random() < table.get(a.template, {}).get(a.short, 1.0)]


def draw(offered: Sequence[Ask], n: int, rng: random.Random) -> list[Ask]:
    """Up to ``n`` questions of different templates: a kind first, then one of its questions."""
    left, drawn = list(offered), []
    while left and len(drawn) < n:
        kind = rng.choice([k for k in KINDS if any(a.kind == k for a in left)])
        chosen = rng.choice([a for a in left if a.kind == kind])
        drawn.append(chosen)
        left = [a for a in left if a.template != chosen.template]
    return drawn


def fit(pools: Sequence[Sequence[Ask]], weights: Sequence[float], n: int, rounds: int, rng: random.Random) -> Shares:
    """Shares that bring every answer's part of its template down to ``CAP`` or ``CLOSED_CAP``.

    Args:
        pools: what may be asked about each motion.
        weights: how often each motion is drawn.
        n: questions drawn for a motion at a time.

    Each round draws as :func:`draw` does, counts and lowers the shares of answers above the cap, by less and
    less. A template with one answer alone is never offered. Left and right are treated alike.
    """
    seen: dict[str, set[str]] = {}
    for pool in pools:
        for ask in pool:
            seen.setdefault(ask.template, set()).add(ask.short)
    table: Shares = {t: dict.fromkeys(answers, 0.0) for t, answers in seen.items() if len(answers) == 1 and not answers & SIDES}
    closed = {a.template for pool in pools for a in pool if a.options == YES_NO}
    for turn in range(rounds):
        damping = 1.0 if turn < 3 else 0.6
        for template, answers in count(pools, weights, n, table, rng).items():
            total, row = sum(answers.values()), table.setdefault(template, {})
            most = CLOSED_CAP if template in closed else CAP
            for short, number in answers.items():
                part = number / total
                odds = max(most / (1 - most) * (1 - part) / part, 0.02)
                row[short] = row.get(short, 1.0) * (odds if part > most else min(odds, 1.25)) ** damping
            highest = max(row.values())
            table[template] = {short: round(value / max(highest, 1e-9), 5) for short, value in row.items()}
    table["distractors"] = {k: round(v, 3) for k, v in count(pools, weights, n, table, rng).get("which_act", {}).items()}
    return table


def count(pools: Sequence[Sequence[Ask]], weights: Sequence[float], n: int, table: Shares, rng: random.Random) -> Shares:
    """Weighted number of questions drawn per template and answer, what left and right share split evenly."""
    counts: Shares = {}
    for pool, weight in zip(pools, weights, strict=True):
        for ask in draw(offer(pool, rng, table), n, rng):
            row = counts.setdefault(ask.template, {})
            twins = SIDES if ask.short in SIDES else {ask.short}
            for short in sorted(twins):
                row[short] = row.get(short, 0.0) + weight / len(twins)
    return counts
