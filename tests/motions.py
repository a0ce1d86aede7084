"""Synthetic motions with known facts, built from joint angles: for tests that must not need recordings."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

FPS = 20
MILLIMETRE = 1e-3
"""In metres, the unit of positions."""


def still(seconds: float = 3.0) -> Motion:
    """Standing with the arms hanging (the rest pose is a T-pose), the feet on the floor."""
    count = int(seconds * FPS)
    poses = np.zeros((count, 24, 3), np.float32)
    poses[:, INDEX["left_shoulder"], 2] = -1.3
    poses[:, INDEX["right_shoulder"], 2] = 1.3
    return grounded(poses, np.zeros((count, 2)))


def grounded(poses: np.ndarray, path: np.ndarray, lift: np.ndarray | float = 0.0) -> Motion:
    """A motion whose lowest foot joint stands 0.025 m over the floor (plus ``lift``); ``path`` (T, 2) is x, z."""
    trans = np.zeros((len(poses), 3), np.float32)
    joints = BodyModel.load().joints(poses, trans).numpy()
    feet = joints[:, [INDEX["left_foot"], INDEX["right_foot"]], 1].min(axis=1)
    trans[:, 1] = 0.025 - feet + lift
    trans[:, [0, 2]] = path
    return Motion(poses, trans, fps=float(FPS))


def walk(seconds: float = 4.0, speed: float = 1.2, turn: float = 0.0, direction: float = 1.0) -> Motion:
    """A stylised walk at ``speed`` m/s turning left by ``turn`` degrees; ``direction`` -1 walks backwards."""
    motion = still(seconds)
    poses = motion.poses.copy()
    count = len(poses)
    time = np.arange(count) / FPS
    swing = 0.45 * np.sin(2 * np.pi * time) * min(1.0, speed)
    poses[:, INDEX["left_hip"], 0] = -swing
    poses[:, INDEX["right_hip"], 0] = swing
    poses[:, INDEX["left_knee"], 0] = np.clip(0.9 * np.cos(2 * np.pi * time), 0, None) * direction
    poses[:, INDEX["right_knee"], 0] = np.clip(-0.9 * np.cos(2 * np.pi * time), 0, None) * direction
    yaw = np.radians(turn) * np.clip((time - 1) / max(seconds - 2, 0.1), 0, 1)
    poses[:, 0, 1] = yaw
    step = direction * speed / FPS * np.stack([np.sin(yaw), np.cos(yaw)], axis=-1)
    return grounded(poses, np.cumsum(step, axis=0))


def raise_hand(side: str = "left", seconds: float = 3.0, wave: bool = False) -> Motion:
    """One arm goes up beside the head in the middle of the motion, or stays up and waves at 2 Hz."""
    motion = still(seconds)
    poses = motion.poses.copy()
    time = np.arange(len(poses)) / FPS
    sign = 1.0 if side == "left" else -1.0
    up = np.clip(np.minimum(time - 0.5, seconds - 0.5 - time) / 0.4, 0, 1)
    poses[:, INDEX[f"{side}_shoulder"], 2] = sign * (-1.3 + 2.6 * up)
    if wave:
        poses[:, INDEX[f"{side}_elbow"], 2] = sign * 0.5 * up * np.sin(2 * np.pi * 2 * time)
    return grounded(poses, np.zeros((len(poses), 2)))


def squat(seconds: float = 3.0, knee: float = 2.0) -> Motion:
    """Down to a knee bend of ``knee`` radians and up again."""
    motion = still(seconds)
    poses = motion.poses.copy()
    bend = knee * np.sin(np.pi * np.arange(len(poses)) / (len(poses) - 1)) ** 2
    for side in ("left", "right"):
        poses[:, INDEX[f"{side}_hip"], 0] = -0.55 * bend
        poses[:, INDEX[f"{side}_knee"], 0] = bend
        poses[:, INDEX[f"{side}_ankle"], 0] = -0.45 * bend
    poses[:, 0, 0] = 0.0
    return grounded(poses, np.zeros((len(poses), 2)))


def bow(degrees: float = 50.0, seconds: float = 3.0) -> Motion:
    """The trunk bends forward at the hips by ``degrees`` and comes back."""
    motion = still(seconds)
    poses = motion.poses.copy()
    bend = np.radians(degrees) * np.sin(np.pi * np.arange(len(poses)) / (len(poses) - 1)) ** 2
    poses[:, 0, 0] = bend
    poses[:, INDEX["left_hip"], 0] = poses[:, INDEX["right_hip"], 0] = -bend
    return grounded(poses, np.zeros((len(poses), 2)))


def jump(height: float = 0.3, distance: float = 0.0, count: int = 1) -> Motion:
    """``count`` ballistic jumps of ``height`` metres that cover ``distance`` metres each, 1.5 s each."""
    motion = still(1.5 * count + 0.5)
    time = np.arange(len(motion)) / FPS
    flight = 2 * np.sqrt(2 * height / 9.81)
    lift, path = np.zeros(len(time)), np.zeros((len(time), 2))
    for index in range(count):
        t = (time - 0.5 - 1.5 * index) / flight
        inside = np.clip(t, 0, 1)
        lift += 4 * height * inside * (1 - inside)
        path[:, 1] += distance * inside
    return grounded(motion.poses.copy(), path, lift)
