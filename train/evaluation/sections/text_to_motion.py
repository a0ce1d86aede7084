"""Text to motion by the HumanML3D protocol, with our own evaluator: real motion, upper bound, baselines, models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hmvlm.config import DECODING
from hmvlm.motion.clip import Motion
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.evaluation.context import EvaluationContext, TimeLimit
from train.evaluation.evaluator.model import Evaluator
from train.evaluation.evaluator.pairs import Pair
from train.evaluation.metrics import (
    POOL,
    REPEATS,
    diversity,
    fid,
    interval,
    matching_distance,
    multimodality,
    proportion_interval,
    repeated,
    top_hits,
)
from train.evaluation.report import plots
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections import physics
from train.evaluation.sections.generated import GeneratedMotions, nearest_caption, random_training

COLUMNS = (
    "R@1", "R@2", "R@3", "FID", "MM-Dist", "Diversity", "MModality", "R@3 over clips", "skate %", "below floor mm",
)  # fmt: skip


def score(
    evaluator: Evaluator,
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
        made: one or more motions for each description; every repeat samples one of them.
        spread: several motions for each of a few descriptions, for MultiModality; may be empty.
        seed: of pools, samples and pairs.
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
    measured = physics.measure(flat)
    body = [interval(measured[name]) for name in ("skate_percent", "penetration_mm")]
    over = proportion_interval(np.arange(len(made)) < round(row["r3"][0] * len(made)))
    return (row["r1"], row["r2"], row["r3"], row["fid"], row["mm"], row["diversity"], row.get("multi"), over, *body)


def reconstructed(tokenizer: BodyPartTokenizer, pairs: Sequence[Pair]) -> list[list[Motion]]:
    """Every motion encoded and decoded: the upper bound for any model over these codes."""
    return [[tokenizer.decode(tokenizer.encode(pair.motion))] for pair in pairs]


def generated(
    context: EvaluationContext, prompts: Sequence[tuple[str, float]], samples: Sequence[int], limit: TimeLimit
) -> dict[str, list[list[Motion]]]:
    """Motions of the model and of the other checkpoints by label, kept in ``context.state`` by
    checkpoint and settings.
    """
    share = 1 / (1 + len(context.other_checkpoints))
    found = {}
    for label, (model, digest) in {"HMVLM": (context.assistant, context.hash), **context.other_models}.items():
        settings = "_".join(f"{name}{getattr(model.language.config, name):g}" for name in DECODING)
        kept = GeneratedMotions(context.state / f"generated_{digest}_{settings}_seed{context.seed}.npz", context.seed)
        found[label] = kept.generate(model, prompts, samples, limit.fraction(share), min_prompts=POOL)
    return found


def run(context: EvaluationContext) -> list[Table]:
    """The table of this section."""
    limit, budget = context.time_limit("text_to_motion"), context.budget
    order = np.random.default_rng(context.seed).permutation(len(context.test_pairs))
    pairs = [context.test_pairs[index] for index in order[: budget.prompts]]
    wide, many = budget.multimodality
    samples = [many if number < wide else budget.samples_per_prompt for number in range(len(pairs))]
    prompts = [(pair.captions[0], pair.motion.duration) for pair in pairs]
    made = generated(context, prompts, samples, limit)
    count = min(len(rows) for rows in made.values())
    pairs, texts = pairs[:count], [text for text, _ in prompts[:count]]
    encode = context.assistant.language.gate.encode
    rows = {
        "real motion": [[pair.motion] for pair in pairs],
        "tokenizer reconstruction": reconstructed(context.assistant.tokenizer, pairs),
        "random training clip": random_training(context.train_pairs, count, budget.samples_per_prompt, context.seed),
        "nearest caption's clip": nearest_caption(
            context.train_pairs, texts, lambda some: encode(some).numpy(), context.state
        ),
    } | {label: motions[:count] for label, motions in made.items()}
    evaluator, wide = context.evaluator, min(wide, count)
    words = evaluator.embed_texts(texts)
    real = evaluator.embed_motions([pair.motion for pair in context.test_pairs])
    cells = {
        label: score(evaluator, words, real, motions, motions[:wide] if label in made else [], context.seed)
        for label, motions in rows.items()
    }
    bars = {label: cell for label, row in cells.items() if isinstance(cell := row[COLUMNS.index("R@3")], tuple)}
    return [
        Table(
            "text_to_motion", "Text to motion (HumanML3D's protocol, our own evaluator)", COLUMNS, cells,
            "test and test_unseen_combination", count, f"{context.seed}; repeats 0 to {REPEATS - 1}",
            (f"1.96 σ/√{REPEATS} over {REPEATS} repeats (pools, choice among samples, pairs); last three columns: 95 "
             "% over clips"),
            (
                ("The evaluator was trained on our training split: these numbers compare with each other, not with "
                 "published ones."),
                f"FID is against all {len(real)} test motions. Prompts are a clip's first caption and its length.",
                (f"Repeats choose among {budget.samples_per_prompt} motions a caption. MultiModality: {wide} captions "
                 f"with {many} motions each."),
            ),
            figures=plots.bars(context.figures / "r_precision.png", bars, "R-precision at 3", "Text to motion"),
        )
    ]  # fmt: skip
