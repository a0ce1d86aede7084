"""The curve of one key of a limb: where its target is over time, in the world."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.vectors import unit
from train.authored import limbs as ik
from train.authored.plan import LimbKey, Origin
from train.authored.poses import euler
from train.authored.targets import FOOT_PARTS, HAND_PARTS, PALM_DEPTH, Target, direction, hand_rotation

KNEE_RADIUS, SHANK_RADIUS = 0.055, 0.075
"""Height in metres of knee and ankle over the floor when the shank lies on it."""


@dataclass
class Scene:
    """The recorded base (joints (T, 24, 3), global rotations (T, 24, 3, 3)) and where the stage is.

    ``origin`` is the stage's x, z in the world; ``travel`` (T, 3) how far it has moved since: x, z (m), yaw (rad).
    ``wanted`` collects the ankle positions asked for, by limb.
    """

    times: np.ndarray
    joints: np.ndarray
    turned: np.ndarray
    origin: np.ndarray
    travel: np.ndarray
    wanted: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def offset(self) -> np.ndarray:
        """The stage's origin in the world (3,)."""
        return np.array([self.origin[0], 0.0, self.origin[1]])

    @property
    def yaw(self) -> np.ndarray:
        """Rotations (T, 3, 3) of the travel's heading."""
        return euler(0, np.rad2deg(self.travel[:, 2]), 0)

    def moved(self, points: np.ndarray) -> np.ndarray:
        """World points (T, 3) carried along by the travel."""
        shift = np.stack([self.travel[:, 0], np.zeros(len(points)), self.travel[:, 1]], -1)
        return (self.yaw @ (points - self.offset)[..., None])[..., 0] + self.offset + shift

    def placed(self, point: np.ndarray, origin: Origin) -> np.ndarray:
        """Points (..., 3) relative to the stage as world points, with the stage travelled to ``origin``."""
        return point @ euler(0, np.rad2deg(origin[2]), 0).T + self.offset + np.array([origin[0], 0.0, origin[1]])


@dataclass
class Curve:
    """Point (T, 3), its offset from the limb's end in the hand's frame (T, 3), pole, rotation, its weight (T,)."""

    point: np.ndarray
    part: np.ndarray
    pole: np.ndarray
    rotation: np.ndarray
    weight: np.ndarray


def _axes(
    limb: ik.Limb, target: Target, scene: Scene, joints: np.ndarray, turned: np.ndarray, origin: Origin
) -> tuple[np.ndarray, np.ndarray]:
    """Origin (T, 3) and rotation (T, 3, 3) of the target's frame in the world."""
    frames = len(joints)
    if target.frame in ("chest", "head", "pelvis"):
        joint = INDEX["spine3" if target.frame == "chest" else target.frame]
        return joints[:, joint], turned[:, joint]
    if target.frame == "shoulder":
        return joints[:, limb.joints[0]], turned[:, INDEX["spine3"]]
    if target.frame == "hip":
        return joints[:, limb.joints[0]], scene.yaw
    if target.frame == "body":
        return joints[:, 0] * np.array([1.0, 0.0, 1.0]), scene.yaw
    heading = euler(0, np.rad2deg(origin[2]), 0)
    place = scene.placed(np.zeros(3), origin)
    return np.broadcast_to(place, (frames, 3)), np.broadcast_to(heading, (frames, 3, 3))


def goal_curve(
    limb: ik.Limb, key: LimbKey, scene: Scene, joints: np.ndarray, turned: np.ndarray, rest: Curve, now: Curve
) -> Curve:
    """The curve of a key's target over the whole time."""
    target, frames = key.target, len(joints)
    ones = np.ones(frames)
    if key.fixed is not None:
        point, pole, rotation = key.fixed
        heading = euler(0, np.rad2deg(key.origin[2]), 0)
        full = [np.broadcast_to(v, (frames, *v.shape)) for v in (scene.placed(point, key.origin), heading @ pole)]
        return Curve(full[0], np.zeros((frames, 3)), full[1], np.tile(heading @ rotation, (frames, 1, 1)), ones)
    if target.kind == "rest":
        return rest
    if target.kind == "keep":
        at = min(int(np.searchsorted(scene.times, key.span.start)), frames - 1)
        values = (now.point, now.part, now.pole, now.rotation, now.weight)
        return Curve(*(np.repeat(v[at : at + 1], frames, axis=0) for v in values))
    mirror = np.array([limb.sign, 1.0, 1.0])
    start, axes = _axes(limb, target, scene, joints, turned, key.origin)
    place = np.broadcast_to(np.array(target.place) * mirror, (frames, 3))
    if target.path is not None:
        stop = key.leave if key.leave is not None else scene.times[-1]
        share = np.clip((scene.times - key.span.stop) / max(stop - key.span.stop, 1e-6), 0, 1)
        place = place + target.path(share) * mirror
    if target.kind == "knee":
        return _kneeling(limb, target, scene, joints, place, start, axes)
    if limb.is_arm:
        return _hand_goal(limb, target, joints, turned, place, start, axes)
    return _foot_goal(limb, target, scene, rest, place, start, axes)


