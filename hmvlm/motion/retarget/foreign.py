"""A motion from a skeleton of any maker: found joints, world turned upright, size of our body, feet on the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmvlm import limits
from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from hmvlm.motion.retarget import rest_frames, world
from hmvlm.motion.retarget.ground import on_floor
from hmvlm.motion.retarget.mapping import Mapping, describe
from hmvlm.motion.retarget.orient import rest_joints, to_axis_angle
from hmvlm.motion.retarget.own_body import find_own_body, own_motion
from hmvlm.motion.retarget.profiles import Profile
from hmvlm.motion.retarget.solve import place
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import find_mapping, leg_length, scaled, targets_from_mapping
from hmvlm.motion.retarget.transfer import measure_skeleton

LARGEST_DISTANCE = 10_000.0
SHORTEST_LEG, LONGEST_LEG = 1e-4, 1e5
"""Legs in a file's units: shorter or longer ones have no size to go by."""


def motion_from_clip(clip: SourceClip, up: str | None = None) -> Motion:
    """The motion of our body that follows a clip, at the clip's rate; ``Motion.note`` says what was mapped.

    Args:
        clip: a recording in any unit, with any axis up.
        up: the axis that is up, where the format says so; None tells it from the body.

    Raises:
        ValueError: no human skeleton, or one without size; one sentence.
    """
    if len(clip.joints) > limits.BVH_JOINTS:
        raise ValueError(
            f"{clip.name} has a skeleton of {len(clip.joints):,} joints; {limits.BVH_JOINTS:,} are the most"
        )
    if not np.isfinite(clip.positions).all():
        raise ValueError(f"{clip.name} has joints at places that are not finite numbers")
    try:
        return _followed(clip, up)
    except ValueError as error:
        if "rotation matrix" not in str(error):
            raise
        raise ValueError(f"{clip.name}: its bones lie in one line or have no length, so that no body fits") from error


def _followed(clip: SourceClip, up: str | None) -> Motion:
    clip, mapping, profile = upright(clip, up)
    axes = rest_frames.body_axes(clip, mapping)
    own = None
    if profile is None and axes is not None and clip.rotations is not None:
        own = find_own_body(clip, mapping, axes)
    if own is not None and axes is not None:
        motion = own_motion(clip, mapping, axes, own)
    else:
        targets = targets_from_mapping(our_size(clip, mapping), mapping, profile)
        placed = place(targets, measure_skeleton([targets]))
        motion = on_floor(Motion(to_axis_angle(placed.local), placed.trans, fps=clip.fps))
    farthest = float(np.abs(motion.trans).max())
    if farthest > LARGEST_DISTANCE:
        raise ValueError(f"{clip.name}: the pelvis goes {farthest:.3g} m away, which is no motion")
    return replace(motion, note=_note(clip, mapping))


def normalised(clip: SourceClip) -> tuple[SourceClip, Mapping, Profile | None]:
    """A recording with Y up and legs as long as ours, its SMPL joints and its data set's profile.

    Raises:
        ValueError: no human skeleton, or one without size; one sentence.
    """
    clip, mapping, profile = upright(clip)
    return our_size(clip, mapping), mapping, profile


def our_size(clip: SourceClip, mapping: Mapping) -> SourceClip:
    """The clip with legs as long as ours."""
    hip, knee, ankle = (rest_joints()[INDEX[f"left_{name}"]] for name in ("hip", "knee", "ankle"))
    return scaled(clip, float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee)) / leg_length(clip, mapping))


def upright(clip: SourceClip, up: str | None = None) -> tuple[SourceClip, Mapping, Profile | None]:
    """A recording with Y up, its SMPL joints and its data set's profile; ``up`` as in :func:`motion_from_clip`.

    Raises:
        ValueError: no human skeleton, or one without size; one sentence.
    """
    mapping, profile = find_mapping(clip)
    leg = leg_length(clip, mapping)
    if not SHORTEST_LEG < leg < LONGEST_LEG:
        raise ValueError(f"{clip.name}: legs of {leg:.3g} units have no length to tell the size of the body by")
    axes = rest_frames.body_axes(clip, mapping)
    if up is None:
        usual = "Y"
        if axes is not None:
            usual = max(world.AXES, key=lambda name: float(np.array(world.AXES[name]) @ axes[:, 1]))
        up = world.up_axis(world.standing_direction(clip.positions, mapping), usual)
    if up != "Y":
        mapping.notes.append(f"turned from {up} up to Y up")
        clip = world.turned(clip, world.y_up(up))
    return clip, mapping, profile


def _note(clip: SourceClip, mapping: Mapping) -> str:
    notes = [describe(clip, mapping)]
    if "note" in clip.info:
        notes.append(clip.info["note"])
    return f"In {clip.name}, {'; '.join(notes)}."
