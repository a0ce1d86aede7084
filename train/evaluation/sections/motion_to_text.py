"""Motion to text: R-precision of the model's captions by the evaluator, and captions against their references."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from hmvlm.language.prompting import DEFAULT_QUESTION
from train.evaluation.context import EvaluationContext
from train.evaluation.evaluator.pairs import Pair
from train.evaluation.metrics import POOL, REPEATS, matching_distance, percentage, repeated, top_hits
from train.evaluation.report.tables import Cell, Table
from train.questions import mentions
from train.questions.activities import label_activities

COLUMNS = ("R@1", "R@2", "R@3", "MM-Dist", "words")
MAX_TOKENS = 40
CAPTIONS = ("action named %", "BLEU-4", "chrF", "ROUGE-L", "cosine")


def score(texts: np.ndarray, motions: np.ndarray, captions: list[str], seed: int) -> tuple[Cell, ...]:
    """One row: R-precision and distance of embedded captions ``(N, D)`` and motions
    ``(N, D)``, and mean words a caption.
    """

    def once(rng: np.random.Generator) -> dict[str, float]:
        hits = top_hits(texts, motions, rng).mean(0)
        return {"r1": hits[0], "r2": hits[1], "r3": hits[2]}

    row = repeated(once, REPEATS, seed)
    words = float(np.mean([len(text.split()) for text in captions]))
    return (row["r1"], row["r2"], row["r3"], matching_distance(texts, motions), words)


def captions_table(pairs: list[Pair], rows: dict[str, list[str]], context: EvaluationContext) -> Table:
    """Generated captions against the motions' own, by sacrebleu, rouge-score and the frozen text encoder."""
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu import corpus_bleu, corpus_chrf

    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    encoder, most = context.assistant.language.gate.encoder, max(len(pair.captions) for pair in pairs)
    known = [label_activities(pair.action.partition(": ")[2]) for pair in pairs]

    def row(captions: list[str], skipped: int) -> tuple[Cell, ...]:
        references = [
            [text for place, text in enumerate(pair.captions) if place != skipped] or list(pair.captions)
            for pair in pairs
        ]
        streams = [[one[min(place, len(one) - 1)] for one in references] for place in range(most)]
        named = [mentions(text, labels[0]) for text, labels in zip(captions, known, strict=True) if labels]
        rouge = [
            max(scorer.score(truth, text)["rougeL"].fmeasure for truth in one)
            for text, one in zip(captions, references, strict=True)
        ]
        cosine = (encoder.encode(captions) * encoder.encode([one[0] for one in references])).sum(-1)
        share = percentage(named) if named else None
        return (
            share,
            corpus_bleu(captions, streams).score,
            corpus_chrf(captions, streams).score,
            100 * float(np.mean(rouge)),
            float(cosine.mean()),
        )

    made = {label: row(texts, -1 if label != OWN else len(pairs[0].captions) - 1) for label, texts in rows.items()}
    notes = (
        (
            "An action counts as named where a caption mentions the action of the recording's label "
            f"({sum(map(bool, known))} motions have such a label)."
        ),
        (
            "BLEU-4 and chrF by sacrebleu and ROUGE-L (best reference) by rouge-score, 0 to 100; cosine of mean MiniLM "
            "states with one reference."
        ),
        f"The row “{OWN}” is scored against the motion's other captions.",
    )
    return Table(
        "captions",
        "Captions against their references",
        CAPTIONS,
        made,
        "test and test_unseen_combination",
        len(pairs),
        str(context.seed),
        "95 %, Wilson's",
        notes,
    )


OWN = "another caption of its own"


def run(context: EvaluationContext) -> list[Table]:
    """The tables of this section; the second only where sacrebleu and rouge-score are installed."""
    limit, rng = context.time_limit("motion_to_text"), np.random.default_rng([context.seed, 2])
    pairs = [
        context.test_pairs[index]
        for index in rng.permutation(len(context.test_pairs))[: context.budget.captioned_motions]
    ]
    captions: list[str] = []
    for pair in pairs:
        if limit.exceeded and len(captions) >= POOL:
            break
        captions.append(context.assistant.describe(pair.motion, max_new_tokens=MAX_TOKENS).text)
    pairs = pairs[: len(captions)]
    evaluator = context.evaluator
    motions = evaluator.embed_motions([pair.motion for pair in pairs])
    rows = {
        "own caption": [pair.captions[0] for pair in pairs],
        OWN: [pair.captions[-1] for pair in pairs],
        "random training caption": [
            context.train_pairs[index].captions[0] for index in rng.integers(len(context.train_pairs), size=len(pairs))
        ],
        "HMVLM": captions,
    }
    notes = (
        "Captions are written by rules from labels and measurements; no human reference exists for these recordings.",
        f"The model answers “{DEFAULT_QUESTION}” greedily.",
    )
    tables = [
        Table(
            "motion_to_text", "Motion to text", COLUMNS,
            {label: score(evaluator.embed_texts(texts), motions, texts, context.seed) for label, texts in rows.items()},
            "test and test_unseen_combination", len(pairs), f"{context.seed} to {context.seed + REPEATS - 1} for pools",
            f"1.96 σ/√{REPEATS} over {REPEATS} shuffles into pools", notes
        )
    ]  # fmt: skip
    if find_spec("sacrebleu") and find_spec("rouge_score"):
        tables.append(
            captions_table(pairs, {label: rows[label] for label in (OWN, "random training caption", "HMVLM")}, context)
        )
    return tables
