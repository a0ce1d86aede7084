"""SMPL rotations of every frame from scaled joint positions and whatever rotations the source gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from hmvlm.body.skeleton import INDEX, PARENTS, forward_kinematics
from hmvlm.body.vectors import swing, unit
from hmvlm.motion.retarget.cleanup import split_wrist, steady_twist
from hmvlm.motion.retarget.feet import FEET_INDEX, floor_height, foot_contacts
from hmvlm.motion.retarget.orient import (
    SIDES,
    fill_rotations,
    frame_from,
    local_rotations,
    rest_joints,
    to_axis_angle,
    to_matrix,
)
from hmvlm.motion.retarget.targets import Targets
from hmvlm.motion.root_path import plant

LIMBS = tuple(
    (f"{side}_{a}", f"{side}_{b}")
    for side in SIDES
    for a, b in (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
)
LEG_HINGE = np.array([1.0, 0, 0])
ARM_HINGE = {"left": np.array([0, -1.0, 0]), "right": np.array([0, 1.0, 0])}
FOREARM_SHARE = 0.5
"""How much of the hand's turn about the forearm the elbow joint takes; the wrist takes the rest."""
TOE_LIMIT = 1.0


@dataclass(frozen=True)
class Calibration:
    """Constants of one source skeleton, shared by all its recordings.

    ``scale`` to the SMPL body; ``foot_pitch`` radians that a flat foot's ankle-to-toe bone points
    further down than SMPL's, left and right; ``level`` (24, 3, 3) turns torso joint frames so that the
    body's usual upright pose is SMPL's rest. For judging only: ``ratio`` (24,) our bone's length over
    the source's scaled bone, and ``definition`` (24, 3) metres, where the source puts a joint relative
    to where SMPL puts it, in the frame of SMPL's parent joint (a hip or neck centre is not the same
    point in two skeletons).
    """

    scale: float
    foot_pitch: tuple[float, float] = (0.0, 0.0)
    level: np.ndarray = field(default_factory=lambda: np.tile(np.eye(3), (24, 1, 1)))
    ratio: np.ndarray = field(default_factory=lambda: np.ones(24))
    definition: np.ndarray = field(default_factory=lambda: np.zeros((24, 3)))

    def __post_init__(self) -> None:
        if not 0.2 < self.scale < 5:
            raise ValueError(
                f"a scale of {self.scale:.3f} to the SMPL body means wrong units; positions must be metres"
            )


@dataclass(frozen=True)
class Placed:
    """A solved recording: scaled source joints and ours (T, 24, 3), global and local rotations
    (T, 24, 3, 3), SMPL translation (T, 3), contacts (T, 4) of FEET."""

    targets: np.ndarray
    joints: np.ndarray
    rotations: np.ndarray
    local: np.ndarray
    trans: np.ndarray
    contact: np.ndarray


def place(targets: Targets, calibration: Calibration) -> Placed:
    """Solve one recording, already at its final rate, and put it on the floor with its feet planted.

    Raises ValueError where a joint that limbs need is not finite.
    """
    needed = [INDEX[name] for bone in LIMBS for name in bone]
    if not np.isfinite(targets.positions[:, needed]).all():
        raise ValueError(
            f"{targets.name}: hips, knees, ankles, shoulders, elbows and wrists must be finite in every frame"
        )
    rest = rest_joints()
    positions = targets.positions * calibration.scale
    if targets.trusted:
        rotations = fill_rotations(positions, targets.rotations @ calibration.level, rest)
    else:
        rotations = solve_rotations(positions, targets.rotations, calibration)
    offsets = np.concatenate([rest[:1], rest[1:] - rest[list(PARENTS[1:])]])
    local = local_rotations(rotations)
    hips = positions[:, [INDEX["left_hip"], INDEX["right_hip"]]].mean(1)
    middle = (rest[1] + rest[2]) / 2 - rest[0]
    trans = hips - (rotations[:, 0] @ middle) - rest[0]
    joints = _joints(local, offsets, trans)
    contact = np.zeros((len(positions), 4), bool)
    if np.isfinite(positions[:, FEET_INDEX]).all():
        contact = foot_contacts(positions[:, FEET_INDEX], targets.fps)
        shift = plant(joints[:, FEET_INDEX], contact)
        trans, joints = trans + shift, joints + shift[:, None]
    drop = np.array([0, floor_height(joints, contact, rest), 0])
    return Placed(positions - drop, joints - drop, rotations, local, trans - drop, contact)


