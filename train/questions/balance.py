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

from train.questions.records import YES_NO, Ask

PATH = Path(__file__).with_name("shares.json")
TABLES = ("train 1.0", "train 0.5", "held out")
SIDES = {"left", "right"}
CLOSED_CAP, CAP = 0.5, 0.55
"""Largest part of one answer among the questions of a template, for yes or no and for others."""
CROWDING = 0.3
"""Largest part of one template among the questions of its kind, where the kind has several."""
FEW = 40
"""Questions of a template below which a fit hardly corrects."""
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
    """Up to ``n`` questions of different templates: a kind first, then a template of it, then one of its questions."""
    left: dict[str, dict[str, list[Ask]]] = {}
    for ask in offered:
        left.setdefault(ask.kind, {}).setdefault(ask.template, []).append(ask)
    drawn: list[Ask] = []
    while left and len(drawn) < n:
        kind = rng.choice(list(left))
        template = rng.choice(list(left[kind]))
        drawn.append(rng.choice(left[kind].pop(template)))
        if not left[kind]:
            del left[kind]
    return drawn


def fit(pools: Sequence[Sequence[Ask]], weights: Sequence[float], n: int, rounds: int, rng: random.Random) -> Shares:
    """Shares that bring every answer's part of its template down to ``CAP`` or ``CLOSED_CAP``.

    Args:
        pools: what may be asked about each motion.
        weights: how often each motion is drawn.
        n: questions drawn for a motion at a time.

    The first shares follow from how often the facts decide for each answer. Each round then draws as
    :func:`draw` does, counts, and corrects: little where few were drawn, whose count is mostly chance. A
    template with one answer alone is never offered, one that crowds its kind less often. Left and right are
    treated alike.
    """
    mean = sum(weights) / len(weights)
    weights = [weight / mean for weight in weights]
    kinds = {a.template: a.kind for pool in pools for a in pool}
    most = {a.template: CLOSED_CAP if a.options == YES_NO else CAP for pool in pools for a in pool}
    table: Shares = {}
    for template, answers in count(pools, weights).items():
        total = sum(answers.values())
        table[template] = {a: min(1.0, _odds(most[template], c / total)) for a, c in answers.items()}
    room = dict.fromkeys(table, 1.0)
    for _ in range(rounds):
        drawn = count([draw(offer(pool, rng, table), n, rng) for pool in pools], weights)
        sizes = {template: sum(answers.values()) for template, answers in drawn.items()}
        for template, answers in drawn.items():
            total, row = sizes[template], table[template]
            trust = 0.7 * total / (total + FEW)
            for short in row:
                row[short] *= min(_odds(most[template], (answers.get(short, 0.0) + 0.5) / (total + 1.0)), 1.25) ** trust
            beside = [size for t, size in sizes.items() if kinds[t] == kinds[template]]
            allowed = max(CROWDING, 1.5 / len(beside))
            room[template] = min(1.0, room[template] * (allowed * sum(beside) / total) ** 0.7)
            highest = max(row.values())
            table[template] = {short: round(value / highest * room[template], 5) for short, value in row.items()}
    final = count([draw(offer(pool, rng, table), n, rng) for pool in pools], weights)
    table["distractors"] = {short: round(number, 3) for short, number in final.get("which_act", {}).items()}
    return table


def _odds(most: float, part: float) -> float:
    """How much rarer an answer must be offered to go from ``part`` of its template to ``most``."""
    return most / (1 - most) * (1 - part) / part


def count(groups: Sequence[Sequence[Ask]], weights: Sequence[float]) -> Shares:
    """Weighted number of questions per template and answer, what left and right share split evenly."""
    counts: Shares = {}
    for group, weight in zip(groups, weights, strict=True):
        for ask in group:
            row = counts.setdefault(ask.template, {})
            twins = SIDES if ask.short in SIDES else {ask.short}
            for short in sorted(twins):
                row[short] = row.get(short, 0.0) + weight / len(twins)
    return counts
