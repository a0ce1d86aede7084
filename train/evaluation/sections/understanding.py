"""Questions about held-out motions and rendered clips, by kind.

Key frames against evenly spaced ones at the same budget.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import numpy as np

from train.evaluation.context import EvaluationContext, TimeLimit
from train.evaluation.metrics import percentage
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections.questions import (
    MIN_SECONDS,
    SHORT_EVENT,
    Answerer,
    QuestionItem,
    about_short_event,
    accuracies,
    clip_answer,
    majority_answer,
    motion_answer,
    sample_questions,
    text_only_answer,
)
from train.questions import KINDS

log = logging.getLogger(__name__)

FRAMES = (8, 16)
"""Budgets of frames a clip; the paper's is 8."""
MAJORITY_QUESTIONS = 2000
"""Training questions that the majority answers are counted on."""
CANDIDATES = 40
"""Questions sampled for each one about a short event."""


def row(items: list[QuestionItem], answer: Answerer, limit: TimeLimit) -> tuple[Cell, ...]:
    """Accuracy in percent by kind, over all with its interval, and how many were asked within the limit."""
    found = accuracies(items, answer, lambda: limit.exceeded)
    count = int(found["count"])
    hits = np.arange(count) < round(found["all"] * count)
    every = percentage(hits)
    return (*(100 * found[kind] if kind in found else None for kind in KINDS), every, count)


def run(context: EvaluationContext) -> list[Table]:
    """The tables of this section; clips only where motions can be rendered."""
    limit, model, budget = context.time_limit("understanding"), context.assistant, context.budget
    motions = str(context.motions)
    items = sample_questions(motions, "test", budget.questions, context.seed)
    rows: dict[str, tuple[Cell, ...]] = {}
    for label, answer, share in (
        ("majority answer", majority_answer(motions, MAJORITY_QUESTIONS, context.seed), 1.0),
        ("question only", text_only_answer(model), 0.1),
        ("motion tokens without notes", motion_answer(model, notes=False), 0.15),
        ("HMVLM, motion", motion_answer(model), 0.25),
    ):
        rows[label] = row(items, answer, limit.fraction(share))
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            clips = items[: budget.rendered_clips]
            if clips:
                rows["HMVLM, rendered clip"] = row(clips, clip_answer(model, Path(folder)), limit.fraction(0.3))
            if budget.short_event_clips:
                tables.append(frames_table(context, Path(folder), limit.fraction(0.2)))
        except (ImportError, RuntimeError, OSError) as error:
            log.warning("clips were not asked about: %s", error)
    table = Table(
        "understanding", "Questions about motions and clips, accuracy %", (*KINDS, "all", "questions"), rows,
        "test and test_unseen_combination", len(items), str(context.seed), "95 %, Wilson's",
        (
            ("One question a motion, half of the motions mirrored; an answer is parsed as one of the question's "
             "options."),
            ("“question only” gives the model no motion; a clip is rendered, then goes through detector, landmarks "
             "and poses."),
            ("The exact answers come from facts measured on the recording; the notes beside a motion are facts "
             "measured on the model's input."),
        ),
    )  # fmt: skip
    return [table, *tables]


def frames_table(context: EvaluationContext, folder: Path, limit: TimeLimit) -> Table:
    """Key frames against evenly spaced ones, on questions about short events."""
    count, seed = context.budget.short_event_clips, context.seed + 1
    candidates = sample_questions(str(context.motions), "test", CANDIDATES * count, seed)
    items, rows = [item for item in candidates if about_short_event(item)][:count], {}
    methods = [
        (f"{name}, {frames} frames", frames, uniform)
        for frames in FRAMES
        for name, uniform in (("key frames", False), ("evenly spaced", True))
    ]
    for label, frames, uniform in methods:
        answer = clip_answer(context.assistant, folder, frames, uniform)
        rows[label] = row(items, answer, limit.fraction(1 / len(methods)))[-2:]
    return Table(
        "frames", "Frame sampling in clips: questions about short events, accuracy %", ("all", "questions"), rows,
        "test and test_unseen_combination", len(items), str(seed), "95 %, Wilson's",
        ((f"Rendered clips of more than {MIN_SECONDS:g} s with an event shorter than {SHORT_EVENT:g} of the clip, and "
          "a question about such an event."),),
    )  # fmt: skip
