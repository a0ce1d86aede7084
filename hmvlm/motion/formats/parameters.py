"""SMPL parameters and joint positions under the keys of many projects, as one motion.

=====================  =============================================================================================
AMASS, HY-Motion       ``poses`` (T, 156 or 165), ``trans``; the latter without a frame rate, Y up
SMPL-X tools           ``root_orient``, ``pose_body``, ``trans``
GVHMR, WHAM            ``global_orient``, ``body_pose``, ``transl``; ``pose_world``, ``trans_world``; also nested
AIST++                 ``smpl_poses``, ``smpl_trans``, ``smpl_scaling``: path in units of the scaling, 60 Hz, Y up
Kimodo                 ``local_rot_mats`` (T, 22, 3, 3), ``root_positions``, Y up; other skeletons: :mod:`.kimodo`
joints                 ``joints``, ``posed_joints``, ``positions`` (T, J, 3), the first 22 in SMPL's order
=====================  =============================================================================================

Up is the axis on which the body stands (:mod:`hmvlm.motion.retarget.world`); the layout only breaks ties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm import limits
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import KINDS, RateMissing
from hmvlm.motion.formats.kimodo import is_kimodo, motion_from_kimodo
from hmvlm.motion.formats.points import motion_from_joints
from hmvlm.motion.formats.upright import seen_axis, usual_axis
from hmvlm.motion.retarget import world
from hmvlm.motion.retarget.ground import on_floor
from hmvlm.texts import clean

BODY_JOINTS = 22
"""Joints that SMPL, SMPL-H and SMPL-X share, in the same order."""
SMPLX_PELVIS = np.array([0.003123, -0.351407, 0.012037])
"""Pelvis of SMPL-X's neutral body at rest, metres, Y up."""
FRAME_RATES = ("mocap_framerate", "mocap_frame_rate", "framerate", "frame_rate", "fps", "frame_time")
ROWS = ("poses", "pose_world", "smpl_poses", "fullpose", "pose", "local_rot_mats")
ROOTS, BODIES = ("root_orient", "global_orient"), ("pose_body", "body_pose")
PATHS = ("trans", "transl", "trans_world", "smpl_trans", "root_positions", "translation")
MOST_TOLD = 56
"""Characters of the names of arrays that are told of a file without a motion."""
POINTS = ("joints", "posed_joints", "positions", "joints3d", "keypoints3d")
FURTHER = ("betas", "text", "surface_model_type", "up_axis", "smpl_scaling", "global_rot_mats")
WANTED = {*FRAME_RATES, *ROWS, *ROOTS, *BODIES, *PATHS, *POINTS, *FURTHER}
PUBLISHED_RATES = {"smpl_poses": 60.0, "smpl_params_global": 30.0}
"""Rates that a project's definition fixes, by the key that shows the project: AIST++, GVHMR."""
LARGEST_ANGLE, LARGEST_DISTANCE, LARGEST_BETA = 100.0, 10_000.0, 50.0
_ROW_WIDTHS = (66, 72, 156, 165)  # 22 joints; SMPL; SMPL-H; SMPL-X


def motion_from_content(content: Any, name: str, fps: float | None = None) -> Motion:
    """The motion in what a pickle or PyTorch file holds: a dictionary, perhaps of people or of coordinate systems.

    Raises:
        ValueError: no motion that is known; one sentence. RateMissing: no frame rate, and no ``fps``.
    """
    if not isinstance(content, Mapping):
        raise ValueError(f"{name} holds a {type(content).__name__}, not a dictionary of arrays; read are {KINDS}")
    note = None
    if "smpl_params_global" in content:
        content = {**content["smpl_params_global"], "fps": content.get("fps", PUBLISHED_RATES["smpl_params_global"])}
    people = [one for one in content.values() if isinstance(one, Mapping) and WANTED & one.keys()]
    if people and not WANTED & content.keys():
        content = max(people, key=lambda one: max((len(v) for v in one.values() if np.ndim(v) > 1), default=0))
        note = f"In {name}, the longest of {len(people)} people was read." if len(people) > 1 else None
    arrays = counted({str(key): value for key, value in content.items() if str(key) in WANTED}, name)
    motion = motion_from_arrays(arrays, name, list(map(str, content)), fps)
    return replace(motion, note=" ".join(filter(None, (motion.note, note))) or None)