def _hand_goal(
    limb: ik.Limb,
    target: Target,
    joints: np.ndarray,
    turned: np.ndarray,
    place: np.ndarray,
    start: np.ndarray,
    axes: np.ndarray,
) -> Curve:
    point = start + (axes @ place[..., None])[..., 0]
    mirror = np.array([limb.sign, 1.0, 1.0])
    frames = len(point)
    fingers, palm = direction(target.fingers), direction(target.palm)
    part = np.array([limb.sign * HAND_PARTS[target.part], -PALM_DEPTH * (target.part == "palm"), 0.0])
    chest = turned[:, INDEX["spine3"]]
    toward = np.einsum("tji,tj->ti", chest, point - joints[:, limb.joints[0]]) / limb.length * mirror
    chosen = direction(target.pole)
    if chosen is None:
        pole = np.einsum("tij,tj->ti", chest, _natural_pole(toward) * mirror)
    else:
        pole = np.broadcast_to(axes @ (chosen * mirror), (frames, 3))
    if fingers is None and palm is None:
        return Curve(
            point, np.broadcast_to(part, (frames, 3)), pole, np.tile(np.eye(3), (frames, 1, 1)), np.zeros(frames)
        )
    if fingers is None:  # the fingers go on from the forearm as well as the palm allows
        line = np.einsum("tji,tj->ti", axes, point - joints[:, limb.joints[0]])
        line = unit(line[len(line) // 2] + np.array([-0.25 * limb.sign, 0.35, 0.1]) * (chosen is None))
    else:
        line = fingers * mirror
    rotation = axes @ hand_rotation(limb, line, None if palm is None else palm * mirror)
    return Curve(point, np.broadcast_to(part, (frames, 3)), pole, rotation, np.ones(frames))


def _natural_pole(toward: np.ndarray) -> np.ndarray:
    """Directions (T, 3) of an elbow for wrists at ``toward`` (T, 3), in arm lengths: (out, up, front).

    The elbow hangs down and back; for a raised hand it goes outwards and forwards.
    """
    raised = np.clip((toward[:, 1] - 0.2) / 0.5, 0, 1)[:, None]
    across = np.clip(-toward[:, 0] / 0.4, 0, 1)[:, None]
    low = np.array([0.3, -0.6, -0.75]) + across * np.array([0.6, 0.0, 0.5])
    return unit(low * (1 - raised) + np.array([1.0, -0.2, 0.35]) * raised)


def _foot_goal(
    limb: ik.Limb, target: Target, scene: Scene, rest: Curve, place: np.ndarray, start: np.ndarray, axes: np.ndarray
) -> Curve:
    mirror = np.array([limb.sign, 1.0, 1.0])
    frames = len(place)
    pitch, yaw = target.turn
    flat = scene.turned[:, limb.joints[2]]
    rotation = axes @ euler(0, limb.sign * yaw, 0) @ _pitched(flat, pitch)
    part = np.array(FOOT_PARTS[target.part]) * mirror
    point = start + (axes @ place[..., None])[..., 0]
    if target.own:  # from where this foot stands, at the height at which it stands
        stands = scene.joints[:, limb.joints[2]] + (flat @ part) - scene.offset
        point = start + (axes @ (place + stands)[..., None])[..., 0]
    elif target.frame == "ground":
        point = (
            point
            - np.array([0.0, 1.0, 0.0]) * FOOT_PARTS[target.part][1]
            + np.array([0.0, 0.085 + FOOT_PARTS[target.part][1], 0.0])
        )
    chosen = direction(target.pole)
    pole = rest.pole if chosen is None else np.broadcast_to(chosen * mirror, (frames, 3))
    pole = (axes @ pole[..., None])[..., 0]
    return Curve(point, np.broadcast_to(part, (frames, 3)), pole, rotation, np.ones(frames))


def _pitched(flat: np.ndarray, pitch: float) -> np.ndarray:
    """Foot rotations (T, 3, 3) turned by ``pitch`` degrees about their own sideways axis; positive lowers the toes."""
    return flat @ euler(pitch, 0, 0)


def _kneeling(
    limb: ik.Limb,
    target: Target,
    scene: Scene,
    joints: np.ndarray,
    place: np.ndarray,
    start: np.ndarray,
    axes: np.ndarray,
) -> Curve:
    """A leg whose knee lies on the floor at ``place`` with the shank behind it."""
    frames = len(place)
    first, _, end, _ = limb.joints
    thigh, shank = np.linalg.norm(limb.upper), np.linalg.norm(limb.lower)
    own = np.zeros((frames, 3))
    if target.own:
        own = (scene.joints[:, end] - scene.offset) * np.array([1.0, 0.0, 1.0])
    knee = start + (axes @ (place + own)[..., None])[..., 0] + np.array([0.0, KNEE_RADIUS, 0.0])
    hip = joints[:, first]
    knee = hip + thigh * unit(knee - hip)
    back = np.array([0.0, 0.0, -1.0])
    ankle = knee + shank * unit(axes @ back)
    ankle[:, 1] = np.maximum(knee[:, 1] - KNEE_RADIUS + (0.1 if target.turn[0] < 0 else SHANK_RADIUS), SHANK_RADIUS)
    line = unit(ankle - hip)
    pole = knee - hip - ((knee - hip) * line).sum(-1, keepdims=True) * line
    rotation = axes @ euler(90.0 + target.turn[0] * 0.6 if target.turn[0] > 0 else 60.0, 0, 0)
    return Curve(ankle, np.zeros((frames, 3)), unit(pole), np.broadcast_to(rotation, (frames, 3, 3)), np.ones(frames))
