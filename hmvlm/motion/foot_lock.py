"""Clean contacts of a generated motion: steady, on the floor, with feet and hands that stay where they stand.

    locked = lock_feet(motion)

Slow parts are smoothed (:mod:`hmvlm.motion.steadying`), the root's height and path are corrected
(:mod:`hmvlm.motion.root_path`), then every stance of a foot is pinned to one place on the floor. The leg follows by
two-bone inverse kinematics; a foot on its ball or on its heel alone turns about that point. The pelvis sinks where a
leg is too short. Hands on the floor are held in the same way. Motions that are clean already hardly change.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, PARENTS, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.body.surface import lowest_heights, outermost_points
from hmvlm.body.two_bone import LONGEST, reachable, solve_two_bone
from hmvlm.body.vectors import swing, unit
from hmvlm.motion.clip import Motion
from hmvlm.motion.contacts import NAMES, SIDES, Points, carrying, contact_points, contacts, sole_offsets
from hmvlm.motion.limb_clearance import flatten_hands, lower_legs, raise_limbs
from hmvlm.motion.pins import Pins, cleared, pin_foot, pin_point
from hmvlm.motion.root_path import envelope, flight, plant, settle
from hmvlm.motion.steadying import steady
from hmvlm.motion.support import centre_of_mass

STAY, FOLLOWED_STAY = 0.1, 1e-4
"""Weight of the root's own path against points in contact that move; recordings, which slide little, stay in place.
The second is for somebody whom a camera follows, whose path before it says nothing.
"""
SMOOTH = (0.3, 3.0)
"""Weight of a smooth path of the root against points in contact that move, for drawn motions and for those seen in
videos. Feet of the latter shake; with the first weight the whole body would shake with them.
"""
SOFT = 0.993
"""Share of a leg's length beyond which the pelvis sinks rather than the knee stretching on."""
LARGEST_DROP = 0.1
"""Metres that the pelvis sinks at most."""
DEPTH = 0.004
"""Depth (m) below the floor that is left as it is; the soles of recordings vary by as much."""
TOE_LENGTH = 0.055
"""Metres from the toe joint to the lowest skin of the toes."""


@dataclass
class _Body:
    """A moving body, float64: local and global rotations ``(T, 24, 3, 3)``, joints and translation in metres, and
    ``(24, 3)`` where the joints lie from their parents.
    """

    local: np.ndarray
    trans: np.ndarray
    joints: np.ndarray
    turned: np.ndarray
    offsets: np.ndarray

    @staticmethod
    def posed(local: np.ndarray, trans: np.ndarray, offsets: np.ndarray) -> _Body:
        joints, turned = forward_kinematics(*map(torch.from_numpy, (local, offsets, trans)))
        return _Body(local, trans, joints.numpy(), turned.numpy(), offsets)

    def with_turned(self, turned: np.ndarray) -> _Body:
        """The body with other global rotations; bones keep their lengths."""
        local = turned.copy()
        local[:, 1:] = np.swapaxes(turned[:, list(PARENTS[1:])], -1, -2) @ turned[:, 1:]
        return _Body.posed(local, self.trans, self.offsets)

    def shift(self, by: np.ndarray) -> None:
        """Move the whole body by ``(T, 3)``."""
        self.trans, self.joints = self.trans + by, self.joints + by[:, None]

    def lowest(self) -> np.ndarray:
        """Height ``(T, 24)`` of the lowest skin of each joint's part."""
        return lowest_heights(self.joints, self.turned)


def lock_feet(motion: Motion, seen: bool = False, followed: bool = False) -> Motion:
    """The motion with clean contacts; one of fewer than four frames comes back as it is.

    With ``seen``, for a motion estimated from a video, the foot that carries the body is held however fast it moves. If
    the camera ``followed``, the path in the room is that of the feet: each step starts where the last one ended.

    Bones have the length of the motion's body; its skin is taken to lie as far from them as that of the average body.
    """
    if len(motion) < 4:
        return motion
    poses, trans = steady(motion.poses.astype(float), motion.trans.astype(float), motion.joints(), motion.fps)
    local = rotations.axis_angle_to_matrix(torch.from_numpy(poses)).numpy()
    body = _Body.posed(local, trans, BodyModel.load().offsets(motion.betas).double().numpy())
    for mended in (flatten_hands, raise_limbs):
        body = body.with_turned(mended(body.joints, body.turned, body.lowest()))
    lift = settle(body.lowest().min(1), centre_of_mass(body.joints)[:, 1], motion.fps, seen=seen)
    body.shift(_upward(lift))
    body = body.with_turned(lower_legs(body.joints, body.turned, body.lowest()))
    touching, planted, shift = _planted(body, motion.fps, seen, FOLLOWED_STAY if followed else STAY)
    body.shift(shift)
    places = dict(zip(NAMES, np.moveaxis(planted, 1, 0), strict=True))
    touch = dict(zip(NAMES, touching.T, strict=True))
    feet = {
        side: pin_foot(_pick(places, touch, side, "heel"), _pick(places, touch, side, "ball"), motion.fps)
        for side in SIDES
    }
    if seen:
        feet = {side: _cleared(feet[side], places, touch, side, motion.fps) for side in SIDES}
    body.shift(_upward(-_drop(body, feet, touch)))
    for side in SIDES:
        _lock_leg(body, side, feet[side])
        _lock_arm(body, side, pin_point(*_pick(places, touch, side, "hand"), motion.fps))
    body = body.with_turned(body.turned)
    body.shift(_upward(envelope(np.maximum(-body.lowest().min(1) - DEPTH, 0))))
    turned = Rotation.from_matrix(body.local.reshape(-1, 3, 3)).as_rotvec().reshape(poses.shape)
    return dataclasses.replace(motion, poses=turned, trans=body.trans)


