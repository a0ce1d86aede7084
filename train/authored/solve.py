"""From a plan and a base body to a motion: trunk, limbs by inverse kinematics, balance and the floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.retarget.orient import local_rotations, to_axis_angle, to_matrix
from hmvlm.motion.support import centre_of_mass
from train.authored import limbs as ik
from train.authored.ends import Ends, limb_ends
from train.authored.floor import settle
from train.authored.goals import Scene
from train.authored.plan import Plan
from train.authored.poses import HEAD_SHARE, SPINE_SHARE, euler, kinematics, place_pose

TRUNK = ("spine1", "spine2", "spine3", "neck", "head", "left_collar", "right_collar")
TRUNK_CHANNELS = (
    "bend", "twist", "lean", "nod", "turn", "tilt", "pitch", "yaw", "roll", "height", "side", "front",
)  # fmt: skip
BALANCE_SMOOTHING = 2.5
"""Standard deviation in frames of the pelvis shift that keeps the centre of mass over the feet."""
STANDING_LEG = 0.3
"""A foot whose ankle is lower than this (m) must stay in reach: the pelvis follows it down."""


@dataclass
class Body:
    """A body being posed: local rotations (T, 24, 3, 3) and pelvis positions (T, 3) in metres."""

    local: np.ndarray
    pelvis: np.ndarray

    def kinematics(self) -> tuple[np.ndarray, np.ndarray]:
        """Joints and global rotations."""
        return kinematics(self.local, self.pelvis)


def solve(plan: Plan, base: Motion) -> Motion:
    """Pose the base body by the plan; the motion has the base's frames."""
    times = np.arange(len(base)) / base.fps
    rest = BodyModel.load().rest_joints().double().numpy()[0]
    recorded = Body(to_matrix(base.poses.astype(float)), base.trans.astype(float) + rest)
    scene = _scene(plan, recorded, times)
    body = _trunk(plan, recorded, scene)
    free = _limbs(plan, body, scene)
    for _ in range(2):
        shift = _balance(plan, free, scene)
        body.pelvis[:, [0, 2]] += shift
        body.pelvis[:, 1] -= _too_high(free, scene)
        free = _limbs(plan, body, scene)
    motion = Motion(to_axis_angle(free.local), free.pelvis - rest, fps=base.fps)
    air = plan.channel("air", times)
    return settle(settle(motion, air), air)  # the second time removes what the first one's smoothing has left


def _scene(plan: Plan, recorded: Body, times: np.ndarray) -> Scene:
    joints, turned = recorded.kinematics()
    stand = place_pose("stand")
    feet = np.mean(
        [joints[0, INDEX[name]] for name in ("left_ankle", "right_ankle", "left_foot", "right_foot")], axis=0
    )
    origin = (feet - stand.group("feet"))[[0, 2]]
    travel = np.zeros((len(times), 3))
    if plan.travel:
        keys = np.array([(0.0, 0.0, 0.0, 0.0), *plan.travel])
        keys = keys[np.unique(keys[:, 0], return_index=True)[1]]
        late = np.clip(times, keys[0, 0], keys[-1, 0])
        travel = PchipInterpolator(keys[:, 0], keys[:, 1:])(late)
        travel = gaussian_filter1d(travel, 1.2, axis=0, mode="nearest")
    return Scene(times, joints, turned, origin, travel)


def _trunk(plan: Plan, recorded: Body, scene: Scene) -> Body:
    """Pelvis and trunk from the base body, poses, channels and travel; limbs as recorded."""
    local, pelvis = recorded.local.copy(), recorded.pelvis.copy()
    names = [INDEX[name] for name in TRUNK]
    for key in plan.body:
        share = key.span.share(scene.times)
        if key.pose is None:
            goal_pelvis, goal = recorded.pelvis, recorded.local
        else:
            place = key.pose.pelvis + np.array([key.place[0], 0.0, key.place[1]])
            goal_pelvis = np.broadcast_to(place + scene.offset, pelvis.shape)
            goal = np.broadcast_to(key.pose.local, local.shape)
        pelvis += share[:, None] * (goal_pelvis - pelvis)
        for joint in (0, *names):
            local[:, joint] = ik.mix(local[:, joint], goal[:, joint], share)
    value = {channel: plan.channel(channel, scene.times) for channel in TRUNK_CHANNELS}
    for name, part in SPINE_SHARE.items():
        local[:, INDEX[name]] = local[:, INDEX[name]] @ euler(
            part * value["bend"], part * value["twist"], part * value["lean"]
        )
    for name, part in HEAD_SHARE.items():
        local[:, INDEX[name]] = local[:, INDEX[name]] @ euler(
            part * value["nod"], part * value["turn"], part * value["tilt"]
        )
    local[:, 0] = euler(value["pitch"], value["yaw"], value["roll"]) @ local[:, 0]
    pelvis += np.stack([value["side"], value["height"], value["front"]], axis=-1)
    pelvis = scene.moved(pelvis)
    local[:, 0] = euler(0, np.rad2deg(scene.travel[:, 2]), 0) @ local[:, 0]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        up = plan.channel("shrug", scene.times) + plan.channel(f"{side}_shrug", scene.times)
        front = plan.channel("reach", scene.times)
        local[:, INDEX[f"{side}_collar"]] = euler(0, -sign * front, sign * up) @ local[:, INDEX[f"{side}_collar"]]
    return Body(local, pelvis)


