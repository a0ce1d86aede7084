"""Balanced answers: candidates are accepted at a rate per template and answer, so that no answer dominates a template.

``acceptance_rates.json`` holds the rates. ``python -m train.questions.report --fit`` fits them: on the training split
for two sampling exponents, and on all held-out splits together.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from train.questions.records import YES_NO, Candidate

RATES_FILE = Path(__file__).with_name("acceptance_rates.json")
TABLES = ("train 1.0", "train 0.5", "held out")
SIDES = {"left", "right"}
YES_NO_CAP, ANSWER_CAP = 0.5, 0.55
"""Largest share of one answer among the questions of a template: yes-or-no questions, others."""
TEMPLATE_CAP = 0.3
"""Largest share of one template among the questions of its kind, where the kind has several."""
PRIOR_COUNT = 40
"""Shrinkage: corrections of a template with fewer questions are small."""
Rates = dict[str, dict[str, float]]


@cache
def acceptance_rates(name: str = TABLES[0]) -> Rates:
    """One of the fitted ``TABLES``; a template or answer that is missing is always accepted.

    Raises:
        ValueError: another name.
    """
    if name not in TABLES:
        raise ValueError(f"no acceptance rates {name!r}; choose one of {', '.join(TABLES)}")
    return json.loads(RATES_FILE.read_text())[name] if RATES_FILE.is_file() else {}


def table_name(split: str, sampling_exponent: float) -> str:
    """The table for a motion of a split; training motions are sampled with an exponent of 1.0 or 0.5."""
    return f"train {sampling_exponent}" if split == "train" else TABLES[-1]


def accept(candidates: Iterable[Candidate], rng: random.Random, table: Rates) -> list[Candidate]:
    """A random subset of the candidates, each kept at its acceptance rate."""
    return [a for a in candidates if rng.random() < table.get(a.template, {}).get(a.short, 1.0)]


def sample(accepted: Sequence[Candidate], n: int, rng: random.Random) -> list[Candidate]:
    """Up to ``n`` questions of different templates, sampled by kind, then template, then question."""
    left: dict[str, dict[str, list[Candidate]]] = {}
    for candidate in accepted:
        left.setdefault(candidate.kind, {}).setdefault(candidate.template, []).append(candidate)
    sampled: list[Candidate] = []
    while left and len(sampled) < n:
        kind = rng.choice(list(left))
        template = rng.choice(list(left[kind]))
        sampled.append(rng.choice(left[kind].pop(template)))
        if not left[kind]:
            del left[kind]
    return sampled


def fit_acceptance_rates(
    pools: Sequence[Sequence[Candidate]], weights: Sequence[float], n: int, rounds: int, rng: random.Random
) -> Rates:
    """Rates that bring every answer's share of its template down to ``ANSWER_CAP`` or ``YES_NO_CAP``.

    Args:
        pools: candidates of each motion.
        weights: sampling weight of each motion.
        n: questions sampled for a motion at a time.
        rounds: simulated corrections.

    The initial rates follow from the frequencies of answers among the candidates. Each round samples as
    :func:`sample` does, counts the answers, and corrects the rates; corrections shrink with small counts. A template
    with a single answer gets rate 0; one that dominates its kind is accepted less often. Left and right count alike.
    """
    mean = sum(weights) / len(weights)
    weights = [weight / mean for weight in weights]
    kinds = {a.template: a.kind for pool in pools for a in pool}
    most = {a.template: YES_NO_CAP if a.options == YES_NO else ANSWER_CAP for pool in pools for a in pool}
    table: Rates = {}
    for template, answers in count(pools, weights).items():
        total = sum(answers.values())
        table[template] = {a: min(1.0, _odds(most[template], c / total)) for a, c in answers.items()}
    limit = dict.fromkeys(table, 1.0)
    for _ in range(rounds):
        sampled = count([sample(accept(pool, rng, table), n, rng) for pool in pools], weights)
        sizes = {template: sum(answers.values()) for template, answers in sampled.items()}
        for template, answers in sampled.items():
            total, row = sizes[template], table[template]
            trust = 0.7 * total / (total + PRIOR_COUNT)
            for short in row:
                row[short] *= min(_odds(most[template], (answers.get(short, 0.0) + 0.5) / (total + 1.0)), 1.25) ** trust
            beside = [size for t, size in sizes.items() if kinds[t] == kinds[template]]
            allowed = max(TEMPLATE_CAP, 1.5 / len(beside))
            limit[template] = min(1.0, limit[template] * (allowed * sum(beside) / total) ** 0.7)
            highest = max(row.values())
            table[template] = {short: round(value / highest * limit[template], 5) for short, value in row.items()}
    final = count([sample(accept(pool, rng, table), n, rng) for pool in pools], weights)
    table["distractors"] = {short: round(number, 3) for short, number in final.get("which_act", {}).items()}
    return table


def _odds(most: float, part: float) -> float:
    """Factor on an answer's rate that takes its share of the template from ``part`` to ``most``."""
    return most / (1 - most) * (1 - part) / part


def count(groups: Sequence[Sequence[Candidate]], weights: Sequence[float]) -> Rates:
    """Weighted number of questions per template and answer; left and right get half of their sum each."""
    counts: Rates = {}
    for group, weight in zip(groups, weights, strict=True):
        for candidate in group:
            row = counts.setdefault(candidate.template, {})
            twins = SIDES if candidate.short in SIDES else {candidate.short}
            for short in sorted(twins):
                row[short] = row.get(short, 0.0) + weight / len(twins)
    return counts
