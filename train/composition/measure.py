"""Physical measures of composed and recorded motions: sliding of planted feet, jerk and the largest acceleration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from hmvlm.body.skeleton import FEET
from hmvlm.config import MOTION_FPS
from hmvlm.motion.features import contacts


@dataclass(frozen=True)
class Measures:
    """Of one motion: ``slide`` cm a frame of feet in contact, its 95th percentile ``slide_p95``; ``jerk`` mean of the
    joints in m/s³; ``pop`` largest acceleration of a joint in m/s²; ``depth`` of the lowest foot joint in metres."""

    slide: float
    slide_p95: float
    jerk: float
    pop: float
    depth: float


def measure(joints: np.ndarray) -> Measures:
    """The measures of joints ``(T, 24, 3)`` at 20 fps."""
    feet = joints[:, list(FEET)]
    down = contacts(torch.from_numpy(np.ascontiguousarray(joints))).numpy() > 0.5
    both = down[1:] & down[:-1]
    drift = 100 * np.linalg.norm(np.diff(feet, axis=0)[..., [0, 2]], axis=-1)[both]
    jerk = np.linalg.norm(np.diff(joints, 3, axis=0), axis=-1).mean() * MOTION_FPS**3
    pop = np.linalg.norm(np.diff(joints, 2, axis=0), axis=-1).max() * MOTION_FPS**2
    if not len(drift):
        drift = np.zeros(1)
    return Measures(
        float(drift.mean()), float(np.percentile(drift, 95)), float(jerk), float(pop), float(feet[..., 1].min())
    )
