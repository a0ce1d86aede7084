"""Input files of an evaluation, made from the recordings where they are missing."""

from __future__ import annotations

import logging
from pathlib import Path

from train.evaluation.context import EvaluationContext
from train.evaluation.evaluator import fit, pairs
from train.recordings import prepare as recordings_to_motions
from train.recordings.store import load_motions, save_motions
from train.views import prepare as views_of_motions
from train.views.residuals import NOISE_FILE, ResidualBank
from train.views.store import save_views

log = logging.getLogger(__name__)

VIEWS = (60_000, 500, 3_000)
"""Synthetic views of the training, validation and test split."""
EVALUATOR_STEPS = 2500
"""Steps instead of minutes, so that the evaluator does not depend on the machine's speed."""


def make_missing(context: EvaluationContext, recordings: Path) -> None:
    """Make motions, pairs, the evaluator and views, each only if its file is missing; about 25 minutes for all."""
    if not context.motions.is_file():
        log.info("making %s", context.motions)
        recordings_to_motions.main(["--data", str(recordings), "--out", str(context.motions)])
    if not context.pairs.is_file():
        log.info("making %s", context.pairs)
        save_motions(context.pairs, pairs.prepare(load_motions(context.motions)))
    if not fit.complete(context.evaluator_folder):
        log.info("training the evaluator for %d steps", EVALUATOR_STEPS)
        train_evaluator(context)
    if not context.views.is_file():
        log.info("making %s", context.views)
        save_views(
            context.views,
            views_of_motions.prepare(str(context.motions), None, ResidualBank.load(NOISE_FILE), VIEWS, context.seed),
        )


def train_evaluator(context: EvaluationContext) -> None:
    """Train the evaluator, or go on where an earlier call was interrupted; InterruptedError if this one is."""
    folder = context.evaluator_folder
    settings = fit.EvaluatorSettings(
        pairs=str(context.pairs), out=str(folder), state=str(context.state / "evaluator"), steps=EVALUATOR_STEPS,
        resume=True,
    )  # fmt: skip
    fit.train(settings)
    if not fit.complete(folder):
        raise InterruptedError(f"the training of {folder} was interrupted; run the command again to go on with it")
