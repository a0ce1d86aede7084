"""Motion to text: does the evaluator find a motion by what the model says about it?"""

from __future__ import annotations

import numpy as np

from hmvlm.language.prompting import DEFAULT_QUESTION

from .bench import Bench
from .metrics import POOL, REPEATS, matching_distance, repeated, top_hits
from .tables import Cell, Table

COLUMNS = ("R@1", "R@2", "R@3", "MM-Dist", "words")
MAX_WORDS = 40


def score(texts: np.ndarray, motions: np.ndarray, said: list[str], seed: int) -> tuple[Cell, ...]:
    """One row: R-precision and distance of embedded texts ``(N, D)`` and motions, and the texts' mean length."""

    def once(rng: np.random.Generator) -> dict[str, float]:
        hits = top_hits(texts, motions, rng).mean(0)
        return {"r1": hits[0], "r2": hits[1], "r3": hits[2]}

    row = repeated(once, REPEATS, seed)
    words = float(np.mean([len(text.split()) for text in said]))
    return (row["r1"], row["r2"], row["r3"], matching_distance(texts, motions), words)


def run(bench: Bench) -> list[Table]:
    """The table of this section."""
    clock, rng = bench.clock("motion_to_text"), np.random.default_rng([bench.seed, 2])
    pairs = [bench.test_pairs[index] for index in rng.permutation(len(bench.test_pairs))[: bench.budget.described]]
    said: list[str] = []
    for pair in pairs:
        if clock.over and len(said) >= POOL:
            break
        said.append(bench.assistant.describe(pair.motion, max_new_tokens=MAX_WORDS).text)
    pairs = pairs[: len(said)]
    evaluator = bench.evaluator
    motions = evaluator.embed_motions([pair.motion for pair in pairs])
    rows = {
        "own caption": [pair.captions[0] for pair in pairs],
        "another caption of its own": [pair.captions[-1] for pair in pairs],
        "random training caption": [
            bench.train_pairs[index].captions[0] for index in rng.integers(len(bench.train_pairs), size=len(pairs))
        ],
        "HMVLM": said,
    }
    notes = (
        "Captions are written by rules from labels and measurements; no human reference exists for these recordings.",
        f"The model answers “{DEFAULT_QUESTION}” greedily.",
    )
    return [
        Table(
            "motion_to_text", "Motion to text", COLUMNS,
            {label: score(evaluator.embed_texts(texts), motions, texts, bench.seed) for label, texts in rows.items()},
            "test and test_unseen_combination", len(pairs), f"{bench.seed} to {bench.seed + REPEATS - 1} for pools",
            f"1.96 σ/√{REPEATS} over {REPEATS} shuffles into pools", notes
        )
    ]  # fmt: skip
