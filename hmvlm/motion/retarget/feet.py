"""Foot contacts of source skeletons and foot sliding."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import FEET
from hmvlm.body.smpl import BodyModel

FEET_INDEX = list(FEET)
CONTACT_HEIGHT, CONTACT_SPEED = 0.05, 0.25
"""A foot joint is in contact below this height over its lowest (m) and this horizontal speed (m/s).

Source skeletons stand on no common floor, so height is relative here; :func:`hmvlm.motion.features.contacts` measures
contact on our own body, whose floor is at 0.
"""


def speeds(points: np.ndarray, fps: float) -> np.ndarray:
    """Horizontal speed (T, N) in m/s of points (T, N, 3) by central differences."""
    if len(points) < 2:
        return np.zeros(points.shape[:2])
    return np.linalg.norm(np.gradient(points, axis=0)[..., [0, 2]], axis=-1) * fps


def foot_contacts(feet: np.ndarray, fps: float) -> np.ndarray:
    """Contacts (T, 4) of foot joints (T, 4, 3) in the order of FEET: near their lowest height and slow."""
    floor = np.percentile(feet[..., 1], 3, axis=0)
    pair = np.minimum(floor[[0, 2]], floor[[1, 3]])
    floor = np.array([pair[0], pair[0], pair[1], pair[1]])
    return (feet[..., 1] < floor + CONTACT_HEIGHT) & (speeds(feet, fps) < CONTACT_SPEED)


def foot_slide(feet: np.ndarray, contact: np.ndarray, fps: float) -> float:
    """Mean horizontal speed in m/s of foot joints (T, 4, 3) while in ``contact``; NaN without contact."""
    return float(speeds(feet, fps)[contact].mean()) if contact.any() else float("nan")


def floor_height(joints: np.ndarray, contact: np.ndarray, rest: np.ndarray) -> float:
    """Height in metres of the floor under joints (T, 24, 3): where the soles are while feet are in contact."""
    sole = joints[:, FEET_INDEX, 1] - (rest[FEET_INDEX, 1] - BodyModel.load().template[:, 1].min())
    lowest = sole.min(1)
    touching = contact.any(1)
    low = lowest[touching] if touching.sum() >= 5 else lowest
    return float(np.percentile(low, 20 if touching.sum() >= 5 else 3))
