"""Refining an estimated pose by fitting the body to the landmarks.

As in SMPLify (arXiv 1607.08128), but initialised and regularised by the language model's pose instead of a generic
prior. Small joint rotations, the body's shape and its place before the camera are optimised until limbs agree with the
landmarks in position and direction, in the picture and in depth. What landmarks do not determine (twists, spine, hidden
limbs, girth) stays. A picture does not show how large a body is, so its stature is held by the stature of adults.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, JOINTS, NUM_JOINTS, PARENTS, forward_kinematics
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.vision.balance import Balance
from hmvlm.vision.camera import LEAST_VISIBILITY, SMPL_FROM_LANDMARKS, TRUST, place_bodies

BONES = tuple(
    (INDEX[f"{side}_{a}"], INDEX[f"{side}_{b}"])
    for side in ("left", "right")
    for a, b in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
) + tuple(
    (INDEX[a], INDEX[b])
    for a, b in (
        ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"), ("left_hip", "left_shoulder"),
        ("right_hip", "right_shoulder"), ("left_ankle", "left_foot"), ("right_ankle", "right_foot"),
    )
)  # fmt: skip
"""Pairs of SMPL joints between whose landmarks a direction is compared."""
FITTED, MARKS = list(SMPL_FROM_LANDMARKS), list(SMPL_FROM_LANDMARKS.values())
_STARTS, _ENDS = ([FITTED.index(joint) for joint in side] for side in zip(*BONES, strict=True))
_CARRIERS = [PARENTS[joint] for joint in FITTED]
ANKLES = [FITTED.index(INDEX[f"{side}_ankle"]) for side in ("left", "right")]
HIPS = [FITTED.index(INDEX[f"{side}_hip"]) for side in ("left", "right")]
SITES = {"shoulder": (0.020, 0.015, 0.0), "hip": (0.034, 0.0, 0.0), "ankle": (0.0, 0.020, 0.0)}
"""Where landmarks of the left side lie from their joints, metres along the axes of the joint's parent.

