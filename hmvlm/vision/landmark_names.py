"""BlazePose's 33 landmarks by name, and what a mirror does to them."""

from __future__ import annotations

import numpy as np

LANDMARK_NAMES = (
    "nose",
    "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
    "left_ear", "right_ear", "mouth_left", "mouth_right",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_pinky", "right_pinky", "left_index", "right_index", "left_thumb", "right_thumb",
    "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    "left_heel", "right_heel", "left_foot_index", "right_foot_index",
)  # fmt: skip
INDEX = {name: index for index, name in enumerate(LANDMARK_NAMES)}


def _other_side(name: str) -> str:
    return name.replace("left", "right") if "left" in name else name.replace("right", "left")


MIRROR = np.array([INDEX[_other_side(name)] for name in LANDMARK_NAMES])
"""Row of the same landmark on the other side of the body."""
MIRROR_SIGNS = np.float32([-1, 1, -1, 1, 1, 1])
"""What a mirror multiplies the six features of a landmark by (:func:`hmvlm.vision.landmarks.features`)."""
