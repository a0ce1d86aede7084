"""Which way is up in a source's world, told by the body: files do not say it, and makers use Y or Z."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmvlm.body.vectors import swing, unit
from hmvlm.motion.retarget.mapping import Mapping
from hmvlm.motion.retarget.source_clip import SourceClip

AXES = {"Y": (0, 1, 0), "Z": (0, 0, 1), "-Y": (0, -1, 0), "X": (1, 0, 0), "-X": (-1, 0, 0), "-Z": (0, 0, -1)}
STEADY = 0.85
"""A body whose mean direction from feet to shoulders is this long along an axis stands upright on it."""
SURE = 0.4
"""Mean direction along an axis (cosine) from which it can be up."""


def up_axis(mean: np.ndarray, usual: str) -> str:
    """The name of the axis (:data:`AXES`) that is up.

    Args:
        mean: mean over time of the unit direction (3,) from feet to shoulders, in the source's world.
        usual: the axis that the format or the rest pose suggests. It holds unless the body stands steadily on another
            axis, or never on this one and mostly on another: a body that lies for a while does not stand on its side.
    """
    along = {name: float(mean @ np.array(axis)) for name, axis in AXES.items()}
    best = max(along, key=lambda name: along[name])
    if best == usual or along[best] < SURE:
        return usual
    if along[best] >= STEADY or along[usual] < 0.2 and along[best] > 0.6:
        return best
    return usual


def y_up(axis: str) -> np.ndarray:
    """The rotation (3, 3) that turns the named axis up to Y."""
    if axis == "Y":
        return np.eye(3)
    if axis == "-Y":
        return np.diag([1.0, -1.0, -1.0])
    return swing(np.array(AXES[axis], float), np.array([0.0, 1.0, 0.0]))


def standing_direction(positions: np.ndarray, mapping: Mapping) -> np.ndarray:
    """Mean over time (3,) of the unit direction from the ankles to the shoulders of positions (T, J, 3)."""
    ends = [
        (positions[:, mapping.joints[f"left_{name}"]] + positions[:, mapping.joints[f"right_{name}"]]) / 2
        for name in ("ankle", "shoulder")
    ]
    return unit(ends[1] - ends[0]).mean(axis=0)


def turned(clip: SourceClip, turn: np.ndarray) -> SourceClip:
    """A clip with its world turned by a rotation (3, 3); the rest pose is no part of the world."""
    rotations = None if clip.rotations is None else turn @ clip.rotations
    return replace(clip, positions=clip.positions @ turn.T, rotations=rotations)
