"""A standing or sliding body to draw."""

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion

FLOOR_TO_ORIGIN = 1.17
"""Height (m) of the body's origin when the T-pose stands on the floor."""


def standing(frames: int = 4, speed: float = 0.0) -> Motion:
    """Arms hanging, left hand in front; moving forward at ``speed`` m/s at 20 fps."""
    poses = np.zeros((frames, 24, 3))
    poses[:, INDEX["left_shoulder"], 2] = -1.2
    poses[:, INDEX["right_shoulder"], 2] = 1.2
    trans = np.zeros((frames, 3))
    trans[:, 1] = FLOOR_TO_ORIGIN
    trans[:, 2] = np.arange(frames) / 20 * speed
    return Motion(poses, trans)
