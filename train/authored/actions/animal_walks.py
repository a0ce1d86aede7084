"""Walks like a model, a penguin or an ape."""

from __future__ import annotations

import dataclasses

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import foot, hand


@action("catwalk", styles=("", "", "proud"))
def catwalk(a: Act) -> None:
    """Feet on one line, the hips swing far over each standing foot, a hand at the waist or arms swinging."""
    gait = Gait(stride=a.uniform(0.5, 0.58), step_time=0.62, heel=-10, toe=28, width=-0.09, drop=0.02, sway=0.06)
    if choose(a, "arms", ("waist", "waist", "swing")) == "waist":
        gait = dataclasses.replace(gait, arms=False)
        a.move(0.6, both=hand("waist"), bend=-6, nod=-5)
    else:
        a.move(0.5, bend=-6, nod=-5)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0  # the other foot stands
        a.move(0.55, wait=False, roll=15 * sign, lean=-13 * sign, tilt=4 * sign, twist=-9 * sign)
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.move(0.4, roll=0, lean=0, tilt=0, twist=0)
    a.back(0.5)


@action("penguin_walk", styles=("", "", "happy"))
def penguin_walk(a: Act) -> None:
    """Waddles in short steps, toes out, the body rocking, arms stiff at the sides with hands bent out."""
    gait = Gait(stride=0.2, step_time=0.5, lift=0.07, heel=0, toe=5, width=0.03, drop=0.05, sway=0.08, arms=False)
    a.move(0.6, both=hand((0.2, -0.44, 0.0), "shoulder", palm="down", fingers="out"), both_feet=foot(yaw=30), bend=-2)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.45, wait=False, lean=15 * sign, roll=5 * sign, tilt=5 * sign, twist=-10 * sign)
        return gait

    walk(a, int(a.rng.integers(7, 11)), gait, each=each)
    a.back(0.6)


@action("ape_walk", styles=("", "", "angry"))
def ape_walk(a: Act) -> None:
    """Bent far forwards on bent legs, long arms hanging and swinging before the body; perhaps beats the chest."""
    gait = Gait(stride=0.4, step_time=0.66, lift=0.07, heel=0, toe=15, width=0.1, drop=0.2, sway=0.09, arms=False)
    low = hand((0.2, -0.42, 0.3), "shoulder", part="wrist", elbow="out+back")
    a.move(0.8, both=low, bend=38, pitch=22, nod=-36, height=-0.2, reach=10)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        other = "right" if side == "left" else "left"
        a.move(0.6, wait=False, lean=10 * sign, twist=-12 * sign, height=-0.2,
               **{other: low.moved(front=0.14), side: low.moved(front=-0.12)})  # fmt: skip
        return gait

    walk(a, int(a.rng.integers(5, 8)), gait, each=each)
    if choose(a, "end", ("plain", "chest")) == "chest":
        out = hand((0.06, -0.08, 0.34), "chest", part="fist", palm="back", fingers="in", elbow="out")
        on = hand((0.06, -0.1, 0.15), "chest", part="fist", palm="back", fingers="in", elbow="out")
        a.move(0.5, both=out, bend=6, pitch=4, nod=-14, height=-0.1)
        for number in range(6):
            one, other = ("right", "left") if number % 2 == 0 else ("left", "right")
            a.move(0.3, **{one: on, other: out})
    a.back(0.8)
