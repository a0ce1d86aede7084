"""Analytic inverse kinematics: poses from metric landmarks by geometry alone, frame by frame, as a baseline.

The trunk's orientation follows from shoulders and hips. Every limb bone is swung onto the direction between its
landmarks. The plane in which an elbow or a knee bends fixes the twist of the bone above it.
"""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import INDEX, NUM_JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.body.vectors import project_out, swing, unit
from hmvlm.motion.retarget.orient import SIDES, between, frame_from, local_rotations, to_axis_angle, to_matrix
from hmvlm.vision.landmarks import INDEX as LANDMARK

STRAIGHT = np.deg2rad(15.0)
"""A limb bent less than this has no plane; its upper bone then gets no twist."""
LARGEST_TWIST = 1.9
"""Radians; shoulders and hips do not twist farther."""
HEAD_TILT = np.array([-0.12, 0.0, 0.0])
"""Axis-angle from the frame of ears and nose to the head joint's: at rest the nose is a little below the ears."""


def solve_poses(features: np.ndarray) -> np.ndarray:
    """Axis-angle ``(N, 24, 3)`` float32 from features ``(N, 33, 6)``; only the metric landmarks are used."""
    marks = np.asarray(features[..., 2:5], np.float64)
    turned = np.tile(np.eye(3), (len(marks), NUM_JOINTS, 1, 1))  # global rotations
    _trunk(turned, marks)
    _head(turned, marks)
    for side in SIDES:
        # Elbows bend forward, knees backward.
        _limb(turned, marks, side, ("shoulder", "elbow", "wrist"), "spine3", np.array([0.0, -_sign(side), 0.0]))
        knuckles = (_mark(marks, side, "pinky") + _mark(marks, side, "index")) / 2 - _mark(marks, side, "wrist")
        _tip(turned, side, ("elbow", "wrist", "hand"), knuckles)
        _limb(turned, marks, side, ("hip", "knee", "ankle"), "pelvis", np.array([1.0, 0.0, 0.0]))
        toes = _mark(marks, side, "foot_index") - _mark(marks, side, "ankle")
        _tip(turned, side, ("knee", "ankle", "foot"), toes)
    return to_axis_angle(local_rotations(turned)).astype(np.float32)


def _mark(marks: np.ndarray, side: str, name: str) -> np.ndarray:
    return marks[:, LANDMARK[f"{side}_{name}"]]


def _sign(side: str) -> float:
    return 1.0 if side == "left" else -1.0


def _bone(start: str, end: str) -> np.ndarray:
    rest = BodyModel.load().rest_joints().double().numpy()
    return rest[INDEX[end]] - rest[INDEX[start]]


def _trunk(turned: np.ndarray, marks: np.ndarray) -> None:
    """Pelvis, spine and collars from the lines of hips and shoulders."""
    shoulders, hips = ([_mark(marks, side, name) for side in SIDES] for name in ("shoulder", "hip"))
    up = (shoulders[0] + shoulders[1]) / 2 - (hips[0] + hips[1]) / 2
    pelvis, chest = frame_from(hips[0] - hips[1], up), frame_from(shoulders[0] - shoulders[1], up)
    turned[:, INDEX["pelvis"]] = pelvis
    for share, name in ((1 / 3, "spine1"), (2 / 3, "spine2"), (1.0, "spine3")):
        turned[:, INDEX[name]] = between(pelvis, chest, share)
    for side in SIDES:
        turned[:, INDEX[f"{side}_collar"]] = chest


def _head(turned: np.ndarray, marks: np.ndarray) -> None:
    """Head from ears and nose; the neck takes half of the turn from the chest to it."""
    left, right = (_mark(marks, side, "ear") for side in SIDES)
    x = unit(left - right)
    y = unit(project_out(np.cross(marks[:, LANDMARK["nose"]] - (left + right) / 2, x), x))
    head = np.stack([x, y, np.cross(x, y)], axis=-1) @ to_matrix(HEAD_TILT)
    turned[:, INDEX["head"]] = head
    turned[:, INDEX["neck"]] = between(turned[:, INDEX["spine3"]], head, 0.5)


def _limb(
    turned: np.ndarray, marks: np.ndarray, side: str, joints: tuple[str, str, str], base: str, hinge: np.ndarray
) -> None:
    """Global rotations of a limb's two bones from the directions between their landmarks.

    ``hinge`` is the axis, at rest, about which a positive turn bends the joint between them.
    """
    first, second, third = joints
    upper = unit(_mark(marks, side, second) - _mark(marks, side, first))
    lower = unit(_mark(marks, side, third) - _mark(marks, side, second))
    parent = turned[:, INDEX[base]]
    swung = swing(unit(parent @ _bone(f"{side}_{first}", f"{side}_{second}")), upper) @ parent
    axis = np.cross(upper, lower)
    sine = np.linalg.norm(axis, axis=-1)
    now, wanted = unit(project_out(swung @ hinge, upper)), unit(project_out(axis, upper))
    angle = np.arctan2((np.cross(now, wanted) * upper).sum(-1), (now * wanted).sum(-1))
    # Twist in proportion to how clearly the limb is bent.
    weight = np.clip(sine / np.sin(2 * STRAIGHT), 0, 1) * (sine > np.sin(STRAIGHT))
    twist = weight * np.clip(angle, -LARGEST_TWIST, LARGEST_TWIST)
    rotation = to_matrix(upper * twist[:, None]) @ swung
    turned[:, INDEX[f"{side}_{first}"]] = rotation
    turned[:, INDEX[f"{side}_{second}"]] = (
        swing(unit(rotation @ _bone(f"{side}_{second}", f"{side}_{third}")), lower) @ rotation
    )


def _tip(turned: np.ndarray, side: str, joints: tuple[str, str, str], direction: np.ndarray) -> None:
    """Hand or foot: swung from the bone above so that it points in a ``direction`` ``(N, 3)``.

    ``joints`` end at its tip.
    """
    above, joint, tip = (INDEX[f"{side}_{name}"] for name in joints)
    bone = _bone(f"{side}_{joints[1]}", f"{side}_{joints[2]}")
    rotation = swing(unit(turned[:, above] @ bone), unit(direction)) @ turned[:, above]
    turned[:, joint] = turned[:, tip] = rotation
