"""Selecting frames of a motion that is longer than the language model's input: key frames, the most active window."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion


def activity(motion: Motion) -> np.ndarray:
    """Mean joint speed ``(T,)`` in m/s between each frame and the next; 0 at the last."""
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses))
    joints, _ = forward_kinematics(local, BodyModel.load().offsets(), torch.from_numpy(motion.trans))
    speed = joints.diff(dim=0).norm(dim=-1).mean(-1).numpy() * motion.fps
    return np.append(speed, 0.0)


def most_active_window(motion: Motion, frames: int) -> Motion:
    """The ``frames`` frames in a row during which the body moves most; all of it if there are no more."""
    if len(motion) <= frames:
        return motion
    total = np.concatenate([[0.0], activity(motion).cumsum()])
    start = int(np.argmax(total[frames:] - total[:-frames]))
    return motion.slice(start, start + frames)


def pad_with_last_frame(motion: Motion, frames: int) -> Motion:
    """The motion with its last frame repeated up to ``frames`` frames."""
    rows = np.minimum(np.arange(max(frames, len(motion))), len(motion) - 1)
    return dataclasses.replace(motion, poses=motion.poses[rows], trans=motion.trans[rows])


def key_frames(tracks: np.ndarray, budget: int) -> np.ndarray:
    """Indices of at most ``budget`` frames from which the others are interpolated best, in order.

    Starts with the first and the last frame of ``tracks`` ``(T, D)``; then the frame farthest from the straight
    line between its chosen neighbours joins, again and again (as in the Douglas-Peucker simplification of
    curves). So turning points and extremes come first; static stretches take a frame only when little else is left.
    """
    if budget < 2:
        raise ValueError(f"key frames need a budget of at least 2, got {budget}")
    count = len(tracks)
    if count <= budget:
        return np.arange(count)

    def worst(start: int, stop: int) -> tuple[float, int]:
        if stop - start < 2:
            return -1.0, start
        inner = np.arange(start + 1, stop)
        share = ((inner - start) / (stop - start))[:, None]
        apart = np.linalg.norm(tracks[inner] - (tracks[start] * (1 - share) + tracks[stop] * share), axis=-1)
        return float(apart.max()), int(inner[apart.argmax()])

    chosen, gaps = {0, count - 1}, {(0, count - 1): worst(0, count - 1)}
    while len(chosen) < budget:
        start, stop = max(gaps, key=lambda gap: gaps[gap][0])
        middle = gaps.pop((start, stop))[1]
        chosen.add(middle)
        gaps |= {(start, middle): worst(start, middle), (middle, stop): worst(middle, stop)}
    return np.array(sorted(chosen))


def uniform_frames(tracks: np.ndarray, budget: int) -> np.ndarray:
    """Indices of at most ``budget`` frames of ``tracks`` ``(T, D)``, evenly spaced from the first to the last."""
    if budget < 2:
        raise ValueError(f"evenly spaced frames need a budget of at least 2, got {budget}")
    return np.unique(np.linspace(0, len(tracks) - 1, min(budget, len(tracks))).round().astype(int))
