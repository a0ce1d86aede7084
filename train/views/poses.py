"""Sampling of poses from clips, so that walking and standing do not dominate rare poses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.cluster.vq import kmeans2

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, MIRROR, NUM_JOINTS, PART_JOINTS
from hmvlm.body.smpl import BodyModel
from train.recordings.store import Recording

CLUSTERS = 600
FITTED = 12_000
MIXED = 0.15
"""Share of training poses whose limbs come from two or three recordings."""
TWIST = {
    "hip": 25.0,
    "shoulder": 25.0,
    "knee": 15.0,
    "elbow": 15.0,
    "spine1": 8.0,
    "spine2": 8.0,
    "spine3": 8.0,
    "pelvis": 15.0,
}
"""Standard deviation in degrees of the random rotations of joints in out-of-distribution poses."""


@dataclass(frozen=True)
class Poses:
    """``poses`` ``(N, 24, 3)`` and the index ``(N,)`` of the clip that each comes from."""

    poses: np.ndarray
    clip: np.ndarray


class PosePool:
    """Frames of some clips in clusters of similar poses.

    Poses are grouped by k-means on the joints seen from the pelvis (tilt kept, heading taken out). The
    probability of a group is proportional to the square root of its size.
    """

    def __init__(self, clips: list[Recording], seed: int = 0, stride: int = 2) -> None:
        self._poses = np.concatenate([clip.motion.poses[::stride] for clip in clips])
        lengths = [len(clip.motion.poses[::stride]) for clip in clips]
        self._clip = np.repeat(np.arange(len(clips)), lengths)
        rng = np.random.default_rng(seed)
        shapes = self._shapes()
        some = shapes[rng.choice(len(shapes), min(FITTED, len(shapes)), replace=False)]
        centers, _ = kmeans2(some, min(CLUSTERS, len(some) // 4), iter=8, minit="points", missing="warn", seed=rng)
        self._group = _nearest(shapes, centers)
        sizes = np.bincount(self._group, minlength=len(centers)).astype(float)
        self._chance = np.maximum(sizes, 1)[self._group] ** -0.5
        self._chance /= self._chance.sum()

    def _shapes(self) -> np.ndarray:
        poses = torch.from_numpy(self._poses)
        root = rotations.axis_angle_to_matrix(poses[:, 0])
        level = rotations.yaw_matrix(-rotations.yaw_from_matrix(root)) @ root
        poses = torch.cat([rotations.matrix_to_axis_angle(level)[:, None], poses[:, 1:]], dim=1)
        joints = BodyModel.load().joints(poses, torch.zeros(len(poses), 3))
        return (joints - joints[:, :1]).flatten(1).numpy()

    def draw(
        self,
        count: int,
        rng: np.random.Generator,
        mixed: float = MIXED,
        mirror: float = 0.5,
        out_of_distribution: float = 0.0,
    ) -> Poses:
        """Sample poses.

        Args:
            count: number of poses.
            mixed: share with arms or legs of other poses.
            mirror: share that is mirrored.
            out_of_distribution: share that is mixed and has many joints rotated at random, beyond the recordings.
        """
        chosen = rng.choice(len(self._poses), count, p=self._chance)
        poses = self._poses[chosen].copy()
        other = self._poses[rng.choice(len(self._poses), count, p=self._chance)]
        chance = rng.random(count)
        twisting = chance < out_of_distribution
        mixing = twisting | (chance < out_of_distribution + (1 - out_of_distribution) * mixed)
        for part in ("left_arm", "right_arm", "left_leg", "right_leg"):
            # Collars and legs follow the trunk they were recorded with more closely than arms do.
            rows = mixing & (rng.random(count) < (0.6 if part.endswith("arm") else 0.3))
            joints = [joint for joint in PART_JOINTS[part] if not part.endswith("leg") or joint != INDEX["pelvis"]]
            mixed_in = np.ix_(rows, np.array(joints))
            poses[mixed_in] = other[mixed_in]
        flip = rng.random(count) < mirror
        poses[flip] = mirrored(poses[flip])
        if twisting.any():
            poses[twisting] = perturbed(poses[twisting], rng)
        return Poses(poses.astype(np.float32), self._clip[chosen])


def mirrored(poses: np.ndarray) -> np.ndarray:
    """Poses ``(N, 24, 3)`` mirrored at the plane x = 0 of the camera frame, sides swapped."""
    return reflected(torch.from_numpy(poses)).numpy()


def reflected(poses: torch.Tensor) -> torch.Tensor:
    """:func:`mirrored` of a tensor, wherever it is."""
    return rotations.mirror_axis_angle(poses[:, list(MIRROR)])


def perturbed(poses: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Poses ``(N, 24, 3)`` with random rotations of joints by :data:`TWIST`, of a random strength per pose."""
    spread = np.zeros(NUM_JOINTS)
    for name, degrees in TWIST.items():
        spread[[joint for other, joint in INDEX.items() if other.split("_")[-1] == name]] = np.deg2rad(degrees)
    turns = rng.normal(0, 1, poses.shape) * spread[:, None] * rng.uniform(0.3, 1.4, (len(poses), 1, 1))
    matrices = (rotations.axis_angle_to_matrix(torch.from_numpy(part.astype(np.float32))) for part in (poses, turns))
    return rotations.matrix_to_axis_angle(next(matrices) @ next(matrices)).numpy()


def draw_betas(count: int, rng: np.random.Generator) -> np.ndarray:
    """Body shapes ``(count, 10)``: normally distributed around the average, the male or the female mean."""
    from hmvlm.paths import FREE_BODY

    with np.load(FREE_BODY, allow_pickle=False) as archive:
        means = np.stack([np.zeros(10), archive["betas_male"], archive["betas_female"]])
    betas = means[rng.integers(0, 3, count)] + rng.normal(0, 0.8, (count, 10))
    return np.clip(betas, -2.5, 2.5).astype(np.float32)


def _nearest(points: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Index ``(N,)`` of the center closest to each point."""
    bias = (centers**2).sum(axis=1)
    return np.concatenate([np.argmin(bias - 2 * part @ centers.T, axis=1) for part in np.array_split(points, 64)])
