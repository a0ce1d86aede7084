"""Number of questions by kind and template, accuracy of always giving the most common answer, and samples.

    python -m train.questions.report --data data/motions.npz         # tables for every split and 30 samples
    python -m train.questions.report --data data/motions.npz --fit        # first fit the acceptance rates

Rates are written beside the module (``acceptance_rates.json``): for training examples and for held-out ones.
"""

from __future__ import annotations

import json
import logging
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hmvlm.atomic import write_text
from train.captions import Example, examples
from train.loop.settings import option, parse_settings
from train.questions import candidates, parse_answer, questions
from train.questions.balance import RATES_FILE, TABLES, Rates, acceptance_rates, fit_acceptance_rates
from train.questions.records import KINDS, YES_NO, Question
from train.recordings.store import load_motions

log = logging.getLogger("train.questions")

Asked = list[tuple[Example, Question]]


def ask_all(found: Sequence[Example], n: int, rng: random.Random, sampling_exponent: float = 1.0) -> Asked:
    """Every example with its questions."""
    return [(example, question) for example in found for question in questions(example, rng, n, sampling_exponent)]


def group_weights(found: Sequence[Example], sampling_exponent: float) -> list[float]:
    """Sampling weight of each example if a group of n like actions is sampled in proportion to
    ``n ** sampling_exponent``.
    """
    sizes = Counter((e.source, e.action) for e in found)
    return [sizes[(e.source, e.action)] ** (sampling_exponent - 1.0) for e in found]


def fit_tables(
    training: Sequence[Example], held_out: Sequence[Example], n: int, rounds: int, rng: random.Random
) -> dict[str, Rates]:
    """Every table of :data:`.balance.TABLES` (see :func:`.balance.fit_acceptance_rates`)."""
    made = {}
    for name in TABLES:
        found = held_out if name == TABLES[-1] else training
        pools = [list(candidates(example, rng)) for example in found]
        exponent = 1.0 if name == TABLES[-1] else float(name.split()[1])
        made[name] = fit_acceptance_rates(pools, group_weights(found, exponent), n, rounds, rng)
    return made


def majority(answers: Sequence[str]) -> tuple[str, float]:
    """The most common answer and its share."""
    answer, count = Counter(answers).most_common(1)[0]
    return answer, count / len(answers)


def template_rows(asked: Asked) -> list[tuple[str, str, bool, int, str, float]]:
    """Kind, template, whether yes or no, questions, most common answer and its share; the largest template first."""
    by = defaultdict(list)
    for _, q in asked:
        by[(q.kind, q.template, q.options == YES_NO)].append(q.short)
    rows = [(*key, len(answers), *majority(answers)) for key, answers in by.items()]
    return sorted(rows, key=lambda r: (KINDS.index(r[0]), -r[3]))


def tables(asked: Asked, templates: bool = True) -> str:
    """Markdown: questions and majority rates per kind, then per template."""
    lines = [
        "| kind | questions | most common answer | share | yes/no questions | yes | by template |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = template_rows(asked)
    for kind in KINDS:
        own = [q for _, q in asked if q.kind == kind]
        if not own:
            continue
        answer, share = majority([q.short for q in own])
        closed = [q.short for q in own if q.options == YES_NO]
        yes = f"{closed.count('yes') / len(closed):.0%}" if closed else "-"
        guessed = sum(r[3] * r[5] for r in rows if r[0] == kind) / len(own)
        lines.append(f"| {kind} | {len(own)} | {answer} | {share:.0%} | {len(closed)} | {yes} | {guessed:.0%} |")
    if templates:
        lines += ["", "| kind | template | questions | most common answer | share |", "|---|---|---|---|---|"]
        lines += [f"| {r[0]} | {r[1]} | {r[3]} | {r[4]} | {r[5]:.0%} |" for r in rows]
    return "\n".join(lines)


def samples(asked: Asked, count: int, rng: random.Random) -> str:
    """Random questions with the clip they are about."""
    chosen = rng.sample(asked, min(count, len(asked)))
    return "\n".join(f"{e.name}  [{q.kind}, {q.template}]\n  {q.text}\n  {q.answer}   ({q.short})" for e, q in chosen)


def unparsed(asked: Asked) -> list[Question]:
    """Questions whose own answer :func:`parse_answer` does not map to its key."""
    return [q for _, q in asked if parse_answer(q, q.answer) != q.short]


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.questions.report`."""

    data: str = option("data/motions.npz", "recordings of python -m train.recordings.prepare")
    fit: bool = option(False, "fit the acceptance rates and write them")
    rounds: int = option(6, "rounds of the fit")
    n: int = option(4, "questions per motion")
    limit: int | None = option(None, "random clips of each split at most")
    samples: int = option(30, "sample questions to print")
    seed: int = option(0, "of captions, questions and samples")


def examples_by_split(settings: Settings, rng: random.Random) -> dict[str, list[Example]]:
    """Captioned examples of every split, the training split first."""
    clips = load_motions(settings.data)
    found: dict[str, list[Example]] = {}
    for split in sorted({clip.split for clip in clips}, key=lambda s: (s != "train", s)):
        own = [clip for clip in clips if clip.split == split]
        if settings.limit and len(own) > settings.limit:
            own = rng.sample(own, settings.limit)
        found[split] = examples(own, split, rng, n=1)
    return found


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(Settings, argv, __doc__)
    rng = random.Random(settings.seed)
    found = examples_by_split(settings, rng)
    if settings.fit:
        held_out = [example for split, own in found.items() if split != "train" for example in own]
        made = fit_tables(found["train"], held_out, settings.n, settings.rounds, rng)
        write_text(RATES_FILE, json.dumps(made, indent=1, sort_keys=True) + "\n")
        acceptance_rates.cache_clear()
    for split, own in found.items():
        asked = ask_all(own, settings.n, rng)
        counts = f"{len(own)} examples, {len(asked)} questions, {len(unparsed(asked))} answers not parsed back"
        log.info("\n%s: %s\n%s", split, counts, tables(asked))
        log.info("\n%s", samples(asked, settings.samples, rng))


if __name__ == "__main__":
    main()