def counted(values: Mapping[str, Any], name: str) -> dict[str, np.ndarray]:
    """Arrays, lists and numbers as arrays; ValueError where they hold more than a motion may together."""
    arrays, left = {}, limits.NPZ_VALUES
    for key, value in values.items():
        left -= value.size if isinstance(value, np.ndarray) else _length(value)
        if left < 0:
            raise ValueError(f"{name} holds more than {limits.NPZ_VALUES // 10**6} million numbers; cut it into parts")
        try:
            arrays[key] = np.asarray(value)
        except (ValueError, RecursionError):
            raise ValueError(f"{name}: the rows of {key!r} have different lengths") from None
        if arrays[key].size > limits.NPZ_VALUES:
            raise ValueError(f"{name} holds more than {limits.NPZ_VALUES // 10**6} million numbers; cut it into parts")
    return arrays


def _length(value: Any) -> int:
    """Elements of a list of lists, as many as its first ones have; 1 of anything else."""
    count = 1
    while isinstance(value, (list, tuple)) and value and count <= limits.NPZ_VALUES:
        count, value = count * len(value), value[0]
    return count


def motion_from_arrays(
    arrays: Mapping[str, np.ndarray], name: str, names: list[str], fps: float | None = None
) -> Motion:
    """The motion in named arrays, Y up.

    Args:
        arrays: those of :data:`WANTED` that a file has; names: of all that it has; fps: its rate if it says none.

    Raises:
        ValueError: no motion that is known, or broken; one sentence. RateMissing: no frame rate, and no ``fps``.
    """
    points = next((arrays[key] for key in POINTS if key in arrays), None)
    if points is not None and is_kimodo(points):
        turns = arrays.get("global_rot_mats")
        turns = None if turns is None else _numbers(turns, "global_rot_mats", name)
        return motion_from_kimodo(_numbers(points, "joints", name), turns, name, _frame_rate(arrays, name, fps))
    local = _local(arrays, name)
    if local is None:
        if points is not None:
            return motion_from_joints(points, name, _frame_rate(arrays, name, fps))
        has = " ".join(clean(", ".join(names[:6])).split()) or "nothing"
        has = has if len(has) <= MOST_TOLD else f"{has[: MOST_TOLD - 1]}…"
        raise ValueError(f"{name} has no 'poses' array nor any other known motion, it has {has}; read are {KINDS}")
    trans = _path(arrays, name, len(local))
    betas = _betas(arrays, name)
    rate = _frame_rate(arrays, name, fps)
    limits.check_motion_length(name, len(local), rate)
    pelvis = BodyModel.load().rest_joints(betas)[0].double().numpy()
    theirs = SMPLX_PELVIS if "smplx" in str(arrays.get("surface_model_type")) else pelvis
    if "root_positions" in arrays:
        theirs = np.zeros(3)  # where the pelvis is, rather than how far it is from its rest
    dated = bool(set(FRAME_RATES) & arrays.keys()) and "trans" in arrays
    usual, sure = usual_axis(str(arrays.get("up_axis", "")), dated, "surface_model_type" in arrays)
    axis = seen_axis(local, trans, betas, usual, sure)
    turn = Rotation.from_matrix(world.y_up(axis))
    local[:, 0] = (turn * Rotation.from_rotvec(local[:, 0])).as_rotvec()
    motion = Motion(local, turn.apply(trans + theirs) - pelvis, betas, rate, _text(arrays))
    if axis != "Z" or usual != "Z":
        motion = on_floor(motion)
    note = f"In {name}, SMPL parameters were read with {axis} up." if axis != "Z" else None
    return replace(motion, note=note)


