"""Text to motion by the HumanML3D protocol, with our own evaluator: real motion, ceilings, baselines, models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hmvlm.config import DRAWING
from hmvlm.motion.clip import Motion
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.evaluation.bench import Bench
from train.evaluation.evaluator.pairs import Pair
from train.evaluation.metrics import (
    POOL,
    REPEATS,
    diversity,
    fid,
    interval,
    matching_distance,
    multimodality,
    repeated,
    share_interval,
    top_hits,
)
from train.evaluation.report import plots
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections import physics
from train.evaluation.sections.generated import Generations, nearest_caption, random_training

COLUMNS = (
    "R@1", "R@2", "R@3", "FID", "MM-Dist", "Diversity", "MModality", "R@3 over clips", "skate %", "below floor mm",
)  # fmt: skip


def score(
    evaluator,
    texts: np.ndarray,
    real: np.ndarray,
    made: Sequence[Sequence[Motion]],
    spread: Sequence[Sequence[Motion]],
    seed: int,
) -> tuple[Cell, ...]:
    """One row of the table.

    Args:
        evaluator: embeds motions ``(N, D)``.
        texts: embedded descriptions ``(N, D)``.
        real: embedded real motions ``(M, D)``, the reference of FID.
        made: one or more motions for each description; every repeat takes one of them.
        spread: several motions for each of a few descriptions, for MultiModality; may be empty.
        seed: of pools, choices and pairs.
    """
    flat = [motion for motions in made for motion in motions]
    vectors = evaluator.embed_motions(flat)
    starts = np.cumsum([0, *(len(motions) for motions in made)])[:-1]
    counts = np.array([len(motions) for motions in made])
    several = None
    if len(spread):
        several = evaluator.embed_motions([m for motions in spread for m in motions]).reshape(
            len(spread), len(spread[0]), -1
        )

    def once(rng: np.random.Generator) -> dict[str, float]:
        chosen = vectors[starts + (rng.random(len(made)) * counts).astype(int)]
        hits = top_hits(texts, chosen, rng).mean(0)
        row = {f"r{k + 1}": hits[k] for k in range(3)}
        row |= {"fid": fid(real, chosen), "mm": matching_distance(texts, chosen), "diversity": diversity(chosen, rng)}
        return row | ({"multi": multimodality(several, rng)} if several is not None else {})

    row = repeated(once, REPEATS, seed)
    seen = physics.measure(flat)
    body = [interval(seen[name]) for name in ("skate_percent", "penetration_mm")]
    over = share_interval(np.arange(len(made)) < round(row["r3"][0] * len(made)))
    return (row["r1"], row["r2"], row["r3"], row["fid"], row["mm"], row["diversity"], row.get("multi"), over, *body)


def reconstructed(tokenizer: BodyPartTokenizer, pairs: Sequence[Pair]) -> list[list[Motion]]:
    """Every motion through codes and back: what no model that speaks these codes can beat."""
    return [[tokenizer.decode(tokenizer.encode(pair.motion))] for pair in pairs]


def run(bench: Bench) -> list[Table]:
    """The table of this section."""
    clock, budget = bench.clock("text_to_motion"), bench.budget
    order = np.random.default_rng(bench.seed).permutation(len(bench.test_pairs))
    pairs = [bench.test_pairs[index] for index in order[: budget.prompts]]
    wide, many = budget.multimodality
    draws = [many if number < wide else budget.draws for number in range(len(pairs))]
    prompts = [(pair.captions[0], pair.motion.duration) for pair in pairs]
    models = {"HMVLM": (bench.assistant, bench.hash)}
    share = 1 / (1 + len(bench.also))
    made = {}
    for label, (model, digest) in {**models, **bench.others}.items():
        drawing = "_".join(f"{name}{getattr(model.language.config, name):g}" for name in DRAWING)
        kept = Generations(bench.state / f"generated_{digest}_{drawing}_seed{bench.seed}.npz", bench.seed)
        made[label] = kept.draw(model, prompts, draws, clock.part(share), least=POOL)
    count = min(len(rows) for rows in made.values())
    pairs, texts = pairs[:count], [text for text, _ in prompts[:count]]
    evaluator = bench.evaluator
    words = evaluator.embed_texts(texts)
    real = evaluator.embed_motions([pair.motion for pair in bench.test_pairs])
    encode = bench.assistant.language.gate.encode
    retrieved = nearest_caption(bench.train_pairs, texts, lambda said: encode(said).numpy(), bench.state)
    rows = {
        "real motion": [[pair.motion] for pair in pairs],
        "tokenizer reconstruction": reconstructed(bench.assistant.tokenizer, pairs),
        "random training clip": random_training(bench.train_pairs, count, budget.draws, bench.seed),
        "nearest caption's clip": retrieved,
    } | {label: motions[:count] for label, motions in made.items()}
    wide = min(wide, count)
    cells = {
        label: score(evaluator, words, real, motions, motions[:wide] if label in made else [], bench.seed)
        for label, motions in rows.items()
    }
    bars = {label: row[COLUMNS.index("R@3")] for label, row in cells.items()}
    return [
        Table(
            "text_to_motion", "Text to motion (HumanML3D's protocol, our own evaluator)", COLUMNS, cells,
            "test and test_unseen_combination", count, f"{bench.seed}; repeats 0 to {REPEATS - 1}",
            f"1.96 σ/√{REPEATS} over {REPEATS} repeats (pools, choice among draws, pairs); last three columns: 95 % over clips",
            (
                "The evaluator was trained on our training split: these numbers compare with each other, not with published ones.",
                f"FID is against all {len(real)} test motions. Prompts are a clip's first caption and its length.",
                f"Repeats choose among {budget.draws} motions a caption. MultiModality: {wide} captions with {many} motions each.",
            ),
            figures=plots.bars(bench.figures / "r_precision.png", bars, "R-precision at 3", "Text to motion"),
        )
    ]  # fmt: skip
