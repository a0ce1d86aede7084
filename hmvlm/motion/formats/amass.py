"""AMASS ``.npz``: SMPL-H pose parameters with Z up.

Written: ``poses (T, 156)``, ``trans (T, 3)``, ``betas (16,)``, ``gender`` and, where known, ``text``; the same
rotations in parts as ``root_orient (T, 3)``, ``pose_body (T, 63)`` and ``pose_hand (T, 90)``, which AMASS's newer files
and robot retargeting have; the frame rate as ``mocap_framerate`` and ``mocap_frame_rate``, which have readers each.
The layout ``smplx`` has ``poses (T, 165)`` of 55 joints with ``pose_jaw (T, 3)`` and ``pose_eye (T, 6)``, and its
``trans`` is about SMPL-X's own rest pelvis, which lies lower than SMPL's. SMPL-H has fingers where SMPL has one hand
joint, so the rotations of ``left_hand`` and ``right_hand`` (which move no joint) are not kept. Read: the same, and
SMPL, SMPL-H or SMPL-X rows as AMASS and its relatives store them.

With the rest pelvis J0 and the quarter turn A about X that takes Y up to Z up, the pelvis A (J0 + t)
is again J0 plus a translation, so ``trans = A (J0 + t) - J0`` and the root rotation becomes A R.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.rates import at_rate

BODY_JOINTS = 22
"""Joints that SMPL, SMPL-H and SMPL-X share, in the same order."""
FILE_COLUMNS = 156
FILE_BETAS = 16
FACE_COLUMNS = 9
"""Jaw and eyes, which SMPL-X has between body and hands."""
SMPLX_PELVIS = np.array([0.003123, -0.351407, 0.012037])
"""Pelvis of SMPL-X's neutral body at rest, metres, Y up."""
FRAME_RATES = ("mocap_framerate", "mocap_frame_rate", "framerate", "frame_rate", "fps")
LARGEST_MEMBER = 512 * 2**20
"""Bytes an array may unpack to: nearly an hour of SMPL-H at 120 frames a second in float64."""
LARGEST_ANGLE, LARGEST_DISTANCE, LARGEST_BETA = 100.0, 10_000.0, 50.0
_ROW_WIDTHS = (66, 72, 156, 165)  # 22 joints; SMPL; SMPL-H; SMPL-X
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


def load(path: Path) -> Motion:
    """Read an AMASS ``.npz`` into Y up.

    Raises:
        ValueError: no AMASS file, or one whose content cannot be a motion; the message names the fault.
    """
    arrays = _read(path)
    local, trans = _rows(arrays, path)
    local[:, 0] = (_Z_UP.inv() * Rotation.from_rotvec(local[:, 0])).as_rotvec()
    betas = _betas(arrays, path)
    pelvis = _rest_pelvis(betas)
    text = arrays.get("text")
    theirs = SMPLX_PELVIS if "smplx" in str(arrays.get("surface_model_type")) else pelvis
    return Motion(
        local,
        _Z_UP.inv().apply(trans + theirs) - pelvis,
        betas,
        _frame_rate(arrays, path),
        str(text) if text is not None and text.ndim == 0 and text.dtype.kind == "U" else None,
    )


def _rest_pelvis(betas: np.ndarray) -> np.ndarray:
    return BodyModel.load().rest_joints(betas)[0].double().numpy()


def _read(path: Path) -> dict[str, np.ndarray]:
    """The arrays of the file that matter here, none of them pickled and none of them huge."""
    wanted = {"poses", "root_orient", "pose_body", "trans", "transl", "betas", "text", "surface_model_type"}
    wanted |= set(FRAME_RATES)
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {Path(member.filename).stem: member.file_size for member in archive.infolist()}
        wanted &= sizes.keys()
        for name in wanted:
            if sizes[name] > LARGEST_MEMBER:
                raise ValueError(f"{name!r} unpacks to {sizes[name] / 2**20:.0f} MB, which is too much")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in wanted}
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, ValueError) as error:
        reason = str(error) or "damaged archive"
        if "allow_pickle" in reason:
            reason = "it holds pickled objects, which could run code: save it again with plain number arrays"
        raise ValueError(f"{path.name} cannot be read as AMASS .npz: {reason}") from None


