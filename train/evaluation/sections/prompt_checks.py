"""Prompts with measurable outcomes: does the generated motion do what the prompt asks, by facts measured on it?

    python -m train.evaluation.sections.prompt_checks [--seeds 5] [--json out.json] [--model embedded]

Each prompt of ``prompts.json`` names a check of :mod:`train.evaluation.sections.fact_checks`. How often real recordings
pass the checks is measured by :mod:`train.evaluation.sections.prompt_calibration`.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm import HMVLM
from hmvlm.atomic import write_text
from hmvlm.motion.facts import Facts, facts
from train.evaluation.context import EvaluationContext
from train.evaluation.metrics import percentage
from train.evaluation.report.tables import Table
from train.evaluation.sections.fact_checks import CHECKS, MEASURES
from train.loop.settings import option, parse_settings

log = logging.getLogger(__name__)

PROMPTS = Path(__file__).with_name("prompts.json")


def passes(entry: dict, measured: Facts, reference: Facts | None = None) -> bool:
    """Whether a motion meets a prompt's check; comparisons also need the facts of the ``reference`` prompt's motion."""
    if entry["check"] == "more":
        measure = MEASURES[entry["with"]["measure"]]
        return reference is not None and measure(measured) > entry["with"]["ratio"] * measure(reference)
    return CHECKS[entry["check"]](measured, **entry["with"])


def load_prompts(path: Path = PROMPTS) -> list[dict]:
    """The list of prompts; a ValueError names an entry whose check does not exist."""
    entries = json.loads(path.read_text(encoding="utf-8"))["prompts"]
    for entry in entries:
        known = MEASURES if entry["check"] == "more" else CHECKS
        name = entry["with"]["measure"] if entry["check"] == "more" else entry["check"]
        if name not in known:
            raise ValueError(
                f"prompt {entry['prompt']!r} asks for the unknown check {name!r}; there are {', '.join(known)}"
            )
    return entries


def title(entry: dict) -> str:
    """The prompt, with the one it is compared with."""
    return entry["prompt"] + (
        f"  [{entry['with']['measure']} above that of: {entry['than']}]" if "than" in entry else ""
    )


class PromptChecker:
    """Generates motions for prompts and checks them; the facts of each prompt are measured once.

    Args:
        model: generates the motions.
        seeds: motions a prompt, generated in one batch as the page does.
    """

    def __init__(self, model: HMVLM, seeds: int) -> None:
        self.model, self.seeds = model, seeds
        self._measured: dict[str, list[Facts | None]] = {}

    def facts(self, prompt: str) -> list[Facts | None]:
        """Facts of each motion of a prompt; None where the gate routed the prompt to the base model."""
        if prompt not in self._measured:
            motions = self.model.chat(prompt, seed=0, variations=self.seeds, max_new_tokens=1).motions
            self._measured[prompt] = [facts(motion) for motion in motions] + [None] * (self.seeds - len(motions))
        return self._measured[prompt]

    def check(self, entry: dict) -> list[bool]:
        """Whether each motion of a prompt meets its check."""
        found = self.facts(entry["prompt"])
        references = self.facts(entry["than"]) if "than" in entry else [None] * self.seeds
        return [
            one is not None and passes(entry, one, reference) for one, reference in zip(found, references, strict=True)
        ]


def run(context: EvaluationContext) -> list[Table]:
    """The table of this section. Prompts are shuffled, so that stopping early leaves a uniform random sample."""
    limit, checker = context.time_limit("prompts"), PromptChecker(context.assistant, context.budget.samples_per_check)
    entries = load_prompts()
    rows: dict[str, list[bool]] = {}
    for index in np.random.default_rng(context.seed).permutation(len(entries)):
        if limit.exceeded:
            break
        rows[title(entries[index])] = checker.check(entries[index])
    if not rows:
        raise ValueError("no prompt was finished; give the section more minutes")
    every = np.array([hit for hits in rows.values() for hit in hits])
    share = percentage(every)
    any_of = percentage([any(hits) for hits in rows.values()])
    failing = sorted((name for name, hits in rows.items() if not any(hits)), key=len)
    notes = (f"Never right: {'; '.join(failing)}.",) if failing else ()
    return [
        Table(
            "prompt_checks", "Prompts with measurable outcomes", ("motions right %", "prompts right at least once %"),
            {"HMVLM": (share, any_of)}, (f"train/evaluation/sections/prompts.json, {len(rows)} of {len(entries)} "
                                         "prompts"), len(every),
            f"0 to {checker.seeds - 1}", "95 %, Wilson's", notes
        )
    ]  # fmt: skip


def check_all(entries: list[dict], model: HMVLM, seeds: int) -> list[dict]:
    """Check and print every prompt; returns prompt, passed, of and the failed seeds of each."""
    checker, rows = PromptChecker(model, seeds), []
    for entry in entries:
        hits = checker.check(entry)
        failed = [seed for seed, hit in enumerate(hits) if not hit]
        rows.append({"prompt": title(entry), "passed": sum(hits), "of": seeds, "failed_seeds": failed})
        print(f"{sum(hits)}/{seeds}  {title(entry)}", flush=True)
    return rows


@dataclass(kw_only=True)
class PromptCheckSettings:
    """Generate motions for all prompts and check them."""

    seeds: int = option(5, "motions a prompt")
    model: str = option("embedded", "preset or folder of a model")
    json: Path | None = option(None, "write the rows there")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(PromptCheckSettings, argv, __doc__)
    rows = check_all(load_prompts(), HMVLM.from_pretrained(settings.model), settings.seeds)
    passed, total = sum(row["passed"] for row in rows), sum(row["of"] for row in rows)
    print(f"\noverall {passed}/{total} = {passed / total:.1%}; prompts with failures:")
    for row in sorted(rows, key=lambda row: row["passed"]):
        if row["passed"] < row["of"]:
            print(f"  {row['passed']}/{row['of']}  {row['prompt']}")
    if settings.json:
        write_text(settings.json, json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
