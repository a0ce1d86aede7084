"""Fit the body to skin markers: poses of every frame, bone lengths and marker places of one subject.

All clips of a subject are fitted at once. A marker sits at a constant place in the frame of one SMPL
joint; bones keep SMPL's directions with a length factor per kind of bone. Starting from the joint
centres of ``markers``, Adam moves local rotations, path and factors while the markers' places are set
to their closed-form optimum, the mean of where the marker is seen from the joint.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.body.rotations import axis_angle_to_matrix
from hmvlm.body.skeleton import INDEX, PARENTS, forward_kinematics
from hmvlm.body.vectors import swing, unit
from hmvlm.motion.retarget.orient import SIDES, local_rotations, rest_joints
from hmvlm.motion.retarget.solve import solve_rotations
from hmvlm.motion.retarget.targets import Targets
from hmvlm.motion.retarget.transfer import calibrate
from train.recordings.markers import MARKERS, MarkerClip, joint_targets

log = logging.getLogger(__name__)

_SIDED = {
    "collar": ("SHO",), "shoulder": ("UPA", "ELB"), "elbow": ("FRM", "WRA", "WRB"), "wrist": ("FIN",),
    "hip": ("THI", "KNE"), "knee": ("TIB", "ANK"), "ankle": ("HEE", "TOE"),
}  # fmt: skip
CARRIER: dict[str, str] = {
    **dict.fromkeys(("LFHD", "RFHD", "LBHD", "RBHD"), "head"),
    **dict.fromkeys(("C7", "CLAV", "STRN", "T10", "RBAK"), "spine3"),
    **dict.fromkeys(("LASI", "RASI", "LPSI", "RPSI"), "pelvis"),
    **{
        f"{side[0].upper()}{name}": f"{side}_{joint}"
        for side in ("left", "right")
        for joint, names in _SIDED.items()
        for name in names
    },
}
"""The joint to which each marker is attached."""
BONES: tuple[tuple[str, ...], ...] = (
    ("left_hip", "right_hip"),
    ("left_knee", "right_knee"),
    ("left_ankle", "right_ankle"),
    ("spine1", "spine2", "spine3", "neck"),
    ("head",),
    ("left_collar", "right_collar"),
    ("left_shoulder", "right_shoulder"),
    ("left_elbow", "right_elbow"),
    ("left_wrist", "right_wrist"),
)
"""Kinds of bones that share one length factor, each bone named by its lower joint."""
STIFF = {
    "spine1": 6.0,
    "spine2": 6.0,
    "left_collar": 1.5,
    "right_collar": 1.5,
    "left_wrist": 2.0,
    "right_wrist": 2.0,
    "pelvis": 0.2,
}
FREE = [joint for name, joint in INDEX.items() if not name.endswith(("_hand", "_foot"))]
STRIDE = 3


@dataclass(frozen=True)
class MarkerFit:
    """One subject: ``targets`` per clip on the subject's own skeleton, ``residual`` (T, 39) metres per clip."""

    targets: list[Targets]
    residual: list[np.ndarray]


@dataclass
class _Model:
    """A subject's body: first local rotations and root of every frame, bones, and the joint of each marker."""

    local: Tensor
    root: Tensor
    base: Tensor
    groups: Tensor
    carrier: Tensor

    def pose(self, turn: Tensor, shift: Tensor, stretch: Tensor, frames: Tensor | slice) -> tuple[Tensor, Tensor]:
        """Joints and global rotations of ``frames`` after small turns (T, J, 3), root shifts (T, 3) and log factors."""
        start = self.local[frames]
        moved = start.clone()
        moved[:, FREE] = start[:, FREE] @ axis_angle_to_matrix(turn)
        bones = self.base * torch.exp(stretch)[self.groups, None]
        return forward_kinematics(moved, bones, self.root[frames] + shift)

    def seen(self, joints: Tensor, rotations: Tensor, markers: Tensor) -> Tensor:
        """Markers (T, 39, 3) in the frames of the joints that they are attached to."""
        return (rotations[:, self.carrier].transpose(-1, -2) @ (markers - joints[:, self.carrier])[..., None])[..., 0]

    def distance(self, joints: Tensor, rotations: Tensor, places: Tensor, markers: Tensor) -> Tensor:
        """Metres (T, 39) between the markers and their places on the body."""
        expected = joints[:, self.carrier] + (rotations[:, self.carrier] @ places[..., None])[..., 0]
        return (markers - expected).norm(dim=-1)


