"""A hand put somewhere on the body, or on a rail beside it, while the rest of the body does what it does."""

from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, PARENTS, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.body.two_bone import solve_two_bone
from hmvlm.config import MOTION_FPS
from hmvlm.motion.features import POSITIONS, ROTATIONS, local_rotations

PLACES: dict[str, tuple[str, tuple[float, float, float]]] = {
    "shoulder": ("shoulder", (-0.1, 0.0, 0.12)),
    "head": ("head", (0.1, 0.2, 0.0)),
    "forehead": ("head", (0.06, 0.12, 0.14)),
    "ear": ("head", (0.15, 0.06, 0.03)),
    "face": ("head", (0.06, 0.04, 0.17)),
    "mouth": ("head", (0.04, -0.02, 0.17)),
    "chin": ("head", (0.04, -0.07, 0.14)),
    "chest": ("spine3", (0.03, 0.02, 0.17)),
    "stomach": ("pelvis", (0.06, 0.1, 0.19)),
    "hip": ("hip", (0.12, 0.12, -0.02)),
    "elbow": ("elbow", (0.0, 0.0, 0.07)),
    "back": ("spine1", (0.05, 0.0, -0.17)),
}
"""Where the wrist goes: a joint, and metres from it outward, up and forward."""
RAIL = (0.4, 1.0, 0.32)
"""Metres outward from the pelvis, above the floor, and forward of the pelvis of a wrist on a rail."""
SIDED = ("shoulder", "hip", "elbow")
RISE = 0.7
"""Seconds in which a hand gets there."""
HANGING = 1.3
"""Radians by which an arm is let down from the T-pose."""
OUT = np.array([0.5, -1.0, -0.3])
"""Where the elbow goes: outward, down, back."""


def distance(raw: Tensor, side: str, place: str, on: str) -> np.ndarray:
    """How far ``(T,)`` (m) a wrist is from a place; arguments as for :func:`placed`."""
    _, joints, turned = _posed(raw)
    return np.linalg.norm(joints[:, INDEX[f"{side}_wrist"]] - _goal(raw, joints, turned, side, place, on), axis=-1)


def placed(raw: Tensor, side: str, place: str, on: str, after: float = 0.3, ends: bool = True) -> Tensor:
    """Features ``(T, 221)`` with a hand put somewhere.

    Args:
        side: of the hand. place: one of ``PLACES``, or ``rail``. on: the side of the body where that has two.
        after: seconds until the hand begins to go there. ends: whether it is still there at the end.
    """
    local, joints, turned = _posed(raw)
    shoulder, elbow, wrist = (INDEX[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
    times = np.arange(len(raw)) / MOTION_FPS
    share = np.clip((times - after) / RISE, 0, 1)
    if not ends:
        share = np.minimum(share, np.clip((times[-1] - times) / RISE, 0, 1))
    share = (share**2 * (3 - 2 * share))[:, None]
    goal = _goal(raw, joints, turned, side, place, on)
    target = joints[:, wrist] * (1 - share) + goal * share
    sign = 1.0 if side == "left" else -1.0
    hint = np.broadcast_to(OUT * [sign, 1, 1], target.shape)
    upper, lower, _ = solve_two_bone((joints[:, shoulder], joints[:, elbow], joints[:, wrist]), target, hint)
    turned = turned.copy()
    turned[:, elbow], turned[:, shoulder] = lower @ turned[:, elbow], upper @ turned[:, shoulder]
    new = local.numpy().copy()
    for joint in (shoulder, elbow):
        new[:, joint] = np.swapaxes(turned[:, PARENTS[joint]], -1, -2) @ turned[:, joint]
    return _with_rotations(raw, torch.from_numpy(new))


def _posed(raw: Tensor) -> tuple[Tensor, np.ndarray, np.ndarray]:
    """Local rotations, joints from the pelvis and global rotations, without the heading, of features ``(T, 221)``."""
    local = local_rotations(raw).double().cpu()
    joints, turned = _forward(local)
    return local, joints.numpy(), turned.numpy()


def _forward(local: Tensor) -> tuple[Tensor, Tensor]:
    offsets = BodyModel.load().offsets().double()
    return forward_kinematics(local, offsets, -offsets[0].expand(len(local), 3))


def hanging(frame: Tensor, seconds: float = 1.6) -> Tensor:
    """Features ``(T, 221)`` of a body that stays as it is in a frame ``(221,)`` and lets its arms down."""
    raw = frame[None].repeat(round(seconds * MOTION_FPS), 1)
    share = torch.linspace(0, 2 * RISE, len(raw)).clamp(max=RISE) / RISE
    local = local_rotations(raw).double().cpu()
    turns = rotations.matrix_to_6d(local)
    for side, sign in (("left", -1.0), ("right", 1.0)):
        for name in ("collar", "shoulder", "elbow", "wrist"):
            down = torch.tensor([0.0, 0.0, sign * HANGING if name == "shoulder" else 0.0], dtype=turns.dtype)
            goal = rotations.matrix_to_6d(rotations.axis_angle_to_matrix(down))
            joint = INDEX[f"{side}_{name}"]
            turns[:, joint] += (goal - turns[:, joint]) * (share**2 * (3 - 2 * share))[:, None]
    return _with_rotations(raw, rotations.matrix_from_6d(turns))


def _with_rotations(raw: Tensor, local: Tensor) -> Tensor:
    """Features ``(T, 221)`` with other local rotations ``(T, 24, 3, 3)``."""
    found = raw.clone()
    found[:, ROTATIONS] = rotations.matrix_to_6d(local).flatten(1).to(raw)
    joints, _ = _forward(local)
    found[:, POSITIONS] = (joints[:, 1:] - joints[:, :1]).flatten(1).to(raw)
    return found


def _goal(raw: Tensor, joints: np.ndarray, turned: np.ndarray, side: str, place: str, on: str) -> np.ndarray:
    """Where the wrist goes ``(T, 3)``, from the pelvis in the heading frame."""
    if place == "rail":
        height = RAIL[1] - ndimage.gaussian_filter1d(raw[:, 0].double().cpu().numpy(), MOTION_FPS / 2)
        sign = 1.0 if side == "left" else -1.0
        return np.stack([np.full(len(raw), sign * RAIL[0]), height, np.full(len(raw), RAIL[2])], axis=-1)
    name, away = PLACES[place]
    joint = INDEX[f"{on}_{name}" if name in SIDED else name]
    sign = 1.0 if (on if name in SIDED else side) == "left" else -1.0
    frame = turned[:, INDEX["pelvis" if name in ("pelvis", "hip") else "head" if name == "head" else "spine3"]]
    return joints[:, joint] + (frame @ (np.array(away) * [sign, 1, 1])[:, None])[..., 0]
