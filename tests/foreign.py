"""Skeleton files of other makers with known truth: a motion of our body under any names, rest pose, unit and axis."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, JOINTS, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def names(**changes: str) -> dict[str, str]:
    """SMPL joint → its name; ``changes`` with ``*`` for the sides' ``left`` and ``right`` as in ``"{side}Arm"``."""
    table = {}
    for joint in JOINTS:
        side, _, rest = joint.partition("_")
        pattern = changes.get(rest if side in ("left", "right") else joint, joint)
        table[joint] = pattern.format(side=side, Side=side.title(), s=side[0], S=side[0].upper())
    return table


def globals_of(motion: Motion) -> np.ndarray:
    """Global rotations (T, 24, 3, 3)."""
    turned = Rotation.from_rotvec(motion.poses.reshape(-1, 3)).as_matrix().reshape(-1, NUM_JOINTS, 3, 3)
    for joint in range(1, NUM_JOINTS):
        turned[:, joint] = turned[:, PARENTS[joint]] @ turned[:, joint]
    return turned


def resting(kind: str) -> np.ndarray:
    """Global rotations (24, 3, 3) of the pose in which a skeleton rests: T, A, down (arms hang) or odd (any)."""
    rest = np.tile(np.eye(3), (NUM_JOINTS, 1, 1))
    if kind == "odd":
        return Rotation.random(NUM_JOINTS, random_state=3).as_matrix()
    angle = {"T": 0, "A": 45, "down": 80}[kind]
    for side, sign in (("left", -1), ("right", 1)):
        turn = Rotation.from_euler("z", sign * angle, degrees=True).as_matrix()
        for joint in ("shoulder", "elbow", "wrist", "hand"):
            rest[INDEX[f"{side}_{joint}"]] = turn
    return rest


def write_bvh(
    path: Path,
    motion: Motion,
    named: Mapping[str, str],
    rest: str = "T",
    world: np.ndarray | None = None,
    unit: float = 0.01,
    order: str = "ZXY",
) -> Path:
    """Write a BVH file by the format's definition: local Euler angles against a rest pose, offsets of that pose."""
    turn = np.eye(3) if world is None else world
    at_rest = resting(rest)
    turned = turn @ globals_of(motion) @ np.swapaxes(at_rest, -1, -2) @ turn.T
    body = BodyModel.load().offsets(motion.betas).double().numpy()
    offsets = np.array([turn @ at_rest[max(PARENTS[k], 0)] @ body[k] for k in range(NUM_JOINTS)]) / unit
    offsets[0] = 0
    pelvis = motion.joints()[:, 0] @ turn.T / unit
    joints = [joint for joint in range(NUM_JOINTS) if JOINTS[joint] in named]
    lines, sequence = ["HIERARCHY"], []

    def add(joint: int, indent: str) -> None:
        sequence.append(joint)
        place = "Xposition Yposition Zposition " if joint == 0 else ""
        channels = " ".join(f"{axis}rotation" for axis in order)
        lines.append(f"{indent}{'JOINT' if joint else 'ROOT'} {named[JOINTS[joint]]}")
        lines.append(indent + "{")
        lines.append(f"{indent}  OFFSET {' '.join(f'{v:.7f}' for v in offsets[joint])}")
        lines.append(f"{indent}  CHANNELS {3 if joint else 6} {place}{channels}")
        children = [k for k in joints if PARENTS[k] == joint]
        for child in children:
            add(child, indent + "  ")
        if not children:
            lines.extend(
                [f"{indent}  End Site", indent + "  {", f"{indent}    OFFSET 0 0 {5e-2 / unit}", indent + "  }"]
            )
        lines.append(indent + "}")

    add(0, "")
    local = turned.copy()
    for joint in range(1, NUM_JOINTS):
        local[:, joint] = np.swapaxes(turned[:, PARENTS[joint]], -1, -2) @ turned[:, joint]
    angles = Rotation.from_matrix(local[:, sequence].reshape(-1, 3, 3)).as_euler(order, degrees=True)
    rows = np.concatenate([pelvis, angles.reshape(len(motion), -1)], axis=1)
    lines += ["MOTION", f"Frames: {len(motion)}", f"Frame Time: {1 / motion.fps:.8f}"]
    lines += [" ".join(f"{value:.6f}" for value in row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path
