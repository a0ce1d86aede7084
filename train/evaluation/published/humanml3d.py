"""Our motions as HumanML3D's 263 features a frame, for the published evaluator (Guo et al., 2022, appendix).

A frame holds the root's turning (half angle about Y) and planar velocity in its heading, its height, the other 21
joints relative to it in that heading, their rotations in 6-D, all joints' velocities in that heading, and four foot
contacts.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, PARENTS
from hmvlm.motion.formats.points import SMPL_JOINTS

SMOOTHING = 20.0
"""Frames, the deviation of the Gaussian over the facing direction."""
CONTACT = 0.002
"""Squared movement a frame (m²) below which a foot joint is in contact."""
CHAINS = ((0, 2, 5, 8, 11), (0, 1, 4, 7, 10), (0, 3, 6, 9, 12, 15), (9, 14, 17, 19, 21), (9, 13, 16, 18, 20))
"""Limbs along which rotations are chained, each from the root's."""
_UP, _DOWN, _LEFT, _RIGHT, _AHEAD = (0, 1, 0), (0, -1, 0), (1, 0, 0), (-1, 0, 0), (0, 0, 1)
REST = np.array(
    [
        (0, 0, 0), _LEFT, _RIGHT, _UP, _DOWN, _DOWN, _UP, _DOWN, _DOWN, _UP, _AHEAD, _AHEAD, _UP, _LEFT, _RIGHT, _AHEAD,
        _DOWN, _DOWN, _DOWN, _DOWN, _DOWN, _DOWN,
    ],
    float,
)  # fmt: skip
"""Direction of each bone in the representation's rest pose."""
FEET = [INDEX[name] for name in ("left_ankle", "left_foot", "right_ankle", "right_foot")]


def bone_lengths(joints: np.ndarray) -> np.ndarray:
    """Length ``(22,)`` in metres of each joint's bone, the median over frames ``(T, 22, 3)``; 0 for the root."""
    lengths = np.zeros(SMPL_JOINTS)
    for joint in range(1, SMPL_JOINTS):
        lengths[joint] = np.median(np.linalg.norm(joints[:, joint] - joints[:, PARENTS[joint]], axis=-1))
    return lengths


def with_bone_lengths(joints: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Joints ``(T, 22, 3)`` with other bone lengths ``(22,)``; the root's path scales with the legs."""
    own = bone_lengths(joints)
    legs = [INDEX["left_knee"], INDEX["left_ankle"]]
    made = np.zeros_like(joints)
    made[:, 0] = joints[:, 0] * lengths[legs].sum() / max(own[legs].sum(), 1e-9)
    for joint in range(1, SMPL_JOINTS):
        bone = joints[:, joint] - joints[:, PARENTS[joint]]
        bone = bone / np.maximum(np.linalg.norm(bone, axis=-1, keepdims=True), 1e-9)
        made[:, joint] = made[:, PARENTS[joint]] + lengths[joint] * bone
    return made


def facing(joints: np.ndarray, smooth: bool = True) -> Rotation:
    """Rotations of T frames about Y that align the body's facing direction with +Z, of joints ``(T, 22, 3)``."""
    across = sum(joints[:, INDEX[f"left_{part}"]] - joints[:, INDEX[f"right_{part}"]] for part in ("hip", "shoulder"))
    ahead = np.cross(across, np.array(_UP, float))
    if smooth:
        ahead = gaussian_filter1d(ahead, SMOOTHING, axis=0, mode="nearest")
    return Rotation.from_rotvec(np.outer(-np.arctan2(ahead[:, 0], ahead[:, 2]), _UP))


def shortest_rotations(start: np.ndarray, ends: np.ndarray) -> Rotation:
    """Shortest rotations from direction ``start`` ``(3,)`` to ``ends`` ``(T, 3)``."""
    axis, along = np.cross(start, ends), ends @ start
    quaternion = np.concatenate(
        [axis, (np.linalg.norm(ends, axis=-1) * np.linalg.norm(start) + along)[:, None]], axis=1
    )
    opposite = np.linalg.norm(quaternion, axis=1) < 1e-8
    quaternion[opposite] = [1.0, 0.0, 0.0, 0.0] if abs(start[0]) < 0.9 else [0.0, 1.0, 0.0, 0.0]
    return Rotation.from_quat(quaternion)


def joint_rotations(joints: np.ndarray, turned: Rotation) -> np.ndarray:
    """Rotations in 6-D ``(T, 21, 6)`` of joints 1 to 21, each relative to the one above it in its chain.

    ``turned`` is the first rotation of every chain, as the representation defines.
    """
    made = np.zeros((len(joints), SMPL_JOINTS, 6))
    for chain in CHAINS:
        above = turned
        for parent, joint in zip(chain, chain[1:], strict=False):
            whole = shortest_rotations(REST[joint], joints[:, joint] - joints[:, parent])
            matrices = (above.inv() * whole).as_matrix()
            made[:, joint] = np.concatenate([matrices[..., 0], matrices[..., 1]], axis=-1)
            above = whole
    return made[:, 1:]


def encode(joints: np.ndarray) -> np.ndarray:
    """Features ``(T - 1, 263)`` float32 of joints ``(T, 22, 3)`` in metres at 20 fps, Y up, whatever the heading."""
    if joints.ndim != 3 or joints.shape[1:] != (SMPL_JOINTS, 3) or len(joints) < 2:
        raise ValueError(f"joints must be (T >= 2, {SMPL_JOINTS}, 3), not {joints.shape}")
    joints = (joints - [0, joints[..., 1].min(), 0]) @ facing(joints[:1], smooth=False).as_matrix()[0].T
    turned = facing(joints)
    turned = Rotation.concatenate([Rotation.identity(1), turned[1:]])
    flat = joints[:, :1] * [1, 0, 1]
    turn = (turned[1:] * turned[:-1].inv()).as_rotvec()[:, 1:2] / 2
    velocity = turned[1:].apply(joints[1:, 0] - joints[:-1, 0])[:, [0, 2]]
    matrices = turned.as_matrix()
    relative = (joints - flat) @ matrices.transpose(0, 2, 1)
    moved = (joints[1:] - joints[:-1]) @ matrices[:-1].transpose(0, 2, 1)
    contact = ((joints[1:, FEET] - joints[:-1, FEET]) ** 2).sum(-1) < CONTACT
    parts = [
        turn,
        velocity,
        joints[:-1, 0, 1:2],
        relative[:-1, 1:],
        joint_rotations(joints, turned)[:-1],
        moved,
        contact,
    ]
    return np.concatenate([part.reshape(len(turn), -1) for part in parts], axis=1).astype(np.float32)
