"""Physical plausibility of motions: foot skating, and feet below the floor."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import FEET
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

SKATE_HEIGHT = 0.05
"""Height in metres above its lowest below which a foot joint counts as in contact
(Karunratanakul et al., GMD, ICCV 2023).
"""
SKATE_SPEED = 0.5
"""Horizontal speed in m/s above which a foot in contact skates, about 2.5 cm a frame at 20 fps."""


def skate_ratio(joints: np.ndarray, fps: float) -> float:
    """Share of frames in which a foot in contact skates, of joints ``(T, 24, 3)`` in metres, Y up.

    A foot is in contact from one frame to the next when it is within :data:`SKATE_HEIGHT` of its lowest height in
    the clip in both. Each joint has its own lowest height, since ankles and toes rest at different heights.
    """
    if len(joints) < 2:
        return 0.0
    feet = joints[:, list(FEET)]
    low = feet[..., 1] < feet[..., 1].min(0) + SKATE_HEIGHT
    speed = np.linalg.norm(np.diff(feet[..., [0, 2]], axis=0), axis=-1) * fps
    return float((low[1:] & low[:-1] & (speed > SKATE_SPEED)).any(1).mean())


def penetration(joints: np.ndarray) -> float:
    """Mean depth in millimetres of the deepest sole below the floor (height 0) over the frames of ``(T, 24, 3)``.

    A sole lies below its joint by as much as in the body's rest pose.
    """
    body = BodyModel.load()
    sole = (body.rest_joints()[list(FEET), 1] - body.template[:, 1].min()).numpy()
    lowest = (joints[:, list(FEET), 1] - sole).min(1)
    return float(1e3 * np.maximum(-lowest, 0.0).mean())


def measure(motions: list[Motion]) -> dict[str, np.ndarray]:
    """``skate_percent`` and ``penetration_mm`` of every motion, ``(N,)`` each."""
    joints = [motion.joints() for motion in motions]
    skate = [100 * skate_ratio(one, motion.fps) for one, motion in zip(joints, motions, strict=True)]
    return {"skate_percent": np.array(skate), "penetration_mm": np.array([penetration(one) for one in joints])}
