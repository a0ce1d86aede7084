"""Measured facts about a motion: what travels, turns, rises, bends, jumps, and when.

``facts(motion)`` measures; ``describe(facts)`` puts it into words. Everything is computed from the 24 SMPL
joint positions at 20 fps in metres, Y up; left is the body's own left.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from hmvlm.body.smpl import BodyModel
from hmvlm.config import MOTION_FPS
from hmvlm.motion import features
from hmvlm.motion.clip import Motion

from . import limbs, posture, rhythm, travel
from .clause import Clause
from .records import LEVELS, Air, Event, Facts, Hand, Leg, Posture, Rhythm, Travel, Trunk
from .signals import FPS, SIDES, Signals, runs
from .words import clauses, describe

__all__ = [
    "LEVELS", "Air", "Clause", "Event", "Facts", "Hand", "Leg", "Posture", "Rhythm", "Signals", "Travel", "Trunk",
    "clauses", "describe", "facts",
    "facts_of_features", "facts_of_joints",
]  # fmt: skip


def facts(motion: Motion) -> Facts:
    """Measure a motion of any frame rate (it is resampled to 20 fps)."""
    if abs(motion.fps - MOTION_FPS) > 1e-3:
        motion = motion.resample(MOTION_FPS)
    return facts_of_joints(motion.joints())


def facts_of_features(raw: Sequence[Tensor]) -> list[Facts]:
    """Measure motions given as features ``(T_i, 221)`` at 20 fps, in one forward-kinematic pass."""
    poses, trans = features.decode_arrays(pad_sequence(list(raw), batch_first=True).float().cpu())
    frames = [len(one) for one in raw]
    poses = torch.cat([one[:count] for one, count in zip(poses, frames, strict=True)])
    trans = torch.cat([one[:count] for one, count in zip(trans, frames, strict=True)])
    return [facts_of_joints(one.numpy()) for one in BodyModel.load().joints(poses, trans).split(frames)]


def facts_of_joints(joints: np.ndarray) -> Facts:
    """Measure joint positions ``(T, 24, 3)`` in metres at 20 fps, Y up, floor near 0.

    Raises:
        ValueError: another shape.
    """
    signals = Signals(joints)
    way, events = travel.measure(signals)
    stance, air, jumping, found = posture.measure(signals)
    events += found
    trunk, found = posture.measure_trunk(signals, posture.seated(signals))
    events += found
    hands, legs = {}, {}
    for side in SIDES:
        hands[side], found = limbs.measure_hand(signals, side)
        events += found
        legs[side], found = limbs.measure_leg(signals, side, jumping)
        events += found
    over = [signals.seen(f"{s}_wrist")[:, 1] - signals.seen(f"{s}_shoulder")[:, 1] for s in SIDES]
    both = (over[0] > 0) & (over[1] > 0) & signals.upright
    gap = np.linalg.norm(signals.at("left_wrist") - signals.at("right_wrist"), axis=-1)
    claps = [s for s in runs(gap < 0.16) if s[1] - s[0] < 0.5 * FPS]
    apart = sum(gap[max(a - 10, 0) : b + 10].max() > 0.3 for a, b in claps)
    return Facts(
        duration=len(signals) / FPS,
        travel=way,
        left_hand=hands["left"],
        right_hand=hands["right"],
        left_leg=legs["left"],
        right_leg=legs["right"],
        trunk=trunk,
        posture=stance,
        air=air,
        rhythm=rhythm.measure(signals),
        both_raised=float(both.sum() / FPS),
        hands_together=float((gap < 0.2).sum() / FPS),
        claps=int(apart),
        events=tuple(sorted(events, key=lambda e: (e.start, e.end, e.kind))),
    )
