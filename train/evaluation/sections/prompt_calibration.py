"""Calibration of the prompt checks on real training recordings: pass rate where shown, chance rate elsewhere."""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from fnmatch import fnmatch

from train.captions import Example, examples
from train.captions import cmu_checks as on
from train.evaluation.sections.prompt_checks import passes, title
from train.recordings.store import load_motions

log = logging.getLogger(__name__)
FACTS = {
    "jacks": on.jacks,
    "kicks": on.kicks,
    "spins": lambda f: f.travel.spins > 0,
    "bends": lambda f: f.trunk.max_forward > 60 and f.travel.gait == "standing",
    "deep_bow": lambda f: f.trunk.max_forward > 50,
    "waves": on.waves,
    "fast_walk": lambda f: f.travel.gait == "walking" and f.travel.moving_speed > 1.4,
    "slow_walk": lambda f: f.travel.gait == "walking" and f.travel.path > 1 and f.travel.moving_speed < 0.8,
}
SHOWN = 40
UNRELATED = 200


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
    said = [sum(side in caption for caption in example.captions) for side in ("left", "right")]
    return "side" not in wanted or {"left": said[0] > said[1], "right": said[1] > said[0]}[wanted["side"]]


def balanced(pool: list[Example], rng: random.Random, count: int) -> list[Example]:
    """``count`` examples, every action as often as another."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for example in pool:
        groups[example.action].append(example)
    return [rng.choice(groups[rng.choice(sorted(groups))]) for _ in range(count)] if groups else []


def run_real(entries: list[dict], path: str, rng: random.Random) -> list[dict]:
    """Check training recordings; returns and prints prompt, real and chance rates."""
    clips = load_motions(path)
    labels = {clip.name: clip.label for clip in clips}
    pool = examples(clips, "train", rng, n=6)
    rows = []
    for entry in entries:
        wanted = [entry["real"], entry.get("real_than")]
        sets = [[e for e in pool if w and shows(w, e, labels[e.name.split("@")[0]])] for w in wanted]
        taken = {id(e) for e in sets[0]}
        actions = {e.action for e in sets[0]} if len(taken) >= 50 else set()
        rest = [e for e in pool if id(e) not in taken and e.action not in actions]
        shown = [rng.choice(sets[0]) for _ in range(SHOWN)] if sets[0] else []
        than = [rng.choice(sets[1]) for _ in range(SHOWN)] if sets[1] else [None] * SHOWN
        unrelated = balanced(rest, rng, 2 * UNRELATED)
        real = [passes(entry, e.facts, t.facts if t else None) for e, t in zip(shown, than)]
        chance = [passes(entry, a.facts, b.facts) for a, b in zip(unrelated[:UNRELATED], unrelated[UNRELATED:])]
        row = {
            "prompt": title(entry),
            "recordings": len(sets[0]),
            "real": sum(real) / max(len(real), 1),
            "chance": sum(chance) / max(len(chance), 1),
        }
        rows.append(row)
        print(f"{row['real']:5.0%} real ({len(sets[0]):4d})  {row['chance']:4.0%} chance  {row['prompt']}", flush=True)
    print(
        f"\nmean: {sum(r['real'] for r in rows) / len(rows):.1%} of real recordings, {sum(r['chance'] for r in rows) / len(rows):.1%} by chance"
    )
    return rows
