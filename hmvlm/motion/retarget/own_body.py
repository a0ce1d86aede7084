"""Skeletons that are the body itself, under any names, in any unit and with any axis up: exact, with their shape.

Offsets of the joints are linear in the body's shape, so that the shape of a file on this body comes back from them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hmvlm.body.skeleton import INDEX, JOINTS, PARENTS
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.retarget.mapping import Mapping
from hmvlm.motion.retarget.orient import local_rotations, to_axis_angle
from hmvlm.motion.retarget.source_clip import SourceClip

UNITS = (1.0, 0.01, 0.001, 0.0254, 0.1)
"""Metres in one unit of a file: metres, centimetres, millimetres, inches, decimetres."""
OWN_TOLERANCE = 5e-4
"""Metres by which offsets may miss our body's before a skeleton counts as another one."""
SCALED_TOLERANCE = 2e-3
LEGS = ("left_knee", "left_ankle", "right_knee", "right_ankle")


@dataclass(frozen=True)
class OwnBody:
    """``betas`` (10,) of the body behind a skeleton, and metres in one of its units, for a body of that size."""

    betas: np.ndarray
    unit: float


def find_own_body(clip: SourceClip, mapping: Mapping, axes: np.ndarray) -> OwnBody | None:
    """The body whose rest offsets the clip has, seen in its body ``axes`` (3, 3); None for another skeleton.

    A body of another size that is the average one otherwise is scaled to it.
    """
    if mapping.missing() or clip.rest is None:
        return None
    index = {name: mapping.joints[name] for name in JOINTS if name in mapping.joints}
    for name in list(index)[1:]:
        above = JOINTS[PARENTS[INDEX[name]]]
        parent = clip.parents[index[name]]
        if above not in index or mapping.frames.get(name) != index[name] or parent != index[above]:
            return None
    rows = [INDEX[name] for name in index if name != "pelvis"]
    offsets = np.array([clip.rest[index[JOINTS[k]]] - clip.rest[index[JOINTS[PARENTS[k]]]] for k in rows]) @ axes
    body = BodyModel.load()
    zero = body.offsets().double().numpy()[rows]
    picks = [rows.index(INDEX[name]) for name in LEGS]
    theirs, ours = (np.linalg.norm(part[picks], axis=-1).sum() for part in (offsets, zero))
    unit = min(UNITS, key=lambda unit: abs(np.log(theirs * unit / ours)))
    units = np.eye(NUM_BETAS, dtype=np.float32)
    basis = np.stack([body.offsets(one).double().numpy()[rows] - zero for one in units], axis=-1)
    wanted = offsets * unit - zero
    betas = np.linalg.lstsq(basis.reshape(-1, NUM_BETAS), wanted.ravel(), rcond=1e-6)[0]
    if np.abs(basis @ betas - wanted).max() <= OWN_TOLERANCE:
        return OwnBody(np.where(np.abs(betas).max() < 1e-2, 0.0, betas).astype(np.float32), unit)
    if np.abs(offsets * (ours / theirs) - zero).max() <= SCALED_TOLERANCE:
        return OwnBody(np.zeros(NUM_BETAS, np.float32), float(ours / theirs))
    return None


def own_motion(clip: SourceClip, mapping: Mapping, axes: np.ndarray, own: OwnBody) -> Motion:
    """The motion of a clip on the body itself: its rotations as they are, its path in metres."""
    assert clip.rotations is not None
    turned = np.tile(np.eye(3), (len(clip), len(JOINTS), 1, 1))
    for joint, name in enumerate(JOINTS):
        if name in mapping.joints:
            turned[:, joint] = clip.rotations[:, mapping.joints[name]] @ axes
        else:
            turned[:, joint] = turned[:, PARENTS[joint]]
    pelvis = clip.positions[:, mapping.joints["pelvis"]] * own.unit
    rest = BodyModel.load().rest_joints(own.betas)[0].double().numpy()
    return Motion(to_axis_angle(local_rotations(turned)), pelvis - rest, own.betas, clip.fps)
