"""One recorded or generated motion of one body: SMPL pose parameters over time."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hmvlm import limits
from hmvlm.body import rotations
from hmvlm.body.skeleton import MIRROR, NUM_JOINTS
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.motion import storage


@dataclass
class Motion:
    """SMPL motion. Y up, +Z forward, floor at 0, metres, radians.

    Attributes:
        poses: local axis-angle rotations, ``(T, 24, 3)`` float32.
        trans: SMPL translation in metres, ``(T, 3)`` float32; the pelvis is at ``rest pelvis + trans``.
        betas: body shape, ``(10,)``; zeros are the average body.
        fps: frames a second.
        text: what the motion shows, if known.
        note: of a motion read from a file, how it was read; one sentence for the user.
    """

    poses: np.ndarray
    trans: np.ndarray
    betas: np.ndarray = field(default_factory=lambda: np.zeros(NUM_BETAS, np.float32))
    fps: float = 20.0
    text: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        self.poses = np.asarray(self.poses, np.float32)
        self.trans = np.asarray(self.trans, np.float32)
        self.betas = np.asarray(self.betas, np.float32)
        if self.poses.ndim != 3 or self.poses.shape[1:] != (NUM_JOINTS, 3):
            raise ValueError(f"poses must be (T, 24, 3), got {self.poses.shape}")
        if self.trans.shape != (len(self.poses), 3):
            raise ValueError(f"trans must be ({len(self.poses)}, 3), got {self.trans.shape}")
        if len(self.poses) == 0:
            raise ValueError("a motion needs at least one frame")
        if not self.fps > 0:
            raise ValueError(f"fps must be positive, got {self.fps}")
        if not (np.isfinite(self.poses).all() and np.isfinite(self.trans).all()):
            raise ValueError("the motion holds values that are not finite")

    def __len__(self) -> int:
        return len(self.poses)

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the end of the last."""
        return len(self) / self.fps

    def joints(self, body: BodyModel | None = None) -> np.ndarray:
        """Joint positions ``(T, 24, 3)`` in metres (the free body unless another is given)."""
        return (body or BodyModel.load()).joints(self.poses, self.trans, self.betas).numpy()

    def slice(self, start: int, stop: int) -> Motion:
        """Frames ``start:stop``."""
        return dataclasses.replace(self, poses=self.poses[start:stop], trans=self.trans[start:stop])

    def resample(self, fps: float) -> Motion:
        """The same motion at another frame rate: slerp for rotations, linear for the translation."""
        if fps == self.fps:
            return dataclasses.replace(self)
        count = max(1, int(np.floor((len(self) - 1) / self.fps * fps + 1e-6)) + 1)
        if count > limits.RESAMPLED_FRAMES:
            most = limits.RESAMPLED_FRAMES
            raise ValueError(f"the motion has {count:,} frames at {fps:g} frames a second; {most:,} are the most")
        position = np.minimum(np.arange(count) * (self.fps / fps), len(self) - 1)
        low = np.minimum(position.astype(int), max(len(self) - 2, 0))
        high = np.minimum(low + 1, len(self) - 1)
        weight = (position - low).astype(np.float32)
        poses = torch.from_numpy(self.poses)
        steps = torch.from_numpy(weight)[:, None].expand(-1, NUM_JOINTS)
        turned = rotations.slerp(poses[low], poses[high], steps).numpy()
        trans = self.trans[low] * (1 - weight[:, None]) + self.trans[high] * weight[:, None]
        return dataclasses.replace(self, poses=turned, trans=trans, fps=float(fps))

    def mirrored(self) -> Motion:
        """The motion seen in a mirror: left becomes right, the plane of reflection is x = 0."""
        poses = rotations.mirror_axis_angle(torch.from_numpy(self.poses[:, MIRROR])).numpy()
        return dataclasses.replace(self, poses=poses, trans=self.trans * np.array([-1, 1, 1], np.float32))

    def canonical(self) -> Motion:
        """Turned and moved over the floor so that the first frame's pelvis is above the origin, facing +Z."""
        poses = torch.from_numpy(self.poses)
        rest = BodyModel.load().rest_joints(self.betas)[0]
        roots = rotations.axis_angle_to_matrix(poses[:, 0])
        undo = rotations.yaw_matrix(-rotations.yaw_from_matrix(roots[0]))
        pelvis = torch.from_numpy(self.trans) + rest
        start = pelvis[0] * torch.tensor([1.0, 0.0, 1.0])
        poses = poses.clone()
        poses[:, 0] = rotations.matrix_to_axis_angle(undo @ roots)
        trans = (pelvis - start) @ undo.T - rest
        return dataclasses.replace(self, poses=poses.numpy(), trans=trans.numpy())

    def save(self, path: str | os.PathLike, **options: Any) -> Path:
        """Write by suffix: ``.npz`` (AMASS), ``.bvh``, ``.glb``, ``.fbx``, ``.npy`` or ``.mp4``. Returns the path.

        Args:
            options: attributes of :class:`hmvlm.motion.formats.options.Export`, such as ``fps=30, names="mixamo"``.

        Raises:
            ValueError: another suffix, or an option that is out of range. OSError: the file cannot be written.
        """
        return storage.backend().save_motion(self, path, **options)

    @staticmethod
    def load(path: str | os.PathLike, fps: float | None = None) -> Motion:
        """Read a motion file of any kind of :data:`hmvlm.motion.formats.KINDS`; ``note`` says how it was read.

        Args:
            fps: frames a second of a file that does not say it.
        """
        return storage.backend().load_motion(path, fps)
