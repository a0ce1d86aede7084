"""Skeletons whose joint frames are known: data sets that rest in no body's pose, or whose axes are documented.

All others go through :mod:`.mapping` and :mod:`.rest_frames`.

A profile maps SMPL joints to source joints and gives, for joints whose rotation is trusted, the
constant A with ``R_smpl = R_source @ A``: the source frame seen from SMPL's rest frame. Axis words
("up left front" …) give where the source joint's local X, Y and Z axes point in a T-pose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import JOINTS

DIRECTIONS = {
    "left": (1, 0, 0),
    "up": (0, 1, 0),
    "front": (0, 0, 1),
    "right": (-1, 0, 0),
    "down": (0, -1, 0),
    "back": (0, 0, -1),
}
REQUIRED = tuple(
    f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
)


def axes(words: str) -> np.ndarray:
    """The constant A (3, 3) of a joint frame whose X, Y, Z axes point along three words in a T-pose."""
    frame = np.array([DIRECTIONS[word] for word in words.split()], dtype=float).T
    if abs(np.linalg.det(frame) - 1) > 1e-9:
        raise ValueError(f"axes {words!r} are no right-handed frame")
    return frame.T


@dataclass(frozen=True)
class Profile:
    """The skeleton of a data set: ``joints`` SMPL name → source name, ``frames`` SMPL name → A (3, 3)."""

    name: str
    joints: Mapping[str, str]
    frames: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        unknown = (set(self.joints) | set(self.frames)) - set(JOINTS)
        missing = set(REQUIRED) - set(self.joints)
        if unknown or missing:
            raise ValueError(
                f"profile {self.name!r}: unknown joints {sorted(unknown)}, missing joints {sorted(missing)}"
            )

    def fits(self, joints: tuple[str, ...]) -> bool:
        """Whether a source skeleton has every joint that this profile names."""
        return set(self.joints.values()) <= set(joints)


def _sides(table: Mapping[str, str]) -> dict[str, str]:
    """Write ``*`` entries out for both sides: ``{l}``, ``{L}``, ``{side}``, ``{Side}`` become l, L, left, Left."""
    full: dict[str, str] = {}
    for joint, source in table.items():
        for side in ("left", "right") if "*" in joint else ("",):
            letter = side[:1]
            full[joint.replace("*", side)] = source.format(l=letter, L=letter.upper(), side=side, Side=side.title())
    return full


_BANDAI = Profile(
    name="bandai_namco",
    joints=_sides({
        "pelvis": "Hips", "spine2": "Spine", "spine3": "Chest", "neck": "Neck", "head": "Head",
        "*_hip": "UpperLeg_{L}", "*_knee": "LowerLeg_{L}", "*_ankle": "Foot_{L}", "*_foot": "Toes_{L}",
        "*_collar": "Shoulder_{L}", "*_shoulder": "UpperArm_{L}", "*_elbow": "LowerArm_{L}", "*_wrist": "Hand_{L}",
    }),
    frames={
        "pelvis": axes("up right front"),
        **{joint: axes("up front left") for joint in ("spine2", "spine3", "neck", "head")},
        **{f"left_{joint}": axes("left up front") for joint in ("collar", "shoulder", "elbow", "wrist")},
        **{f"right_{joint}": axes("left down back") for joint in ("collar", "shoulder", "elbow", "wrist")},
        **{f"left_{joint}": axes("down left front") for joint in ("hip", "knee")},
        **{f"right_{joint}": axes("up left back") for joint in ("hip", "knee")},
        **{f"left_{joint}": axes("front left up") for joint in ("ankle", "foot")},
        **{f"right_{joint}": axes("back left down") for joint in ("ankle", "foot")},
    },
)  # fmt: skip

_TRUNK_AS_SMPL = {joint: np.eye(3) for joint in ("pelvis", "spine1", "spine2", "spine3", "neck", "head")}
_LEG_SPREAD = {
    side: Rotation.from_euler("z", sign * 20, degrees=True).as_matrix() for side, sign in (("left", 1), ("right", -1))
}
_ELBOW_PLANE = Rotation.from_euler("x", -30, degrees=True).as_matrix()
_CMU = Profile(
    name="cmu",
    joints=_sides({
        "pelvis": "root", "spine1": "lowerback", "spine2": "upperback", "spine3": "thorax", "neck": "lowerneck",
        "head": "head",
        "*_hip": "{l}femur", "*_knee": "{l}tibia", "*_ankle": "{l}foot", "*_foot": "{l}toes",
        "*_collar": "{l}clavicle", "*_shoulder": "{l}humerus", "*_elbow": "{l}radius", "*_wrist": "{l}hand",
    }),
    frames={
        **_TRUNK_AS_SMPL,
        **{f"{side}_{joint}": np.eye(3) for side in _LEG_SPREAD for joint in ("collar", "wrist", "foot")},
        **{f"{side}_{joint}": turn for side, turn in _LEG_SPREAD.items() for joint in ("hip", "knee")},
        **{f"{side}_{joint}": _ELBOW_PLANE for side in _LEG_SPREAD for joint in ("shoulder", "elbow")},
        **{f"{side}_ankle": np.eye(3) for side in _LEG_SPREAD},
    },
)  # fmt: skip

_CHARACTER_CREATOR = Profile(
    name="character_creator",
    joints=_sides({
        "pelvis": "CC_Base_Hip", "spine1": "CC_Base_Waist", "spine2": "CC_Base_Spine01", "spine3": "CC_Base_Spine02",
        "neck": "CC_Base_NeckTwist01", "head": "CC_Base_Head",
        "*_hip": "CC_Base_{L}_Thigh", "*_knee": "CC_Base_{L}_Calf", "*_ankle": "CC_Base_{L}_Foot",
        "*_foot": "CC_Base_{L}_ToeBase",
        "*_collar": "CC_Base_{L}_Clavicle", "*_shoulder": "CC_Base_{L}_Upperarm", "*_elbow": "CC_Base_{L}_Forearm",
        "*_wrist": "CC_Base_{L}_Hand",
    }),
    frames={
        **_TRUNK_AS_SMPL,
        **{f"{side}_{joint}": axes("right down front") for side in _LEG_SPREAD for joint in ("hip", "knee")},
        **{f"{side}_{joint}": axes("right front up") for side in _LEG_SPREAD for joint in ("ankle", "foot")},
        **{f"left_{joint}": axes("down left front") for joint in ("collar", "shoulder", "elbow", "wrist")},
        **{f"right_{joint}": axes("up right front") for joint in ("collar", "shoulder", "elbow", "wrist")},
    },
)  # fmt: skip

_CMU_BVH = Profile(
    name="cmu_bvh",
    joints=_sides({
        "pelvis": "Hips", "spine1": "LowerBack", "spine2": "Spine", "spine3": "Spine1", "neck": "Neck", "head": "Head",
        "*_hip": "{Side}UpLeg", "*_knee": "{Side}Leg", "*_ankle": "{Side}Foot", "*_foot": "{Side}ToeBase",
        "*_collar": "{Side}Shoulder", "*_shoulder": "{Side}Arm", "*_elbow": "{Side}ForeArm", "*_wrist": "{Side}Hand",
    }),
    frames=_CMU.frames,
)  # fmt: skip
"""CMU trials converted to BVH on the trial's own skeleton, whose rest pose is the ASF's (cgspeed's conversion)."""

_CMU_3DS_MAX = Profile(
    name="cmu_3ds_max",
    joints=_sides({
        "pelvis": "Hips", "spine1": "lowerback", "spine2": "Chest", "spine3": "Chest2", "neck": "lowerneck",
        "head": "Head",
        "*_hip": "{Side}Hip", "*_knee": "{Side}Knee", "*_ankle": "{Side}Ankle", "*_foot": "{Side}Toe",
        "*_collar": "{Side}Collar", "*_shoulder": "{Side}Shoulder", "*_elbow": "{Side}Elbow", "*_wrist": "{Side}Wrist",
    }),
    frames={
        **_TRUNK_AS_SMPL,
        **{f"{side}_collar": np.eye(3) for side in _LEG_SPREAD},
    },
)  # fmt: skip
"""Another conversion of CMU trials; the frames of its limbs are not the ASF's."""

_DEEPMIMIC = Profile(
    name="deepmimic",
    joints=_sides({
        "pelvis": "Hips", "spine2": "Spine", "neck": "Head",
        "*_hip": "{Side}UpLeg", "*_knee": "{Side}Leg", "*_ankle": "{Side}Foot", "*_foot": "{Side}Foot_end",
        "*_shoulder": "{Side}Arm", "*_elbow": "{Side}ForeArm", "*_wrist": "{Side}Hand",
    }),
    frames={
        **{joint: np.eye(3) for joint in ("pelvis", "spine2", "neck")},
        **{f"{side}_{joint}": np.eye(3) for side in _LEG_SPREAD for joint in ("hip", "knee", "ankle")},
        **{f"left_{joint}": axes("up right front") for joint in ("shoulder", "elbow")},
        **{f"right_{joint}": axes("down left front") for joint in ("shoulder", "elbow")},
    },
)  # fmt: skip
"""The humanoid of DeepMimic, whose arms hang in its rest pose."""

_KINECT = Profile(
    name="kinect",
    joints=_sides({
        "pelvis": "hip_center", "spine2": "spine", "neck": "shoulder_center", "head": "head",
        "*_hip": "{side}_hip", "*_knee": "{side}_knee", "*_ankle": "{side}_ankle", "*_foot": "{side}_foot",
        "*_shoulder": "{side}_shoulder", "*_elbow": "{side}_elbow", "*_wrist": "{side}_wrist",
    }),
    frames={},
)  # fmt: skip

PROFILES = (_BANDAI, _CMU, _CHARACTER_CREATOR, _CMU_BVH, _CMU_3DS_MAX, _DEEPMIMIC, _KINECT)
"""Tried in this order: the first profile whose joints a skeleton has."""
