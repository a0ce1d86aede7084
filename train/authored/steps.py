"""Locomotion programs: footstep plans whose feet are solved by inverse kinematics, and crawling."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hmvlm.body.skeleton import INDEX
from train.authored.act import Act, pose_hand
from train.authored.plan import LimbKey, Origin, Span
from train.authored.targets import REST, Target, foot, hand, knee


@dataclass(frozen=True)
class Gait:
    """How to walk; lengths in metres, angles in degrees, times in seconds.

    ``stride`` is how far a foot lands ahead of the other; ``lift`` the height of the swinging foot; ``raised`` a
    foot target in the frame ``hip`` that the swing passes through (high knees); ``heel`` and ``toe`` the pitch at
    landing (negative: heel first) and at leaving; ``planted`` the pitch while standing (tiptoe: 40); ``sway`` how far
    the pelvis goes over the standing foot; ``drop`` how far it is lowered; ``swing`` how far hands swing to both ends;
    ``width`` is added to each foot's place outwards; ``turn`` is to the left a step; ``slow`` scales the time the right
    foot stands, for limps; ``arms`` leaves the arms to other movements when False.
    """

    stride: float = 0.6
    step_time: float = 0.55
    lift: float = 0.06
    raised: Target | None = None
    heel: float = -14.0
    toe: float = 25.0
    planted: float = 0.0
    sway: float = 0.035
    drop: float = 0.02
    swing: float = 0.2
    width: float = 0.0
    turn: float = 0.0
    slow: float = 1.0
    arms: bool = True
    hand_height: float = -0.42


EachStep = Callable[[int, str], Gait]


def walk(
    act: Act,
    steps: int,
    gait: Gait | None = None,
    first: str = "right",
    close: bool = True,
    each: EachStep | None = None,
) -> None:
    """Walk ``steps`` steps from where the stage is; with ``close`` one more step brings the feet together.

    ``each`` is called at the start of every step with its number and the swinging foot's side; it may write movements
    from the cursor on and returns the gait of this step.
    """
    gait = gait or Gait()
    sides = [first, "left" if first == "right" else "right"]
    path = {"left": act.origin, "right": act.origin}
    act.plan.travel.append((act.time, act.origin[0], act.origin[1], act.origin[2]))
    settle = act.seconds(0.25)
    act.move(settle, height=-gait.drop + 0.065 * (gait.planted > 20), balance=-1, wait=False)
    total = steps + int(close)
    for number in range(total):
        side = sides[number % 2]
        other = sides[(number + 1) % 2]
        gait = each(number, side) if each is not None and number < steps else gait
        last = close and number == total - 1
        x, z, yaw = path[other]
        yaw = yaw + (0.0 if last else np.deg2rad(gait.turn))
        ahead = 0.0 if last else gait.stride * act.size * (0.5 if number == 0 else 1.0) * act.uniform(0.96, 1.04)
        goal = (x + ahead * float(np.sin(yaw)), z + ahead * float(np.cos(yaw)), yaw)
        length = act.seconds(gait.step_time * (gait.slow if side == "left" else 1 / gait.slow))
        _step(act, side, path[side], goal, length, gait, last)
        path[side] = goal
        act.time += length
        middle = np.mean([path["left"], path["right"]], axis=0)
        act.origin = (float(middle[0]), float(middle[1]), float(middle[2]))
        act.plan.travel.append((act.time, *act.origin))
    act.plan.length = max(act.plan.length, act.time)
    goals: dict[str, Any] = {"both": REST} if gait.arms and gait.swing else {}
    act.move(0.3, height=0.0, balance=0.0, **goals)


def shifted_origin(start: Origin, left: float, ahead: float, turn: float = 0.0) -> Origin:
    """The origin ``left`` and ``ahead`` metres from ``start`` in its own heading, turned by ``turn`` degrees."""
    x, z, yaw = start
    sine, cosine = float(np.sin(yaw)), float(np.cos(yaw))
    return (x + left * cosine + ahead * sine, z - left * sine + ahead * cosine, yaw + float(np.deg2rad(turn)))


def footsteps(
    act: Act, plan: Sequence[tuple[str, Origin, float]], *, lift: float = 0.05, sway: float = 0.03, drop: float = 0.03,
    toe: float = 15.0,
) -> None:  # fmt: skip
    """Put the feet down one after the other, in any direction, and end with the stage between them.

    Args:
        plan: the foot's side, the origin it then stands for (as if the whole body stood there) and the seconds.
        lift: height of the arc in metres. sway: how far the pelvis goes over the standing foot, in metres.
        drop: how far the pelvis is lowered meanwhile, in metres. toe: pitch at leaving the floor in degrees.
    """
    path = {"left": act.origin, "right": act.origin}
    act.plan.travel.append((act.time, *act.origin))
    act.move(0.25, height=-drop, balance=-1, wait=False)
    for number, (side, goal, seconds) in enumerate(plan):
        length, t = act.seconds(seconds), act.time
        keys = act.plan.limbs.setdefault(f"{side}_leg", [])
        keys.append(LimbKey(Span(t - 0.1 * length, t + 0.25 * length), foot(pitch=toe), path[side]))
        keys.append(LimbKey(Span(t + 0.1 * length, t + 0.95 * length), foot(), goal, lift * act.size))
        over = 0.0 if number == len(plan) - 1 else sway * (1.0 if side == "right" else -1.0)
        act.plan.channels.setdefault("side", []).append((Span(t - 0.15 * length, t + 0.6 * length), over))
        path[side] = goal
        act.time += length
        x, z, yaw = np.mean([path["left"], path["right"]], axis=0)
        act.origin = (float(x), float(z), float(yaw))
        act.plan.travel.append((act.time, *act.origin))
    act.plan.length = max(act.plan.length, act.time)
    act.move(0.3, height=0.0, balance=0.0, side=0.0)


def _step(act: Act, side: str, start: Origin, goal: Origin, length: float, gait: Gait, last: bool) -> None:
    limb, other = f"{side}_leg", "left" if side == "right" else "right"
    keys = act.plan.limbs.setdefault(limb, [])
    t = act.time
    planted = 0.0 if last else gait.planted
    leave = Span(t - 0.12 * length, t + 0.25 * length, "smooth")
    keys.append(LimbKey(leave, foot(pitch=max(gait.toe, gait.planted), out=gait.width), start))
    if gait.raised is not None and not last:
        keys.append(LimbKey(Span(t + 0.05 * length, t + 0.55 * length), gait.raised, goal))
        keys.append(LimbKey(Span(t + 0.55 * length, t + length, "smooth"), foot(pitch=planted, out=gait.width), goal))
    else:
        land = foot(pitch=planted or (0.0 if last else gait.heel), out=0.0 if last else gait.width)
        keys.append(LimbKey(Span(t + 0.08 * length, t + length, "smooth"), land, goal, gait.lift * act.size))
    if gait.heel < 0 and not planted and not last and gait.raised is None:
        keys.append(LimbKey(Span(t + length, t + 1.2 * length), foot(out=gait.width), goal))
    sign = 1.0 if other == "left" else -1.0
    act.plan.channels.setdefault("side", []).append((Span(t - 0.15 * length, t + 0.6 * length), sign * gait.sway))
    if last:
        act.plan.channels["side"].append((Span(t + 0.6 * length, t + 1.1 * length), 0.0))
    if gait.arms and gait.swing and not last:
        swing = gait.swing * act.size
        span = Span(t - 0.05 * length, t + 0.95 * length, "smooth")
        for arm, front in ((other, swing), (side, -0.7 * swing)):
            up = gait.hand_height + (0.08 if front > 0 else 0.0)
            target = hand((0.06, up, front + 0.03), "shoulder", part="wrist", exact=True)
            act.plan.limbs.setdefault(f"{arm}_arm", []).append(LimbKey(span, target, act.origin))
        act.plan.channels.setdefault("twist", []).append((span, sign * -4.0 * act.size))


def crawl(
    act: Act, cycles: int, stride: float = 0.28, step_time: float = 0.5, turns: Sequence[float] | float = 0.0
) -> None:
    """Crawl on hands and knees from the pose ``hands_knees``: opposite hand and knee move together.

    ``turns`` are degrees to the left at each of the two steps of a cycle, or one number for all of them; a negative
    ``stride`` crawls backwards.
    """
    pose, place = act.placed
    ground = np.array([place[0], 0.0, place[1]])
    knees = {side: pose.joints[INDEX[f"{side}_knee"]] + ground for side in ("left", "right")}
    hands = {side: dataclasses.replace(pose_hand(side, pose, ground), exact=True) for side in ("left", "right")}
    degrees = [turns] * (2 * cycles) if isinstance(turns, (int, float)) else list(turns)
    body = pose.pelvis[[0, 2]] + place
    middle = shifted_origin(act.origin, float(body[0]), float(body[1]))
    at = {"left": act.origin, "right": act.origin}  # of the knee and the other side's hand
    act.plan.travel.append((act.time, *act.origin))
    for number in range(2 * cycles + 1):
        moving, resting = ("right", "left") if number % 2 == 0 else ("left", "right")
        length = act.seconds(step_time)
        if number < 2 * cycles:
            ahead = stride * act.size * (0.5 if number == 0 else 1.0)
            middle = shifted_origin(middle, 0.0, ahead, degrees[number])
        goal = shifted_origin(middle, -float(body[0]), -float(body[1]))
        spot, sign = knees[moving], 1.0 if moving == "left" else -1.0
        bent = knee(out=sign * float(spot[0]), front=float(spot[2]))
        act.plan.limbs[f"{moving}_leg"].append(
            LimbKey(Span(act.time + 0.1 * length, act.time + length), bent, goal, 0.02)
        )
        act.plan.limbs[f"{resting}_arm"].append(
            LimbKey(Span(act.time, act.time + 0.8 * length), hands[resting], goal, 0.06)
        )
        at[moving] = goal
        act.time += length
        x, z, yaw = np.mean([at["left"], at["right"]], axis=0)
        act.plan.travel.append((act.time, float(x), float(z), float(yaw)))
        act.move(length, wait=False, twist=3.0 * sign, roll=2.0 * sign)
    act.origin = goal
    act.move(0.3, twist=0.0, roll=0.0)
