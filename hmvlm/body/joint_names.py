"""Names of SMPL's joints in the skeletons of other programs. This module imports nothing heavy."""

from __future__ import annotations

_SMPL = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2",
    "left_ankle", "right_ankle", "spine3", "left_foot", "right_foot", "neck", "left_collar",
    "right_collar", "head", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
    "left_wrist", "right_wrist", "left_hand", "right_hand",
)  # fmt: skip
_MIDLINE = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")
_LIMBS = ("hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist", "hand")


def _named(midline: str, limbs: str, prefix: str, sides: tuple[str, str], before: bool) -> dict[str, str]:
    """Names by SMPL's: of the joints on the midline and of a limb, whose side is written before or after."""
    names = dict(zip(_MIDLINE, midline.split(), strict=True))
    for side, mark in zip(("left", "right"), sides, strict=True):
        for ours, theirs in zip(_LIMBS, limbs.split(), strict=True):
            names[f"{side}_{ours}"] = mark + theirs if before else theirs + mark
    return {name: prefix + names[name] for name in _SMPL}


NAMES: dict[str, dict[str, str]] = {
    "smpl": {name: name for name in _SMPL},
    "mixamo": _named(
        "Hips Spine Spine1 Spine2 Neck Head",
        "UpLeg Leg Foot ToeBase Shoulder Arm ForeArm Hand HandMiddle1",
        "mixamorig:",
        ("Left", "Right"),
        before=True,
    ),
    "unreal": _named(
        "pelvis spine_01 spine_02 spine_03 neck_01 head",
        "thigh calf foot ball clavicle upperarm lowerarm hand middle_01",
        "",
        ("_l", "_r"),
        before=False,
    ),
}
"""Every joint's name by SMPL's, for each naming: ``smpl``, ``mixamo`` (its auto-rigger, Unity, Blender add-ons) and
``unreal`` (the mannequin of engines 4 and 5)."""
