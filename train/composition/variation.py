"""The same motion at another tempo or size, and shorter by cycles taken out of its middle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmvlm.body.skeleton import PART_JOINTS
from hmvlm.config import MOTION_FPS
from train.composition.channels import Channels, to_matrix, to_vector
from train.composition.joining import Blend, join

ARMS = [joint for side in ("left", "right") for joint in PART_JOINTS[f"{side}_arm"]]


def at_tempo(channels: Channels, factor: float) -> Channels:
    """``factor`` times as fast (1.2 is shorter): rotations by slerp, places linearly."""
    if not 0.4 <= factor <= 2.5:
        raise ValueError(f"a tempo of {factor} distorts the motion; choose 0.4 to 2.5")
    last = len(channels) - 1
    moments = np.arange(0, last + 1e-6, factor)
    low = np.minimum(moments.astype(int), max(last - 1, 0))
    high = np.minimum(low + 1, last)
    share = moments - low

    def places(values: np.ndarray) -> np.ndarray:
        weight = share.reshape(-1, *([1] * (values.ndim - 1)))
        return values[low] * (1 - weight) + values[high] * weight

    def rotations(values: np.ndarray) -> np.ndarray:
        step = to_vector(values[high] @ np.swapaxes(values[low], -1, -2))
        weight = share.reshape(-1, *([1] * (step.ndim - 1)))
        return to_matrix(step * weight) @ values[low]

    return Channels(
        places(channels.root),
        rotations(channels.local),
        places(channels.balls),
        rotations(channels.soles),
        channels.contact[low] & channels.contact[high],
    )


def at_size(channels: Channels, factor: float) -> Channels:
    """Arms that move ``factor`` times as far about the posture of the first frame; no joint moves over 2.8 rad."""
    if not 0.3 <= factor <= 1.6:
        raise ValueError(f"a size of {factor} distorts the motion; choose 0.3 to 1.6")
    local = channels.local.copy()
    base = local[0, ARMS]
    vector = to_vector(local[:, ARMS] @ np.swapaxes(base, -1, -2))
    angle = np.linalg.norm(vector, axis=-1, keepdims=True)
    wanted = np.minimum(angle * factor, np.maximum(angle, 2.8))
    local[:, ARMS] = to_matrix(vector * (wanted / np.maximum(angle, 1e-9))) @ base
    return replace(channels, local=local)


def trim(channels: Channels, joints: np.ndarray, threshold: float = 0.3, margin: float = 0.3) -> Channels | None:
    """The active part of a motion with ``margin`` seconds of rest around; None where nothing moves.

    ``joints`` are its ``(T, 24, 3)``; active is faster than ``threshold`` m/s at hands, feet, head or pelvis.
    """
    ends = joints[:, [0, 7, 8, 15, 20, 21]]
    speed = np.linalg.norm(np.gradient(ends, axis=0), axis=-1).max(1) * MOTION_FPS
    active = np.flatnonzero(speed > threshold)
    if not len(active):
        return None
    rest = round(margin * MOTION_FPS)
    return channels.cut(max(0, int(active[0]) - rest), min(len(channels), int(active[-1]) + rest + 1))


def shorten(channels: Channels, shape: np.ndarray, seconds: float, misfit: float = 0.12) -> Channels:
    """About ``seconds`` long: cycles are taken out of the middle where posture and velocity agree.

    ``shape`` are the postures ``(T, D)`` of :func:`train.composition.gaits.postures`. Where no two moments agree within
    ``misfit`` metres the motion comes back as it is.
    """
    total, wanted = len(channels), round(seconds * MOTION_FPS)
    if total <= wanted + 6:
        return channels
    gap = np.sqrt(((shape[:, None] - shape[None]) ** 2).mean(-1))
    i, j = np.indices(gap.shape)
    left = total - (j - i)
    cost = gap + 0.02 * np.abs(left - wanted) / MOTION_FPS
    cost[(j <= i + 4) | (i < 0.2 * total) | (j > 0.85 * total) | (left < 0.6 * wanted)] = np.inf
    first, second = np.unravel_index(int(cost.argmin()), cost.shape)
    if not np.isfinite(cost[first, second]) or gap[first, second] > misfit:
        return channels
    return join(channels.cut(0, int(first) + 1), channels.cut(int(second), total), Blend(0.3, 0.3, 0.3))
