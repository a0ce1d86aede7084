"""Hand-built motions beside those of tests.motions: paths, floor poses and claps."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from tests import motions

FPS = motions.FPS


def along(points: np.ndarray) -> Motion:
    """Standing legs that are moved along a way ``(T, 2)`` of x and z, facing where they go."""
    step = np.gradient(points, axis=0)
    poses = motions.still(len(points) / FPS).poses.copy()
    poses[:, 0, 1] = np.unwrap(np.arctan2(step[:, 0], step[:, 1]))
    return motions.grounded(poses, points)


def polyline(corners: list[tuple[float, float]], speed: float = 1.0) -> np.ndarray:
    """Points at ``speed`` m/s along straight lines between corners, ``(T, 2)``."""
    nodes = np.array(corners, float)
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(nodes, axis=0), axis=1))])
    marks = np.arange(0, lengths[-1], speed / FPS)
    return np.stack([np.interp(marks, lengths, nodes[:, axis]) for axis in (0, 1)], axis=1)


def ring(degrees: float = 360.0, radius: float = 1.0, speed: float = 1.0) -> np.ndarray:
    """Points of an arc to the left that starts along +z, to the right for negative ``degrees``."""
    count = int(abs(np.radians(degrees)) * radius / speed * FPS)
    angle = np.linspace(0, np.radians(abs(degrees)), count)
    return np.stack([np.sign(degrees) * radius * (1 - np.cos(angle)), radius * np.sin(angle)], axis=1)


def eight(radius: float = 1.0) -> np.ndarray:
    """A round to the left and one to the right."""
    return np.concatenate([ring(360, radius), ring(-360, radius)])


def joined(*parts: Motion) -> Motion:
    """Motions one after the other, each from where the one before ended."""
    poses, trans, at = [], [], np.zeros(3)
    for part in parts:
        shift = at - part.trans[0]
        shift[1] = 0
        poses.append(part.poses)
        trans.append(part.trans + shift)
        at = trans[-1][-1]
    return Motion(np.concatenate(poses), np.concatenate(trans), fps=float(FPS))


def posed(pose: np.ndarray, lowest: float = 0.02) -> Motion:
    """Poses ``(T, 24, 3)`` lifted so that the lowest joint of all frames is ``lowest`` metres over the floor."""
    trans = np.zeros((len(pose), 3), np.float32)
    joints = BodyModel.load().joints(pose, trans).numpy()
    trans[:, 1] = lowest - joints[..., 1].min(axis=1)
    return Motion(pose, trans, fps=float(FPS))


def lying(seconds: float = 2.0, face: str = "up") -> Motion:
    """On the back or on the belly, arms along the body."""
    poses = motions.still(seconds).poses.copy()
    poses[:, 0, 0] = np.pi / 2 * (-1 if face == "up" else 1)
    return posed(poses, 0.08)


def push_ups(count: int = 3, period: float = 1.5) -> Motion:
    """On hands and toes, the chest goes down ``count`` times."""
    total = int((count * period + 1.0) * FPS)
    time = np.clip(np.arange(total) / FPS - 0.5, 0, count * period)
    down = np.sin(np.pi * time / period) ** 2
    poses = np.zeros((total, 24, 3), np.float32)
    poses[:, 0, 0] = np.radians(70 + 12 * down)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        poses[:, INDEX[f"{side}_shoulder"], 1] = -sign * np.pi / 2 * (1 - 0.3 * down)
        poses[:, INDEX[f"{side}_elbow"], 1] = -sign * 1.4 * down
        poses[:, INDEX[f"{side}_ankle"], 0] = -1.2
    return posed(poses, 0.03)


def kneeling(seconds: float = 2.0) -> Motion:
    """Upright on both knees."""
    poses = motions.still(seconds).poses.copy()
    for side in ("left", "right"):
        poses[:, INDEX[f"{side}_knee"], 0] = 1.57
        poses[:, INDEX[f"{side}_ankle"], 0] = 0.8
    return posed(poses, 0.04)


def claps(count: int = 3) -> Motion:
    """Arms ahead that close and open ``count`` times."""
    total = int((count * 0.6 + 1.0) * FPS)
    time = np.clip(np.arange(total) / FPS - 0.5, 0, count * 0.6)
    closed = np.sin(np.pi * time / 0.6) ** 2
    poses = motions.still(total / FPS).poses.copy()
    for side, sign in (("left", 1.0), ("right", -1.0)):
        poses[:, INDEX[f"{side}_shoulder"]] = 0
        poses[:, INDEX[f"{side}_shoulder"], 1] = -sign * (1.2 + 0.52 * closed)
    return motions.grounded(poses, np.zeros((total, 2)))


def kicks(side: str = "left", count: int = 2) -> Motion:
    """A straight leg that swings ahead ``count`` times."""
    total = int((count * 1.2 + 1.0) * FPS)
    time = np.clip(np.arange(total) / FPS - 0.5, 0, count * 1.2)
    poses = motions.still(total / FPS).poses.copy()
    poses[:, INDEX[f"{side}_hip"], 0] = -1.1 * np.sin(np.pi * time / 1.2) ** 4
    return motions.grounded(poses, np.zeros((total, 2)))


def nods(count: int = 3) -> Motion:
    """A standing body that nods ``count`` times."""
    total = int((count * 0.7 + 1.0) * FPS)
    time = np.clip(np.arange(total) / FPS - 0.5, 0, count * 0.7)
    poses = motions.still(total / FPS).poses.copy()
    poses[:, INDEX["head"], 0] = 0.35 * np.sin(np.pi * time / 0.7) ** 2
    return motions.grounded(poses, np.zeros((total, 2)))
