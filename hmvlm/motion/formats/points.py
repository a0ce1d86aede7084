"""Motions from joint positions: SMPL's joints, and the features of HumanML3D and KIT-ML that hold such joints.

    HumanML3D   (T, 263), 22 joints in metres at 20 fps;   KIT-ML   (T, 251), 21 joints in millimetres at 12.5 fps
    Motion-X    (T, 322), SMPL-X parameters at 30 fps

Definitions: Guo et al., CVPR 2022 (``motion_representation.py``); Lin et al., Motion-X, NeurIPS 2023.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hmvlm import limits
from hmvlm.body.skeleton import JOINTS, PARENTS
from hmvlm.motion.clip import Motion
from hmvlm.motion.retarget.foreign import motion_from_clip
from hmvlm.motion.retarget.source_clip import SourceClip

SMPL_JOINTS = 22
COUNTS = (22, 24, 52, 55, 127, 144)
"""Joints of SMPL's family: their first 22 are the same."""
STANDING = (0.2, 3.0)
"""Pelvis heights (m) between which the median of a motion lies; normalised features have about 0."""

LARGEST_STRETCH = 0.2
"""Relative deviation of a leg bone's length from its mean; motions that a network drew have some hundredths."""


@dataclass(frozen=True)
class TextSet:
    """Skeleton of a set: joint names (SMPL's where it has such a joint), their parents and the frame rate."""

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    fps: float

    @property
    def width(self) -> int:
        """Features a frame: root 4, positions, rotations and velocities of the joints, 4 contacts."""
        count = len(self.joints)
        return 4 + 9 * (count - 1) + 3 * count + 4


HUMANML3D = TextSet("humanml3d", tuple(JOINTS[:SMPL_JOINTS]), tuple(PARENTS[:SMPL_JOINTS]), 20.0)
KIT = TextSet(
    "kit",
    (
        "pelvis", "spine1", "spine2", "neck", "head", "left_shoulder", "left_elbow", "left_wrist", "right_shoulder",
        "right_elbow", "right_wrist", "left_hip", "left_knee", "left_ankle", "left_foot", "left_toes", "right_hip",
        "right_knee", "right_ankle", "right_foot", "right_toes",
    ),
    (-1, 0, 1, 2, 3, 3, 5, 6, 3, 8, 9, 0, 11, 12, 13, 14, 0, 16, 17, 18, 19),
    12.5,
)  # fmt: skip
"""The joints of KIT's Master Motor Map in the published order (root, BP, BT, BLN, BUN, LS …)."""


def motion_from_features(vectors: np.ndarray, kind: TextSet, name: str) -> Motion:
    """The motion of HumanML3D's or KIT-ML's features, not normalised.

    Raises:
        ValueError: values that are not finite, or normalised ones; one sentence.
    """
    limits.check_motion_length(name, len(vectors), kind.fps)
    if not np.isfinite(vectors).all():
        raise ValueError(f"{name} holds values that are not finite")
    height = float(np.median(vectors[:, 3])) * (0.001 if kind is KIT else 1)
    if not STANDING[0] < height < STANDING[1]:
        raise ValueError(
            f"{name} has pelvis heights about {height:.3g} m, so its features are normalised: multiply them by the "
            "data set's Std.npy and add its Mean.npy first"
        )
    joints = joints_from_features(vectors, len(kind.joints))
    if _stretch(joints, kind) > LARGEST_STRETCH:
        raise ValueError(
            f"{name} has bones that change their length, so its features are normalised or no motion's: multiply them "
            "by the data set's Std.npy and add its Mean.npy first"
        )
    clip = SourceClip(name=name, joints=kind.joints, parents=kind.parents, positions=joints, fps=kind.fps)
    motion = motion_from_clip(clip if kind is HUMANML3D else unreflected(clip), up="Y")
    return replace(motion, note=f"In {name}, the joints of {kind.name} features were fitted at {kind.fps:g} fps.")


