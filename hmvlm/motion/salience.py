"""What to look at in a motion that is longer than the language model can be shown."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from hmvlm.body.skeleton import forward_kinematics
from hmvlm.body import rotations
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion


def activity(motion: Motion) -> np.ndarray:
    """Mean joint speed ``(T,)`` in m/s between each frame and the next; 0 at the last."""
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses))
    joints, _ = forward_kinematics(local, BodyModel.load().offsets(), torch.from_numpy(motion.trans))
    speed = joints.diff(dim=0).norm(dim=-1).mean(-1).numpy() * motion.fps
    return np.append(speed, 0.0)


def liveliest(motion: Motion, frames: int) -> Motion:
    """The ``frames`` frames in a row during which the body moves most; all of it if there are no more."""
    if len(motion) <= frames:
        return motion
    total = np.concatenate([[0.0], activity(motion).cumsum()])
    start = int(np.argmax(total[frames:] - total[:-frames]))
    return motion.slice(start, start + frames)


def held(motion: Motion, frames: int) -> Motion:
    """The motion with its last frame repeated up to ``frames`` frames."""
    rows = np.minimum(np.arange(max(frames, len(motion))), len(motion) - 1)
    return dataclasses.replace(motion, poses=motion.poses[rows], trans=motion.trans[rows])
