"""The arms of one motion on the body of another: someone who waves or claps while walking.

The arms' rotations are relative to the chest, so they ride on the walking trunk; where both arms act, the spine takes
part in the action's posture.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmvlm.body.skeleton import INDEX, PART_JOINTS
from hmvlm.config import MOTION_FPS
from train.composition.channels import Channels, to_matrix, to_vector

SPINE = tuple(INDEX[f"spine{n}"] for n in (1, 2, 3))
HEAD = tuple(INDEX[name] for name in ("neck", "head"))
SPINE_SHARE = 0.4
"""Share of the action's spine in the layered one, where both arms act; a single arm takes half as much."""
RAMP = 0.4
"""Seconds over which the arms pass from one motion to the other."""


def layer(
    upper: Channels, lower: Channels, arms: str, start: int = 0, spine: float = SPINE_SHARE, ramp: float = RAMP
) -> Channels:
    """``lower`` with the ``arms`` ("left", "right" or "both") of ``upper`` from frame ``start`` on.

    Before and after, the arms are those of ``lower``; they pass over in ``ramp`` seconds. ValueError where
    ``upper`` does not fit into ``lower``.
    """
    if arms not in ("left", "right", "both"):
        raise ValueError(f"arms must be left, right or both, got {arms!r}")
    stop = start + len(upper)
    if stop > len(lower):
        raise ValueError(f"the upper motion ends at frame {stop}, the lower has {len(lower)}; lengthen it")
    sides = ("left", "right") if arms == "both" else (arms,)
    joints = [joint for side in sides for joint in PART_JOINTS[f"{side}_arm"]]
    frames = np.arange(len(upper)) + 1
    width = max(min(ramp * MOTION_FPS, len(upper) / 3), 1.0)
    weight = _ease(np.minimum(frames, frames[::-1]) / width)
    local = lower.local.copy()
    local[start:stop, joints] = _mix(lower.local[start:stop, joints], upper.local[:, joints], weight[:, None])
    trunk = [*SPINE, *HEAD]
    share = weight * (spine if arms == "both" else spine / 2)
    local[start:stop, trunk] = _mix(lower.local[start:stop, trunk], upper.local[:, trunk], share[:, None])
    return replace(lower, local=local)


def arms_idle(channels: Channels, joints: np.ndarray, arms: str) -> bool:
    """Whether the ``arms`` have nothing to do: the hands stay below the chest. ``joints`` are ``(T, 24, 3)``."""
    wrists = [INDEX[f"{side}_wrist"] for side in ("left", "right") if arms in (side, "both")]
    return bool((joints[:, wrists, 1] < joints[:, None, INDEX["spine3"], 1]).mean() > 0.95)


def _mix(first: np.ndarray, second: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Rotations ``share`` of the way from ``first`` to ``second`` on the shortest arc."""
    step = to_vector(second @ np.swapaxes(first, -1, -2))
    return to_matrix(step * share[..., None]) @ first


def _ease(u: np.ndarray) -> np.ndarray:
    u = np.clip(u, 0, 1)
    return u * u * (3 - 2 * u)
