"""On one leg with the other stretched out, losing balance, squats with held arms, and kicks across the body."""

from __future__ import annotations

from typing import Any

from train.authored.act import Act
from train.authored.actions.common import FRONT, HIGH, SIDE, choose
from train.authored.registry import action
from train.authored.targets import Target, foot, hand

WIDE = hand((0.46, -0.04, 0.04), "shoulder", palm="down", fingers="out")
GUARD = hand((0.1, 0.0, 0.26), part="fist", palm="in", fingers="up+front", elbow="down")


def _leg(way: str, size: float) -> tuple[Target, dict[str, float]]:
    """The stretched right leg and the trunk that goes with it."""
    if way == "front":
        return foot(0.0, -0.3, 0.7 * size, frame="hip", pitch=-5), {"bend": -6.0, "pitch": -8.0}
    if way == "side":
        return foot(0.72 * size, -0.22, 0.04, frame="hip", pitch=10), {"lean": -20.0, "roll": -10.0}
    return foot(0.0, -0.34, -0.66 * size, frame="hip", pitch=60), {"bend": 22.0, "pitch": 24.0, "nod": -24.0}


def _leg_out(a: Act, way: str) -> None:
    size = min(a.size, 1.05)
    target, trunk = _leg(way, size)
    arms = {"wide": WIDE, "front": FRONT, "waist": hand("waist")}[choose(a, "arms", ("wide", "wide", "front", "waist"))]
    a.move(0.7, both=arms)
    a.move(0.9, right_foot=target, **trunk)
    seconds = a.uniform(1.4, 2.6)
    a.wave("side", 0.012, 1.1, seconds)
    a.hold(seconds)
    a.move(0.8, right_foot=foot(), bend=0, lean=0, pitch=0, roll=0, nod=0)
    a.back(0.6)


@action("leg_out_front", sides=True)
def leg_out_front(a: Act) -> None:
    """The straight right leg is lifted before the body and held there."""
    _leg_out(a, "front")


@action("leg_out_side", sides=True)
def leg_out_side(a: Act) -> None:
    """The straight right leg is lifted sideways and held there."""
    _leg_out(a, "side")


@action("leg_out_back", sides=True)
def leg_out_back(a: Act) -> None:
    """The straight right leg is lifted behind and held there, the trunk a little forwards."""
    _leg_out(a, "back")


@action("airplane_balance", sides=True)
def airplane_balance(a: Act) -> None:
    """On the left leg, the trunk level, the right leg straight behind, arms spread like wings."""
    a.move(0.7, both=WIDE)
    back = foot(0.02, -0.22, -0.74, frame="hip", pitch=70)
    wings = hand((0.5, 0.0, 0.02), "shoulder", palm="front", fingers="out")
    a.move(1.2, right_foot=back, pitch=52, bend=14, nod=-34, both=wings, height=-0.03)
    seconds = a.uniform(1.4, 2.6)
    a.wave("lean", 4.0, 1.4, seconds)
    a.hold(seconds)
    a.move(1.0, right_foot=foot(), pitch=0, bend=0, nod=0, height=0, both=WIDE)
    a.back(0.6)


@action("leg_out_fails", sides=True, counts=(2, 3))
def leg_out_fails(a: Act) -> None:
    """Arms up or out, the right leg goes out and drops at once, with a lurch; again and again."""
    arms = HIGH if choose(a, "arms", ("up", "out")) == "up" else SIDE
    target, trunk = _leg(choose(a, "leg", ("front", "side", "back")), 0.95)
    a.move(0.7, both=arms)
    for _ in range(a.count):
        a.move(0.7, right_foot=target, **trunk)
        with a.meanwhile():
            a.move(0.4, lean=16, twist=14, tilt=-8, both=arms.moved(up=-0.12, front=0.12))
        a.move(0.4, right_foot=foot(out=0.14), height=-0.08, bend=12, pitch=0, roll=0, nod=6)
        a.move(0.6, right_foot=foot(), height=0, bend=0, lean=0, twist=0, tilt=0, nod=0, both=arms)
        a.hold(0.2)
    a.back(0.7)


@action("yoga_tree_loses_balance", sides=True)
def yoga_tree_loses_balance(a: Act) -> None:
    """The foot goes to the other knee, palms together; the body sways more and more, the foot comes down."""
    sole = foot(-0.12, -0.48, 0.05, frame="hip", yaw=62, pitch=40, knee="out+front")
    prayer = hand((0.01, 0.0, 0.2), "chest", palm="in", fingers="up", exact=True)
    a.move(0.9, right_foot=sole, side=0.03)
    a.move(0.7, both=prayer)
    a.hold(a.uniform(0.3, 0.7))
    for lean in (8, -12, 16):
        a.move(0.4, lean=lean, tilt=-lean * 0.5, twist=lean * 0.5, both=WIDE.moved(up=0.01 * lean))
    a.move(0.4, right_foot=foot(out=0.3, yaw=15), lean=20, bend=16, height=-0.12, side=-0.1, balance=-0.6, both=WIDE)
    a.move(0.5, lean=4, bend=6, twist=0, tilt=0)
    a.move(0.6, right_foot=foot(), side=0, height=0, balance=0, lean=0)
    a.back(0.6)


