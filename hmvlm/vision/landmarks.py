"""BlazePose's 33 body landmarks: names, mirror image, one person's :class:`Landmarks`, features for the model."""

from __future__ import annotations

from dataclasses import dataclass

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
MIRROR_SIGNS = np.array([-1, 1, -1, 1, 1, 1], np.float32)
"""What a mirror multiplies the six columns of :func:`features` by."""
BONES = (
    (0, 2), (2, 7), (0, 5), (5, 8), (9, 10),
    (11, 12), (11, 23), (12, 24), (23, 24),
    (11, 13), (13, 15), (15, 17), (15, 19), (15, 21), (17, 19),
    (12, 14), (14, 16), (16, 18), (16, 20), (16, 22), (18, 20),
    (23, 25), (25, 27), (27, 29), (27, 31), (29, 31),
    (24, 26), (26, 28), (28, 30), (28, 32), (30, 32),
)  # fmt: skip
"""Pairs of landmarks to draw lines between."""

PARTS = {
    "head": (0,), "left arm": (13, 15), "right arm": (14, 16), "left leg": (25, 27), "right leg": (26, 28),
}  # fmt: skip
"""Landmarks by which a part of the body is seen."""
COUNT = len(LANDMARK_NAMES)
PRESENCE = 0.5
"""Least score of a person."""


@dataclass(frozen=True)
class Landmarks:
    """One person in one picture; rows as in ``LANDMARK_NAMES``, left and right are the person's own.

    Attributes:
        pixels: ``(33, 2)`` float32, x right, y down from the picture's top-left corner; may lie outside.
        metric: ``(33, 3)`` float32 metres in the camera frame (x right, y up, z towards the viewer),
            origin between the hips.
        visibility: ``(33,)`` float32 in 0..1: in the picture and not hidden.
        score: presence of a person in 0..1.
        region: ``(4,)`` float32: centre x, centre y, side (pixels), rotation (radians, clockwise on
            the screen) of the square crop that was given to the network.
    """

    pixels: np.ndarray
    metric: np.ndarray
    visibility: np.ndarray
    score: float
    region: np.ndarray

    def __post_init__(self) -> None:
        shapes = {"pixels": (COUNT, 2), "metric": (COUNT, 3), "visibility": (COUNT,), "region": (4,)}
        for name, shape in shapes.items():
            array = np.asarray(getattr(self, name), np.float32)
            if array.shape != shape or not np.isfinite(array).all():
                raise ValueError(f"{name} must be finite and {shape}, got {array.shape}")
            object.__setattr__(self, name, array)
        if self.region[2] <= 0:
            raise ValueError(f"the side of a region must be positive, got {self.region[2]}")


@dataclass(frozen=True)
class People:
    """Everyone found in a picture of ``size`` (width, height), largest first."""

    people: tuple[Landmarks, ...]
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.people)


def distance(one: np.ndarray, other: np.ndarray, side: float) -> float:
    """Median distance of two skeletons ``(33, 2)`` in pixels, as a share of a region's ``side``."""
    return float(np.median(np.linalg.norm(one - other, axis=1)) / side)


def features(one: Landmarks) -> np.ndarray:
    """What the language model sees of a person: ``(33, 6)`` float32, finite.

    Columns: x and y in the upright square round the region's centre, where -1 and 1 are its edges
    and y points up; metric x, y, z in metres (camera frame); visibility. The region's rotation is
    not undone, so that the picture's up stays up.
    """
    places = (one.pixels - one.region[:2]) / (one.region[2] / 2) * np.array([1, -1], np.float32)
    return np.concatenate([places, one.metric, one.visibility[:, None]], axis=1).astype(np.float32)
