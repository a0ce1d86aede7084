"""Kinect skeletons of UTD-MHAD: 20 joints a frame at 30 Hz, as one archive with an array a recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from train.recordings.source_clip import SourceClip

JOINTS = (
    "head", "shoulder_center", "spine", "hip_center", "left_shoulder", "left_elbow", "left_wrist", "left_hand",
    "right_shoulder", "right_elbow", "right_wrist", "right_hand", "left_hip", "left_knee", "left_ankle", "left_foot",
    "right_hip", "right_knee", "right_ankle", "right_foot",
)  # fmt: skip
"""The order of the joints in UTD-MHAD's files (Chen et al., ICIP 2015)."""
MILLIMETRE = 0.001
MEDIAN_FRAMES = 5
SMOOTHING = 1.0
"""Width in frames of the Gaussian after the median filter; Kinect joints jump by centimetres from frame to frame."""


def read_kinect(path: str | Path, key: str, fps: float = 30.0) -> SourceClip:
    """Joint positions of the recording ``key``: the archive holds ``(T, 20, 3)`` millimetres, Y up.

    A median over 5 frames removes outliers and a Gaussian of one frame the remaining noise. The joints have no tree.

    Raises:
        KeyError: no such recording. ValueError: an array of another shape.
    """
    with np.load(path) as archive:
        if key not in archive.files:
            raise KeyError(f"{path} has no recording {key!r}; it has {len(archive.files)}, such as {archive.files[:3]}")
        points = archive[key]
    if points.ndim != 3 or points.shape[1:] != (len(JOINTS), 3):
        raise ValueError(f"{path}: {key} must be (T, {len(JOINTS)}, 3), not {points.shape}")
    points = median_filter(points.astype(np.float64) * MILLIMETRE, (MEDIAN_FRAMES, 1, 1), mode="nearest")
    positions = gaussian_filter1d(points, SMOOTHING, axis=0, mode="nearest")
    return SourceClip(key, JOINTS, (-1,) * len(JOINTS), positions, fps)