@action("squats_arms_out", counts=(2, 6), styles=("", "", "tired"), tempo=(0.85, 1.05))
def squats_arms_out(a: Act) -> None:
    """Both arms go to shoulder height and stay there while the knees bend deep again and again."""
    arms = (FRONT if choose(a, "arms", ("front", "front", "side")) == "front" else SIDE).moved(up=0.08)
    deep = a.uniform(0.36, 0.46) * min(a.size, 1.0)
    a.move(0.8, both=arms, both_feet=foot(out=0.05, yaw=12))
    a.hold(0.2)
    for _ in range(a.count):
        a.move(0.85, height=-deep, bend=26, pitch=16, nod=-24)
        a.hold(0.1)
        a.move(0.8, height=0, bend=0, pitch=0, nod=0)
    a.hold(0.2)
    a.back(0.8)


@action("hold_squat", styles=("", "", "tired"))
def hold_squat(a: Act) -> None:
    """Down into a squat, and stays there for some seconds."""
    place: dict[str, Any] = {
        "front": FRONT,
        "together": hand((0.0, -0.02, 0.26), "chest", palm="in", fingers="up+front"),
        "knees": hand((0.06, 0.06, 0.36), "pelvis", palm="down", fingers="front+in"),
    }
    arms = place[choose(a, "arms", ("front", "together", "knees"))]
    a.move(1.0, height=-a.uniform(0.36, 0.46), bend=28, pitch=16, nod=-24, both=arms, both_feet=foot(out=0.05, yaw=14))
    seconds = a.uniform(2.0, 3.6)
    a.wave("bend", 1.5, 1.6, seconds)
    a.hold(seconds)
    a.plan.length = max(a.plan.length, a.time)


@action("kick_across", sides=True, counts=(1, 3), styles=("", "", "angry"), tempo=(0.7, 0.9))
def kick_across(a: Act) -> None:
    """The right foot draws back to its own side and sweeps hard across the body to the left."""
    loose = hand((0.34, -0.22, 0.06), "shoulder", part="wrist")
    a.move(0.4, both=loose, height=-0.03)
    for _ in range(a.count):
        a.move(0.4, right_foot=foot(0.3, -0.62, -0.26, frame="hip", pitch=40), twist=-18, yaw=-14, bend=4)
        swept = foot(-0.6 * min(a.size, 1.05), -0.3, 0.42, frame="hip", pitch=20)
        with a.meanwhile():
            a.move(0.36, right=loose.moved(front=-0.3, out=0.1), left=loose.moved(front=0.24, out=-0.1))
        a.move(0.32, right_foot=swept, twist=26, yaw=24, bend=-6, lean=-6, ease="hit")
        a.hold(0.12)
        a.move(0.45, right_foot=foot(), twist=0, yaw=0, bend=2, lean=0, both=loose)
    a.back(0.5)


@action("side_lunges", counts=(1, 3), tempo=(0.9, 1.1))
def side_lunges(a: Act) -> None:
    """Feet far apart, the weight goes deep over one bent knee and then over the other, the free leg straight."""
    arms = {"front": FRONT, "waist": hand("waist"), "together": hand((0.0, -0.02, 0.26), "chest", palm="in",
            fingers="up+front")}[choose(a, "arms", ("front", "waist", "together"))]  # fmt: skip
    a.move(0.6, left_foot=foot(out=0.34, yaw=10), lift=0.08, side=0.15, balance=-1, both=arms)
    a.move(0.5, right_foot=foot(out=0.34, yaw=10), lift=0.08, side=0.0, height=-0.12)
    for _ in range(a.count):
        for sign in (-1.0, 1.0):
            a.move(0.85, side=0.26 * sign, height=-0.36, bend=22, lean=-4 * sign, nod=-14)
            a.hold(0.2)
            a.move(0.7, side=0.0, height=-0.13, bend=4, lean=0, nod=0)
    a.move(0.5, right_foot=foot(), lift=0.07, side=0.12, height=-0.05)
    a.move(0.5, left_foot=foot(), lift=0.07, side=0, height=0, balance=0)
    a.back(0.4)


@action("back_bend", counts=(1, 2), styles=("", "", "tired"))
def back_bend(a: Act) -> None:
    """Hands at the lower back or overhead, the trunk and head bend far backwards, hips forwards."""
    arms = hand("lower_back") if choose(a, "arms", ("back", "back", "high")) == "back" else HIGH.moved(front=-0.1)
    a.move(0.7, both=arms)
    for _ in range(a.count):
        a.move(1.1, bend=-56, nod=-40, pitch=-20, front=0.14, height=-0.04)
        a.hold(a.uniform(0.5, 1.2))
        a.move(0.9, bend=0, nod=0, pitch=0, front=0, height=0)
    a.back(0.6)


@action("rise_from_squat", styles=("", "", "tired"))
def rise_from_squat(a: Act) -> None:
    """Squats with the hands on the knees or before the body, and stands up."""
    ways = {"knees": hand((0.06, 0.06, 0.36), "pelvis", palm="down", fingers="front+in"),
            "loose": hand((0.14, -0.34, 0.26), "shoulder", part="wrist")}  # fmt: skip
    arms = ways[choose(a, "arms", ("knees", "loose"))]
    now = a.time
    a.time = -10.0
    a.move(0.1, height=-a.uniform(0.36, 0.46), bend=30, pitch=18, nod=-20, both=arms)
    a.time = now
    a.hold(a.uniform(0.6, 1.2))
    a.move(0.5, bend=26, height=-0.2, nod=-14)
    a.time -= 0.2
    a.back(0.9)
