"""Repairs of recordings before retargeting: calibration poses, single-frame glitches, twist flips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from hmvlm.body.vectors import unit
from hmvlm.motion.retarget.orient import between, frame_from
from hmvlm.motion.retarget.targets import Targets

START_JUMP = 0.4
"""A joint that moves further than this (m) between two of the first frames: what lies before is a calibration pose."""
SPIKE = 350.0
"""Accelerations (m/s²) beyond this do not occur in people, not even in a punch."""
LONGEST_SPIKE = 4
OVERSTRETCH = 0.45
"""Sine of the angle by which a straight knee or elbow may seem to bend the wrong way."""


def trim_start(targets: Targets, look: int = 4) -> Targets:
    """Drop leading frames that the body jumps away from, such as a T-pose stored as frame 0."""
    if len(targets.positions) <= look + 2:
        return targets
    step = np.linalg.norm(np.diff(targets.positions[: look + 1], axis=0), axis=-1)
    jumps = np.flatnonzero(np.nanmax(step, axis=1) > START_JUMP)
    first = int(jumps[-1]) + 1 if len(jumps) else 0
    return replace(targets, positions=targets.positions[first:], rotations=targets.rotations[first:])


def repair_spikes(targets: Targets) -> Targets:
    """Interpolate short runs of frames whose joints accelerate impossibly; longer runs stay as they are."""
    positions = targets.positions
    if len(positions) < 5:
        return targets
    bend = np.linalg.norm(positions[2:] - 2 * positions[1:-1] + positions[:-2], axis=-1) * targets.fps**2
    bad = np.zeros(len(positions), bool)
    bad[1:-1] = np.nanmax(bend, axis=1) > SPIKE
    if not bad.any():
        return targets
    positions, rotations = positions.copy(), targets.rotations.copy()
    known = np.isfinite(rotations).all((0, 2, 3))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], bad.astype(int), [0]])))
    for start, stop in edges.reshape(-1, 2):
        before, after = start - 1, stop
        if stop - start > LONGEST_SPIKE or before < 0 or after >= len(positions):
            continue
        part = ((np.arange(start, stop) - before) / (after - before))[:, None, None]
        positions[start:stop] = positions[before] * (1 - part) + positions[after] * part
        rotations[start:stop, known] = between(rotations[before][known], rotations[after][known], part)
    return replace(targets, positions=positions, rotations=rotations)


def steady_twist(
    upper: np.ndarray, lower: np.ndarray, given: np.ndarray, loose: np.ndarray, base: np.ndarray
) -> np.ndarray:
    """Hinge axes (T, 3) of a two-bone limb without flips.

    Args:
        upper, lower: unit bone directions (T, 3).
        given: hinge axis (T, 3) that the source's rotation claims; right while the limb is bent,
            arbitrary, even opposite, while it is straight.
        loose: hinge axis of the limb hanging from its parent without twist.
        base: parent rotations (T, 3, 3), in whose frame axes are averaged over time.

    Where the limb is bent the given axis is kept, or the normal of the bend where the two contradict
    each other and the limb is bent by more than an overstretched knee or elbow could be; where it is
    straight the axis is drawn from the frames around and, weakly, from ``loose``.
    """
    normal = np.cross(upper, lower)
    bend = np.linalg.norm(normal, axis=-1)
    along = np.sum(given * unit(normal), axis=-1)
    trust = np.clip(2 * along, 0, 1)[:, None]
    enough = np.where(along < 0, OVERSTRETCH, 0.12)
    agree = np.sum(given * loose, axis=-1)
    given = np.where((bend < enough)[:, None], given, unit(trust * given + (1 - trust) * unit(normal)))
    sure = np.clip((bend - enough) / 0.3, 0, 1) ** 2
    weight = sure + 0.05 * (agree > 0.2)
    inside = np.swapaxes(base, -1, -2)
    axes = (inside @ (weight[:, None] * given + 0.02 * loose)[..., None])[..., 0]
    smooth = (base @ gaussian_filter1d(axes, 1.5, axis=0, mode="nearest")[..., None])[..., 0]
    mixed = sure[:, None] * given + (1 - sure[:, None]) * unit(smooth)
    return frame_from(mixed, upper)[..., 0]


def split_wrist(local: np.ndarray, twist_limit: float = 1.4, swing_limit: float = 1.3) -> tuple[np.ndarray, np.ndarray]:
    """Wrist rotations (T, 3, 3) about a forearm along X, as twist then swing, kept to what wrists do.

    Returns the forearm's twist (T,) in radians and the swing (T, 3, 3) of the hand that follows it, both
    limited. A twist beyond its limit fades to none at a half turn, where its direction is arbitrary, so
    that it never flips from one side to the other.
    """
    whole = Rotation.from_matrix(local)
    quaternion = whole.as_quat()
    x, w = quaternion[:, 0], quaternion[:, 3]
    twist = (2 * np.arctan2(x, w) + np.pi) % (2 * np.pi) - np.pi
    swing = (Rotation.from_rotvec(twist[:, None] * [1.0, 0, 0]).inv() * whole).as_rotvec()
    beyond = np.maximum(np.abs(twist) - twist_limit, 0) / (np.pi - twist_limit)
    steady = np.clip(twist, -twist_limit, twist_limit) * (1 - beyond)
    angle = np.linalg.norm(swing, axis=-1, keepdims=True)
    swing = swing * np.minimum(1, swing_limit / np.maximum(angle, 1e-9))
    return steady, Rotation.from_rotvec(swing).as_matrix()
