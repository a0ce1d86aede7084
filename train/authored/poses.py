"""Whole-body key poses for floor actions, placed on the floor: ``poses.json``.

A pose has the root's rotation in degrees (``root``: pitch forwards, yaw to the left, roll to the right), the trunk's
channels, and for each leg ``hip`` (flexion, outwards, toes outwards), ``knee`` and ``ankle`` (toes down) in degrees.
``contacts`` says which parts are at which height (m). With two of them the root's pitch is solved. ``hands`` are
keyword arguments of :func:`train.authored.targets.hand`; the frame ``floor`` is under the hand's own shoulder.
``anchor`` is the contact that stays where it was when the pose before had it too.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import brentq
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, NUM_JOINTS, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.body.surface import lowest_heights
from train.authored.limbs import limbs, pole_of

POSES: dict[str, dict] = json.loads(Path(__file__).with_name("poses.json").read_text())
SPINE_SHARE = {"spine1": 0.3, "spine2": 0.35, "spine3": 0.35}
HEAD_SHARE = {"neck": 0.4, "head": 0.6}
GROUPS = {
    "feet": ("left_ankle", "right_ankle", "left_foot", "right_foot"),
    "left_foot": ("left_ankle", "left_foot"), "right_foot": ("right_ankle", "right_foot"),
    "knees": ("left_knee", "right_knee", "left_hip", "right_hip"),
    "left_knee": ("left_knee", "left_hip"), "right_knee": ("right_knee", "right_hip"),
    "pelvis": ("pelvis", "left_hip", "right_hip"), "chest": ("spine2", "spine3", "left_collar", "right_collar"),
    "head": ("head",),
}  # fmt: skip
JOINT_GROUPS = {"shoulders": ("left_shoulder", "right_shoulder"), "hips": ("left_hip", "right_hip")}
"""Contacts of joints rather than of skin."""


def euler(pitch: float | np.ndarray, yaw: float | np.ndarray, roll: float | np.ndarray) -> np.ndarray:
    """Rotation (..., 3, 3) of degrees: pitch about +x (forwards) and roll about +z, then yaw about +y."""
    angles = np.stack(np.broadcast_arrays(yaw, pitch, roll), axis=-1).astype(float)
    return Rotation.from_euler("YXZ", angles.reshape(-1, 3), degrees=True).as_matrix().reshape(*angles.shape[:-1], 3, 3)


def kinematics(local: np.ndarray, pelvis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Joints (T, 24, 3) and global rotations (T, 24, 3, 3) of local rotations and pelvis positions (T, 3)."""
    offsets = BodyModel.load().offsets().double()
    place = torch.from_numpy(np.asarray(pelvis, float)) - offsets[0]
    joints, turned = forward_kinematics(torch.from_numpy(np.asarray(local, float)), offsets, place)
    return joints.numpy(), turned.numpy()


