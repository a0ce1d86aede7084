"""Motion to text: does the evaluator find a motion by what the model says, and do captions say what their references say?"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from hmvlm.language.prompting import DEFAULT_QUESTION
from train.evaluation.bench import Bench
from train.evaluation.evaluator.pairs import Pair
from train.evaluation.metrics import POOL, REPEATS, matching_distance, repeated, share_interval, top_hits
from train.evaluation.report.tables import Cell, Table
from train.questions import mentions
from train.questions.activities import label_activities

COLUMNS = ("R@1", "R@2", "R@3", "MM-Dist", "words")
MAX_WORDS = 40
CAPTIONS = ("action named %", "BLEU-4", "chrF", "ROUGE-L", "cosine")


def score(texts: np.ndarray, motions: np.ndarray, said: list[str], seed: int) -> tuple[Cell, ...]:
    """One row: R-precision and distance of embedded texts ``(N, D)`` and motions, and the texts' mean length."""

    def once(rng: np.random.Generator) -> dict[str, float]:
        hits = top_hits(texts, motions, rng).mean(0)
        return {"r1": hits[0], "r2": hits[1], "r3": hits[2]}

    row = repeated(once, REPEATS, seed)
    words = float(np.mean([len(text.split()) for text in said]))
    return (row["r1"], row["r2"], row["r3"], matching_distance(texts, motions), words)


def captions(pairs: list[Pair], rows: dict[str, list[str]], bench: Bench) -> Table:
    """What is said of motions against their own captions, by sacrebleu, rouge-score and the frozen text encoder."""
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu import corpus_bleu, corpus_chrf

    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    encoder, most = bench.assistant.language.gate.encoder, max(len(pair.captions) for pair in pairs)
    known = [label_activities(pair.action.partition(": ")[2]) for pair in pairs]

    def row(said: list[str], skipped: int) -> tuple[Cell, ...]:
        given = [
            [text for place, text in enumerate(pair.captions) if place != skipped] or list(pair.captions)
            for pair in pairs
        ]
        streams = [[one[min(place, len(one) - 1)] for one in given] for place in range(most)]
        named = [mentions(text, labels[0]) for text, labels in zip(said, known, strict=True) if labels]
        rouge = [
            max(scorer.score(truth, text)["rougeL"].fmeasure for truth in one)
            for text, one in zip(said, given, strict=True)
        ]
        near = (encoder.encode(said) * encoder.encode([one[0] for one in given])).sum(-1)
        share = tuple(100 * value for value in share_interval(np.array(named))) if named else None
        return (
            share,
            corpus_bleu(said, streams).score,
            corpus_chrf(said, streams).score,
            100 * float(np.mean(rouge)),
            float(near.mean()),
        )

    made = {label: row(texts, -1 if label != OWN else len(pairs[0].captions) - 1) for label, texts in rows.items()}
    notes = (
        f"An action counts as named where a caption speaks of what the maker's label says ({sum(map(bool, known))} motions have such a label).",
        "BLEU-4 and chrF by sacrebleu and ROUGE-L (best reference) by rouge-score, 0 to 100; cosine of mean MiniLM states with one reference.",
        f"The row “{OWN}” is scored against the motion's other captions.",
    )
    return Table(
        "captions",
        "Captions against their references",
        CAPTIONS,
        made,
        "test and test_unseen_combination",
        len(pairs),
        str(bench.seed),
        "95 %, Wilson's",
        notes,
    )


OWN = "another caption of its own"


def run(bench: Bench) -> list[Table]:
    """The tables of this section; the second only where sacrebleu and rouge-score are installed."""
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
        OWN: [pair.captions[-1] for pair in pairs],
        "random training caption": [
            bench.train_pairs[index].captions[0] for index in rng.integers(len(bench.train_pairs), size=len(pairs))
        ],
        "HMVLM": said,
    }
    notes = (
        "Captions are written by rules from labels and measurements; no human reference exists for these recordings.",
        f"The model answers “{DEFAULT_QUESTION}” greedily.",
    )
    tables = [
        Table(
            "motion_to_text", "Motion to text", COLUMNS,
            {label: score(evaluator.embed_texts(texts), motions, texts, bench.seed) for label, texts in rows.items()},
            "test and test_unseen_combination", len(pairs), f"{bench.seed} to {bench.seed + REPEATS - 1} for pools",
            f"1.96 σ/√{REPEATS} over {REPEATS} shuffles into pools", notes
        )
    ]  # fmt: skip
    if find_spec("sacrebleu") and find_spec("rouge_score"):
        tables.append(
            captions(pairs, {label: rows[label] for label in (OWN, "random training caption", "HMVLM")}, bench)
        )
    return tables
