"""A recording in SMPL's terms: joints picked and joint frames turned by the profile of its skeleton."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hmvlm.body.skeleton import INDEX, JOINTS
from train.recordings.profiles import PROFILES, REQUIRED, Profile
from train.recordings.source_clip import SourceClip

UNITS = (0.01, 0.0254 / 0.45, 0.0254, 1.0, 0.001, 0.1)
"""Units that BVH files are written in, in metres: centimetre, CMU's unit, inch, metre, millimetre, decimetre."""
LEG_LENGTH = (0.5, 1.15)
"""Shortest and longest leg of a skeleton in metres, from hip to ankle."""


@dataclass(frozen=True)
class Targets:
    """A recording in SMPL's terms: ``positions`` (T, 24, 3) metres, NaN where the source has no such
    joint, and ``rotations`` (T, 24, 3, 3) global, SMPL convention, NaN where unknown."""

    name: str
    positions: np.ndarray
    rotations: np.ndarray
    fps: float


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


def in_metres(clip: SourceClip) -> SourceClip:
    """A recording in unknown units, in metres: the first of :data:`UNITS` in which the left leg has a person's length.

    Raises ValueError where there is none.
    """
    joints = find_profile(clip).joints
    hip, knee, ankle = (clip.positions[:, clip.index(joints[f"left_{name}"])] for name in ("hip", "knee", "ankle"))
    leg = float(np.median(np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)))
    for unit in UNITS:
        if LEG_LENGTH[0] < leg * unit < LEG_LENGTH[1]:
            rest = None if clip.rest is None else clip.rest * unit
            return replace(clip, positions=clip.positions * unit, rest=rest)
    raise ValueError(
        f"{clip.name}: legs of {leg:.4g} units are no person's in any known unit; scale the file to metres"
    )
