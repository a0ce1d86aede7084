"""Calibration of the prompt checks on training recordings: true-positive rate and false-positive rate of every check.

    python -m train.evaluation.sections.prompt_calibration --motions data/motions.npz [--json out.json]

The true-positive rate is over recordings that show the prompt's action and should be high; the false-positive rate is
over other recordings, sampled uniformly over actions, and should be low.
"""

from __future__ import annotations

import json
import logging
import random
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from hmvlm.atomic import write_text
from train.captions import Example, examples
from train.captions import cmu_checks as on
from train.captions.cmu_posture_checks import waves
from train.evaluation.sections.prompt_checks import load_prompts, passes, title
from train.loop.settings import option, parse_settings
from train.recordings.store import load_motions

log = logging.getLogger(__name__)
FACTS = {
    "jacks": on.jacks,
    "kicks": on.kicks,
    "spins": lambda f: f.travel.spins > 0,
    "bends": lambda f: f.trunk.max_forward > 60 and f.travel.gait == "standing",
    "deep_bow": lambda f: f.trunk.max_forward > 50,
    "waves": waves,
    "fast_walk": lambda f: f.travel.gait == "walking" and f.travel.moving_speed > 1.4,
    "slow_walk": lambda f: f.travel.gait == "walking" and f.travel.path > 1 and f.travel.moving_speed < 0.8,
}
"""Conditions on facts by which recordings without a telling label are taken to show an action."""
POSITIVES = 40
"""Recordings a prompt that show its action, sampled with replacement."""
NEGATIVES = 200
"""Other recordings a prompt."""
MIN_FOR_ACTION = 50
"""A prompt shown by at least so many recordings excludes all recordings of their actions from its negatives."""


def shows(wanted: dict, example: Example, label: str) -> bool:
    """Whether a recording's label (and side, where the label has none) is what ``wanted`` asks for."""
    if "action" in wanted and example.action not in wanted["action"]:
        return False
    if "style" in wanted and example.style not in wanted["style"]:
        return False
    if "label" in wanted and not any(fnmatch(label.lower(), pattern.lower()) for pattern in wanted["label"]):
        return False
    if "facts" in wanted and not FACTS[wanted["facts"]](example.facts):
        return False
    left, right = (sum(side in caption for caption in example.captions) for side in ("left", "right"))
    return "side" not in wanted or {"left": left > right, "right": right > left}[wanted["side"]]


def balanced(pool: list[Example], rng: random.Random, count: int) -> list[Example]:
    """``count`` examples, sampled uniformly over actions, with replacement."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in pool:
        groups[example.action].append(example)
    return [rng.choice(groups[rng.choice(sorted(groups))]) for _ in range(count)] if groups else []


def calibrate(entries: list[dict], path: str, rng: random.Random) -> list[dict]:
    """Check training recordings; prints and returns each prompt with its rates over positives and negatives."""
    clips = load_motions(path)
    labels = {clip.name: clip.label for clip in clips}
    pool = examples(clips, "train", rng, n=6)
    rows = []
    for entry in entries:
        wanted = [entry["real"], entry.get("real_than")]
        sets = [[e for e in pool if w and shows(w, e, labels[e.name.split("@")[0]])] for w in wanted]
        taken = {id(e) for e in sets[0]}
        actions = {e.action for e in sets[0]} if len(taken) >= MIN_FOR_ACTION else set()
        rest = [e for e in pool if id(e) not in taken and e.action not in actions]
        shown = [rng.choice(sets[0]) for _ in range(POSITIVES)] if sets[0] else []
        references = [rng.choice(sets[1]) for _ in range(POSITIVES)] if sets[1] else [None] * POSITIVES
        others = balanced(rest, rng, 2 * NEGATIVES)
        true = [passes(entry, one.facts, two.facts if two else None) for one, two in zip(shown, references)]
        false = [passes(entry, one.facts, two.facts) for one, two in zip(others[:NEGATIVES], others[NEGATIVES:])]
        row = {
            "prompt": title(entry),
            "recordings": len(sets[0]),
            "true_positive_rate": sum(true) / max(len(true), 1),
            "false_positive_rate": sum(false) / max(len(false), 1),
        }
        rows.append(row)
        print(
            f"{row['true_positive_rate']:5.0%} of {len(sets[0]):4d} positives  "
            f"{row['false_positive_rate']:4.0%} of negatives  {row['prompt']}",
            flush=True,
        )
    return rows


@dataclass(kw_only=True)
class CalibrationSettings:
    """Calibrate the prompt checks on training recordings."""

    motions: str = option("data/motions.npz", "file of recordings; its training split is checked")
    seed: int = option(0, "of the sampled recordings")
    json: Path | None = option(None, "write the rows there")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(CalibrationSettings, argv, __doc__)
    rows = calibrate(load_prompts(), settings.motions, random.Random(settings.seed))
    true, false = (sum(row[f"{kind}_positive_rate"] for row in rows) / len(rows) for kind in ("true", "false"))
    print(f"\nmean over prompts: {true:.1%} of positives, {false:.1%} of negatives")
    if settings.json:
        write_text(settings.json, json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
