"""Refining an estimated pose by fitting the body to the landmarks.

As in SMPLify (arXiv 1607.08128), but initialised and regularised by the language model's pose instead of a generic
prior. Small joint rotations and the body shape are optimised until limbs agree with the landmarks in position and
direction, in the picture and in depth. What landmarks do not determine (twists, spine, hidden limbs, girth) stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, NUM_JOINTS
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.vision.camera import LEAST_VISIBILITY, SMPL_FROM_LANDMARKS, TRUST
from hmvlm.vision.landmarks import INDEX as LANDMARK

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
SHOULDERS, HIPS = ([LANDMARK[f"{side}_{joint}"] for side in ("left", "right")] for joint in ("shoulder", "hip"))
JOINT_STIFFNESS = {
    "spine1": 4.0, "spine2": 4.0, "spine3": 4.0, "left_collar": 6.0, "right_collar": 6.0, "pelvis": 0.5,
    "left_shoulder": 0.25, "right_shoulder": 0.25, "left_hip": 0.25, "right_hip": 0.25,
    "left_elbow": 0.03, "right_elbow": 0.03, "left_knee": 0.03, "right_knee": 0.03,
}  # fmt: skip
"""Regularisation of a joint's rotation, relative to other joints. It is low for elbows and knees, whose bones the
picture shows best and the language model predicts worst.
"""


@dataclass(frozen=True)
class FitWeights:
    """Weights of the loss terms: positions in the picture, directions in space, distance to the initial pose and to the
    mean shape.

    ``reach`` is the distance, in trunk lengths of the picture, beyond which a landmark counts as an outlier. ``stay``
    and ``JOINT_STIFFNESS`` are chosen so that agreement with the picture costs little accuracy in 3-D: on 400
    validation views limb joints within 0.2 trunk lengths rise from 87.3 to 90.1 % and the error from 54.6 to 56.2 mm
    (aligned: from 37.4 to 39.7); on 400 poses outside the recordings, from 78.5 to 84.6 %, and the error falls from
    76.2 to 75.2 mm. With equal stiffness for all limbs (``stay`` 32) it is 89.6 and 82.8 %, 55.2 and 75.7 mm. For exact
    landmarks ``stay`` would be far smaller.
    """

    picture: float = 8.0
    direction: float = 0.3
    stay: float = 48.0
    shape: float = 0.003
    reach: float = 0.5
    steps: int = 60
    rate: float = 0.04
    shape_rate: float = 0.1


@torch.enable_grad()
def fit(
    local: Tensor, seen: Tensor, weights: FitWeights | None = None, one_body: bool = False
) -> tuple[Tensor, Tensor]:
    """Turn the joints of poses ``(N, 24, 3, 3)`` and shape their bodies towards landmark features ``(N, 33, 6)``.

    Args:
        local: local rotations as the language model gave them, the pelvis in the camera frame.
        seen: as :func:`hmvlm.vision.landmarks.features` makes them; rows of low visibility count little.
        one_body: the N poses are one person's.

    Returns:
        Rotations of the same shape, and shapes ``(N, 10)``, or ``(1, 10)`` of one body.
    """
    weights = weights or FitWeights()
    body, local, seen = BodyModel.load(), local.detach().clone(), seen.float().clone()
    fitted_joints, marks = list(SMPL_FROM_LANDMARKS), list(SMPL_FROM_LANDMARKS.values())
    trust = torch.tensor(TRUST) * seen[:, marks, 5].clamp(LEAST_VISIBILITY, 1) ** 2
    places = seen[:, marks, :2]
    starts, ends = ([fitted_joints.index(joint) for joint in side] for side in zip(*BONES, strict=True))
    bone_trust = torch.minimum(trust[:, starts], trust[:, ends])
    wanted = F.normalize(seen[:, marks, 2:5][:, ends] - seen[:, marks, 2:5][:, starts], dim=-1)
    trunk = (seen[:, SHOULDERS, :2].mean(1) - seen[:, HIPS, :2].mean(1)).norm(dim=-1)
    spread = (places - places.mean(1, keepdim=True)).norm(dim=-1).mean(1)
    size = torch.maximum(trunk, 0.5 * spread)[:, None, None].clamp_min(1e-3)  # a trunk seen end on is short
    stiff = torch.ones(NUM_JOINTS)
    for name, value in JOINT_STIFFNESS.items():
        stiff[INDEX[name]] = value
    turn = torch.zeros(*local.shape[:2], 3, requires_grad=True)
    betas = torch.zeros(1 if one_body else len(local), NUM_BETAS, requires_grad=True)
    optimiser = torch.optim.Adam(
        [{"params": [turn], "lr": weights.rate}, {"params": [betas], "lr": weights.shape_rate}]
    )
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 1 / weights.steps, weights.steps - 1)
    for _ in range(weights.steps):
        joints = body.relative_joints(local @ rotations.axis_angle_to_matrix(turn), betas)[:, fitted_joints]
        off = _picture_offsets(joints[..., :2], places, trust) / size
        squared = off.square().sum(-1)
        near = (trust * squared / (squared + weights.reach**2)).sum() * weights.reach**2
        bones = F.normalize(joints[:, ends] - joints[:, starts], dim=-1)
        along = (bone_trust * (1 - (bones * wanted).sum(-1))).sum()
        prior = (stiff[:, None] * turn.square()).sum()
        usual = betas.square().sum(-1).mean() * len(local)
        optimiser.zero_grad()
        (weights.picture * near + weights.direction * along + weights.stay * prior + weights.shape * usual).backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        return local @ rotations.axis_angle_to_matrix(turn), betas.detach()


def _picture_offsets(flat: Tensor, places: Tensor, trust: Tensor) -> Tensor:
    """What the best weak perspective leaves between points ``(N, K, 2)`` and their places in
    the picture, y up in both.
    """
    share = (trust / trust.sum(1, keepdim=True).clamp_min(1e-9))[..., None]
    a, b = flat - (share * flat).sum(1, keepdim=True), places - (share * places).sum(1, keepdim=True)
    scale = (share * a * b).sum((1, 2)) / (share * a * a).sum((1, 2)).clamp_min(1e-6)
    return scale.clamp_min(1e-3)[:, None, None] * a - b