def _stretch(joints: np.ndarray, kind: TextSet) -> float:
    """Largest relative deviation over time of a thigh's or shank's length."""
    pairs = (("hip", "knee"), ("knee", "ankle"))
    bones = [(f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in pairs]
    places = {joint: joints[:, kind.joints.index(joint)] for bone in bones for joint in bone}
    lengths = np.stack([np.linalg.norm(places[b] - places[a], axis=-1) for a, b in bones])
    return float((lengths.std(axis=1) / np.maximum(lengths.mean(axis=1), 1e-9)).max())


def motion_from_joints(points: np.ndarray, name: str, fps: float) -> Motion:
    """The motion of joint positions ``(T, J, 3)`` or ``(J, 3, T)`` whose first 22 are SMPL's.

    Raises:
        ValueError: another shape, or values that are not finite; one sentence.
    """
    points = np.asarray(points)
    if points.ndim == 3 and points.shape[1] == 3 and points.shape[0] in COUNTS and points.shape[2] not in (3,):
        points = points.transpose(2, 0, 1)
    if points.ndim != 3 or points.shape[2] != 3 or points.shape[1] not in COUNTS or len(points) == 0:
        raise ValueError(f"{name} must hold joints (T, 22, 3) or (T, 24, 3) in SMPL's order, got {points.shape}")
    limits.check_motion_length(name, len(points), fps)
    if points.dtype.kind not in "fiu" or not np.isfinite(points).all():
        raise ValueError(f"{name} holds joints that are not finite numbers")
    positions = points[:, :SMPL_JOINTS].astype(np.float64)
    clip = SourceClip(name, HUMANML3D.joints, HUMANML3D.parents, positions, fps)
    motion = motion_from_clip(clip)
    turned = "".join((motion.note or "").partition("; turned")[1:]) or "."
    return replace(motion, note=f"In {name}, {points.shape[1]} joints were read in SMPL's order and fitted{turned}")


def unreflected(clip: SourceClip) -> SourceClip:
    """The clip, or its mirror image where the toes point backwards for the sides that the joints are named after.

    Another choice of axes turns some versions of KIT-ML into mirror images; captions name the true sides.
    """
    place = {name: clip.positions[:, clip.joints.index(name)] for name in clip.joints}
    toes = sum(place[f"{side}_foot"] - place[f"{side}_ankle"] for side in ("left", "right"))
    across = place["left_hip"] - place["right_hip"]
    forward = across[:, 2] * toes[:, 0] - across[:, 0] * toes[:, 2]  # (across × up) · toes: positive where toes lead
    if np.median(forward) >= 0:
        return clip
    return replace(clip, positions=clip.positions * np.array([-1.0, 1.0, 1.0]))


def joints_from_features(vectors: np.ndarray, count: int = SMPL_JOINTS) -> np.ndarray:
    """Joints (T, count, 3) of HumanML3D's features a frame, (T, 263) or KIT-ML's (T, 251), not normalised.

    A frame holds the root's half turning rate about Y, its planar velocity in its own heading, its
    height, and the other joints relative to it in that heading (Guo et al., 2022, appendix).
    """
    if vectors.ndim != 2 or vectors.shape[1] < 4 + 3 * (count - 1):
        raise ValueError(f"HumanML3D features must be (T, 263), not {vectors.shape}")
    heading = -2 * np.concatenate([[0.0], np.cumsum(vectors[:-1, 0])])
    c, s = np.cos(heading), np.sin(heading)

    def turned(planar: np.ndarray, cosine: np.ndarray, sine: np.ndarray) -> np.ndarray:
        x, z = planar[..., 0], planar[..., 1]
        return np.stack([cosine * x + sine * z, -sine * x + cosine * z], axis=-1)

    steps = np.concatenate([np.zeros((1, 2)), vectors[:-1, 1:3]])
    path = np.cumsum(turned(steps, c, s), axis=0)
    joints = np.zeros((len(vectors), count, 3))
    others = vectors[:, 4 : 4 + 3 * (count - 1)].reshape(len(vectors), -1, 3)
    joints[:, 0, 1] = vectors[:, 3]
    joints[:, 1:, 1] = others[..., 1]
    joints[:, 1:, [0, 2]] = turned(others[..., [0, 2]], c[:, None], s[:, None])
    joints[..., [0, 2]] += path[:, None]
    return joints
