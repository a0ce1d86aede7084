"""Tokenizer: reconstruction errors, FID and codebook use; body parts beside the whole body."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from hmvlm.tokenizer.model import BodyPartTokenizer
from train.evaluation.context import EvaluationContext
from train.evaluation.metrics import fid
from train.evaluation.report.tables import Cell, Table
from train.recordings.store import Recording
from train.tokenizer.metrics import measure

log = logging.getLogger(__name__)

MEASURES = {
    "mpjpe_mm": "MPJPE mm", "pa_mpjpe_mm": "PA-MPJPE mm", "acceleration_mm": "acceleration error mm/frame²",
    "path_percent": "path error at 8 s %", "heading_degrees": "heading error °",
    "pose_mpjpe_mm": "pose codes, MPJPE mm",
}  # fmt: skip
CODEBOOK_USE = {"use_percent": "least used codebook %", "pose_use_percent": "pose, least used %"}


def row(summary: dict[str, float]) -> tuple[Cell, ...]:
    """Cells of :data:`MEASURES` with their intervals, then :data:`CODEBOOK_USE`; None for what a source lacks."""
    means = [(summary[name], summary[f"{name}_95"]) if name in summary else None for name in MEASURES]
    return (*means, *(summary.get(name) for name in CODEBOOK_USE))


def reconstruction_fid(tokenizer: BodyPartTokenizer, context: EvaluationContext, count: int) -> float | None:
    """FID of reconstructed test motions against the same motions, by the text-motion evaluator if there is one."""
    try:
        pairs, evaluator = context.test_pairs[:count], context.evaluator
    except FileNotFoundError as error:
        log.warning("no FID of reconstructions: %s", error)
        return None
    real = evaluator.embed_motions([pair.motion for pair in pairs])
    made = evaluator.embed_motions([tokenizer.decode(tokenizer.encode(pair.motion)) for pair in pairs])
    return fid(real, made)


def run(context: EvaluationContext) -> list[Table]:
    """The table of this section: each tokenizer over all sources, then the model's own a source."""
    clips = sample_test_clips(context.recordings, context.budget.tokenizer_clips, context.seed)
    folders: dict[str, Path] = {"body parts": context.folder / "tokenizer"}
    if context.whole_body_tokenizer is not None:
        folders["whole body"] = context.whole_body_tokenizer
    rows: dict[str, tuple[Cell, ...]] = {}
    for label, folder in folders.items():
        tokenizer = BodyPartTokenizer.from_pretrained(folder)
        table = measure(tokenizer, clips)
        title = f"{label}, K = {tokenizer.config.codebook_size}"
        rows[title] = (*row(table["all"]), reconstruction_fid(tokenizer, context, len(clips)))
        if label == "body parts":
            rows |= {f"… {source}": (*row(summary), None) for source, summary in table.items() if source != "all"}
    return [
        Table(
            "tokenizer", "Tokenizer: reconstruction of test clips", (*MEASURES.values(), *CODEBOOK_USE.values(), "FID"),
            rows,
            "test", len(clips), str(context.seed), "95 % over clips",
            (("Real motion has no error by definition. FID is of reconstructions against the same motions, by the "
              "evaluator of the text-to-motion table."),)
        )
    ]  # fmt: skip


def sample_test_clips(clips: list[Recording], count: int, seed: int) -> list[Recording]:
    """At most ``count`` clips of the test split, sampled uniformly at random."""
    chosen = [clip for clip in clips if clip.split == "test"]
    if not chosen:
        raise ValueError("the recordings have no test split")
    order = np.random.default_rng(seed).permutation(len(chosen))[:count]
    return [chosen[index] for index in sorted(order)]
