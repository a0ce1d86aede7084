"""Global rotations of SMPL's joints from joint positions, in closed form over all frames at once.

Every function takes and returns numpy arrays with any leading dimensions. Frames: the T-pose has
Y up, +Z forward and the body's left along +X, so a knee bends about +X, the left elbow about -Y
and the right elbow about +Y.
"""

from __future__ import annotations

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from hmvlm.body import rotations as body_rotations
from hmvlm.body.skeleton import INDEX, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.body.vectors import project_out, swing, unit

SIDES = ("left", "right")
CHEST_CLUSTER = ("spine3", "neck", "left_collar", "right_collar")
PELVIS_CLUSTER = ("pelvis", "left_hip", "right_hip", "spine1")
SMALLEST_CLUSTER = 0.02
"""Joints that lie closer together than this (m) across their main direction, or coincide, give no orientation."""


def rest_joints() -> np.ndarray:
    """Joints (24, 3) of the body in T-pose, metres."""
    return BodyModel.load().rest_joints().numpy().astype(np.float64)


def to_matrix(vector: np.ndarray) -> np.ndarray:
    """Axis-angle (..., 3) to matrices (..., 3, 3)."""
    return Rotation.from_rotvec(vector.reshape(-1, 3)).as_matrix().reshape(*vector.shape[:-1], 3, 3)


def to_axis_angle(matrix: np.ndarray) -> np.ndarray:
    """Matrices (..., 3, 3) to axis-angle (..., 3)."""
    return Rotation.from_matrix(matrix.reshape(-1, 3, 3)).as_rotvec().reshape(*matrix.shape[:-2], 3)


def between(start: np.ndarray, end: np.ndarray, fraction: float | np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) part of the way from ``start`` to ``end`` along the shortest arc.

    ``fraction`` ends in (1, 1).
    """
    steps = np.asarray(fraction)
    first, last = (torch.from_numpy(to_axis_angle(one)) for one in (start, end))
    turned = body_rotations.slerp(first, last, torch.from_numpy(steps[..., 0] if steps.ndim else steps))
    return body_rotations.axis_angle_to_matrix(turned).numpy()


def rigid_fit(rest: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Rotations (T, 3, 3) that best turn centred ``rest`` (N, 3) onto ``points`` (T, N, 3) (Kabsch)."""
    covariance = np.einsum("tni,nj->tij", points - points.mean(1, keepdims=True), rest - rest.mean(0))
    left, _, right = np.linalg.svd(covariance)
    fix = np.ones((len(points), 3))
    fix[:, 2] = np.linalg.det(left @ right)
    return (left * fix[:, None, :]) @ right


