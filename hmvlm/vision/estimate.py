"""Pose estimate of a photo or a clip: a posed body and a weak-perspective camera per frame, and a confidence.

Assumptions, where one picture is ambiguous: the camera is level, the focal length is ``FOCAL`` times the
picture's longer side, and within any second the lowest point of the feet touches the floor (so jumps up to
a second are kept, slow drift in height is not).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d, minimum_filter1d
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.vision.camera import LEAST_VISIBILITY, SMPL_FROM_LANDMARKS, TRUST, WeakPerspective, solve
from hmvlm.vision.fitting import fit
from hmvlm.vision.landmarks import Landmarks, features

FOCAL = 1.2
SMOOTHING = 0.05
"""Standard deviation in seconds of the Gaussian over time for poses; the path's is ``PATH_SMOOTHING``."""
PATH_SMOOTHING = 0.15
FLOOR_WINDOW = 1.0
SEEN = 0.5
"""Visibility from which a landmark counts as visible."""
ANKLE_HEIGHT = 0.03
PARTS_SEEN = {
    "head": (0,), "left arm": (13, 15), "right arm": (14, 16), "left leg": (25, 27), "right leg": (26, 28),
}  # fmt: skip


@dataclass
class PoseEstimate:
    """Poses of one person in a photo (T = 1) or a clip.

    Attributes:
        poses: axis-angle ``(T, 24, 3)`` float32; joint 0 in the camera frame (x right, y up, z to the viewer).
        cameras: the camera of each frame.
        found: ``(T,)`` bool, frames in which the person was seen; the others are interpolated.
        pixels, visibility: landmarks ``(T, 33, 2)`` in pixels and ``(T, 33)`` in [0, 1].
        people: most people found in a frame.
        confidence: 0 to 1, mean presence times mean visibility of the limbs.
        size: picture ``(width, height)``; fps: frames a second, None for a photo.
        betas: shape ``(10,)``.
        codes: pose codes ``(T, 5)`` as the language model gave them.
    """

    poses: np.ndarray
    cameras: list[WeakPerspective]
    found: np.ndarray
    pixels: np.ndarray
    visibility: np.ndarray
    people: int
    confidence: float
    size: tuple[int, int]
    fps: float | None = None
    betas: np.ndarray = field(default_factory=lambda: np.zeros(NUM_BETAS, np.float32))
    codes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.poses)

    def joints(self) -> np.ndarray:
        """Joints ``(T, 24, 3)`` in the camera frame, relative to the pelvis."""
        joints = BodyModel.load().joints(self.poses, np.zeros((len(self), 3)), self.betas).numpy()
        return joints - joints[:, :1]

    def motion(self) -> Motion:
        """The body in a room: Y up, the floor at 0, starting above the origin; for a clip with its path."""
        joints = self.joints()
        pelvis = np.zeros((len(self), 3)) if self.fps is None else self._path(self.fps)
        lowest = (joints[..., 1] + pelvis[:, None, 1]).min(axis=1) - ANKLE_HEIGHT
        if self.fps is not None and len(self) > 1:
            window = max(1, round(FLOOR_WINDOW * self.fps))
            lowest = gaussian_filter1d(minimum_filter1d(lowest, window), window / 2)
        pelvis[:, 1] -= lowest
        pelvis[:, [0, 2]] -= pelvis[:1, [0, 2]]
        rest = BodyModel.load().rest_joints(self.betas)[0].numpy()
        return Motion(self.poses, pelvis - rest, self.betas, fps=self.fps or 20.0)

    def _path(self, fps: float) -> np.ndarray:
        """Pelvis ``(T, 3)`` in metres from the cameras: weak perspective with an assumed focal length."""
        scale = np.array([camera.scale for camera in self.cameras])
        offset = np.array([camera.offset for camera in self.cameras]) - np.array(self.size) / 2
        depth = FOCAL * max(self.size) / scale
        path = np.stack([offset[:, 0] / scale, -offset[:, 1] / scale, -depth], axis=1)
        return gaussian_filter1d(path, PATH_SMOOTHING * fps, axis=0)

    def unseen(self) -> list[str]:
        """Parts of the body that the picture does not show for most of the time."""
        mean = self.visibility[self.found].mean(axis=0)
        return [name for name, marks in PARTS_SEEN.items() if mean[list(marks)].max() < SEEN]