BlazePose marks shoulders 0.33 m and hips 0.21 m apart (medians of its metric output on synthetic and on real
pictures), the joints of the average body lie 0.30 and 0.15 m apart. Without the difference a body that is turned is
fitted as one that faces the camera. The height of ankles and shoulders is from ``train.views.fit_noise``.
"""
USUAL_STATURE = 0.4
"""Mean of the first shape number: a body of 1.69 m, between the means of men and women. Its standard deviation, 1, is
0.10 m.
"""
JOINT_STIFFNESS = {
    "spine1": 4.0, "spine2": 4.0, "spine3": 4.0, "left_collar": 6.0, "right_collar": 6.0, "pelvis": 0.5,
    "left_shoulder": 0.25, "right_shoulder": 0.25, "left_hip": 0.25, "right_hip": 0.25,
    "left_elbow": 0.03, "right_elbow": 0.03, "left_knee": 0.03, "right_knee": 0.03,
}  # fmt: skip
"""Regularisation of a joint's rotation, relative to other joints. It is low for elbows and knees, whose bones the
picture shows best and the language model predicts worst.
"""
FAR = 1e3
"""Focal length, in sides of a crop, of a picture without a camera: as good as without perspective."""


@dataclass(frozen=True)
class FitWeights:
    """Weights of the loss terms: positions in the picture, directions in space, distance to the initial pose, the
    negative log-likelihood of the shape, and, where gravity is known, tilts of whole bodies and their balance.

    ``reach`` is the distance in metres at the body beyond which a landmark counts as an outlier.
    """

    picture: float = 8.0
    direction: float = 2.0
    stay: float = 32.0
    shape: float = 0.3
    tilt: float = 20.0
    balance: float = 1.0
    reach: float = 0.15
    steps: int = 60
    rate: float = 0.04
    shape_rate: float = 0.1


CROP_WEIGHTS = FitWeights(picture=1.0, direction=0.5, stay=48.0)
"""For a crop whose camera is not known: perspective then looks like an error of the pose, so the picture binds less."""


@dataclass(frozen=True)
class Fit:
    """Fitted bodies.

    Attributes:
        local: rotations ``(N, 24, 3, 3)``, the pelvis in the camera's axes.
        betas: shapes ``(B, 10)``, one a body.
        places: ``(N, 3)`` metres of the pelvis along the camera's axes; of a crop without rays only its ratios count.
        offsets: ``(N, K)`` metres at the body between the K landmarks of ``MARKS`` and where the body has them.
        trust: ``(N, K)`` weights of those landmarks.
        moved: ``(N, 24)`` radians by which joints were turned.
    """

    local: Tensor
    betas: Tensor
    places: Tensor
    offsets: Tensor
    trust: Tensor
    moved: Tensor

    def share(self) -> Tensor:
        """``(N, K)`` weights of the landmarks with the sum 1."""
        return self.trust / self.trust.sum(1, keepdim=True)

    def off(self) -> Tensor:
        """``(N,)`` weighted mean of the offsets in metres, each counted as 1 m at most."""
        return (self.share() * self.offsets.clamp_max(1.0)).sum(1)


@torch.enable_grad()
def fit(
    local: Tensor,
    seen: Tensor,
    weights: FitWeights | None = None,
    owner: Tensor | None = None,
    rays: Tensor | None = None,
    balance: Balance | None = None,
) -> Fit:
    """Turn the joints of poses ``(N, 24, 3, 3)`` and shape their bodies towards landmark features ``(N, 33, 6)``.

    Args:
        local: local rotations as the language model gave them, the pelvis in the axes of a camera turned towards it.
        seen: as :func:`hmvlm.vision.landmarks.features` makes them; rows of low visibility count little.
        owner: ``(N,)`` number of the body that each pose belongs to, from 0; None where each is another body.
        rays: ``(N, 33, 2)`` directions of the landmarks in the picture's camera, x / -z and y / -z. None takes the
            places in the crop without perspective.
        balance: what is known of gravity. The landmarks' depth may then be wrong by a tilt of the whole body towards
            the camera or away from it.
    """
    weights = weights or (CROP_WEIGHTS if rays is None else FitWeights())
    local, seen = local.detach().clone(), seen.float().clone()
    owner = torch.arange(len(local)) if owner is None else owner
    trust = torch.tensor(TRUST) * seen[:, MARKS, 5].clamp(LEAST_VISIBILITY, 1) ** 2
    metric = seen[:, MARKS, 2:5]
    if rays is None:
        aims = seen[:, MARKS, :2] / FAR
    else:
        aims = rays[:, MARKS].float()
        facing = facing_turns(aims[:, HIPS].mean(1))
        local[:, 0] = facing @ local[:, 0]
        metric = metric @ facing.transpose(1, 2)
    wanted = F.normalize(metric[:, _ENDS] - metric[:, _STARTS], dim=-1)
    bone_trust = torch.minimum(trust[:, _STARTS], trust[:, _ENDS])
    stiff = torch.from_numpy(_stiffness())
    usual = torch.zeros(NUM_BETAS)
    usual[0] = USUAL_STATURE
    bodies = int(owner.max()) + 1
    turn = torch.zeros(*local.shape[:2], 3, requires_grad=True)
    tilt = torch.zeros(len(local), 1, requires_grad=True)
    axes = torch.zeros(len(local), 3) if balance is None else balance.tilt_axes(aims[:, HIPS].mean(1))
    betas = usual.repeat(bodies, 1).requires_grad_(True)
    optimiser = torch.optim.Adam(
        [{"params": [turn, tilt], "lr": weights.rate}, {"params": [betas], "lr": weights.shape_rate}]
    )
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 1 / weights.steps, weights.steps - 1)
    frames = torch.bincount(owner, minlength=bodies)
    near_trust = trust
    for _ in range(weights.steps):
        tilted = rotations.axis_angle_to_matrix(tilt * axes)
        posed = _tilted(local @ rotations.axis_angle_to_matrix(turn), tilted)
        points, joints = _points_and_joints(posed, betas[owner])
        places = place_bodies(points, aims, near_trust)
        squared = picture_offsets(points + places[:, None], aims).square().sum(-1)
        near_trust = trust / (1 + squared.detach() / weights.reach**2) ** 2  # Geman-McClure
        near = (trust * squared / (squared + weights.reach**2)).sum()
        bones = F.normalize(points[:, _ENDS] - points[:, _STARTS], dim=-1)
        along = (bone_trust * (1 - (bones * (wanted @ tilted.transpose(1, 2))).sum(-1))).sum()
        prior = (stiff[:, None] * turn.square()).sum()
        shape = ((betas - usual).square().sum(-1) * frames).sum()
        optimiser.zero_grad()
        loss = weights.picture * near + weights.direction * along + weights.stay * prior + weights.shape * shape
        if balance is not None:
            seen_feet = trust[:, ANKLES].amin(1)
            loss = loss + weights.tilt * tilt.square().sum()
            loss = loss + weights.balance * balance.cost(joints, axes, seen_feet)
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        return Fit(
            posed.detach(), betas.detach(), places.detach(), squared.detach().sqrt(),
            trust, turn.detach().norm(dim=-1),
        )  # fmt: skip


def landmark_points(local: Tensor, betas: Tensor) -> Tensor:
    """Where bodies ``(N, 24, 3, 3)`` with shapes ``(N, 10)`` have the landmarks of ``MARKS``, ``(N, K, 3)`` metres from
    the pelvis.
    """
    return _points_and_joints(local, betas)[0]


def _points_and_joints(local: Tensor, betas: Tensor) -> tuple[Tensor, Tensor]:
    offsets = BodyModel.load().offsets(betas)
    joints, axes = forward_kinematics(local, offsets, -offsets[:, 0])
    return joints[:, FITTED] + (axes[:, _CARRIERS] @ torch.from_numpy(_site_offsets())[..., None])[..., 0], joints


def _tilted(local: Tensor, turns: Tensor) -> Tensor:
    """Poses ``(N, 24, 3, 3)`` turned as a whole by ``(N, 3, 3)``."""
    return torch.cat([(turns @ local[:, 0])[:, None], local[:, 1:]], 1)


def picture_offsets(points: Tensor, aims: Tensor) -> Tensor:
    """What lies between points ``(N, K, 3)`` before the camera and the rays ``aims`` ``(N, K, 2)``, ``(N, K, 2)`` in
    metres at the bodies' distance.
    """
    depth = (-points[..., 2]).clamp_min(0.2)
    return (points[..., :2] / depth[..., None] - aims) * depth.mean(1).detach()[:, None, None]


def facing_turns(aim: Tensor) -> Tensor:
    """Rotations ``(N, 3, 3)`` from the axes of a camera turned towards ``aim`` ``(N, 2)`` to the picture's camera."""
    ray = F.normalize(torch.cat([aim, -torch.ones_like(aim[:, :1])], dim=1), dim=-1)
    ahead = torch.tensor([0.0, 0.0, -1.0]).expand_as(ray)
    axis = torch.cross(ahead, ray, dim=-1)
    sine = axis.norm(dim=-1, keepdim=True)
    return rotations.axis_angle_to_matrix(axis / sine.clamp_min(1e-9) * torch.atan2(sine, -ray[:, 2:]))


@cache
def _stiffness() -> np.ndarray:
    """``(24,)``; an array, since tensors that are made in inference mode have no gradients later."""
    stiff = np.ones(NUM_JOINTS, np.float32)
    for name, value in JOINT_STIFFNESS.items():
        stiff[INDEX[name]] = value
    return stiff


@cache
def _site_offsets() -> np.ndarray:
    """Offsets ``(K, 3)`` of the landmarks from their joints."""
    offsets = np.zeros((len(FITTED), 3), np.float32)
    for row, joint in enumerate(FITTED):
        side, name = JOINTS[joint].split("_")
        if name in SITES:
            offsets[row] = np.array(SITES[name]) * [1.0 if side == "left" else -1.0, 1.0, 1.0]
    return offsets
