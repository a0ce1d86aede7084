"""Files that an evaluation reads, made from the recordings where they are missing."""

from __future__ import annotations

import logging
from pathlib import Path

from train.evaluation.bench import Bench
from train.evaluation.evaluator import fit, pairs
from train.evaluation.evaluator.model import CONFIG
from train.recordings import prepare as recordings_to_motions
from train.recordings.store import load_motions, save_motions
from train.views import prepare as views_of_motions
from train.views.residuals import NOISE_FILE, ResidualBank
from train.views.store import save_views

log = logging.getLogger(__name__)

VIEWS = (60_000, 500, 3_000)
"""Drawn views of training, validation and test."""
EVALUATOR_STEPS = 2500
"""A number of steps rather than minutes, so that a slower machine gets the same evaluator."""


def make_missing(bench: Bench, recordings: Path) -> None:
    """Make motions, pairs, the evaluator and views, each only if its file is not there; about 25 minutes for all."""
    if not bench.motions.is_file():
        log.info("making %s", bench.motions)
        recordings_to_motions.main(["--data", str(recordings), "--out", str(bench.motions)])
    if not bench.pairs.is_file():
        log.info("making %s", bench.pairs)
        save_motions(bench.pairs, pairs.prepare(load_motions(bench.motions)))
    if not (bench.evaluator_folder / CONFIG).is_file():
        log.info("training the evaluator for %d steps", EVALUATOR_STEPS)
        options = [
            "--pairs",
            str(bench.pairs),
            "--out",
            str(bench.evaluator_folder),
            "--state",
            str(bench.state / "evaluator"),
        ]
        fit.Fit(fit.parser().parse_args([*options, "--steps", str(EVALUATOR_STEPS)])).train()
    if not bench.views.is_file():
        log.info("making %s", bench.views)
        save_views(
            bench.views,
            views_of_motions.prepare(str(bench.motions), None, ResidualBank.load(NOISE_FILE), VIEWS, bench.seed),
        )