@dataclass(frozen=True)
class PlacedPose:
    """A pose on the floor of the action's own frame (stage): (24, 3, 3) local rotations, pelvis and joints."""

    name: str
    local: np.ndarray
    pelvis: np.ndarray
    joints: np.ndarray
    turned: np.ndarray
    hands: dict[str, dict]
    keeps_feet: bool

    def effector(self, limb_name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """End (3,), pole (3,) and global rotation (3, 3) of a limb's end."""
        limb = limbs()[limb_name]
        pole = pole_of(limb, self.joints[None], self.turned[None])[0]
        return self.joints[limb.joints[2]], pole, self.turned[limb.joints[2]]

    def group(self, name: str) -> np.ndarray:
        """Mean position (3,) of a contact."""
        members = GROUPS.get(name) or JOINT_GROUPS.get(name)
        if members is None:
            raise ValueError(f"unknown contact {name!r}; known are {', '.join([*GROUPS, *JOINT_GROUPS])}")
        picks = [INDEX[m] for m in members if "knee" not in name or m.endswith("knee")]
        return self.joints[picks].mean(0)


def _height(name: str, joints: np.ndarray, turned: np.ndarray) -> float:
    if name in JOINT_GROUPS:
        return float(np.mean([joints[INDEX[member], 1] for member in JOINT_GROUPS[name]]))
    picks = [INDEX[member] for member in GROUPS[name]]
    return float(lowest_heights(joints[None], turned[None])[0, picks].min())


def _legs(local: np.ndarray, spec: dict) -> None:
    for side, sign in (("left", 1.0), ("right", -1.0)):
        leg = {**spec.get("legs", {}), **spec.get(f"{side}_leg", {})}
        flexion, out, toes = leg.get("hip", (0, 0, 0))
        local[INDEX[f"{side}_hip"]] = euler(-flexion, 0, 0) @ euler(0, 0, sign * out) @ euler(0, sign * toes, 0)
        local[INDEX[f"{side}_knee"]] = euler(leg.get("knee", 0), 0, 0)
        local[INDEX[f"{side}_ankle"]] = euler(leg.get("ankle", 0), 0, 0)
        local[INDEX[f"{side}_foot"]] = euler(-leg.get("toes", 0), 0, 0)


def variant(name: str, **changes: object) -> str:
    """Name of the pose ``name`` with some entries replaced, for poses that differ between performances."""
    changed = f"{name} {json.dumps(changes, sort_keys=True)}"
    POSES.setdefault(changed, {**POSES[name], **changes})
    return changed


@functools.lru_cache(maxsize=256)
def place_pose(name: str) -> PlacedPose:
    """The pose ``name`` with its pelvis above the origin and its contacts at their heights.

    Raises:
        ValueError: no such pose, or contacts that no pitch satisfies.
    """
    if name not in POSES:
        raise ValueError(f"unknown pose {name!r}; known are {', '.join(POSES)}")
    spec = POSES[name]
    local = np.tile(np.eye(3), (NUM_JOINTS, 1, 1))
    for joint, share in SPINE_SHARE.items():
        local[INDEX[joint]] = euler(*(share * spec.get(c, 0) for c in ("bend", "twist", "lean")))
    for joint, share in HEAD_SHARE.items():
        local[INDEX[joint]] = euler(*(share * spec.get(c, 0) for c in ("nod", "turn", "tilt")))
    for side, sign in (("left", 1.0), ("right", -1.0)):  # hanging arms
        local[INDEX[f"{side}_shoulder"]] = euler(0, 0, -70 * sign)
    _legs(local, spec)
    pitch, yaw, roll = spec.get("root", (0, 0, 0))
    contacts = list(spec.get("contacts", {"feet": 0.0}).items())

    def pose(more: float) -> tuple[np.ndarray, np.ndarray]:
        local[0] = euler(0, yaw, 0) @ euler(more, 0, 0) @ euler(pitch, 0, 0) @ euler(0, 0, roll)
        joints, turned = kinematics(local[None], np.zeros((1, 3)))
        joints[0, :, 1] += contacts[0][1] - _height(contacts[0][0], joints[0], turned[0])
        return joints[0], turned[0]

    if len(contacts) > 1:
        second, height = contacts[1]
        grid = np.arange(-70.0, 71.0, 5.0)
        gaps = np.array([_height(second, *pose(more)) - height for more in grid])
        signs = np.flatnonzero(np.diff(np.sign(gaps)))
        if len(signs) == 0:
            raise ValueError(f"pose {name}: no pitch brings {second} to {height} m; change its root or legs")
        at = signs[np.abs(grid[signs]).argmin()]
        solved = brentq(lambda more: _height(second, *pose(more)) - height, grid[at], grid[at + 1], xtol=0.01)
        joints, turned = pose(solved)
    else:
        joints, turned = pose(0.0)
    hands = {side: {**spec.get("hands", {}), **spec.get(f"{side}_hand", {})} for side in ("left", "right")}
    return PlacedPose(name, local.copy(), joints[0].copy(), joints, turned, hands, bool(spec.get("keep_feet")))
