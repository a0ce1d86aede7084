"""A recording in SMPL's terms: joints picked, and joint frames turned into SMPL's convention."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hmvlm.body.skeleton import INDEX, JOINTS
from hmvlm.motion.retarget import rest_frames
from hmvlm.motion.retarget.mapping import Mapping, map_skeleton
from hmvlm.motion.retarget.profiles import PROFILES, REQUIRED, Profile
from hmvlm.motion.retarget.source_clip import SourceClip

UNITS = (0.01, 0.0254 / 0.45, 0.0254, 1.0, 0.001, 0.1)
"""Units that BVH files are written in, in metres: centimetre, CMU's unit, inch, metre, millimetre, decimetre."""
LEG_LENGTH = (0.5, 1.15)
"""Shortest and longest leg of a skeleton in metres, from hip to ankle."""


@dataclass(frozen=True)
class Targets:
    """A recording in SMPL's terms: ``positions`` (T, 24, 3) metres, NaN where the source has no such
    joint, and ``rotations`` (T, 24, 3, 3) global, SMPL convention, NaN where unknown.

    ``trusted``: the rotations of all limbs are the source's own, measured from a rest pose that is a body's, so that
    they need no repair.
    """

    name: str
    positions: np.ndarray
    rotations: np.ndarray
    fps: float
    trusted: bool = False


def find_mapping(clip: SourceClip) -> tuple[Mapping, Profile | None]:
    """SMPL's joints in a recording's skeleton, with the profile of its data set if its frames are known.

    Raises:
        ValueError: no human skeleton; one sentence names what was found.
    """
    for profile in PROFILES:
        if profile.fits(clip.joints):
            joints = {name: clip.index(source) for name, source in profile.joints.items()}
            mapping = Mapping(joints, joints)
            if rest_frames.agree(clip, mapping, profile.frames):
                return mapping, profile
    named = {joint: clip.index(joint) for joint in JOINTS if joint in clip.joints}
    if set(REQUIRED) <= set(named):
        return Mapping(named, named), None
    return map_skeleton(clip), None


def targets_from_clip(clip: SourceClip) -> Targets:
    """Pick SMPL's joints from a recording and turn their frames into SMPL's convention.

    Raises:
        ValueError: no human skeleton.
    """
    return targets_from_mapping(clip, *find_mapping(clip))


def targets_from_mapping(clip: SourceClip, mapping: Mapping, profile: Profile | None = None) -> Targets:
    """As :func:`targets_from_clip`, for joints that are found already."""
    frames = len(clip)
    positions = np.full((frames, len(JOINTS), 3), np.nan)
    rotations = np.full((frames, len(JOINTS), 3, 3), np.nan)
    for joint, source in mapping.joints.items():
        positions[:, INDEX[joint]] = clip.positions[:, source]
    trusted = False
    if clip.rotations is not None:
        turns = profile.frames if profile is not None else rest_frames.from_rest(clip, mapping)
        trusted = profile is None and turns is not None
        if turns is None:
            turns = rest_frames.from_motion(clip, mapping, positions)
        for joint, turn in turns.items():
            if joint in mapping.frames:
                rotations[:, INDEX[joint]] = clip.rotations[:, mapping.frames[joint]] @ turn
        trusted = trusted and rest_frames.on_their_bones(positions, rotations)
    return Targets(clip.name, positions, rotations, clip.fps, trusted)


def leg_length(clip: SourceClip, mapping: Mapping) -> float:
    """Median length of the left leg from hip to ankle, in the clip's unit."""
    hip, knee, ankle = (clip.positions[:, mapping.joints[f"left_{name}"]] for name in ("hip", "knee", "ankle"))
    return float(np.median(np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)))


def in_metres(clip: SourceClip) -> SourceClip:
    """A recording in unknown units, in metres: the first of :data:`UNITS` in which the left leg has a person's length.

    Raises ValueError where there is none.
    """
    leg = leg_length(clip, find_mapping(clip)[0])
    for unit in UNITS:
        if LEG_LENGTH[0] < leg * unit < LEG_LENGTH[1]:
            return scaled(clip, unit)
    raise ValueError(
        f"{clip.name}: legs of {leg:.4g} units are no person's in any known unit; scale the file to metres"
    )


def scaled(clip: SourceClip, factor: float) -> SourceClip:
    """A recording with all lengths times ``factor``."""
    rest = None if clip.rest is None else clip.rest * factor
    return replace(clip, positions=clip.positions * factor, rest=rest)
