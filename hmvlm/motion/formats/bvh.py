"""BVH on SMPL's skeleton: T-pose at zero rotations, centimetres, Y up, ``ZXY`` Euler channels.

Because the rest pose is SMPL's, a joint's channels are its SMPL rotation. Body shape travels in the
offsets. Read back: such files, and others whose joints have SMPL's names in one of the usual
spellings (``left_knee``, ``L_Knee``, ``LeftKnee``, ``m_avg_L_Knee``) and rest in the same T-pose.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.joint_names import NAMES
from hmvlm.body.skeleton import INDEX, JOINTS, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import bvh_file
from hmvlm.motion.formats.bvh_file import BvhFile
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.rates import at_rate

CENTIMETRES = 100.0
UNITS = (1.0, 0.01, 0.001, 0.0254)
"""Metres in one unit of a file: metres, centimetres, millimetres, inches; BVH does not say which."""
OWN_TOLERANCE = 5e-4
"""Metres by which offsets may miss our body's before a file counts as someone else's skeleton."""
REST_TOLERANCE = 40.0
LARGEST_DISTANCE = 10_000.0
_EULER = "ZXY"
_LEGS = ("left_knee", "left_ankle", "right_knee", "right_ankle")
_LIMBS = (*_LEGS, "left_elbow", "left_wrist", "right_elbow", "right_wrist")
_OPTIONAL = ("left_hand", "right_hand")
_END_SITES = {
    "head": (0.0, 0.17, 0.02),
    "left_foot": (0.0, 0.0, 0.06),
    "right_foot": (0.0, 0.0, 0.06),
    "left_hand": (0.09, 0.0, 0.0),
    "right_hand": (-0.09, 0.0, 0.0),
}
_ALIASES = {
    "torso": "spine1", "spine": "spine2", "chest": "spine3",
    "toe": "foot", "thorax": "collar", "inshoulder": "collar", "clavicle": "collar",
}  # fmt: skip


def save(motion: Motion, path: Path, export: Export = AS_IS) -> None:
    """Write a motion as BVH; the root's position channels are the pelvis in centimetres."""
    motion, names = at_rate(motion, export.fps), NAMES[export.names]
    body = BodyModel.load()
    offsets = body.offsets(motion.betas).double().numpy()
    pelvis = (motion.trans + offsets[0]) * CENTIMETRES
    offsets[0] = 0.0
    lines = ["HIERARCHY"]
    order: list[int] = []
    _write_joint(0, 0, offsets * CENTIMETRES, names, lines, order)
    turns = Rotation.from_rotvec(motion.poses.reshape(-1, 3)).as_euler(_EULER, degrees=True)
    values = turns.reshape(len(motion), NUM_JOINTS, 3)[:, order].reshape(len(motion), -1)
    lines += ["MOTION", f"Frames: {len(motion)}", f"Frame Time: {1 / motion.fps:.12f}"]
    lines += [" ".join(f"{value:.5f}" for value in row) for row in np.concatenate([pelvis, values], axis=1)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def load(path: Path) -> Motion:
    """Read a BVH file on SMPL's joints.

    Raises:
        ValueError: malformed, other joints, or another rest pose; one sentence names what is wrong.
    """
    file = bvh_file.read(path)
    found = _match(file, path)
    unit = _unit(file, found, path)
    joints = list(found.values())
    offsets = np.zeros((NUM_JOINTS, 3))
    for name, node in found.items():
        offsets[INDEX[name]] = _rest(file, node) - _rest(file, found.get(_parent(name)))
    offsets *= unit
    _check_rest(offsets, path)
    betas, scale = _shape(offsets, frozenset(found))

    turned = np.tile(np.eye(3), (len(file.positions), NUM_JOINTS, 1, 1))
    turned[:, [INDEX[name] for name in found]] = file.rotations[:, joints]
    local = turned.copy()
    for name in found:
        if name != "pelvis":
            local[:, INDEX[name]] = turned[:, INDEX[_parent(name)]].transpose(0, 2, 1) @ turned[:, INDEX[name]]
    pelvis = file.positions[:, found["pelvis"]] * unit * scale
    if np.abs(pelvis).max() > LARGEST_DISTANCE:
        raise ValueError(f"{path.name}: the pelvis goes {np.abs(pelvis).max():.3g} m away, which is no motion")
    return Motion(
        Rotation.from_matrix(local.reshape(-1, 3, 3)).as_rotvec().reshape(-1, NUM_JOINTS, 3),
        pelvis - BodyModel.load().rest_joints(betas)[0].double().numpy(),
        betas,
        file.fps,
    )


def _write_joint(
    joint: int, depth: int, offsets: np.ndarray, names: dict[str, str], lines: list[str], order: list[int]
) -> None:
    indent, name = "\t" * depth, JOINTS[joint]
    place = "Xposition Yposition Zposition " if joint == 0 else ""
    turns = " ".join(f"{axis}rotation" for axis in _EULER)
    order.append(joint)
    lines += [
        f"{indent}{'JOINT' if joint else 'ROOT'} {names[name]}",
        f"{indent}{{",
        f"{indent}\tOFFSET {_triple(offsets[joint])}",
        f"{indent}\tCHANNELS {3 if joint else 6} {place}{turns}",
    ]
    for child, parent in enumerate(PARENTS):
        if parent == joint:
            _write_joint(child, depth + 1, offsets, names, lines, order)
    if name in _END_SITES:
        tip = _triple(np.array(_END_SITES[name]) * CENTIMETRES)
        lines += [f"{indent}\tEnd Site", f"{indent}\t{{", f"{indent}\t\tOFFSET {tip}", f"{indent}\t}}"]
    lines.append(f"{indent}}}")


def _triple(vector: np.ndarray) -> str:
    return " ".join(f"{value:.6f}" for value in vector)


def _parent(name: str) -> str:
    return JOINTS[PARENTS[INDEX[name]]] if name != "pelvis" else ""


def _plain(name: str) -> str:
    """A joint's name in SMPL's spelling, where it is recognised."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name.rpartition(":")[2]).lower()
    words = re.sub(r"^[mf]_avg_", "", words)
    words = re.sub(r"^l_", "left_", re.sub(r"^r_", "right_", words))
    side, underscore, rest = words.partition("_")
    if side in ("left", "right") and underscore:
        rest = rest.replace("_", "")
        return f"{side}_{_ALIASES.get(rest, rest)}"
    plain = words.replace("_", "")
    return _ALIASES.get(plain, plain)


def _match(file: BvhFile, path: Path) -> dict[str, int]:
    """Our joint names to the file's joints. The hands may be missing: no other joint hangs on them."""
    found: dict[str, int] = {}
    for index, name in enumerate(file.names):
        found.setdefault(_plain(name), index)
    found = {name: found[name] for name in JOINTS if name in found}
    missing = [name for name in JOINTS if name not in found and name not in _OPTIONAL]
    if missing:
        more = f" and {len(missing) - 6} more" if len(missing) > 6 else ""
        raise ValueError(
            f"{path.name} is not on SMPL's skeleton: it lacks {', '.join(missing[:6])}{more}; "
            "retarget it to SMPL joint names first"
        )
    named = {index: name for name, index in found.items()}
    for name, index in found.items():
        above = file.parents[index]
        while above >= 0 and above not in named:
            above = file.parents[above]
        if named.get(above, "") != _parent(name):
            raise ValueError(
                f"{path.name} joins {name} to {named.get(above, 'nothing')}, where SMPL joins it to {_parent(name)}"
            )
    return found


def _rest(file: BvhFile, node: int | None) -> np.ndarray:
    """Rest position of a joint relative to the root, in file units."""
    place = np.zeros(3)
    while node is not None and node >= 0:
        place = place + (file.offsets[node] if file.parents[node] >= 0 else 0.0)
        node = file.parents[node]
    return place


def _unit(file: BvhFile, found: dict[str, int], path: Path) -> float:
    """Metres in one file unit, from the length of the legs."""
    ours = _leg(BodyModel.load().offsets().numpy())
    theirs = sum(np.linalg.norm(_rest(file, found[name]) - _rest(file, found[_parent(name)])) for name in _LEGS)
    if not 0 < theirs < np.inf:
        raise ValueError(f"{path.name}: the legs have no length, so the size of the body is unknown")
    return min(UNITS, key=lambda unit: abs(np.log(theirs * unit / ours)))


def _leg(offsets: np.ndarray) -> float:
    return float(np.linalg.norm(offsets[[INDEX[name] for name in _LEGS]], axis=-1).sum())


def _check_rest(offsets: np.ndarray, path: Path) -> None:
    ours = BodyModel.load().offsets().numpy()
    for name in _LIMBS:
        a, b = offsets[INDEX[name]], ours[INDEX[name]]
        cosine = a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9)
        angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
        if angle > REST_TOLERANCE:
            raise ValueError(
                f"{path.name} does not rest in SMPL's T-pose (Y up, facing +Z): "
                f"the bone to {name} is {angle:.0f} degrees off"
            )


def _shape(offsets: np.ndarray, found: frozenset[str]) -> tuple[np.ndarray, float]:
    """Body shape ``(10,)`` behind offsets ``(24, 3)``, and by how much to scale the path.

    Offsets are linear in the shape. If some shape explains them, the file is on our body; otherwise
    the average body walks a path scaled by the length of its legs.
    """
    body = BodyModel.load()
    rows = [INDEX[name] for name in JOINTS if name in found and name != "pelvis"]
    zero = body.offsets().double().numpy()[rows]
    units = np.eye(NUM_BETAS, dtype=np.float32)
    basis = np.stack([body.offsets(unit).double().numpy()[rows] - zero for unit in units], axis=-1)
    wanted = offsets[rows] - zero
    betas = np.linalg.lstsq(basis.reshape(-1, NUM_BETAS), wanted.ravel(), rcond=1e-6)[0]
    if np.abs(basis @ betas - wanted).max() > OWN_TOLERANCE:
        return np.zeros(NUM_BETAS, np.float32), _leg(body.offsets().numpy()) / _leg(offsets)
    return np.where(np.abs(betas).max() < 1e-2, 0.0, betas).astype(np.float32), 1.0
