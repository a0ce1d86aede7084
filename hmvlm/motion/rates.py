"""A motion at another frame rate, for files: rotations by slerp, the path by a cubic spline, the duration kept.

:meth:`hmvlm.motion.clip.Motion.resample`, which training and drawing use, moves the body along straight lines and ends
at the last frame; here the velocity is continuous, and a file of T frames at one rate has T * new / old at the other.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from scipy.interpolate import make_interp_spline

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.motion.clip import Motion


def at_rate(motion: Motion, fps: float | None) -> Motion:
    """The motion at ``fps`` frames a second (None: as it is). After its last frame the body stays where it is."""
    if fps is None or abs(fps - motion.fps) < 1e-6:
        return motion
    times = frame_times(len(motion), motion.fps, fps)
    low = np.minimum(times.astype(int), max(len(motion) - 2, 0))
    high = np.minimum(low + 1, len(motion) - 1)
    poses = torch.from_numpy(motion.poses)
    steps = torch.from_numpy((times - low).astype(np.float32))[:, None].expand(-1, NUM_JOINTS)
    turned = rotations.slerp(poses[low], poses[high], steps).numpy()
    degree = min(3, len(motion) - 1)
    if degree < 1:
        trans = np.repeat(motion.trans, len(times), axis=0)
    else:
        trans = make_interp_spline(np.arange(len(motion)), motion.trans.astype(np.float64), k=degree)(times)
    return dataclasses.replace(motion, poses=turned, trans=trans, fps=float(fps))


def frame_times(count: int, fps: float, wanted: float) -> np.ndarray:
    """Where the frames at ``wanted`` a second fall among ``count`` frames at ``fps``: fractional indices, ascending."""
    frames = max(1, round(count * wanted / fps))
    return np.minimum(np.arange(frames) * (fps / wanted), count - 1)
