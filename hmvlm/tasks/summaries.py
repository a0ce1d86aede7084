"""Replies in words for generated motions and estimated poses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hmvlm.config import MAX_TOTAL_SECONDS, MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import describe, facts
from hmvlm.motion.salience import pad_with_last_frame
from hmvlm.tasks.checks import ClauseReport, missing_sentence
from hmvlm.vision.estimate import PoseEstimate


def motion_summary(motion: Motion | None, requested_seconds: float | None, plan: Sequence[ClauseReport] = ()) -> str:
    """Length and measured facts of a generated motion, or the plan of its parts, and what is missing.

    None is a generation that was stopped at once.
    """
    if motion is None:
        return "Stopped before the first frame."
    if len(plan) > 1:
        parts = " ".join(
            f"{number}. {one.text.rstrip('.')} ({one.start:.1f}–{one.end:.1f} s)."
            for number, one in enumerate(plan, start=1)
        )
        sentences = [f"{motion.duration:.1f} s of motion. Plan: {parts}"]
    else:
        sentences = [f"{motion.duration:.1f} s of motion. {describe(facts(motion))}"]
    if missing := missing_sentence(plan):
        sentences.append(missing)
    if requested_seconds is not None and requested_seconds > MAX_TOTAL_SECONDS:
        sentences.append(
            f"You asked for {requested_seconds:g} s; one generation makes at most {MAX_TOTAL_SECONDS:g} s."
        )
    return " ".join(sentences)


def pose_summary(estimate: PoseEstimate, motion: Motion, person: int | None = None) -> str:
    """The pose in words, what was not visible, which person is shown, and the confidence."""
    shown = motion
    if estimate.fps is None:
        shown = replace(pad_with_last_frame(motion, MOTION_FPS), fps=float(MOTION_FPS))
    sentences = [describe(facts(shown))]
    if estimate.people > 1:
        which = f"person {person}" if person else "the largest"
        sentences.append(f"{estimate.people} people found, showing {which}.")
    if missing := estimate.unseen():
        sentences.append(f"Not visible: {', '.join(missing)}.")
    if not estimate.found.all():
        sentences.append(f"Seen in {estimate.found.mean():.0%} of the frames.")
    sentences.append(f"Confidence {estimate.confidence:.0%}.")
    return " ".join(sentences)
