"""A motion as the signals that the detectors read: joints, heading and positions in the body's own axes.

Frames are at 20 a second, metres, Y up, floor at 0. The body's axes turn with its heading: x to its left, z ahead.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

FPS = 20
SIDES = ("left", "right")
SMOOTH = 0.15
"""Standard deviation in seconds of the Gaussian over the pelvis's path and the heading."""


@dataclass(frozen=True)
class Track:
    """Signals of one motion.

    Attributes:
        joints: ``(T, 24, 3)``.
        rotations: global rotations of all joints, ``(T, 24, 3, 3)``.
        stature: height of the pelvis over the floor when standing upright.
    """

    joints: np.ndarray
    rotations: np.ndarray
    stature: float

    @staticmethod
    def of(motion: Motion) -> Track:
        """The track of a motion of any frame rate."""
        if abs(motion.fps - FPS) > 1e-3:
            motion = motion.resample(FPS)
        body = BodyModel.load()
        rest = body.rest_joints(motion.betas).numpy()
        soles = rest[:, 1].min() - 0.025  # the foot joint of the free body lies 25 mm over the sole
        return Track(motion.joints(body).astype(float), _global_rotations(motion.poses), float(rest[0, 1] - soles))

    def __len__(self) -> int:
        return len(self.joints)

    def at(self, name: str) -> np.ndarray:
        """Positions of a joint, ``(T, 3)``."""
        return self.joints[:, INDEX[name]]

    def height(self, name: str) -> np.ndarray:
        """Height of a joint over the floor, ``(T,)``."""
        return self.joints[:, INDEX[name], 1]

    @functools.cached_property
    def pelvis_level(self) -> np.ndarray:
        """Height of the pelvis as a share of its height in standing, ``(T,)``."""
        return self.height("pelvis") / self.stature

    @functools.cached_property
    def path(self) -> np.ndarray:
        """Smoothed horizontal path of the pelvis, x and z, ``(T, 2)``."""
        return smoothed(self.joints[:, 0][:, [0, 2]], SMOOTH)

    @functools.cached_property
    def velocity(self) -> np.ndarray:
        """Velocity of :attr:`path` in m/s, ``(T, 2)``."""
        return derivative(self.path)

    @functools.cached_property
    def speed(self) -> np.ndarray:
        """Horizontal speed of the pelvis in m/s, ``(T,)``."""
        return np.linalg.norm(self.velocity, axis=1)

    @functools.cached_property
    def heading(self) -> np.ndarray:
        """Direction that the hips face, radians, 0 along +z, growing to the left, continuous, ``(T,)``."""
        across = self.at("left_hip") - self.at("right_hip")
        return smoothed(np.unwrap(np.arctan2(-across[:, 2], across[:, 0])), SMOOTH)

    @functools.cached_property
    def local(self) -> np.ndarray:
        """Joints relative to the pelvis in the body's axes (left, up, ahead), ``(T, 24, 3)``."""
        relative = self.joints - self.joints[:, :1]
        return _turned(relative, self.heading)

    @functools.cached_property
    def course(self) -> np.ndarray:
        """Velocity of the pelvis in the body's axes: to the left and ahead, m/s, ``(T, 2)``."""
        flat = np.stack([self.velocity[:, 0], np.zeros(len(self)), self.velocity[:, 1]], axis=1)
        return _turned(flat[:, None], self.heading)[:, 0][:, [0, 2]]

    def offset(self, name: str, origin: str) -> np.ndarray:
        """A joint relative to another in the body's axes, ``(T, 3)``."""
        return self.local[:, INDEX[name]] - self.local[:, INDEX[origin]]

    def bend(self, joint: str, above: str, below: str) -> np.ndarray:
        """Angle in degrees by which a limb is bent at ``joint``, 0 when straight, ``(T,)``."""
        one, other = self.at(joint) - self.at(above), self.at(below) - self.at(joint)
        cosine = (one * other).sum(1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1) + 1e-9)
        return np.degrees(np.arccos(np.clip(cosine, -1, 1)))

    def knee(self, side: str) -> np.ndarray:
        """Bend of a knee in degrees."""
        return self.bend(f"{side}_knee", f"{side}_hip", f"{side}_ankle")

    def elbow(self, side: str) -> np.ndarray:
        """Bend of an elbow in degrees."""
        return self.bend(f"{side}_elbow", f"{side}_shoulder", f"{side}_wrist")

    @functools.cached_property
    def trunk(self) -> np.ndarray:
        """Unit vector from the pelvis to the neck in the body's axes, ``(T, 3)``."""
        vector = self.offset("neck", "pelvis")
        return vector / np.linalg.norm(vector, axis=1, keepdims=True)

    @functools.cached_property
    def elevation(self) -> np.ndarray:
        """Angle of the trunk over the horizontal in degrees, 90 when upright, negative head down, ``(T,)``."""
        return np.degrees(np.arcsin(np.clip(self.trunk[:, 1], -1, 1)))

    @functools.cached_property
    def chest_up(self) -> np.ndarray:
        """Vertical component of the chest's forward axis: 1 on the back, -1 face down, ``(T,)``."""
        return self.rotations[:, INDEX["spine3"], 1, 2]

    def sole(self, side: str) -> np.ndarray:
        """Height of the lower of a foot's two joints over its height in standing, ``(T,)``."""
        return np.minimum(self.height(f"{side}_ankle") - 0.073, self.height(f"{side}_foot") - 0.025)


def smoothed(values: np.ndarray, seconds: float) -> np.ndarray:
    """Gaussian along time with a standard deviation in seconds."""
    return gaussian_filter1d(np.asarray(values, float), seconds * FPS, axis=0, mode="nearest")


def derivative(values: np.ndarray) -> np.ndarray:
    """Central difference along time, per second; zeros for a single frame."""
    values = np.asarray(values, float)
    return np.gradient(values, 1 / FPS, axis=0) if len(values) > 1 else np.zeros_like(values)


def _turned(vectors: np.ndarray, heading: np.ndarray) -> np.ndarray:
    """World vectors ``(T, N, 3)`` in axes that face ``heading``."""
    cosine, sine = np.cos(heading)[:, None], np.sin(heading)[:, None]
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack([cosine * x - sine * z, y, sine * x + cosine * z], axis=-1)


def _global_rotations(poses: np.ndarray) -> np.ndarray:
    """Global rotations ``(T, 24, 3, 3)`` of local axis-angle ``(T, 24, 3)``."""
    local = Rotation.from_rotvec(poses.reshape(-1, 3)).as_matrix().reshape(len(poses), -1, 3, 3)
    turned = [local[:, 0]]
    for joint in range(1, local.shape[1]):
        turned.append(turned[PARENTS[joint]] @ local[:, joint])
    return np.stack(turned, axis=1)
