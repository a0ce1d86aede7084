"""Photos with true 3-D poses: 3DPW and Human3.6M (the user's copies), and their evaluation protocol.

Joints are the lsp_joints that both sets share, in metres in the camera's frame (x right, y down, z away). Predicted and
true joints are moved so that their roots coincide (MPJPE), or aligned by a similarity (PA-MPJPE); means over joints and
people, in millimetres. The root is the pelvis for 3DPW and the middle of the hips for Human3.6M.

True and predicted joints of 3DPW are the skeleton's own; published tables regress them from SMPL's mesh
with a matrix that is not free, which shifts errors by some millimetres.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.body.unpickle import load_array_pickle
from train.loop.joint_errors import joint_errors

LSP_JOINTS = (
    "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "right_wrist", "right_elbow",
    "right_shoulder", "left_shoulder", "left_elbow", "left_wrist", "neck", "head",
)  # fmt: skip
"""The lsp_joints joints by their SMPL names, in the order of the LSP data set."""
LSP_JOINT_ROWS = [INDEX[name] for name in LSP_JOINTS]
HIPS = (LSP_JOINTS.index("left_hip"), LSP_JOINTS.index("right_hip"))
BOX_MARGIN = 1.2
SCALE_PIXELS = 200.0
"""Pixels of a box with ``scale`` 1 in prepared annotation files."""


@dataclass(frozen=True)
class Person:
    """One labelled person.

    Attributes:
        image: file of the picture.
        box: x, y, width, height in pixels, with some margin.
        joints: ``(14, 3)`` in metres in the camera's frame.
        root: ``(3,)``, the point by which predicted and true joints are aligned.
    """

    image: Path
    box: tuple[float, float, float, float]
    joints: np.ndarray
    root: np.ndarray

    def __post_init__(self) -> None:
        if self.joints.shape != (14, 3) or self.root.shape != (3,):
            raise ValueError(f"joints must be (14, 3) and root (3,), got {self.joints.shape} and {self.root.shape}")


def threedpw(
    folder: str | Path, split: str = "test", stride: int = 1, body: BodyModel | None = None
) -> Iterator[Person]:
    """People of 3DPW: ``sequenceFiles/<split>/*.pkl`` and ``imageFiles/<sequence>/image_00000.jpg``.

    Every ``stride``-th frame; people whose camera is marked invalid, or who have fewer than four visible
    key points, are left out, as the protocol does. ``body`` is the SMPL model (default: the one that is installed).
    """
    folder = Path(folder)
    files = sorted((folder / "sequenceFiles" / split).glob("*.pkl"))
    if not files:
        raise FileNotFoundError(f"{folder} is no 3DPW folder: it needs sequenceFiles/{split}/*.pkl and imageFiles")
    body = body or BodyModel.load()
    for file in files:
        content: Any = load_array_pickle(file)
        name = str(content["sequence"])
        cameras, valid = np.asarray(content["cam_poses"], np.float64), content["campose_valid"]
        for person, poses in enumerate(content["poses"]):
            poses = np.asarray(poses, np.float64).reshape(len(poses), 24, 3)
            betas = np.asarray(content["betas"][person], np.float32)[:10]
            points = np.asarray(content["poses2d"][person])
            for frame in range(0, min(len(poses), len(cameras)), stride):
                seen = points[frame][:, points[frame][2] > 0]
                if not valid[person][frame] or seen.shape[1] < 4:
                    continue
                joints = _in_camera(poses[frame], betas, cameras[frame, :3, :3], body)
                image = folder / "imageFiles" / name / f"image_{int(content['img_frame_ids'][frame]):05d}.jpg"
                yield Person(image, _box(seen[:2].T), joints[LSP_JOINT_ROWS], joints[0])


def _in_camera(pose: np.ndarray, betas: np.ndarray, camera: np.ndarray, body: BodyModel) -> np.ndarray:
    """Joints ``(24, 3)`` relative to the pelvis in the frame of a camera with rotation ``(3, 3)``."""
    joints = body.joints(pose[None].astype(np.float32), np.zeros((1, 3), np.float32), betas).numpy()[0]
    return (joints - joints[0]) @ camera.T


def _box(points: np.ndarray) -> tuple[float, float, float, float]:
    low, high = points.min(0), points.max(0)
    size = BOX_MARGIN * np.maximum(high - low, 1.0)
    corner = (low + high) / 2 - size / 2
    return float(corner[0]), float(corner[1]), float(size[0]), float(size[1])


def human36m(annotations: str | Path, images: str | Path, stride: int = 1) -> Iterator[Person]:
    """People of Human3.6M from a prepared ``.npz``: ``imgname``, ``center``, ``scale`` and ``S`` ``(N, J >= 14, 4)``.

    ``S`` holds joints in the camera's frame with a confidence, the first lsp_joints in LSP's order, metres; protocol 2
    is the file of subjects 9 and 11 with the frontal camera, every fifth frame.
    """
    with np.load(annotations, allow_pickle=False) as archive:
        missing = [name for name in ("imgname", "center", "scale", "S") if name not in archive.files]
        if missing:
            raise ValueError(f"{annotations} lacks {', '.join(missing)}; give a prepared file of Human3.6M")
        columns = {name: archive[name] for name in ("imgname", "center", "scale", "S")}
    for row in range(0, len(columns["S"]), stride):
        joints = columns["S"][row, :14, :3].astype(np.float64)
        half = SCALE_PIXELS * float(columns["scale"][row]) / 2
        x, y = (float(value) for value in columns["center"][row])
        image = Path(images) / str(columns["imgname"][row])
        yield Person(image, (x - half, y - half, 2 * half, 2 * half), joints, joints[list(HIPS)].mean(0))


def lsp_joints(poses: np.ndarray, hips: bool) -> np.ndarray:
    """Joints ``(14, 3)`` of one estimated pose ``(24, 3)``, root at the origin, in the frame of the photo's camera.

    Estimates have y up and z towards the viewer; both change sign. ``hips`` takes the middle of the hips as root.
    """
    matrices = rotations.axis_angle_to_matrix(torch.as_tensor(poses, dtype=torch.float32)[None])
    joints = BodyModel.load().relative_joints(matrices)[0].numpy() * np.array([1, -1, -1], np.float32)
    chosen = joints[LSP_JOINT_ROWS]
    return chosen - (chosen[list(HIPS)].mean(0) if hips else joints[0])


def errors(predicted: np.ndarray, people: list[Person]) -> tuple[np.ndarray, np.ndarray]:
    """MPJPE and PA-MPJPE in mm, ``(N,)`` each, of joints ``(N, 14, 3)`` whose root is the origin."""
    true = np.stack([person.joints - person.root for person in people])
    plain, aligned = joint_errors(torch.from_numpy(predicted).double(), torch.from_numpy(true).double())
    return 1e3 * plain.numpy(), 1e3 * aligned.numpy()
