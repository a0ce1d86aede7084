"""A few outermost skin points of every joint's part of the body, posed rigidly: how low the body reaches."""

from __future__ import annotations

import functools

import numpy as np

from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import BodyModel


@functools.lru_cache(maxsize=1)
def outermost_points() -> np.ndarray:
    """Skin points ``(24, 26, 3)`` in metres of each joint's part that lie farthest in 26 directions.

    They are relative to the joint, in the rest pose. A part without skin has zeros.
    """
    body = BodyModel.load()
    rest = body.rest_joints().numpy()
    part = np.asarray(body.weights).argmax(axis=1)
    grid = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 3), axis=-1).reshape(-1, 3)
    directions = grid[np.any(grid != 0, axis=1)]
    points = np.zeros((NUM_JOINTS, len(directions), 3), np.float32)
    for joint in range(NUM_JOINTS):
        own = body.template[part == joint] - rest[joint]
        if len(own):
            points[joint] = own[(own @ directions.T).argmax(axis=0)]
    return points


def lowest_heights(joints: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """Height ``(T, 24)`` in metres of the lowest skin point of each joint's part.

    Args:
        joints: positions ``(T, 24, 3)``; turned: global rotations ``(T, 24, 3, 3)``.
    """
    reach = np.matmul(outermost_points(), turned[..., 1, :, None])[..., 0]
    return joints[..., 1] + reach.min(axis=-1)
