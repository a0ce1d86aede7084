"""Kinect skeletons of UTD-MHAD: 20 joints a frame at 30 Hz, as one archive with an array a recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from hmvlm.body.vectors import project_out, unit
from hmvlm.motion.retarget.source_clip import SourceClip

JOINTS = (
    "head", "shoulder_center", "spine", "hip_center", "left_shoulder", "left_elbow", "left_wrist", "left_hand",
    "right_shoulder", "right_elbow", "right_wrist", "right_hand", "left_hip", "left_knee", "left_ankle", "left_foot",
    "right_hip", "right_knee", "right_ankle", "right_foot",
)  # fmt: skip
"""The order of the joints in UTD-MHAD's files (Chen et al., ICIP 2015)."""
MILLIMETRE = 0.001
MEDIAN_FRAMES = 5
CAMERA_PITCH = np.deg2rad(6.5)
"""UTD-MHAD's camera looks down by this angle: feet at rest rise by 11 cm for each metre farther from it.

Fitted to the resting ankles of all 861 recordings, over depths from 2.6 to 3.6 m.
"""
LONGEST_SHARE = 80
"""Percentile of a leg bone's length over a recording that counts as its length."""
FORWARD = 0.1
"""Metres by which a knee is drawn forward before the plane of its leg is read."""
SMOOTHING = 1.0
"""Width in frames of the Gaussian after the median filter; Kinect joints jump by centimetres from frame to frame."""


def read_kinect(path: str | Path, key: str, fps: float = 30.0) -> SourceClip:
    """Joint positions of the recording ``key``: the archive holds ``(T, 20, 3)`` millimetres, Y up.

    A median over 5 frames removes outliers and a Gaussian of one frame the remaining noise. The joints have no tree.
    They are turned from the camera's frame into one with a level floor (:data:`CAMERA_PITCH`), and knees are put where
    legs of constant length bend.

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
    return SourceClip(key, JOINTS, (-1,) * len(JOINTS), bend_knees(level(positions)), fps)


def level(points: np.ndarray, pitch: float = CAMERA_PITCH) -> np.ndarray:
    """Points ``(..., 3)`` of a camera that looks down by ``pitch`` radians, turned so that Y is vertical."""
    c, s = np.cos(pitch), np.sin(pitch)
    return points @ np.array([[1, 0, 0], [0, c, -s], [0, s, c]]).T


def bend_knees(points: np.ndarray) -> np.ndarray:
    """Joints ``(T, 20, 3)`` with each knee where a leg of constant length bends from the given hip to the given ankle.

    A Kinect in front of a body sees bent knees too near to the hips in depth: in squats thighs and shanks shrink by a
    third, and legs whose bones keep their directions alone would stay straight. A leg's length is that of its longest
    frames. The knee stays in its plane, which leans forward where the leg is nearly straight.
    """
    points = points.copy()
    hips = points[:, JOINTS.index("left_hip")] - points[:, JOINTS.index("right_hip")]
    forward = unit(np.cross(hips, [0.0, 1.0, 0.0]))
    for side in ("left", "right"):
        hip, knee, ankle = (points[:, JOINTS.index(f"{side}_{name}")] for name in ("hip", "knee", "ankle"))
        a, b = (np.percentile(np.linalg.norm(bone, axis=-1), LONGEST_SHARE) for bone in (knee - hip, ankle - knee))
        line = ankle - hip
        distance = np.clip(np.linalg.norm(line, axis=-1), abs(a - b) + 1e-3, a + b)
        along = unit(line)
        pole = unit(project_out(knee - hip + FORWARD * forward, along))
        x = (a**2 - b**2 + distance**2) / (2 * distance)
        y = np.sqrt(np.maximum(a**2 - x**2, 0))
        points[:, JOINTS.index(f"{side}_knee")] = hip + x[:, None] * along + y[:, None] * pole
    return points
