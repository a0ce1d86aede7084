"""Support: whether the floor, or free flight, explains where a body is in every frame.

A frame floats if no part of the body is near the floor and the body is not in ballistic flight. Jumps, cartwheels,
flips and lying bodies are supported: they touch the floor with some part, or fall freely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.body.surface import lowest_heights
from hmvlm.motion.clip import Motion

TOUCH_HEIGHT = 0.08
"""A body whose lowest point is below this height (m) is on the floor; on tiptoe retargeted feet are 6 cm off it."""
GRAVITY = 9.81
FREE_FALL = 0.5
"""Share of gravity with which the centre of mass must accelerate downwards to count as flight."""
FALL_WINDOW = 0.35
"""Seconds over which that acceleration is fitted; within shorter spans all frames are fitted."""
SHORTEST_FLOAT = 0.3
"""Spans without support that are shorter than this (s) are not counted: the steps of runs, hops and noise."""
SEGMENT_MASSES = {
    ("pelvis", "neck"): 0.497, ("neck", "head"): 0.081,
    **{(f"{side}_{a}", f"{side}_{b}"): mass for side in ("left", "right") for a, b, mass in (
        ("shoulder", "elbow", 0.028), ("elbow", "wrist", 0.016), ("wrist", "hand", 0.006),
        ("hip", "knee", 0.1), ("knee", "ankle", 0.0465), ("ankle", "foot", 0.0145),
    )},
}  # fmt: skip
"""Mass of each segment as a share of the body's, at its middle (Winter 2009, table 4.1)."""


@dataclass(frozen=True)
class Support:
    """Support of one motion: ``lowest`` (T,) height of the body's lowest point in metres, ``floating`` (T,) bool."""

    lowest: np.ndarray
    floating: np.ndarray

    @property
    def share(self) -> float:
        """Share of the frames that float."""
        return float(self.floating.mean())

    def spans(self, floating: bool = True) -> list[tuple[int, int]]:
        """Maximal spans ``(start, stop)`` of frames that float, or of those that do not."""
        return runs(self.floating == floating)


def kinematics(motion: Motion) -> tuple[np.ndarray, np.ndarray]:
    """Joints ``(T, 24, 3)`` of the average body, and the height ``(T,)`` of its lowest skin point."""
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses))
    joints, turned = forward_kinematics(local, BodyModel.load().offsets(), torch.from_numpy(motion.trans))
    return joints.numpy(), lowest_heights(joints.numpy(), turned.numpy()).min(axis=1)


def centre_of_mass(joints: np.ndarray) -> np.ndarray:
    """Centre of mass (T, 3) of joints (T, 24, 3)."""
    pairs = SEGMENT_MASSES.items()
    return np.sum([mass * (joints[:, INDEX[a]] + joints[:, INDEX[b]]) / 2 for (a, b), mass in pairs], axis=0)


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Maximal spans ``(start, stop)`` in which ``mask`` (T,) is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def falls(height: np.ndarray, fps: float) -> np.ndarray:
    """Frames (T,) of one airborne span in which a point at ``height`` (T,) metres falls freely.

    A parabola is fitted to the frames around each frame (Savitzky and Golay 1964), near the ends to the first or last
    window; its second derivative is compared with gravity.
    """
    window = 2 * max(2, round(FALL_WINDOW * fps / 2)) + 1
    if len(height) < 3:
        return np.ones(len(height), bool)
    if len(height) < window:
        second = 2 * np.polyfit(np.arange(len(height)) / fps, height, 2)[0]
        return np.full(len(height), second < -FREE_FALL * GRAVITY)
    squares = (np.arange(window) - window // 2) ** 2.0
    squares -= squares.mean()
    second = np.correlate(height, 2 * squares / (squares @ squares) * fps**2, "valid")
    return np.pad(second, window // 2, mode="edge") < -FREE_FALL * GRAVITY


def measure_support(motion: Motion) -> Support:
    """Find the frames of a motion (floor at 0, Y up) in which nothing can hold the body."""
    joints, lowest = kinematics(motion)
    height = centre_of_mass(joints)[:, 1]
    floating = lowest > TOUCH_HEIGHT
    for start, stop in runs(floating):
        floating[start:stop] &= ~falls(height[start:stop], motion.fps)
    for start, stop in runs(floating):
        if stop - start < SHORTEST_FLOAT * motion.fps:
            floating[start:stop] = False
    return Support(lowest, floating)
