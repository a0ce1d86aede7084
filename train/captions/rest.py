"""Where a recording can be cut: frames in which the body rests or at least stands with both feet on the floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.body.surface import lowest_heights
from hmvlm.motion.clip import Motion
from hmvlm.motion.support import TOUCH_HEIGHT

FOOT_HEIGHT = 0.05
"""A foot whose lowest skin is below this height (m) is down."""
UPRIGHT, LYING = 0.85, 0.4
"""Pelvis heights as shares of standing: between them the body is crouched, seated or kneeling."""
RESTING = 0.2
"""Mean speed of all joints (m/s) below which the body rests; breathing and swaying bodies stay below it."""
T_POSE_SPAN, T_POSE_SLACK = 1.2, 0.15
"""Least distance (m) between the wrists in a T-pose, and their largest height (m) over or under the shoulders."""
WEIGHTS = {"airborne": 4.0, "crouched": 1.0, "hands_up": 0.7, "foot_up": 0.4}
"""What a cut costs in frames with these faults, beside the body's speed in m/s (at most 1.5)."""


@dataclass(frozen=True)
class Readiness:
    """Measures of every frame ``(T,)`` as the first or last frame of a piece.

    ``airborne``: nothing touches the floor. ``crouched``: the pelvis is low and moves. ``hands_up``: a hand is above
    its shoulder. ``feet_down``: number of feet on the floor. ``speed``: mean joint speed in m/s.
    """

    airborne: np.ndarray
    crouched: np.ndarray
    hands_up: np.ndarray
    feet_down: np.ndarray
    speed: np.ndarray

    @property
    def resting(self) -> np.ndarray:
        """Frames ``(T,)`` in which the body hardly moves and is on the floor."""
        return (self.speed < RESTING) & ~self.airborne

    @property
    def cost(self) -> np.ndarray:
        """Cost ``(T,)`` of a cut: about 0 for a body that rests on both feet, 4 and more for one in the air."""
        lying = ~self.airborne & (self.feet_down == 0)
        up = np.where(lying, 0, 2 - self.feet_down)
        faults = {"airborne": self.airborne, "crouched": self.crouched, "hands_up": self.hands_up, "foot_up": up}
        return np.minimum(self.speed, 1.5) + np.sum([WEIGHTS[name] * value for name, value in faults.items()], axis=0)


def measure_readiness(motion: Motion) -> Readiness:
    """Measure every frame of a motion (floor at 0, Y up, metres)."""
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses))
    body = BodyModel.load()
    joints, turned = (
        value.numpy() for value in forward_kinematics(local, body.offsets(), torch.from_numpy(motion.trans))
    )
    parts = lowest_heights(joints, turned)
    speed = np.zeros(len(joints))
    if len(joints) > 1:
        speed = np.linalg.norm(np.gradient(joints, axis=0), axis=-1).mean(-1) * motion.fps
        speed = gaussian_filter1d(speed, 0.05 * motion.fps, mode="nearest")
    standing = float(body.rest_joints()[0, 1] - body.template[:, 1].min())
    height = joints[:, 0, 1] / standing
    feet = [parts[:, [INDEX[f"{side}_ankle"], INDEX[f"{side}_foot"]]].min(1) for side in ("left", "right")]
    hands = [
        joints[:, INDEX[f"{side}_wrist"], 1] > joints[:, INDEX[f"{side}_shoulder"], 1] for side in ("left", "right")
    ]
    return Readiness(
        airborne=parts.min(1) > TOUCH_HEIGHT,
        crouched=(height < UPRIGHT) & (height > LYING) & (speed > RESTING),
        hands_up=hands[0] | hands[1],
        feet_down=np.sum([foot < FOOT_HEIGHT for foot in feet], axis=0),
        speed=speed,
    )


def holds_t_pose(motion: Motion) -> bool:
    """Whether both arms are stretched out sideways at shoulder height in any frame, as for calibration."""
    joints = motion.joints()
    wrists, shoulders = (joints[:, [INDEX[f"left_{name}"], INDEX[f"right_{name}"]]] for name in ("wrist", "shoulder"))
    span = np.linalg.norm(wrists[:, 0] - wrists[:, 1], axis=-1)
    level = np.abs(wrists[..., 1] - shoulders[..., 1]).max(1) < T_POSE_SLACK
    return bool((level & (span > T_POSE_SPAN)).any())