def _rows(arrays: dict[str, np.ndarray], path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Poses ``(T, 24, 3)`` and translation ``(T, 3)`` as the file has them, checked."""
    if "poses" in arrays:
        poses = _numbers(arrays["poses"], "poses", path)
    elif {"root_orient", "pose_body"} <= arrays.keys():
        halves = [_numbers(arrays[name], name, path) for name in ("root_orient", "pose_body")]
        if any(half.ndim != 2 for half in halves) or len(halves[0]) != len(halves[1]):
            raise ValueError(
                f"{path.name}: root_orient {halves[0].shape} and pose_body {halves[1].shape} do not fit together"
            )
        poses = np.concatenate(halves, axis=1)
    else:
        raise ValueError(f"{path.name} has no 'poses' array, so it is no AMASS motion")
    shape = poses.shape
    if poses.ndim == 3 and shape[2] == 3:
        poses = poses.reshape(len(poses), -1)
    if poses.ndim != 2 or poses.shape[1] not in _ROW_WIDTHS or len(poses) == 0:
        raise ValueError(
            f"{path.name}: 'poses' must be (T, 156) for SMPL-H, (T, 165) for SMPL-X or (T, 72) for SMPL, got {shape}"
        )
    if "trans" not in arrays and "transl" not in arrays:
        raise ValueError(f"{path.name} has no 'trans' array; add the root translation as 'trans' (T, 3) in metres")
    trans = _numbers(arrays["trans" if "trans" in arrays else "transl"], "trans", path)
    if trans.shape != (len(poses), 3):
        raise ValueError(f"{path.name}: 'trans' must be ({len(poses)}, 3) like 'poses', got {trans.shape}")
    _limit(poses, LARGEST_ANGLE, "poses", "radians", path)
    _limit(trans, LARGEST_DISTANCE, "trans", "metres", path)
    joints = NUM_JOINTS if poses.shape[1] == NUM_JOINTS * 3 else BODY_JOINTS
    local = np.zeros((len(poses), NUM_JOINTS, 3))
    local[:, :joints] = poses[:, : joints * 3].reshape(len(poses), joints, 3)
    return local, trans


def _betas(arrays: dict[str, np.ndarray], path: Path) -> np.ndarray:
    """Body shape ``(10,)``: the file's first ten values (of the first frame, if stored per frame) or zeros."""
    betas = np.zeros(NUM_BETAS, np.float32)
    if "betas" in arrays:
        given = _numbers(arrays["betas"], "betas", path)
        if given.ndim == 0 or given.ndim > 2 or given.size == 0:
            raise ValueError(f"{path.name}: 'betas' must be a row of shape values, got {given.shape}")
        given = (given if given.ndim == 1 else given[0])[:NUM_BETAS]
        _limit(given, LARGEST_BETA, "betas", "standard deviations", path)
        betas[: len(given)] = given
    return betas


def _frame_rate(arrays: dict[str, np.ndarray], path: Path) -> float:
    for name in FRAME_RATES:
        if name in arrays:
            rate = _numbers(arrays[name], name, path)
            if rate.size != 1 or not 1 <= rate.item() <= 1000:
                raise ValueError(f"{path.name}: {name!r} must be one number from 1 to 1000, got {rate.tolist()}")
            return float(rate.item())
    raise ValueError(f"{path.name} has no frame rate; add a number called 'mocap_framerate' to it")


def _numbers(array: np.ndarray, name: str, path: Path) -> np.ndarray:
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{path.name}: {name!r} must hold numbers, not {array.dtype}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{path.name}: {name!r} holds values that are not finite")
    return array


def _limit(array: np.ndarray, largest: float, name: str, unit: str, path: Path) -> None:
    found = np.abs(array).max()
    if found > largest:
        raise ValueError(f"{path.name}: {name!r} reaches {found:.3g}, more than {largest:g} {unit}")
