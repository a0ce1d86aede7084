"""Questions about held-out motions and clips, by kind; key frames against evenly spaced ones at the same budget."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from train.evaluation.bench import Bench, Clock
from train.evaluation.metrics import share_interval
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections.questions import Asked, blind, draw, filmed, majority, momentary, seen, shares
from train.questions import KINDS

log = logging.getLogger(__name__)

FRAMES = (8, 16)
"""Budgets of frames a clip; the paper's is 8."""
COMMON = 2000
"""Training questions that the majority answers are counted on."""


def row(asked: list[Asked], answer: Callable[[Asked], str | None], clock: Clock) -> tuple[Cell, ...]:
    """Percent right by kind, over all with its interval, and how many were asked before the clock ran out."""
    found = shares(asked, answer, lambda: clock.over)
    count = int(found["count"])
    hits = np.arange(count) < round(found["all"] * count)
    every = tuple(100 * value for value in share_interval(hits))
    return (*(100 * found[kind] if kind in found else None for kind in KINDS), every, count)


def run(bench: Bench) -> list[Table]:
    """The tables of this section; clips only where motions can be rendered."""
    clock, model, budget = bench.clock("understanding"), bench.assistant, bench.budget
    asked = draw(str(bench.motions), "test", budget.questions, bench.seed)
    made: dict[str, tuple[Cell, ...]] = {}
    for label, answer, share in (
        ("majority answer", majority(str(bench.motions), COMMON, bench.seed), 1.0),
        ("words alone", blind(model), 0.1),
        ("motion tokens alone", seen(model, noted=False), 0.15),
        ("HMVLM, motion", seen(model), 0.25),
    ):
        made[label] = row(asked, answer, clock.part(share))
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            made["HMVLM, rendered clip"] = row(asked[: budget.filmed], filmed(model, Path(folder)), clock.part(0.3))
            tables.append(_frames(bench, Path(folder), clock.part(0.2)))
        except (ImportError, RuntimeError, OSError) as error:
            log.warning("clips were not asked about: %s", error)
    notes = (
        "One question a motion, half of the motions mirrored; answers are read as one of the question's options.",
        "“words alone” is the model without any motion; a clip is rendered, then goes through detector, landmarks and poses.",
        "Truth comes from facts measured on the recording; beside a motion the model reads notes on facts measured on what it is shown.",
    )
    columns = (*KINDS, "all", "asked")
    table = Table(
        "understanding",
        "Questions about motions and clips, right answers %",
        columns,
        made,
        "test and test_unseen_combination",
        len(asked),
        str(bench.seed),
        "95 %, Wilson's",
        notes,
    )
    return [table, *tables]


def _frames(bench: Bench, folder: Path, clock: Clock) -> Table:
    """Key frames against evenly spaced ones."""
    drawn = [
        one for one in draw(str(bench.motions), "test", 40 * bench.budget.moments, bench.seed + 1) if momentary(one)
    ]
    asked, made = drawn[: bench.budget.moments], {}
    methods = [
        (f"{name}, {frames} frames", frames, uniform)
        for frames in FRAMES
        for name, uniform in (("key frames", False), ("evenly spaced", True))
    ]
    for label, frames, uniform in methods:
        found = row(asked, filmed(bench.assistant, folder, frames, uniform), clock.part(1 / len(methods)))
        made[label] = found[-2:]
    return Table(
        "frames", "Which frames of a clip are read: questions about short moments, right answers %", ("all", "asked"), made,
        "test and test_unseen_combination", len(asked), str(bench.seed + 1), "95 %, Wilson's",
        ("Rendered clips of more than 2.5 s in which something lasts less than 0.3 of the clip, and questions that hang on such a thing.",),
    )  # fmt: skip