def assemble(
    local: Tensor,
    seen: Sequence[Landmarks | None],
    size: tuple[int, int],
    people: int,
    fps: float | None = None,
    codes: np.ndarray | None = None,
) -> PoseEstimate:
    """An estimate from rotations ``(N, 24, 3, 3)`` of the N frames of ``seen`` that show the person.

    Poses and one shape are first fitted to the landmarks (:mod:`hmvlm.vision.fitting`). Frames without the person take
    a pose between their neighbours'; over a clip poses and cameras are smoothed.

    Raises:
        ValueError: no person was found in any frame.
    """
    found = np.array([one is not None for one in seen])
    if not found.any():
        raise ValueError("No person was found.")
    present = [one for one in seen if one is not None]
    local, betas = fit(local, torch.from_numpy(np.stack([features(one) for one in present])), one_body=True)
    if fps is not None:
        local = smoothed_rotations(_filled_rotations(local, found), SMOOTHING * fps)
    marks = [present[index] for index in _nearest(found)]
    pixels, visibility = np.stack([one.pixels for one in marks]), np.stack([one.visibility for one in marks])
    joints = BodyModel.load().relative_joints(local, betas[0]).numpy()
    cameras = _cameras(joints, pixels, visibility, size, fps)
    limbs = sorted({mark for marks_of in PARTS_SEEN.values() for mark in marks_of})
    return PoseEstimate(
        poses=rotations.matrix_to_axis_angle(local).numpy().astype(np.float32),
        cameras=cameras,
        found=found,
        pixels=pixels,
        visibility=visibility,
        people=people,
        confidence=float(np.mean([one.score * one.visibility[limbs].mean() for one in present])),
        size=size,
        fps=fps,
        betas=betas[0].numpy(),
        codes=codes,
    )


def _nearest(found: np.ndarray) -> np.ndarray:
    """For every frame the index, among the found frames, of the nearest found one."""
    places = np.flatnonzero(found)
    return np.abs(np.arange(len(found))[:, None] - places).argmin(axis=1)


def _filled_rotations(local: Tensor, found: np.ndarray) -> Tensor:
    """Rotations of all frames ``(T, 24, 3, 3)``: between found frames by slerp, before and after them constant."""
    places, frames = np.flatnonzero(found), np.arange(len(found))
    after = np.searchsorted(places, frames).clip(0, len(places) - 1)
    before = np.where(places[after] <= frames, after, np.maximum(after - 1, 0))
    span = np.maximum(places[after] - places[before], 1)
    share = torch.from_numpy(((frames - places[before]) / span).clip(0, 1).astype(np.float32))
    turns = rotations.matrix_to_axis_angle(local)
    mixed = rotations.slerp(turns[before], turns[after], share[:, None].expand(-1, local.shape[1]))
    return rotations.axis_angle_to_matrix(mixed)


def smoothed_rotations(local: Tensor, frames: float) -> Tensor:
    """Rotations ``(T, J, 3, 3)`` under a Gaussian over time of that standard deviation in
    frames (scipy), made orthonormal.
    """
    mixed = gaussian_filter1d(local.double().numpy(), frames, axis=0, mode="nearest")
    return rotations.nearest_rotation(torch.from_numpy(mixed).float())


def _cameras(joints, pixels, visibility, size, fps) -> list[WeakPerspective]:
    smpl, marks = list(SMPL_FROM_LANDMARKS), list(SMPL_FROM_LANDMARKS.values())
    solved = []
    for frame in range(len(joints)):
        weights = np.array(TRUST) * np.maximum(visibility[frame][marks], LEAST_VISIBILITY) ** 2
        solved.append(solve(joints[frame, smpl] - joints[frame, 0], pixels[frame][marks], weights))
    if fps is None or len(solved) == 1:
        return solved
    scale = np.exp(gaussian_filter1d(np.log([one.scale for one in solved]), PATH_SMOOTHING * fps))
    offset = gaussian_filter1d(np.array([one.offset for one in solved]), SMOOTHING * fps, axis=0)
    return [WeakPerspective(float(s), o) for s, o in zip(scale, offset, strict=True)]
