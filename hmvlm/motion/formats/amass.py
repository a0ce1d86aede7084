"""AMASS ``.npz``: SMPL-H pose parameters with Z up.

Written: ``poses (T, 156)``, ``trans (T, 3)``, ``betas (16,)``, ``gender`` and, where known, ``text``; the same
rotations in parts as ``root_orient (T, 3)``, ``pose_body (T, 63)`` and ``pose_hand (T, 90)``, which AMASS's newer files
and robot retargeting have; the frame rate as ``mocap_framerate`` and ``mocap_frame_rate``, which have readers each.
The layout ``smplx`` has ``poses (T, 165)`` of 55 joints with ``pose_jaw (T, 3)`` and ``pose_eye (T, 6)``, and its
``trans`` is about SMPL-X's own rest pelvis, which lies lower than SMPL's. SMPL-H has fingers where SMPL has one hand
joint, so the rotations of ``left_hand`` and ``right_hand`` (which move no joint) are not kept. Read: the same,
and the layouts of other projects (:mod:`.parameters`).

With the rest pelvis J0 and the quarter turn A about X that takes Y up to Z up, the pelvis A (J0 + t)
is again J0 plus a translation, so ``trans = A (J0 + t) - J0`` and the root rotation becomes A R.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.containers import read_npz
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.formats.parameters import BODY_JOINTS, SMPLX_PELVIS, WANTED, motion_from_arrays
from hmvlm.motion.rates import at_rate

FILE_COLUMNS = 156
FILE_BETAS = 16
FACE_COLUMNS = 9
"""Jaw and eyes, which SMPL-X has between body and hands."""
_Z_UP = Rotation.from_euler("x", 90, degrees=True)


def save(motion: Motion, path: Path, export: Export = AS_IS, further: dict[str, np.ndarray] | None = None) -> None:
    """Write a motion as AMASS ``.npz``, with ``further`` arrays beside it."""
    motion = at_rate(motion, export.fps)
    arrays: dict[str, Any] = file_arrays(motion, export.npz) | (further or {})
    if motion.text:
        arrays["text"] = np.array(motion.text)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def file_arrays(motion: Motion, layout: str = "amass") -> dict[str, np.ndarray]:
    """All arrays of a file but the text, in one of :data:`hmvlm.motion.formats.options.LAYOUTS`."""
    arrays = rows(motion)
    poses, fps = arrays["poses"], arrays["mocap_framerate"]
    parts = {"root_orient": poses[:, :3], "pose_body": poses[:, 3:66], "pose_hand": poses[:, 66:]}
    if layout == "smplx":
        face = np.zeros((len(motion), FACE_COLUMNS))
        arrays["poses"] = np.concatenate([poses[:, :66], face, poses[:, 66:]], axis=1)
        arrays["trans"] = arrays["trans"] + _rest_pelvis(motion.betas) - SMPLX_PELVIS
        parts |= {"pose_jaw": face[:, :3], "pose_eye": face[:, 3:]}
    return (
        arrays
        | parts
        | {
            "num_betas": np.array(FILE_BETAS),
            "surface_model_type": np.array("smplx" if layout == "smplx" else "smplh"),
            "mocap_frame_rate": fps,
            "mocap_time_length": np.array(motion.duration),
        }
    )


def rows(motion: Motion) -> dict[str, np.ndarray]:
    """A motion as ``poses``, ``trans``, ``betas``, ``gender`` and ``mocap_framerate`` of SMPL-H."""
    poses = np.zeros((len(motion), FILE_COLUMNS))
    poses[:, : BODY_JOINTS * 3] = motion.poses[:, :BODY_JOINTS].reshape(len(motion), -1)
    poses[:, :3] = (_Z_UP * Rotation.from_rotvec(motion.poses[:, 0])).as_rotvec()
    pelvis = _rest_pelvis(motion.betas)
    betas = np.zeros(FILE_BETAS)
    betas[: len(motion.betas)] = motion.betas
    return {
        "poses": poses,
        "trans": _Z_UP.apply(motion.trans + pelvis) - pelvis,
        "betas": betas,
        "gender": np.array("neutral"),
        "mocap_framerate": np.array(float(motion.fps)),
    }


def load(path: Path, fps: float | None = None) -> Motion:
    """Read SMPL parameters or joints of any of the layouts of :mod:`.parameters`; ``fps`` if the file has no rate.

    Raises:
        ValueError: none of them, or broken; the message names the fault. RateMissing: no rate, no ``fps``.
    """
    arrays, names = read_npz(path, WANTED)
    return motion_from_arrays(arrays, path.name, names, fps)


def _rest_pelvis(betas: np.ndarray) -> np.ndarray:
    return BodyModel.load().rest_joints(betas)[0].double().numpy()