def _planted(body: _Body, fps: float, seen: bool, stay: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which points touch the floor ``(T, 8)``, where they are ``(T, 8, 3)`` after the shift ``(T, 3)`` of the root that
    keeps them in place, and that shift.

    The path of a body that was seen shakes; once the carrying foot is held, slower points are seen to touch too.
    """
    points = contact_points(body.joints, body.turned, body.lowest())
    pelvis, carried = body.joints[:, 0], np.zeros(points.heights.shape, bool)
    if seen:
        flies = flight(body.lowest().min(1), centre_of_mass(body.joints)[:, 1], fps, seen)
        carried = carrying(points, pelvis[:, 1], flies, fps)
    shift = np.zeros_like(pelvis)
    for _ in range(2 if seen else 1):
        moved = Points(points.places + shift[:, None], points.heights)
        touching = contacts(moved, pelvis + shift, fps) | carried
        shift = plant(points.places, touching, stay=stay, smooth=SMOOTH[seen]) * [1, 0, 1]
    return touching, points.places + shift[:, None], shift


def _pick(places: dict, touch: dict, side: str, part: str) -> tuple[np.ndarray, np.ndarray]:
    return places[f"{side}_{part}"], touch[f"{side}_{part}"]


def _cleared(pins: Pins, places: dict, touch: dict, side: str, fps: float) -> Pins:
    (heel, heel_down), (ball, ball_down) = _pick(places, touch, side, "heel"), _pick(places, touch, side, "ball")
    return cleared(pins, ball - heel, heel_down | ball_down, fps)


def _upward(height: np.ndarray) -> np.ndarray:
    return height[:, None] * np.array([0.0, 1.0, 0.0])


def _ankle_target(body: _Body, side: str, pins: Pins) -> tuple[np.ndarray, np.ndarray]:
    """Where the ankle goes ``(T, 3)`` and the foot's global rotation ``(T, 3, 3)``."""
    ankle = INDEX[f"{side}_ankle"]
    heel, ball = sole_offsets(side)
    along = body.turned[:, ankle] @ (ball - heel)
    turned = swing(unit(along), unit(along - pins.tilt)) @ body.turned[:, ankle]
    return pins.ball - turned @ ball, turned


def _drop(body: _Body, feet: dict[str, Pins], touch: dict[str, np.ndarray]) -> np.ndarray:
    """How far the pelvis sinks ``(T,)`` so that pinned feet stay within reach of legs that do not lock straight."""
    needed = np.zeros(len(body.trans))
    for side in SIDES:
        hip, knee, ankle = (body.joints[:, INDEX[f"{side}_{name}"]] for name in ("hip", "knee", "ankle"))
        length = np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)
        limit = np.clip(np.linalg.norm(ankle - hip, axis=-1), SOFT * length, LONGEST * length)
        away = _ankle_target(body, side, feet[side])[0] - hip
        room = np.sqrt(np.maximum(limit**2 - away[:, 0] ** 2 - away[:, 2] ** 2, 0))
        drop = np.where(touch[f"{side}_heel"] | touch[f"{side}_ball"], -away[:, 1] - room, 0)
        needed = np.maximum(needed, np.clip(drop, 0, LARGEST_DROP))
    return envelope(needed)


def _lock_leg(body: _Body, side: str, pins: Pins) -> None:
    """Put a foot where its pins say, bend the leg to it, and keep the toes out of the floor."""
    hip, knee, ankle, foot = (INDEX[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "foot"))
    target, turned = _ankle_target(body, side, pins)
    places = (body.joints[:, hip], body.joints[:, knee], body.joints[:, ankle])
    away = target - places[0]
    distance = np.linalg.norm(away, axis=-1)
    length = np.linalg.norm(places[1] - places[0], axis=-1) + np.linalg.norm(places[2] - places[1], axis=-1)
    usual = np.linalg.norm(places[2] - places[0], axis=-1)
    allowed = np.minimum(distance, np.maximum(usual, reachable(distance, length, SOFT)))
    target = places[0] + away * (allowed / distance)[:, None]
    upper, lower, end = solve_two_bone(places, target, body.turned[:, hip, :, 2])
    body.turned[:, hip] = upper @ body.turned[:, hip]
    body.turned[:, knee] = lower @ body.turned[:, knee]
    toes = turned @ body.local[:, foot]
    lowest = (end + turned @ body.offsets[foot])[:, 1] + (outermost_points()[foot] @ toes[:, 1, :, None])[..., 0].min(1)
    raised = np.arcsin(np.clip((-lowest - DEPTH) / TOE_LENGTH, 0, 0.9))
    body.turned[:, ankle] = turned
    body.turned[:, foot] = toes @ Rotation.from_rotvec(-raised[:, None] * [1.0, 0, 0]).as_matrix()


def _lock_arm(body: _Body, side: str, shift: np.ndarray) -> None:
    """Move a hand by ``(T, 3)`` metres; it keeps its orientation, the arm follows."""
    if not shift.any():
        return
    shoulder, elbow, wrist = (INDEX[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
    places = (body.joints[:, shoulder], body.joints[:, elbow], body.joints[:, wrist])
    upper, lower, _ = solve_two_bone(places, places[2] + shift, -body.turned[:, INDEX["spine3"], :, 2])
    body.turned[:, shoulder] = upper @ body.turned[:, shoulder]
    body.turned[:, elbow] = lower @ body.turned[:, elbow]
