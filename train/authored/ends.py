"""Where a limb's end is over time: the keys of a limb laid over its base curve, in the world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.vectors import unit
from train.authored import limbs as ik
from train.authored.goals import Curve, Scene, goal_curve
from train.authored.plan import LimbKey
from train.authored.targets import HAND_PARTS

WRIST_RADIUS = 0.022
"""Least height (m) of a wrist over the floor; fingers that point down need their length besides."""


@dataclass
class Ends:
    """A solved limb: global rotations (T, 3, 3) of both bones and of hand or foot; the wrist or ankle wanted (T, 3)."""

    upper: np.ndarray
    lower: np.ndarray
    rotation: np.ndarray
    wrist: np.ndarray
    moved: np.ndarray


def limb_ends(limb: ik.Limb, keys: list[LimbKey], scene: Scene, joints: np.ndarray, turned: np.ndarray) -> Ends:
    """Evaluate a limb's keys for a body whose trunk is posed (``joints``, ``turned``) and solve the limb."""
    root = joints[:, limb.joints[0]]
    rest = _rest(limb, scene, joints, turned)
    curve = rest
    moved = np.zeros(len(root))
    for key in keys:
        share = key.span.share(scene.times)
        goal = goal_curve(limb, key, scene, joints, turned, rest, curve)
        curve = _blend(limb, root, curve, goal, share)
        if key.lift:
            bump = np.sin(np.pi * key.span.progress(scene.times)) * ((share > 0) & (share < 1))
            curve.point = curve.point + key.lift * bump[:, None] * np.array([0.0, 1.0, 0.0])
        moved = moved + share * ((key.target.kind != "rest") - moved)
    wrist = curve.point
    rotation = curve.rotation
    for _ in range(4):
        upper, lower = ik.solve(limb, root, wrist, curve.pole)
        rotation = ik.mix(lower, curve.rotation, curve.weight)
        wrist = curve.point - (rotation @ curve.part[..., None])[..., 0]
        if limb.is_arm:
            down = np.maximum(-limb.sign * rotation[:, 1, 0], 0)
            wrist[:, 1] = np.maximum(wrist[:, 1], WRIST_RADIUS + HAND_PARTS["tip"] * down)
    upper, lower = ik.solve(limb, root, wrist, curve.pole)
    if limb.is_arm:
        lower = ik.pronate(limb, lower, rotation)
    else:
        scene.wanted[limb.name] = wrist
    return Ends(upper, lower, rotation, wrist, moved)


def _rest(limb: ik.Limb, scene: Scene, joints: np.ndarray, turned: np.ndarray) -> Curve:
    """The base body's own limb: feet where they stand; arms hang from the posed shoulders."""
    first, _, end, _ = limb.joints
    pole = ik.pole_of(limb, scene.joints, scene.turned)
    zero = np.zeros_like(pole)
    ones = np.ones(len(pole))
    if not limb.is_arm:
        return Curve(scene.joints[:, end], zero, pole, scene.turned[:, end], ones)
    chest, was = turned[:, INDEX["spine3"]], scene.turned[:, INDEX["spine3"]]
    stiff = chest @ np.swapaxes(was, -1, -2)
    upright = np.clip((chest[:, 1, 1] - 0.1) / 0.4, 0, 1)
    follow = ik.mix(stiff, scene.yaw, 0.8 * upright)
    arm = scene.joints[:, end] - scene.joints[:, first]
    point = joints[:, first] + (follow @ arm[..., None])[..., 0]
    return Curve(point, zero, (follow @ pole[..., None])[..., 0], follow @ scene.turned[:, end], ones)


def _blend(limb: ik.Limb, root: np.ndarray, start: Curve, goal: Curve, share: np.ndarray) -> Curve:
    """Between two curves: arms move on arcs about the shoulder, feet straight."""
    w = share[:, None]
    point = start.point + w * (goal.point - start.point)
    if limb.is_arm:
        a, b = start.point - root, goal.point - root
        length = (1 - w) * np.linalg.norm(a, axis=-1, keepdims=True) + w * np.linalg.norm(b, axis=-1, keepdims=True)
        arc = unit(a) + w * (unit(b) - unit(a))
        size = np.linalg.norm(arc, axis=-1, keepdims=True)
        point = np.where((size > 0.35) & (w > 0) & (w < 1), root + length * arc / np.maximum(size, 1e-6), point)
    one, two = start.weight[:, None, None], goal.weight[:, None, None]
    first = np.where(one > 1e-6, start.rotation, goal.rotation)
    second = np.where(two > 1e-6, goal.rotation, start.rotation)
    return Curve(
        point,
        start.part + w * (goal.part - start.part),
        unit(start.pole + w * (goal.pole - start.pole)),
        ik.mix(first, second, share),
        start.weight + share * (goal.weight - start.weight),
    )
