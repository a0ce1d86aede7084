"""Skeleton profiles: joint names and joint frames of each data set relative to SMPL's T-pose.

A profile maps SMPL joints to source joints and gives, for joints whose rotation is trusted, the
constant A with ``R_smpl = R_source @ A``: the source frame seen from SMPL's rest frame. Axis words
("up left front" …) give where the source joint's local X, Y and Z axes point in a T-pose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, JOINTS
from train.recordings.source_clip import SourceClip

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


@dataclass(frozen=True)
class Targets:
    """A recording in SMPL's terms: ``positions`` (T, 24, 3) metres, NaN where the source has no such
    joint, and ``rotations`` (T, 24, 3, 3) global, SMPL convention, NaN where unknown."""

    name: str
    positions: np.ndarray
    rotations: np.ndarray
    fps: float


def _sides(table: Mapping[str, str]) -> dict[str, str]:
    """Write ``*`` entries out for both sides: ``{"*_hip": "UpperLeg_{L}"}``; ``{l}``/``{L}`` is the side."""
    full: dict[str, str] = {}
    for joint, source in table.items():
        for side in ("left", "right") if "*" in joint else ("",):
            letter = side[:1]
            full[joint.replace("*", side)] = source.replace("{l}", letter).replace("{L}", letter.upper())
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
        **{joint: np.eye(3) for joint in ("pelvis", "spine1", "spine2", "spine3", "neck", "head")},
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
        **{joint: np.eye(3) for joint in ("pelvis", "spine1", "spine2", "spine3", "neck", "head")},
        **{f"{side}_{joint}": axes("right down front") for side in _LEG_SPREAD for joint in ("hip", "knee")},
        **{f"{side}_{joint}": axes("right front up") for side in _LEG_SPREAD for joint in ("ankle", "foot")},
        **{f"left_{joint}": axes("down left front") for joint in ("collar", "shoulder", "elbow", "wrist")},
        **{f"right_{joint}": axes("up right front") for joint in ("collar", "shoulder", "elbow", "wrist")},
    },
)  # fmt: skip

PROFILES = (_BANDAI, _CMU, _CHARACTER_CREATOR)


def smpl_named(joints: tuple[str, ...]) -> Profile | None:
    """A points-only profile for skeletons that already use SMPL's joint names (HumanML3D, fitted markers)."""
    named = {joint: joint for joint in JOINTS if joint in joints}
    return Profile("smpl", named, {}) if set(REQUIRED) <= set(named) else None


def find_profile(clip: SourceClip) -> Profile:
    """The profile that fits a recording's skeleton; ValueError lists the joints that the skeleton has."""
    for profile in PROFILES:
        if profile.fits(clip.joints):
            return profile
    points = smpl_named(clip.joints)
    if points is None:
        raise ValueError(
            f"{clip.name}: no profile fits the joints {', '.join(clip.joints)}; add one to train/recordings/profiles.py"
        )
    return points


def targets_from_clip(clip: SourceClip, profile: Profile | None = None) -> Targets:
    """Pick SMPL's joints from a recording and turn their frames into SMPL's convention."""
    profile = profile or find_profile(clip)
    frames = len(clip)
    positions = np.full((frames, len(JOINTS), 3), np.nan)
    rotations = np.full((frames, len(JOINTS), 3, 3), np.nan)
    for joint, source in profile.joints.items():
        positions[:, INDEX[joint]] = clip.positions[:, clip.index(source)]
        if clip.rotations is not None and joint in profile.frames:
            rotations[:, INDEX[joint]] = clip.rotations[:, clip.index(source)] @ profile.frames[joint]
    return Targets(clip.name, positions, rotations, clip.fps)
