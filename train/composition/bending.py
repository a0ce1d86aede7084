"""Straight motions bent along a path, and slightly turning ones unbent.

Every point of the floor is mapped by its distance along the straight line and to its side. Points that stand still
before stand still after, so planted feet do not slide; headings turn with the path's tangent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from hmvlm.config import MOTION_FPS
from train.composition.channels import Channels, to_matrix, yaw_matrix
from train.composition.shapes import Path

LEAN = 0.5
"""Share of the angle at which gravity and centrifugal force balance by which a body leans into a curve."""
LARGEST_LEAN = np.radians(12)
LOOK_AHEAD = 0.5
"""Seconds by which head and chest turn ahead of the path."""
HEAD_JOINTS = (9, 12, 15)
"""Chest, neck and head, which share the look ahead."""


@dataclass(frozen=True)
class Arc:
    """A circular arc on the floor: it starts at ``start`` ``(3,)`` with heading ``yaw`` (radians) and turns left by
    ``curvature`` (1/m)."""

    start: np.ndarray
    yaw: float
    curvature: float

    @staticmethod
    def between(start: np.ndarray, end: np.ndarray, turn: float) -> Arc:
        """The arc from ``start`` to ``end`` whose heading changes by ``turn`` radians."""
        chord = (end - start) * [1, 0, 1]
        length = float(np.linalg.norm(chord))
        heading = float(np.arctan2(chord[0], chord[2]))
        return Arc(start * [1, 0, 1], heading - turn / 2, 2 * np.sin(turn / 2) / max(length, 1e-6))


def unbend(channels: Channels, arc: Arc) -> Channels:
    """A motion along an arc, mapped to the straight line through the origin along +Z."""

    def mapped(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        local = (points - arc.start) @ yaw_matrix(np.asarray(arc.yaw))
        x, z = local[..., 0], local[..., 2]
        if abs(arc.curvature) < 1e-3:
            return np.stack([x, points[..., 1], z], -1), np.full(x.shape, -arc.yaw)
        radius = 1 / arc.curvature
        angle = np.arctan2(z * np.sign(radius), (radius - x) * np.sign(radius))
        side = radius - np.sign(radius) * np.hypot(radius - x, z)
        return np.stack([side, points[..., 1], angle * radius], -1), -(arc.yaw + angle)

    root, turn = mapped(channels.root)
    balls, foot_turn = mapped(channels.balls)
    return _turned(channels, root, turn, balls, foot_turn)


def bend(channels: Channels, path: Path, lean: bool = True) -> Channels:
    """A motion along +Z from the origin, bent along a path, which it leaves along its end's tangent."""
    root, turn, along = _on_path(channels.root, path)
    balls, foot_turn, _ = _on_path(channels.balls, path)
    bent = _turned(channels, root, turn, balls, foot_turn)
    if lean:
        bent = _leaning(bent, path, along)
        bent = _looking(bent, path, along)
    return bent


def _on_path(points: np.ndarray, path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mapped points, the turn at each and its distance along the path."""
    along = path.distance(points[..., 2])
    places, heading = path.at(along)
    left = np.stack([np.cos(heading), np.zeros_like(heading), -np.sin(heading)], -1)
    mapped = places + points[..., :1] * left
    mapped[..., 1] = points[..., 1]
    return mapped, heading, along


def _turned(
    channels: Channels, root: np.ndarray, turn: np.ndarray, balls: np.ndarray, foot_turn: np.ndarray
) -> Channels:
    local = channels.local.copy()
    local[:, 0] = yaw_matrix(turn) @ local[:, 0]
    return Channels(root, local, balls, yaw_matrix(foot_turn) @ channels.soles, channels.contact)


def _leaning(channels: Channels, path: Path, along: np.ndarray) -> Channels:
    """The body tilted into the curve about its feet."""
    speed = np.gradient(along) * MOTION_FPS
    angle = LEAN * np.arctan(gaussian_filter1d(speed**2 * path.curvature(along), 5, mode="nearest") / 9.81)
    angle = np.clip(angle, -LARGEST_LEAN, LARGEST_LEAN)
    heading = path.at(along)[1]
    forward = np.stack([np.sin(heading), np.zeros_like(heading), np.cos(heading)], -1)
    left = np.stack([np.cos(heading), np.zeros_like(heading), -np.sin(heading)], -1)
    tilt = to_matrix(-forward * angle[:, None])
    local = channels.local.copy()
    local[:, 0] = tilt @ local[:, 0]
    root = channels.root + left * (np.sin(angle) * channels.root[:, 1])[:, None]
    root[:, 1] *= np.cos(angle)
    return Channels(root, local, channels.balls, channels.soles, channels.contact)


def _looking(channels: Channels, path: Path, along: np.ndarray) -> Channels:
    """Chest, neck and head turned towards where the path goes."""
    ahead = path.at(along + np.maximum(np.gradient(along) * MOTION_FPS, 0.2) * LOOK_AHEAD)[1]
    turn = gaussian_filter1d(np.clip(0.5 * (ahead - path.at(along)[1]), -0.5, 0.5), 3, mode="nearest")
    local = channels.local.copy()
    for joint in HEAD_JOINTS:
        local[:, joint] = yaw_matrix(turn / len(HEAD_JOINTS)) @ local[:, joint]
    return Channels(channels.root, local, channels.balls, channels.soles, channels.contact)
