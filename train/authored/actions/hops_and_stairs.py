"""Stairs, ladders, hops and the moonwalk."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from train.authored.act import Act
from train.authored.actions.common import choose, hops
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import foot, hand

HANGING = (0.05, -0.47, 0.05)


@action("climb_stairs", styles=("", "", "tired"))
def climb_stairs(a: Act) -> None:
    """Steps onto stairs that are not there: the knee goes high, the body rises over it."""
    raised = foot(0.0, -0.46, 0.34, frame="hip", pitch=5)
    gait = Gait(stride=0.26, step_time=0.7, raised=raised, heel=0, toe=20, swing=0.16, drop=0.03, sway=0.045)
    rail = choose(a, "hand", ("free", "free", "rail")) == "rail"
    if rail:
        gait = dataclasses.replace(gait, arms=False)
    a.move(0.3, bend=10, nod=8)

    def each(number: int, side: str) -> Gait:
        a.move(0.35, wait=False, bend=14, height=-0.1)
        with a.meanwhile(0.36):
            a.move(0.3, wait=False, bend=8, height=0.0)
        if rail and number % 2 == 0:
            a.move(0.5, wait=False, right=hand((0.2, -0.12, 0.36), "shoulder", part="fist", fingers="front", palm="in"))
        elif rail:
            a.move(0.6, wait=False, right=hand((0.2, -0.22, 0.2), "shoulder", part="fist", fingers="front", palm="in"))
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.back(0.5)


@action("descend_stairs")
def descend_stairs(a: Act) -> None:
    """Down stairs that are not there: toes first, the standing knee bends, the body drops onto the other foot."""
    gait = Gait(stride=0.3, step_time=0.62, lift=0.05, heel=0, toe=30, swing=0.1, drop=0.03, sway=0.05)
    rail = choose(a, "hand", ("free", "free", "rail")) == "rail"
    if rail:
        gait = dataclasses.replace(gait, arms=False)
    a.move(0.3, nod=22, bend=4)

    def each(number: int, side: str) -> Gait:
        a.move(0.3, wait=False, height=0.0, bend=4)
        with a.meanwhile(0.26):
            a.move(0.3, wait=False, height=-0.14, bend=7, nod=a.uniform(16, 28))
        if rail:
            up, front = (-0.26, 0.34) if number % 2 == 0 else (-0.18, 0.2)
            place = hand((0.2, up, front), "shoulder", part="fist", fingers="front+down", palm="in")
            a.move(0.55, wait=False, right=place)
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.back(0.5)


@action("climb_ladder", sides=True)
def climb_ladder(a: Act) -> None:
    """On the spot: opposite hand and knee go up a rung, then the body pulls itself up."""
    high, low = (0.0, 0.36, 0.36), (0.0, -0.02, 0.36)
    grip: dict[str, Any] = {"part": "fist", "fingers": "up+front", "palm": "front", "elbow": "down+out"}
    knee = foot(-0.02, -0.46, 0.26, frame="hip", pitch=0)
    a.move(0.7, right=hand(high, "shoulder", **grip), left=hand(low, "shoulder", **grip), nod=-18)
    for number in range(int(a.rng.integers(5, 9))):
        up, down = ("left", "right") if number % 2 == 0 else ("right", "left")
        sign = 1.0 if up == "left" else -1.0
        with a.meanwhile():
            a.move(0.5, **{up: hand(high, "shoulder", **grip), down: hand(low, "shoulder", **grip)})
        a.move(0.42, twist=-8 * sign, height=-0.03, lean=-3 * sign, **{f"{down}_foot": knee})
        a.move(0.36, height=0.0, nod=-18 + a.uniform(-4, 4), **{f"{down}_foot": foot()})
    a.back(0.7)


@action("skip", styles=("", "happy"))
def skip(a: Act) -> None:
    """A hop on every step, the other knee up, arms swinging."""
    hops(a, int(a.rng.integers(5, 9)), ahead=0.5, height=0.12, alternate=True)
    a.back(0.4)


@action("hop_one_leg", sides=True, counts=(2, 7))
def hop_one_leg(a: Act) -> None:
    """Hops on the right leg, forwards or on the spot."""
    ahead = 0.34 if choose(a, "way", ("forward", "spot")) == "forward" else 0.0
    hops(a, a.count, ahead=ahead, height=a.uniform(0.09, 0.15), alternate=False)
    a.back(0.5)


@action("moonwalk", sides=True)
def moonwalk(a: Act) -> None:
    """Backwards: one foot stands on its ball, the other slides back flat."""
    slide = a.uniform(0.28, 0.36) * a.size
    low = hand((0.08, -0.42, 0.12), "shoulder", part="wrist")
    a.move(0.4, bend=8, height=-0.05, both=low, balance=-1)
    at = {"left": 0.0, "right": 0.0}
    a.move(0.3, left_foot=foot(pitch=42))
    a.plan.travel.append((a.time, 0.0, 0.0, 0.0))
    steps = int(a.rng.integers(5, 9))
    for number in range(steps + 1):
        side, other = ("right", "left") if number % 2 == 0 else ("left", "right")
        last = number == steps
        at[side] = at[other] if last else min(at.values()) - slide * (0.6 if number == 0 else 1.0)
        length = a.seconds(0.55)
        swing = {other: low.moved(front=0.1), side: low.moved(front=-0.16)}
        a.origin = (0.0, at[side], 0.0)
        a.move(
            0.9 * length * a.tempo,
            wait=False,
            nod=8,
            twist=6 if side == "left" else -6,
            **{f"{side}_foot": foot()},
            **swing,
        )
        a.time += length
        a.plan.travel.append((a.time, 0.0, float(np.mean(list(at.values()))), 0.0))
        if not last:  # the heels change
            a.move(0.16, wait=False, **{f"{side}_foot": foot(pitch=42)})
            a.origin = (0.0, at[other], 0.0)
            a.move(0.16, wait=False, **{f"{other}_foot": foot()})
        a.hold(0.05)
    a.origin = (0.0, at["left"], 0.0)
    a.back(0.5)