def _joints(local: np.ndarray, offsets: np.ndarray, trans: np.ndarray) -> np.ndarray:
    return forward_kinematics(torch.from_numpy(local), torch.from_numpy(offsets), torch.from_numpy(trans))[0].numpy()


def solve_rotations(positions: np.ndarray, known: np.ndarray, calibration: Calibration) -> np.ndarray:
    """Global rotations (T, 24, 3, 3): torso levelled, limbs on their bones with steady hinges, feet flat."""
    rest = rest_joints()
    rotations = fill_rotations(positions, known @ calibration.level, rest)
    for side in SIDES:
        _bend(positions, rotations, rest, (f"{side}_hip", f"{side}_knee", f"{side}_ankle"), "pelvis", LEG_HINGE)
        _bend(
            positions,
            rotations,
            rest,
            (f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"),
            "spine3",
            ARM_HINGE[side],
        )
        _hand(rotations, side, given=bool(np.isfinite(known[:, INDEX[f"{side}_wrist"]]).all()))
    for index, side in enumerate(SIDES):
        if np.isfinite(positions[:, INDEX[f"{side}_foot"]]).all():
            _foot(positions, rotations, known, rest, side, calibration.foot_pitch[index])
    return rotations


def _bend(positions, rotations, rest, joints: tuple[str, str, str], base: str, hinge: np.ndarray) -> None:
    """Put a limb's two bones along the source's; the upper twists by its hinge, the lower only bends."""
    first, second, third = (INDEX[name] for name in joints)
    parent = rotations[:, INDEX[base]]
    upper, lower = unit(positions[:, second] - positions[:, first]), unit(positions[:, third] - positions[:, second])
    rest_upper, rest_lower = unit(rest[second] - rest[first]), unit(rest[third] - rest[second])
    onto = swing((rotations[:, first] @ rest_upper[:, None])[..., 0], upper) @ rotations[:, first]
    hanging = swing((parent @ rest_upper[:, None])[..., 0], upper) @ parent
    axis = steady_twist(upper, lower, (onto @ hinge[:, None])[..., 0], (hanging @ hinge[:, None])[..., 0], parent)
    rotations[:, first] = frame_from(axis, upper) @ frame_from(hinge, rest_upper).T
    now = (rotations[:, first] @ rest_lower[:, None])[..., 0]
    rotations[:, second] = swing(now, lower) @ rotations[:, first]


def _hand(rotations: np.ndarray, side: str, given: bool) -> None:
    """Keep a given hand within a wrist's reach and share the forearm's twist between elbow and wrist."""
    elbow, wrist, hand = (INDEX[f"{side}_{name}"] for name in ("elbow", "wrist", "hand"))
    if not given:
        rotations[:, wrist] = rotations[:, elbow]
    else:
        twist, bend = split_wrist(np.swapaxes(rotations[:, elbow], -1, -2) @ rotations[:, wrist])
        about = np.array([1.0, 0, 0])
        rotations[:, wrist] = rotations[:, elbow] @ to_matrix(twist[:, None] * about) @ bend
        rotations[:, elbow] = rotations[:, elbow] @ to_matrix(twist[:, None] * about * FOREARM_SHARE)
    rotations[:, hand] = rotations[:, wrist]


def _foot(positions, rotations, known, rest, side: str, pitch: float) -> None:
    """Point the foot where the source's toes point, flat where its foot is flat; toes bend with the source's."""
    knee, ankle, toe = (INDEX[f"{side}_{name}"] for name in ("knee", "ankle", "foot"))
    before = rotations[:, ankle].copy()
    agree = np.clip(np.sum(before[..., 0] * rotations[:, knee][..., 0], -1, keepdims=True), 0, 1)
    across = agree * before[..., 0] + 0.2 * rotations[:, knee][..., 0]
    pointing = frame_from(across, positions[:, toe] - positions[:, ankle])
    resting = frame_from(np.array([1.0, 0, 0]), rest[toe] - rest[ankle])
    rotations[:, ankle] = pointing @ to_level(pitch) @ resting.T
    if np.isfinite(known[:, toe]).all():
        bend = to_axis_angle(np.swapaxes(before, -1, -2) @ rotations[:, toe]) * [1.0, 0, 0]
        rotations[:, toe] = rotations[:, ankle] @ to_matrix(np.clip(bend, -TOE_LIMIT, TOE_LIMIT))
    else:
        rotations[:, toe] = rotations[:, ankle]


def to_level(pitch: float) -> np.ndarray:
    """Turn by ``-pitch`` about the foot frame's X (left) axis, lifting the toes by ``pitch`` radians."""
    c, s = np.cos(-pitch), np.sin(-pitch)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
