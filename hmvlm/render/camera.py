"""Camera placement: the closest position from which every joint of every frame is in view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from hmvlm.body.skeleton import INDEX

FIELD_OF_VIEW = np.deg2rad(32.0)
"""Vertical opening angle, radians."""
FLESH = 0.17
"""Metres from a joint to the farthest skin around it (the crown above the head joint)."""
PITCH = np.deg2rad(11.0)
AZIMUTH_STANDING, AZIMUTH_TRAVELLING = np.deg2rad(25.0), np.deg2rad(55.0)
TRAVEL = 3.0
"""Path length (m) from which the camera views the path from the side rather than along it."""
SMALLEST_BODY = 0.36
"""Fraction of the frame's height below which the camera follows the body instead of standing still."""
BODY_HEIGHT = 1.65
FOLLOW_SECONDS = 0.6


@dataclass(frozen=True)
class CameraPlan:
    """Camera poses and the lit patch of floor, a row a frame.

    Attributes:
        poses: camera-to-world matrices, ``(T, 4, 4)``; the camera looks along its -Z.
        centers: middle of the visible floor, ``(T, 2)``: x and z in metres.
        radius: metres from a center to where the floor has faded into the background.
    """

    poses: np.ndarray
    centers: np.ndarray
    radius: float

    def __post_init__(self) -> None:
        frames = len(self.poses)
        if self.poses.shape != (frames, 4, 4) or self.centers.shape != (frames, 2):
            raise ValueError(f"{self.poses.shape} camera poses do not fit {self.centers.shape} floor centers")


def plan_camera(
    joints: np.ndarray, fps: float, aspect: float = 1.0, azimuth: float | None = None, still: bool = False
) -> CameraPlan:
    """Plan the view of a motion: three-quarter from the front, slightly from above, still if possible.

    Args:
        joints: ``(T, 24, 3)`` metres. fps: frames a second. aspect: width / height of the picture.
        azimuth: radians from the body's front towards its left; None chooses by how far it travels.
        still: keep the camera in its place however small the body becomes.
    """
    pelvis = joints[:, 0]
    path = pelvis[:, [0, 2]]
    if azimuth is None:
        reach = np.linalg.norm(path - path[0], axis=-1).max()
        azimuth = AZIMUTH_STANDING + (AZIMUTH_TRAVELLING - AZIMUTH_STANDING) * min(reach / TRAVEL, 1.0)
    axes = _axes(_front(joints) + azimuth)
    eye = _fit(joints.reshape(-1, 3), axes, aspect)
    depth = ((eye - pelvis) @ axes[:, 2]).max()
    if still or BODY_HEIGHT / (2 * depth * np.tan(FIELD_OF_VIEW / 2)) >= SMALLEST_BODY:
        target = np.broadcast_to(0.5 * (path.min(axis=0) + path.max(axis=0)), path.shape)
        eyes = np.broadcast_to(eye, pelvis.shape)
    else:
        target = gaussian_filter1d(path, FOLLOW_SECONDS * fps, axis=0, mode="nearest")
        moving = np.stack([target[:, 0], np.zeros(len(path)), target[:, 1]], axis=-1)
        eyes = moving + _fit((joints - moving[:, None]).reshape(-1, 3), axes, aspect)
    poses = np.tile(np.eye(4), (len(joints), 1, 1))
    poses[:, :3, :3], poses[:, :3, 3] = axes, eyes
    radius = 2.6 + np.linalg.norm(path - target, axis=-1).max()
    return CameraPlan(poses, np.array(target), float(radius))


def _front(joints: np.ndarray) -> float:
    """Mean heading (radians about +Y, 0 is +Z) of the hips; the first frame's if the body turns all around."""
    across = joints[:, INDEX["left_hip"]] - joints[:, INDEX["right_hip"]]
    heading = np.arctan2(-across[:, 2], across[:, 0])
    mean = np.exp(1j * heading).mean()
    return float(np.angle(mean)) if abs(mean) > 0.5 else float(heading[0])


def _axes(yaw: float) -> np.ndarray:
    """Camera axes as columns ``(3, 3)`` (right, up, backward) for a camera that stands towards ``yaw``."""
    back = np.array([np.sin(yaw) * np.cos(PITCH), np.sin(PITCH), np.cos(yaw) * np.cos(PITCH)])
    right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
    return np.stack([right, np.cross(back, right), back], axis=-1)


def _fit(points: np.ndarray, axes: np.ndarray, aspect: float) -> np.ndarray:
    """The nearest eye ``(3,)`` from which spheres of radius ``FLESH`` about ``(N, 3)`` points are in view.

    In camera axes a point (x, y, z) is between the left and right planes of a frustum with half-angle
    tangent t at (X, Y, Z) when ``|x - X| <= t (Z - z)``; the two tightest points give X and the least Z.
    A sphere moves each plane outward by ``FLESH sqrt(1 + t^2)``.
    """
    local = points @ axes
    tangent = np.tan(FIELD_OF_VIEW / 2)
    eye = np.empty(3)
    needed = []
    for axis, t in ((0, tangent * aspect), (1, tangent)):
        pad = FLESH * np.sqrt(1 + t * t)
        high = (local[:, axis] + t * local[:, 2]).max() + pad
        low = (-local[:, axis] + t * local[:, 2]).max() + pad
        eye[axis] = 0.5 * (high - low)
        needed.append(0.5 * (high + low) / t)
    eye[2] = max(needed)
    return axes @ eye