def _local(arrays: Mapping[str, np.ndarray], name: str) -> np.ndarray | None:
    """Local rotations ``(T, 24, 3)`` as the file has them, checked; None where it has none."""
    key = next((key for key in ROWS if key in arrays), None)
    if key is not None:
        rows = _vectors(_numbers(arrays[key], key, name))
    else:
        root, body = (next((key for key in keys if key in arrays), None) for keys in (ROOTS, BODIES))
        if root is None or body is None:
            return None
        halves = [_vectors(_numbers(arrays[part], part, name)) for part in (root, body)]
        if any(half.ndim != 2 for half in halves) or len(halves[0]) != len(halves[1]):
            raise ValueError(f"{name}: {root} {halves[0].shape} and {body} {halves[1].shape} do not fit together")
        key, rows = "poses", np.concatenate(halves, axis=1)
    if rows.ndim != 2 or rows.shape[1] not in _ROW_WIDTHS or len(rows) == 0:
        raise ValueError(
            f"{name}: {key!r} must be (T, 156) for SMPL-H, (T, 165) for SMPL-X or (T, 72) for SMPL, "
            f"got {arrays[key].shape if key in arrays else rows.shape}"
        )
    _limit(rows, LARGEST_ANGLE, key, "radians", name)
    joints = NUM_JOINTS if rows.shape[1] == NUM_JOINTS * 3 else BODY_JOINTS
    local = np.zeros((len(rows), NUM_JOINTS, 3))
    local[:, :joints] = rows[:, : joints * 3].reshape(len(rows), joints, 3)
    return local


def _vectors(rows: np.ndarray) -> np.ndarray:
    """Rotations of any layout as axis-angle rows ``(T, 3 J)``."""
    if rows.ndim >= 3 and rows.shape[-2:] == (3, 3):
        turned = Rotation.from_matrix(rows.reshape(-1, 3, 3)).as_rotvec()
        return turned.reshape(len(rows), -1)
    if rows.ndim == 3 and rows.shape[2] == 3:
        return rows.reshape(len(rows), -1)
    return rows


def _path(arrays: Mapping[str, np.ndarray], name: str, frames: int) -> np.ndarray:
    key = next((key for key in PATHS if key in arrays), None)
    if key is None:
        raise ValueError(f"{name} has no 'trans' array; add the root translation as 'trans' (T, 3) in metres")
    path = _numbers(arrays[key], key, name)
    if path.shape != (frames, 3):
        raise ValueError(f"{name}: {key!r} must be ({frames}, 3) like the rotations, got {path.shape}")
    if key == "smpl_trans" and "smpl_scaling" in arrays:
        path = path / max(float(_numbers(arrays["smpl_scaling"], "smpl_scaling", name).ravel()[0]), 1e-6)
    _limit(path, LARGEST_DISTANCE, key, "metres", name)
    return path


def _betas(arrays: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """Body shape ``(10,)``: the file's first ten values (of the first frame, if stored per frame) or zeros."""
    betas = np.zeros(NUM_BETAS, np.float32)
    if "betas" in arrays:
        given = _numbers(arrays["betas"], "betas", name)
        if given.ndim == 0 or given.ndim > 2 or given.size == 0:
            raise ValueError(f"{name}: 'betas' must be a row of shape values, got {given.shape}")
        given = (given if given.ndim == 1 else given[0])[:NUM_BETAS]
        _limit(given, LARGEST_BETA, "betas", "standard deviations", name)
        betas[: len(given)] = given
    return betas


def _frame_rate(arrays: Mapping[str, np.ndarray], name: str, fps: float | None) -> float:
    for key in FRAME_RATES:
        if key in arrays:
            rate = _numbers(arrays[key], key, name)
            value = float(rate.ravel()[0]) if rate.size == 1 else 0.0
            value = 1 / value if key == "frame_time" and value > 0 else value
            if not 1 <= value <= 1000:
                raise ValueError(f"{name}: {key!r} must be one number from 1 to 1000, got {rate.tolist()}")
            return value
    known = next((rate for key, rate in PUBLISHED_RATES.items() if key in arrays), None)
    if fps is None and known is None:
        raise RateMissing(name)
    return float(fps or known or 0)


def _text(arrays: Mapping[str, np.ndarray]) -> str | None:
    text = arrays.get("text")
    return str(text) if text is not None and text.ndim == 0 and text.dtype.kind == "U" else None


def _numbers(array: np.ndarray, key: str, name: str) -> np.ndarray:
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name}: {key!r} must hold numbers, not {array.dtype}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: {key!r} holds values that are not finite")
    return array


def _limit(array: np.ndarray, largest: float, key: str, unit: str, name: str) -> None:
    found = np.abs(array).max()
    if found > largest:
        raise ValueError(f"{name}: {key!r} reaches {found:.3g}, more than {largest:g} {unit}")
