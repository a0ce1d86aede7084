"""Prompts with measurable outcomes (``train/evaluation/sections/prompts.json``): does the motion do what the prompt says?"""

from __future__ import annotations

import logging

import numpy as np

from hmvlm.motion.facts import Facts
from train.evaluation.bench import Bench
from train.evaluation.metrics import share_interval
from train.evaluation.report.tables import Table
from train.evaluation.sections.prompt_checks import generated, load_prompts, passes, title

log = logging.getLogger(__name__)


def run(bench: Bench) -> list[Table]:
    """The table of this section. Prompts come in an order drawn by lot, so that an early end stays fair."""
    clock, seeds = bench.clock("prompts"), bench.budget.check_seeds
    entries = load_prompts()
    order = np.random.default_rng(bench.seed).permutation(len(entries))
    known: dict[str, list[Facts | None]] = {}
    rows: dict[str, list[bool]] = {}
    for entry in (entries[index] for index in order):
        if clock.over:
            break
        for prompt in filter(None, (entry["prompt"], entry.get("than"))):
            if prompt not in known:
                known[prompt] = generated(bench.assistant, prompt, seeds)
        others = known.get(entry.get("than"), [None] * seeds)
        needs = entry["check"] == "more"
        rows[title(entry)] = [
            one is not None and (not needs or other is not None) and passes(entry, one, other)
            for one, other in zip(known[entry["prompt"]], others, strict=True)
        ]
    if not rows:
        raise ValueError("no prompt was finished; give the section more minutes")
    every = np.array([hit for hits in rows.values() for hit in hits])
    share = tuple(100 * one for one in share_interval(every))
    any_of = tuple(100 * one for one in share_interval(np.array([any(hits) for hits in rows.values()])))
    failing = sorted((name for name, hits in rows.items() if not any(hits)), key=len)
    notes = (f"Never right: {'; '.join(failing)}.",) if failing else ()
    return [
        Table(
            "prompt_checks", "Prompts with measurable outcomes", ("motions right %", "prompts right at least once %"),
            {"HMVLM": (share, any_of)}, f"train/evaluation/sections/prompts.json, {len(rows)} of {len(entries)} prompts", len(every),
            f"0 to {seeds - 1}", "95 %, Wilson's", notes
        )
    ]  # fmt: skip
