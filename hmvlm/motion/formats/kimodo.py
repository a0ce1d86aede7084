"""Kimodo's skeletons beside SMPL-X's: SOMA with 30 or 77 joints, and the robot Unitree G1 with 34.

An ``.npz`` holds ``posed_joints`` (T, J, 3) in metres, Y up, and ``global_rot_mats`` (T, J, 3, 3), which are the
identity in a T-pose for SOMA. Which joint has which number is that of the published skeletons
(https://github.com/nv-tlabs/kimodo, ``kimodo/skeleton/definitions.py``). Fingers, eyes and jaw are left out. G1's
joints have three axes at one place of the body; the first of each is taken, and only where it is.
"""

from __future__ import annotations

import numpy as np

from hmvlm.motion.clip import Motion
from hmvlm.motion.retarget.foreign import motion_from_clip
from hmvlm.motion.retarget.source_clip import SourceClip

_TRUNK = {"pelvis": 0, "spine1": 1, "spine2": 2, "spine3": 3, "neck": 4, "upper neck": 5, "head": 6}
_ARM, _LEG = ("collar", "shoulder", "elbow", "wrist"), ("hip", "knee", "ankle", "foot")
_PARENTS = {"spine1": "pelvis", "spine2": "spine1", "spine3": "spine2", "neck": "spine3", "upper neck": "neck",
            "head": "upper neck", "collar": "spine3", "shoulder": "collar", "elbow": "shoulder", "wrist": "elbow",
            "hip": "pelvis", "knee": "hip", "ankle": "knee", "foot": "ankle"}  # fmt: skip


def _limbs(names: tuple[str, ...], left: tuple[int, ...], right: tuple[int, ...]) -> dict[str, int]:
    sides = {"left": left, "right": right}
    return {f"{side}_{name}": joint for side, joints in sides.items() for name, joint in zip(names, joints)}


SOMA77 = _TRUNK | _limbs(_ARM, (11, 12, 13, 14), (39, 40, 41, 42)) | _limbs(_LEG, (67, 68, 69, 70), (72, 73, 74, 75))
SOMA30 = _TRUNK | _limbs(_ARM, (10, 11, 12, 13), (16, 17, 18, 19)) | _limbs(_LEG, (22, 23, 24, 25), (26, 27, 28, 29))
G1 = (
    {"pelvis": 0}
    | _limbs(("shoulder", "elbow", "wrist"), (18, 21, 22), (26, 29, 30))
    | _limbs(_LEG, (1, 4, 5, 7), (8, 11, 12, 14))
)
SKELETONS = {30: ("SOMA", SOMA30), 77: ("SOMA", SOMA77), 34: ("Unitree G1", G1)}
"""By the number of joints: the name, and the number of each joint that is taken, parents first."""


def is_kimodo(points: np.ndarray) -> bool:
    """Whether joint positions are of one of :data:`SKELETONS`."""
    return points.ndim == 3 and points.shape[2] == 3 and points.shape[1] in SKELETONS


def motion_from_kimodo(points: np.ndarray, turns: np.ndarray | None, name: str, fps: float) -> Motion:
    """The motion of joints (T, J, 3) in metres and, if there are any, global rotations (T, J, 3, 3), checked numbers.

    Raises:
        ValueError: rotations that do not fit the joints; one sentence.
    """
    kind, places = SKELETONS[points.shape[1]]
    joints = list(places)
    parents = [_above(joint, joints) for joint in joints]
    positions = points[:, list(places.values())]
    rotations = rest = None
    if turns is not None and kind == "SOMA":
        if turns.shape != (*points.shape, 3):
            raise ValueError(
                f"{name}: 'global_rot_mats' must be {(*points.shape, 3)} like the joints, got {turns.shape}"
            )
        rotations = turns[:, list(places.values())]
        rest = _rest(positions, rotations, parents)
    clip = SourceClip(f"{name} ({kind})", tuple(joints), tuple(parents), positions, fps, rotations, rest)
    return motion_from_clip(clip, up="Y")


def _above(joint: str, joints: list[str]) -> int:
    """Place of the parent of a joint, -1 for the root; of a part that is left out, the pelvis."""
    side, _, part = joint.rpartition("_")
    above = _PARENTS.get(part if side else joint)
    if above is None:
        return -1
    own = f"{side}_{above}" if side else above
    return joints.index(own if own in joints else above if above in joints else "pelvis")


def _rest(positions: np.ndarray, rotations: np.ndarray, parents: list[int]) -> np.ndarray:
    """Joints (J, 3) where all rotations are the identity."""
    rest = np.zeros((len(parents), 3))
    for joint, parent in enumerate(parents):
        if parent >= 0:
            step = positions[:, joint] - positions[:, parent]
            rest[joint] = rest[parent] + np.einsum("tji,tj->ti", rotations[:, parent], step).mean(axis=0)
    return rest