def frame_from(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rotations (..., 3, 3) with the second column along ``y`` and the first as near ``x`` as it can be."""
    x, y = np.broadcast_arrays(x, y)
    y = unit(y)
    x = unit(project_out(x, y))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def _known(values: np.ndarray, *joints: str) -> bool:
    return all(bool(np.isfinite(values[:, INDEX[joint]]).all()) for joint in joints)


def _extent(points: np.ndarray) -> float:
    """Median over time of the second largest extent in metres of points (T, N, 3): 0 for points on one line."""
    centred = points - points.mean(1, keepdims=True)
    return float(np.median(np.linalg.svd(centred, compute_uv=False)[:, 1]))


def fill_rotations(positions: np.ndarray, rotations: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Complete global rotations (T, 24, 3, 3) where NaN, from ``positions`` (T, 24, 3) and SMPL's ``rest`` (24, 3).

    Pelvis and chest come from their joint clusters or else from hip line, shoulder line and spine;
    a limb's twist from its hinge where it bends and from its parent where it is straight.
    """
    out = rotations.copy()

    def at(joint: str) -> np.ndarray:
        return positions[:, INDEX[joint]]

    def put(joint: str, value: np.ndarray) -> None:
        gap = ~np.isfinite(out[:, INDEX[joint]]).all((1, 2))
        out[gap, INDEX[joint]] = value[gap]

    def get(joint: str) -> np.ndarray:
        return out[:, INDEX[joint]]

    hips = (at("left_hip") + at("right_hip")) / 2
    shoulders = (at("left_shoulder") + at("right_shoulder")) / 2
    neck = at("neck") if _known(positions, "neck") else shoulders
    for joint, cluster, line in (
        ("pelvis", PELVIS_CLUSTER, at("left_hip") - at("right_hip")),
        ("spine3", CHEST_CLUSTER, at("left_shoulder") - at("right_shoulder")),
    ):
        if _known(rotations, joint):
            continue
        picks = [INDEX[name] for name in cluster]
        if _known(positions, *cluster) and _extent(positions[:, picks]) > SMALLEST_CLUSTER:
            put(joint, rigid_fit(rest[picks], positions[:, picks]))
        else:
            put(joint, frame_from(line, neck - hips))
    for joint, child, fraction in (("spine1", "spine2", 1 / 3), ("spine2", "spine3", 2 / 3)):
        put(joint, _aimed(positions, rest, joint, child, between(get("pelvis"), get("spine3"), fraction)))
    _head(positions, rest, put, get)
    for side in SIDES:
        put(f"{side}_collar", _aimed(positions, rest, f"{side}_collar", f"{side}_shoulder", get("spine3")))
        _limb(
            positions, rest, put, get, (f"{side}_hip", f"{side}_knee", f"{side}_ankle"), "pelvis", np.array([1.0, 0, 0])
        )
        elbow = np.array([0, -1.0, 0]) if side == "left" else np.array([0, 1.0, 0])
        _limb(positions, rest, put, get, (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"), "spine3", elbow)
        put(f"{side}_ankle", get(f"{side}_knee"))
        put(f"{side}_wrist", get(f"{side}_elbow"))
        put(f"{side}_foot", get(f"{side}_ankle"))
        put(f"{side}_hand", get(f"{side}_wrist"))
    return out


def _aimed(positions, rest, joint: str, child: str, rotation: np.ndarray) -> np.ndarray:
    """``rotation`` (T, 3, 3) swung so that the bone from joint to child points as in ``positions``, if known."""
    if not _known(positions, joint, child):
        return rotation
    resting = unit(rest[INDEX[child]] - rest[INDEX[joint]])
    pointing = unit(positions[:, INDEX[child]] - positions[:, INDEX[joint]])
    return swing((rotation @ resting[:, None])[..., 0], pointing) @ rotation


def _head(positions, rest, put, get) -> None:
    chest = get("spine3")
    put("neck", _aimed(positions, rest, "neck", "head", chest))
    put("head", between(chest, get("neck"), 0.7))


def _limb(positions, rest, put, get, joints: tuple[str, str, str], base: str, hinge: np.ndarray) -> None:
    """Two-bone limb: upper and lower rotations from directions, twist from the bend where there is one."""
    first, second, third = (INDEX[joint] for joint in joints)
    upper = unit(positions[:, second] - positions[:, first])
    lower = unit(positions[:, third] - positions[:, second])
    rest_upper, rest_lower = unit(rest[second] - rest[first]), unit(rest[third] - rest[second])
    hanging = swing((get(base) @ rest_upper[:, None])[..., 0], upper) @ get(base)
    loose = (hanging @ hinge[:, None])[..., 0]
    normal = np.cross(upper, lower)
    bend = np.linalg.norm(normal, axis=-1, keepdims=True)
    forward = np.sign(np.sum(normal * loose, -1, keepdims=True))
    sure = np.clip((bend - 0.15) / 0.35, 0, 1) * (forward > 0)
    axis = unit((1 - sure) * loose + sure * unit(normal))
    axis = project_out(axis, upper)
    rest_axis = unit(project_out(hinge, rest_upper))
    turned = frame_from(axis, upper) @ frame_from(rest_axis, rest_upper).T
    put(joints[0], turned)
    put(joints[1], swing((get(joints[0]) @ rest_lower[:, None])[..., 0], lower) @ get(joints[0]))


def local_rotations(globals_: np.ndarray) -> np.ndarray:
    """Local rotations (T, 24, 3, 3) of global ones."""
    out = globals_.copy()
    parents = list(PARENTS[1:])
    out[:, 1:] = np.swapaxes(globals_[:, parents], -1, -2) @ globals_[:, 1:]
    return out
