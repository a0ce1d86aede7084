"""What the codes keep of motion: reconstruction errors, FID, codebook use; body parts beside the whole body."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

from hmvlm.tokenizer.model import BodyPartTokenizer
from train.evaluation.bench import Bench
from train.evaluation.metrics import fid
from train.evaluation.report.tables import Cell, Table
from train.recordings.store import Recording
from train.tokenizer.metrics import measure

log = logging.getLogger(__name__)

MEASURES = {
    "mpjpe_mm": "MPJPE mm", "pa_mpjpe_mm": "PA-MPJPE mm", "acceleration_mm": "acceleration error mm/frame²",
    "path_percent": "path error at 8 s %", "heading_degrees": "heading error °", "pose_mpjpe_mm": "pose codes, MPJPE mm",
}  # fmt: skip
USE = {"use_percent": "least used codebook %", "pose_use_percent": "pose, least used %"}


def row_of(summary: dict[str, float]) -> tuple[Cell, ...]:
    """Cells of :data:`MEASURES` with their intervals, then :data:`USE`; what a source lacks is left open."""
    means = [(summary[name], summary[f"{name}_95"]) if name in summary else None for name in MEASURES]
    return (*means, *(summary.get(name) for name in USE))


def reconstruction_fid(tokenizer: BodyPartTokenizer, bench: Bench, count: int) -> float | None:
    """FID of reconstructed test motions against the same motions, by the text-motion evaluator if there is one."""
    try:
        pairs, evaluator = bench.test_pairs[:count], bench.evaluator
    except FileNotFoundError as error:
        log.warning("no FID of reconstructions: %s", error)
        return None
    real = evaluator.embed_motions([pair.motion for pair in pairs])
    made = evaluator.embed_motions([tokenizer.decode(tokenizer.encode(pair.motion)) for pair in pairs])
    return fid(real, made)


def run(bench: Bench) -> list[Table]:
    """The table of this section: each tokenizer over all sources, then the model's own a source."""
    clips = test_clips(bench.clips, bench.budget.tokenizer_clips, bench.seed)
    folders: dict[str, Path] = {"body parts": bench.folder / "tokenizer"}
    if bench.whole is not None:
        folders["whole body"] = bench.whole
    rows: dict[str, tuple[Cell, ...]] = {}
    for label, folder in folders.items():
        tokenizer = BodyPartTokenizer.from_pretrained(folder)
        table = measure(tokenizer, clips)
        title = f"{label}, K = {tokenizer.config.codebook_size}"
        rows[title] = (*row_of(table["all"]), reconstruction_fid(tokenizer, bench, len(clips)))
        if label == "body parts":
            rows |= {f"… {source}": (*row_of(summary), None) for source, summary in table.items() if source != "all"}
    return [
        Table(
            "tokenizer", "Tokenizer: what codes keep of motion", (*MEASURES.values(), *USE.values(), "FID"), rows,
            "test", len(clips), str(bench.seed), "95 % over clips",
            ("Real motion has no error by definition. FID as in the text-to-motion table, reconstructions against the same motions.",)
        )
    ]  # fmt: skip


def test_clips(clips: list[Recording], most: int, seed: int) -> list[Recording]:
    """At most ``most`` clips of the test split, drawn by lot."""
    chosen = [clip for clip in clips if clip.split == "test"]
    if not chosen:
        raise ValueError("the recordings have no test split")
    order = np.random.default_rng(seed).permutation(len(chosen))[:most]
    return [chosen[index] for index in sorted(order)]
