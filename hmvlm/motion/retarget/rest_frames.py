"""The constant turn between a source's joint frames and SMPL's, from its rest pose or from how it moves.

For a joint, A is the rotation with ``R_smpl = R_source @ A``, where the source's rotations are the identity in its rest
pose. Rest poses differ (T, A, arms hanging, a body on its side), so A is found from directions: the axes of the resting
body, and for limbs the smallest turn that takes SMPL's resting bone onto the source's. A rest pose that is no body's,
with all bones along one axis for instance, says nothing; then A is the mean over all frames of the turn between the
source's rotations and those that the joints' positions show.
"""

from __future__ import annotations

from collections.abc import Mapping as Table

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.vectors import swing, unit
from hmvlm.motion.retarget.mapping import Mapping
from hmvlm.motion.retarget.orient import SIDES, fill_rotations, frame_from, rest_joints
from hmvlm.motion.retarget.source_clip import SourceClip

LIMB_BONES = tuple(
    (f"{side}_{a}", f"{side}_{b}")
    for side in SIDES
    for a, b in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
)
TORSO = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")
SNAP = np.cos(np.radians(20))
"""A resting body whose axes lie nearer to the coordinate axes than this is taken to be aligned with them."""
AGREEMENT = np.cos(np.radians(40))
"""Largest angle between a bone's direction and where a known frame says it points."""
ON_BONE = np.radians(3.0)
FEWEST_BENDS = 0.02


def body_axes(clip: SourceClip, mapping: Mapping) -> np.ndarray | None:
    """Left, up and front (columns) of the body in the rest pose; None where that pose is no upright body's."""
    if clip.rest is None:
        return None
    place = {name: clip.rest[joint] for name, joint in mapping.joints.items()}
    hips = (place["left_hip"] + place["right_hip"]) / 2
    shoulders = (place["left_shoulder"] + place["right_shoulder"]) / 2
    up = unit(shoulders - hips)
    across = place["left_hip"] - place["right_hip"]
    if np.linalg.norm(across) < 1e-6 or abs(unit(across) @ up) > 0.5:
        return None
    axes = frame_from(across, up)
    if not _stands(place, axes):
        return None
    snapped = np.round(axes)
    if (axes * snapped).sum(0).min() > SNAP and np.linalg.det(snapped) > 0.5:
        return snapped
    return axes


def _stands(place: dict[str, np.ndarray], axes: np.ndarray) -> bool:
    """Whether legs point down, toes not back, limbs have length and arms are nearly straight."""
    for side in SIDES:
        hip, knee, ankle = (place[f"{side}_{name}"] for name in ("hip", "knee", "ankle"))
        shoulder, elbow, wrist = (place[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
        if min(np.linalg.norm(bone) for bone in (knee - hip, ankle - knee, elbow - shoulder, wrist - elbow)) < 1e-6:
            return False
        if unit(ankle - hip) @ axes[:, 1] > -0.7 or unit(ankle - knee) @ unit(knee - hip) < 0.7:
            return False
        if unit(wrist - elbow) @ unit(elbow - shoulder) < 0.3:
            return False
        toe = place.get(f"{side}_foot")
        if toe is not None and unit(toe - ankle) @ axes[:, 2] < -0.2:
            return False
    outward = place["left_shoulder"] - place["right_shoulder"]
    return bool(outward @ axes[:, 0] > 0)


def from_rest(clip: SourceClip, mapping: Mapping) -> dict[str, np.ndarray] | None:
    """A (3, 3) of every joint that has a frame, from the rest pose; None where that is no body's."""
    axes = body_axes(clip, mapping)
    if axes is None or clip.rest is None:
        return None
    ours = rest_joints()
    turns = dict.fromkeys(mapping.frames, axes)
    for above, below in LIMB_BONES:
        bone = unit(clip.rest[mapping.joints[below]] - clip.rest[mapping.joints[above]])
        turns[above] = swing(axes @ unit(ours[INDEX[below]] - ours[INDEX[above]]), bone) @ axes
    for side in SIDES:
        for name in ("wrist", "hand"):
            turns[f"{side}_{name}"] = turns[f"{side}_elbow"]
    return {name: turn for name, turn in turns.items() if name in mapping.frames}


def from_motion(clip: SourceClip, mapping: Mapping, positions: np.ndarray) -> dict[str, np.ndarray]:
    """A (3, 3) of every joint that has a frame, as the mean over the frames of ``positions`` (T, 24, 3).

    A limb's twist shows in frames where it bends, so that these count most.
    """
    assert clip.rotations is not None
    empty = np.full((*positions.shape, 3), np.nan)
    solved = fill_rotations(positions, empty, rest_joints())
    turns = {}
    for name, source in mapping.frames.items():
        weight = np.ones(len(positions))
        for upper, lower in LIMB_BONES:
            if name in (upper, lower) and upper.endswith(("hip", "shoulder")):
                weight = _bend(positions, upper, lower) + FEWEST_BENDS
        between = np.swapaxes(clip.rotations[:, source], -1, -2) @ solved[:, INDEX[name]]
        left, _, right = np.linalg.svd(np.einsum("t,tij->ij", weight, between))
        turns[name] = left @ np.diag([1, 1, np.linalg.det(left @ right)]) @ right
    return turns


def _bend(positions: np.ndarray, upper: str, lower: str) -> np.ndarray:
    """Squared sine (T,) of the angle at the joint between a limb's two bones."""
    side = upper.partition("_")[0]
    end = f"{side}_ankle" if upper.endswith("hip") else f"{side}_wrist"
    first, second, third = (positions[:, INDEX[name]] for name in (upper, lower, end))
    return (np.cross(unit(second - first), unit(third - second)) ** 2).sum(-1)


def agree(clip: SourceClip, mapping: Mapping, frames: Table[str, np.ndarray]) -> bool:
    """Whether the frames that a profile gives fit the directions of the clip's resting limb bones."""
    if clip.rest is None or clip.rotations is None:
        return True
    ours = rest_joints()
    for above, below in LIMB_BONES:
        if above in frames:
            bone = clip.rest[mapping.joints[below]] - clip.rest[mapping.joints[above]]
            if unit(bone) @ (frames[above] @ unit(ours[INDEX[below]] - ours[INDEX[above]])) < AGREEMENT:
                return False
    return True


def on_their_bones(positions: np.ndarray, rotations: np.ndarray) -> bool:
    """Whether the limb bones of ``rotations`` (T, 24, 3, 3) point as the ``positions`` (T, 24, 3) do."""
    ours = rest_joints()
    for above, below in LIMB_BONES:
        given = (rotations[:, INDEX[above]] @ unit(ours[INDEX[below]] - ours[INDEX[above]])[:, None])[..., 0]
        seen = unit(positions[:, INDEX[below]] - positions[:, INDEX[above]])
        angle = np.arctan2(np.linalg.norm(np.cross(given, seen), axis=-1), (given * seen).sum(-1))
        if not np.percentile(angle, 90) < ON_BONE:  # NaN where a frame is missing
            return False
    return True
