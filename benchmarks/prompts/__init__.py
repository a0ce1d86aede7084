"""Prompts that people outside this project wrote, to test what the assistant does with their words.

``outside.json`` holds sentences copied verbatim from example files, demos, READMEs and test captions of public
text-to-motion projects, each with its repository, path, commit and the licence of the repository. They are test data:
whoever writes training captions does not read them. The split ``choose`` serves to compare checkpoints and settings,
the split ``report`` only to report a result. The split ``develop`` may be read as often as wanted, to find and mend
faults; no number from it is reported.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

OUTSIDE = Path(__file__).with_name("outside.json")
KINDS = ("single", "floor", "sport", "clauses", "count", "path", "side", "style")
"""One plain action, on the floor, sport, two or more actions, counted, along a path, with a side, in a manner.

A prompt of several kinds has the one that is hardest to meet.
"""
DEVELOP = "develop"
SPLITS = ("choose", "report", DEVELOP)
CHOOSE = 30
SPLIT_SEED = 22


@dataclass(frozen=True)
class Source:
    """Where a prompt was copied from; ``licence`` is that of the repository, ``commit`` 40 hexadecimal digits."""

    repo: str
    path: str
    commit: str
    licence: str


@dataclass(frozen=True)
class Prompt:
    """One sentence of the list."""

    id: str
    text: str
    source: Source
    kind: str
    split: str


def load(split: str | None = None, path: Path = OUTSIDE) -> list[Prompt]:
    """The prompts of a split, of all splits by default.

    Raises:
        ValueError: no such split, or an entry with an unknown kind or split.
    """
    if split is not None and split not in SPLITS:
        raise ValueError(f"the splits are {', '.join(SPLITS)}; got {split!r}")
    prompts = []
    for row in json.loads(path.read_text()):
        prompt = Prompt(**{**row, "source": Source(**row["source"])})
        if prompt.kind not in KINDS or prompt.split not in SPLITS:
            raise ValueError(f"prompt {prompt.id} in {path} has kind {prompt.kind!r} and split {prompt.split!r}")
        prompts.append(prompt)
    return [prompt for prompt in prompts if split in (None, prompt.split)]


def draw_choose(kinds: dict[str, str], total: int = CHOOSE, seed: int = SPLIT_SEED) -> set[str]:
    """Ids of ``total`` prompts drawn at random, of each kind in proportion (largest remainders).

    Args:
        kinds: kind by id of every prompt outside the split ``develop``, which was gathered later and is not drawn.
    """
    members = {kind: sorted(name for name, other in kinds.items() if other == kind) for kind in KINDS}
    exact = {kind: Fraction(total * len(names), len(kinds)) for kind, names in members.items()}
    quota = {kind: int(share) for kind, share in exact.items()}
    for kind in sorted(KINDS, key=lambda kind: quota[kind] - exact[kind])[: total - sum(quota.values())]:
        quota[kind] += 1
    draw = random.Random(seed)
    return {name for kind in KINDS for name in draw.sample(members[kind], quota[kind])}