def fit_subject(clips: list[MarkerClip], steps: int = 50, rate: float = 0.03) -> MarkerFit:
    """Fit all clips of one subject together; every third frame is optimised, the others follow in between."""
    first, filled = joint_targets(clips)
    edges = np.cumsum([0, *map(len, filled)])
    markers = torch.tensor(np.concatenate(filled), dtype=torch.float32)
    model, stretch = _start(first)
    keys = np.concatenate([np.unique([*range(a, b, STRIDE), b - 1]) for a, b in zip(edges[:-1], edges[1:])])
    within = torch.tensor(np.searchsorted(edges, keys, side="right"))
    inside = ((within[2:] == within[1:-1]) & (within[1:-1] == within[:-2])).float()
    chosen = torch.tensor(keys)
    turn = torch.zeros(len(keys), len(FREE), 3, requires_grad=True)
    shift = torch.zeros(len(keys), 3, requires_grad=True)
    stretch.requires_grad_()
    names = list(INDEX)
    stiff = torch.tensor([STIFF.get(names[joint], 1.0) for joint in FREE])
    optimizer = torch.optim.Adam([{"params": [turn], "lr": rate}, {"params": [shift, stretch], "lr": rate / 8}])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps, eta_min=rate / 20)
    places = torch.zeros(len(MARKERS), 3)
    for step in range(steps):
        joints, rotations = model.pose(turn, shift, stretch, chosen)
        if step % 5 == 0:
            places = model.seen(joints.detach(), rotations.detach(), markers[chosen]).median(dim=0).values
        centimetres = 100 * model.distance(joints, rotations, places, markers[chosen])
        data = torch.where(centimetres < 3, centimetres.square(), 6 * centimetres - 9).sum(-1).mean()
        bend = (turn[2:] - 2 * turn[1:-1] + turn[:-2]).square().sum((1, 2)) * inside
        slack = (turn.square().sum(-1) * stiff).sum(-1)
        loss = data + 3 * slack.mean() + 15 * bend.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    log.info(
        "%s: %d clips, loss %.1f, median residual %.1f mm",
        clips[0].name,
        len(clips),
        loss.item(),
        10 * centimetres.median().item(),
    )
    with torch.no_grad():
        part = (
            between_keys(turn.flatten(1).numpy(), keys, len(markers)),
            between_keys(shift.numpy(), keys, len(markers)),
        )
        joints, rotations = model.pose(
            torch.tensor(part[0]).view(-1, len(FREE), 3), torch.tensor(part[1]), stretch, slice(None)
        )
        places = model.seen(joints, rotations, markers).median(dim=0).values
        residual = model.distance(joints, rotations, places, markers).numpy()
    points, frames = joints.double().numpy(), rotations.double().numpy()
    points[:, [INDEX["left_hand"], INDEX["right_hand"]]] = np.nan
    spans = list(zip(edges[:-1], edges[1:]))
    targets = [Targets(clip.name, points[a:b], frames[a:b], clip.fps) for clip, (a, b) in zip(clips, spans)]
    return MarkerFit(targets, [residual[a:b] for a, b in spans])


def between_keys(values: np.ndarray, keys: np.ndarray, count: int) -> np.ndarray:
    """Values (K, D) at frames ``keys``, interpolated linearly to all ``count`` frames, float32."""
    frames = np.arange(count)
    high = np.clip(np.searchsorted(keys, frames), 1, len(keys) - 1)
    low = high - 1
    part = np.clip((frames - keys[low]) / (keys[high] - keys[low]), 0, 1)[:, None]
    return (values[low] * (1 - part) + values[high] * part).astype(np.float32)


def _start(first: list[Targets]) -> tuple[_Model, Tensor]:
    """The body posed by first joint centres, and the logarithms of its bones' length factors."""
    positions = np.concatenate([target.positions for target in first])
    rest = rest_joints()
    calibration = calibrate(first[:: max(1, len(first) // 40)])
    rotations = solve_rotations(positions, np.concatenate([target.rotations for target in first]), calibration)
    for side in SIDES:
        elbow, wrist = INDEX[f"{side}_elbow"], INDEX[f"{side}_wrist"]
        pointing = unit(positions[:, wrist] - positions[:, elbow])
        now = (rotations[:, wrist] @ unit(rest[wrist] - rest[elbow])[:, None])[..., 0]
        rotations[:, elbow] = swing(now, pointing) @ rotations[:, wrist]
        rotations[:, [wrist, INDEX[f"{side}_hand"]]] = rotations[:, [elbow, elbow]]
    local = torch.tensor(local_rotations(rotations), dtype=torch.float32)
    base = torch.tensor(np.concatenate([rest[:1] * 0, rest[1:] - rest[list(PARENTS[1:])]]), dtype=torch.float32)
    groups = torch.full((len(PARENTS),), len(BONES), dtype=torch.long)
    for index, names in enumerate(BONES):
        groups[[INDEX[name] for name in names]] = index
    factors = np.append(_length_factors(positions, rest), 1.0) / calibration.scale
    middle = (base[INDEX["left_hip"]] + base[INDEX["right_hip"]]) / 2 * factors[0]
    hips = (positions[:, INDEX["left_hip"]] + positions[:, INDEX["right_hip"]]) / 2
    root = torch.tensor(hips, dtype=torch.float32) - local[:, 0] @ middle.float()
    carrier = torch.tensor([INDEX[CARRIER[name]] for name in MARKERS])
    return _Model(local, root, base, groups, carrier), torch.log(torch.tensor(factors, dtype=torch.float32))


def _length_factors(positions: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """First length factor of each kind of bone (without the uniform scale): 1 where the joints do not determine it."""
    factors = np.ones(len(BONES))
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    scale = np.linalg.norm(rest[INDEX["left_knee"]] - rest[INDEX["left_ankle"]]) + np.linalg.norm(
        rest[INDEX["left_hip"]] - rest[INDEX["left_knee"]]
    )

    def length(points: np.ndarray, a: int, b: int) -> float:
        return float(np.median(np.linalg.norm(points[..., a, :] - points[..., b, :], axis=-1)))

    own = length(positions, INDEX["left_knee"], INDEX["left_ankle"]) + length(
        positions, INDEX["left_hip"], INDEX["left_knee"]
    )
    uniform = own / scale
    factors[0] = length(positions, *hips) / length(rest, *hips) / uniform
    for group, names in enumerate(BONES):
        if names[0].split("_")[-1] in ("knee", "ankle", "elbow", "wrist"):
            ratios = [
                length(positions, INDEX[n], PARENTS[INDEX[n]]) / length(rest, INDEX[n], PARENTS[INDEX[n]])
                for n in names
            ]
            factors[group] = np.mean(ratios) / uniform
    return factors
