"""A motion as separate channels: root, local rotations, feet in the world and their contacts.

Composition moves these channels independently; :func:`to_motion` then bends the legs so that the feet are where their
channel says. Without a change in between the motion comes back as it was.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.motion.features import contacts
from train.composition.legs import solve_legs

ANKLES = (INDEX["left_ankle"], INDEX["right_ankle"])
BALLS = (INDEX["left_foot"], INDEX["right_foot"])


@dataclass(frozen=True)
class Channels:
    """A motion of ``T`` frames at 20 fps, float64, Y up, metres.

    Attributes:
        root: pelvis position ``(T, 3)``.
        local: local rotations ``(T, 24, 3, 3)``; the pelvis' is global.
        balls: position of the balls of the feet (SMPL's foot joints), left and right, ``(T, 2, 3)``.
        soles: global rotation of the feet (SMPL's ankle joints), ``(T, 2, 3, 3)``.
        contact: whether a foot is on the floor, ``(T, 2)`` bool.
    """

    root: np.ndarray
    local: np.ndarray
    balls: np.ndarray
    soles: np.ndarray
    contact: np.ndarray

    def __len__(self) -> int:
        return len(self.root)

    def cut(self, start: int, stop: int) -> Channels:
        """Frames ``start:stop``."""
        return self.take(np.arange(len(self))[start:stop])

    def take(self, frames: np.ndarray) -> Channels:
        """The frames of an index array."""
        return Channels(*(part[frames] for part in self.parts()))

    def parts(self) -> tuple[np.ndarray, ...]:
        """The five arrays in the order of the attributes."""
        return self.root, self.local, self.balls, self.soles, self.contact

    def yaw(self) -> np.ndarray:
        """Heading of the pelvis ``(T,)`` in radians, unwrapped."""
        return np.unwrap(yaw_of(self.local[:, 0]))

    def placed(self, yaw: float, pivot: np.ndarray, target: np.ndarray) -> Channels:
        """Turned by ``yaw`` about the vertical through ``pivot`` (3,), which goes to ``target`` (3,); heights stay."""
        turn = yaw_matrix(np.asarray(yaw))
        flat = np.array([1.0, 0.0, 1.0])
        shift = target * flat
        local = self.local.copy()
        local[:, 0] = turn @ local[:, 0]
        return replace(
            self,
            root=(self.root - pivot * flat) @ turn.T + shift,
            local=local,
            balls=(self.balls - pivot * flat) @ turn.T + shift,
            soles=turn @ self.soles,
        )


def concatenate(pieces: list[Channels]) -> Channels:
    """The pieces one after the other as they are."""
    return Channels(*(np.concatenate(parts) for parts in zip(*(piece.parts() for piece in pieces), strict=True)))


def from_motion(motion: Motion) -> Channels:
    """The channels of a motion at 20 fps (another frame rate raises ValueError)."""
    if abs(motion.fps - MOTION_FPS) > 1e-3:
        raise ValueError(f"composition needs {MOTION_FPS} fps, got {motion.fps}; resample the motion first")
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses).double())
    joints, turned = forward_kinematics(local, _offsets_tensor(), torch.from_numpy(motion.trans).double())
    down = contacts(joints).numpy() > 0.5
    places = joints.numpy()
    return Channels(
        places[:, 0],
        local.numpy(),
        places[:, list(BALLS)],
        turned.numpy()[:, list(ANKLES)],
        np.stack([down[:, 0] | down[:, 2], down[:, 1] | down[:, 3]], axis=1),
    )


def to_motion(channels: Channels, text: str | None = None) -> Motion:
    """The SMPL motion: legs bent to the feet, pelvis lowered a little where a leg would be too short."""
    offsets = rest_offsets()
    ankles = channels.balls - np.stack(
        [channels.soles[:, side] @ offsets[ball] for side, ball in enumerate(BALLS)], axis=1
    )
    root, local = solve_legs(channels.root, channels.local, ankles, channels.soles, offsets)
    poses = Rotation.from_matrix(local.reshape(-1, 3, 3)).as_rotvec().reshape(-1, 24, 3)
    return Motion(poses, root - offsets[0], fps=float(MOTION_FPS), text=text)


@functools.lru_cache(maxsize=1)
def _offsets_tensor() -> torch.Tensor:
    return BodyModel.load().offsets().double()


@functools.lru_cache(maxsize=1)
def rest_offsets() -> np.ndarray:
    """Rest position of each joint relative to its parent ``(24, 3)`` in metres; row 0 is the pelvis itself."""
    return _offsets_tensor().numpy()


def yaw_of(matrix: np.ndarray) -> np.ndarray:
    """Heading ``(...)`` in radians of rotations ``(..., 3, 3)``."""
    return rotations.yaw_from_matrix(torch.from_numpy(np.ascontiguousarray(matrix))).numpy()


def yaw_matrix(angle: np.ndarray) -> np.ndarray:
    """Rotations about +Y by angles of any shape: ``(..., 3, 3)``."""
    return rotations.yaw_matrix(torch.as_tensor(angle, dtype=torch.float64)).numpy()


def to_vector(matrix: np.ndarray) -> np.ndarray:
    """Rotation vectors ``(..., 3)`` of matrices ``(..., 3, 3)``."""
    return Rotation.from_matrix(matrix.reshape(-1, 3, 3)).as_rotvec().reshape(*matrix.shape[:-2], 3)


def to_matrix(vector: np.ndarray) -> np.ndarray:
    """Matrices ``(..., 3, 3)`` of rotation vectors ``(..., 3)``."""
    return Rotation.from_rotvec(vector.reshape(-1, 3)).as_matrix().reshape(*vector.shape[:-1], 3, 3)
