"""Clauses: a gait along a path, an action, an action repeated, a gesture while walking; and their sequence."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np

from hmvlm.config import MOTION_FPS
from train.composition.bending import bend
from train.composition.channels import Channels
from train.composition.gaits import Loop, straight
from train.composition.joining import Blend, join
from train.composition.layering import layer
from train.composition.library import Clip
from train.composition.shapes import Path
from train.composition.variation import at_size, at_tempo, shorten
from train.composition.wording import Meaning

LONGEST_GESTURE = 4.0
"""Seconds to which waving and the like are shortened."""


TOLD_STYLES = ("active", "angry", "childish", "elderly", "exhausted", "happy", "old", "proud", "sad", "tired")
"""Styles that show in a gesture or act, so that its sentence may tell them."""


@dataclass(frozen=True)
class Clause:
    """Something composed that a verb phrase tells.

    ``twists`` are the angles in radians of the pelvis against its mean heading in the first and last frame; ``source``
    names the recordings; ``stub`` marks a moment of standing that is not told;
    ``framed`` an action that needs one around.
    """

    channels: Channels
    meaning: Meaning
    source: str
    twists: tuple[float, float] = (0.0, 0.0)
    stub: bool = False
    framed: bool = False


def passing(channels: Channels) -> np.ndarray:
    """Frames in which one foot stands and the other swings past it, of a gait along z."""
    gap = channels.balls[:, 0, 2] - channels.balls[:, 1, 2]
    crossing = np.flatnonzero(np.sign(gap[1:]) != np.sign(gap[:-1]))
    near = np.array([f if abs(gap[f]) < abs(gap[f + 1]) else f + 1 for f in crossing], int)
    single = channels.contact.sum(1) == 1
    return near[single[near]] if single[near].any() else near


def gait_clause(
    clip: Clip, path: Path, meaning: Meaning, rng: random.Random, stands: tuple[bool, bool], tempo: float = 1.0
) -> Clause:
    """The gait of a clip along a path; ``stands`` says whether it begins and ends next to a standing body.

    There the cut is where one foot passes the other, and steps grow and shrink.

    Raises:
        LookupError: the gait has no such frame near.
    """
    loop = clip.loop
    if loop is None:
        raise ValueError(f"{clip.name} has no loop; draw it from the gaits")
    ramp = 0.45 * loop.speed
    path = replace(path, ramps=(ramp if stands[0] else 0.0, ramp if stands[1] else 0.0))
    whole = len(loop.channels) - 1
    walked = straight(loop, int(path.effort / loop.speed * MOTION_FPS) + 2 * whole + 30)
    first, last = _ends(walked, loop, path.effort, rng, stands)
    piece = walked.cut(first, last + 1)
    piece = piece.placed(0.0, piece.root[0] * [1, 0, 1], np.zeros(3))
    piece = _stretched(piece, path.effort / float(piece.root[-1, 2]))
    forward = abs(loop.heading) < np.pi / 2
    bent = bend(piece, path, lean=forward)
    twists = (float(piece.yaw()[0] - loop.heading), float(_wrap(piece.yaw()[-1] - loop.heading)))
    return Clause(at_tempo(bent, tempo) if tempo != 1.0 else bent, meaning, clip.name, twists)


def _ends(
    walked: Channels, loop: Loop, effort: float, rng: random.Random, stands: tuple[bool, bool]
) -> tuple[int, int]:
    whole = len(loop.channels) - 1
    cuts = passing(walked)
    starts = cuts[cuts <= whole] if stands[0] else np.arange(whole)
    if not len(starts):
        raise LookupError("the gait has no frame in which a foot passes the other; take another clip")
    first = int(rng.choice(list(starts)))
    along = walked.root[:, 2] - walked.root[first, 2]
    ends = cuts[cuts > first + 5] if stands[1] else np.arange(first + 6, len(walked))
    if not len(ends):
        raise LookupError("the gait is too short for its path; take another clip")
    last = int(ends[np.abs(along[ends] - effort).argmin()])
    return first, last


def _stretched(channels: Channels, factor: float) -> Channels:
    """Steps ``factor`` times as long, within 0.75 to 1.2."""
    scale = np.array([1.0, 1.0, float(np.clip(factor, 0.75, 1.2))])
    return replace(channels, root=channels.root * scale, balls=channels.balls * scale)


def action_clause(clip: Clip, idle: Clip | None, rng: random.Random, count: int = 1) -> Clause:
    """An act or gesture, ``count`` times with small differences in tempo and size.

    Gestures of which only the arms are usable go on the body of ``idle``.
    """
    made: Channels | None = None
    for _ in range(count):
        channels = clip.channels
        if not clip.once:
            channels = shorten(channels, clip.shape, rng.uniform(0.6, 1.0) * LONGEST_GESTURE)
        if clip.layered:
            if idle is None:
                raise ValueError(f"{clip.name} needs the body of an idle clip")
            channels = channels.cut(0, len(idle.channels))
            body = idle.channels.cut(0, len(channels))
            channels = layer(channels, body, clip.arms, spine=0.3, ramp=0.0)
        channels = at_tempo(channels, rng.uniform(0.92, 1.12))
        channels = at_size(channels, rng.uniform(0.93, 1.05)) if count > 1 else channels
        made = channels if made is None else join(made, channels, Blend(0.35, 0.45, 0.3))
    if made is None:
        raise ValueError(f"an action is done at least once, got count {count}")
    source = f"{clip.name}+{idle.name}" if clip.layered and idle else clip.name
    return Clause(made, meaning_of(clip, count), source, framed=clip.framed)


def meaning_of(clip: Clip, count: int = 1) -> Meaning:
    """What an action clip shows, done ``count`` times."""
    return Meaning(
        clip.key,
        clip.side,
        str(count) if count > 1 else "",
        style=clip.style if clip.style in TOLD_STYLES else "",
        both=clip.arms == "both",
    )


def layered_clause(base: Clause, clip: Clip, rng: random.Random) -> Clause:
    """The gesture of ``clip`` during a gait; it begins a little after the gait.

    Raises:
        LookupError: the gait is shorter than the gesture.
    """
    upper = clip.channels
    if not clip.once:
        upper = shorten(upper, clip.shape, 0.9 * len(base.channels) / MOTION_FPS)
    slack = len(base.channels) - len(upper)
    if slack < 0:
        raise LookupError("the gait is shorter than the gesture; lengthen it")
    channels = layer(upper, base.channels, clip.arms, start=rng.randint(0, slack))
    meaning = replace(base.meaning, while_=replace(meaning_of(clip), style=""))
    return replace(base, channels=channels, meaning=meaning, source=f"{base.source}+{clip.name}")


def stub(idle: Clip, frames: int) -> Clause:
    """A moment of standing before or after a gait."""
    return Clause(idle.channels.cut(0, frames), Meaning("stand"), idle.name, stub=True)


def sequence(clauses: list[Clause]) -> tuple[Channels, list[int]]:
    """All clauses one after the other, and the frame at which each told clause starts.

    The moment of standing before the first belongs to it.
    """
    made = clauses[0].channels
    cuts = [0]
    for before, clause in zip(clauses, clauses[1:]):
        if not (clause.stub or before.stub and len(cuts) == 1 and before is clauses[0]):
            cuts.append(len(made))
        turn = _wrap(clause.twists[0] - before.twists[1])
        made = join(made, clause.channels, turn=turn)
    return made, cuts


def _wrap(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
