"""Replies in words for generated motions and estimated poses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hmvlm.config import MAX_TOTAL_SECONDS, MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts, describe, facts
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


def pose_summary(
    people: Sequence[PoseEstimate], motion: Motion, person: int | None = None, measured: Facts | None = None
) -> str:
    """The first person's pose in words, what was not visible, who else was found, cuts, and the confidence.

    ``measured`` are the facts of the motion, if they are known already.
    """
    estimate = people[0]
    sentences = [describe(measured or measured_facts(estimate, motion))]
    if estimate.people > 1:
        which = f"This is person {person}." if person else "This is person 1, the largest; all are estimated."
        sentences.append(f"{estimate.people} people found. {which}")
    sentences += _times(people)
    if missing := estimate.unseen():
        sentences.append(f"Not visible: {', '.join(missing)}.")
    if not estimate.found.all():
        sentences.append(f"Seen in {estimate.found.mean():.0%} of the frames.")
    sentences.append(f"Confidence {estimate.confidence:.0%}.")
    return " ".join(sentences)


def measured_facts(estimate: PoseEstimate, motion: Motion) -> Facts:
    """Facts about a person in a photo or clip; the pose of a photo is held for a second."""
    if estimate.fps is None:
        motion = replace(pad_with_last_frame(motion, MOTION_FPS), fps=float(MOTION_FPS))
    return facts(motion)


def _times(people: Sequence[PoseEstimate]) -> list[str]:
    """When people come and go, and where the clip cuts to another shot."""
    fps, sight = people[0].fps, people[0].sight
    if fps is None or sight is None:
        return []
    sentences = []
    for one in people:
        start, stop = one.span()
        if one.sight is not None and len(people[0]) - (stop - start) > fps / 2:
            sentences.append(f"Person {one.sight.number} is seen from {start / fps:.1f} to {stop / fps:.1f} s.")
    if sight.cuts:
        times = " and ".join(f"{cut / fps:.1f} s" for cut in sight.cuts)
        sentences.append(f"The clip cuts to another shot at {times}; people after a cut are counted anew.")
    return sentences