def _limbs(plan: Plan, body: Body, scene: Scene) -> Body:
    """The body with all four limbs solved."""
    result = Body(body.local.copy(), body.pelvis.copy())
    joints, turned = result.kinematics()
    for name, limb in ik.limbs().items():
        if limb.is_arm:  # the shoulder follows a raised hand
            ends = limb_ends(limb, plan.limbs.get(name, []), scene, joints, turned)
            _raise_shoulder(limb, result, joints, turned, ends)
    joints, turned = result.kinematics()
    for name, limb in ik.limbs().items():
        ends = limb_ends(limb, plan.limbs.get(name, []), scene, joints, turned)
        upper, middle, end, tip = limb.joints
        turned[:, upper], turned[:, middle], turned[:, end] = ends.upper, ends.lower, ends.rotation
        bent = result.local[:, tip] if limb.is_arm else _toes(ends.rotation, ends.wrist, scene.yaw)
        turned[:, tip] = turned[:, end] @ bent
    result.local = local_rotations(turned)
    return result


def _toes(foot: np.ndarray, ankle: np.ndarray, yaw: np.ndarray) -> np.ndarray:
    """Local rotations (T, 3, 3) of the toes: flat on the floor under a raised heel, else straight."""
    front = foot[..., 2]
    pitch = np.rad2deg(np.arctan2(-front[:, 1], (front * yaw[..., 2]).sum(-1)))
    low = np.clip((0.3 - ankle[:, 1]) / 0.08, 0, 1) * np.clip((95 - pitch) / 20, 0, 1)
    return euler(-np.clip(pitch - 5, 0, 55) * low, 0, 0)


def _raise_shoulder(limb: ik.Limb, body: Body, joints: np.ndarray, turned: np.ndarray, ends: Ends) -> None:
    shoulder, chest = joints[:, limb.joints[0]], turned[:, INDEX["spine3"]]
    toward = np.einsum("tji,tj->ti", chest, ends.wrist - shoulder) / limb.length
    up = 24.0 * np.clip(toward[:, 1] + 0.1, 0, 1) * ends.moved
    front = 12.0 * np.clip(toward[:, 2] - 0.3, 0, 1) * ends.moved
    collar = limb.parent
    body.local[:, collar] = euler(0, -limb.sign * front, limb.sign * up) @ body.local[:, collar]


def _balance(plan: Plan, body: Body, scene: Scene) -> np.ndarray:
    """Shift (T, 2) of the pelvis over the floor that keeps the centre of mass over the feet that stand."""
    gain = np.clip(1.0 + plan.channel("balance", scene.times), 0, 1) * (1 - plan.channel("air", scene.times))
    for key in plan.body:
        share = key.span.share(scene.times)
        gain = gain + share * ((key.pose is None) - gain)
    if not gain.any() or not (plan.limbs or plan.channels or plan.waves):
        return np.zeros((len(scene.times), 2))
    joints = body.kinematics()[0]
    offset = (centre_of_mass(joints) - _support(joints)) - (centre_of_mass(scene.joints) - _support(scene.joints))
    return -gaussian_filter1d(gain[:, None] * offset[:, [0, 2]], BALANCE_SMOOTHING, axis=0, mode="nearest")


def _support(joints: np.ndarray) -> np.ndarray:
    """Middle (T, 3) of the feet, weighted towards the one that stands when the other is lifted."""
    feet = np.stack(
        [(joints[:, INDEX[f"{s}_ankle"]] + joints[:, INDEX[f"{s}_foot"]]) / 2 for s in ("left", "right")], 1
    )
    lift = feet[..., 1] - feet[..., 1].min(1, keepdims=True)
    weight = gaussian_filter1d(np.exp(-lift / 0.05), 2.0, axis=0, mode="nearest")
    return (weight[..., None] * feet).sum(1) / weight.sum(1)[:, None]


def _too_high(body: Body, scene: Scene) -> np.ndarray:
    """How far (T,) the pelvis must come down so that standing feet are in reach."""
    excess = np.zeros(len(body.pelvis))
    for limb in ik.limbs().values():
        if limb.is_arm or limb.name not in scene.wanted:
            continue
        wanted = scene.wanted[limb.name]
        hip = body.kinematics()[0][:, limb.joints[0]]
        flat = np.linalg.norm((wanted - hip)[:, [0, 2]], axis=1)
        reach = np.sqrt(np.maximum((ik.STRETCH * limb.length) ** 2 - flat**2, 0.04))
        excess = np.maximum(excess, np.where(wanted[:, 1] < STANDING_LEG, hip[:, 1] - wanted[:, 1] - reach, 0))
    return gaussian_filter1d(maximum_filter1d(np.maximum(excess, 0), 5), 1.5, mode="nearest")
