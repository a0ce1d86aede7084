"""Ways of getting about on foot."""

from __future__ import annotations

import dataclasses

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import foot, hand

HANGING = (0.05, -0.47, 0.05)


@action("limp", sides=True)
def limp(a: Act) -> None:
    """The right leg hurts: it stands for a short time, stiffly, and the body dips and leans over it."""
    bad, stiff = a.uniform(0.6, 0.75), a.uniform(6, 12)
    gait = Gait(stride=0.42, step_time=0.62, lift=0.03, heel=-4, toe=12, sway=0.03, drop=0.04, swing=0.1, slow=bad)
    if choose(a, "hold", ("thigh", "none")) == "thigh":
        gait = dataclasses.replace(gait, arms=False)
        a.move(0.5, right=hand((0.12, -0.12, 0.13), "pelvis", palm="in+back", fingers="down+in"), bend=10, nod=12)

    def each(number: int, side: str) -> Gait:
        if side == "left":  # the body is over the bad leg
            a.move(0.25, wait=False, lean=stiff, bend=12, nod=14, height=-0.07)
            return gait
        a.move(0.4, wait=False, lean=-3, bend=6, nod=8, height=-0.03)
        return dataclasses.replace(gait, stride=0.34)

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.back(0.5)


@action("sneak", sides=True)
def sneak(a: Act) -> None:
    """Bent, slow, high careful steps, the head turning."""
    raised = foot(0.02, -0.5, 0.3, frame="hip", pitch=25)
    gait = Gait(stride=0.46, step_time=0.85, raised=raised, heel=0, toe=20, planted=0, drop=0.14, sway=0.04, arms=False)
    paws = hand((0.04, -0.08, 0.3), "shoulder", palm="down", fingers="front+down", elbow="down+out")
    low = hand((0.16, -0.3, 0.25), "shoulder", palm="down+back", fingers="out+front")
    a.move(0.7, both=paws if choose(a, "hands", ("paws", "low")) == "paws" else low, bend=28, nod=-18, height=-0.14)
    look = float(a.rng.choice([-1.0, 1.0]))

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        if number % 2 == 0:
            a.move(0.6, wait=False, turn=look * sign * a.uniform(10, 40))
        a.move(0.6, wait=False, bend=28 + a.uniform(-4, 6), twist=-5 * sign)
        return gait

    walk(a, int(a.rng.integers(4, 7)), gait, each=each)
    a.back(0.7)


@action("tiptoe", styles=("", "", "happy"))
def tiptoe(a: Act) -> None:
    """Small soft steps on the balls of the feet."""
    gait = Gait(stride=0.3, step_time=0.45, lift=0.06, heel=0, toe=40, planted=40, drop=0.0, sway=0.02, arms=False)
    way = choose(a, "arms", ("out", "up", "low"))
    place = {"out": (0.34, -0.28, 0.06), "up": (0.16, -0.12, 0.24), "low": (0.14, -0.44, 0.04)}[way]
    a.move(0.5, both=hand(place, "shoulder", palm="down", fingers="out+front" if way != "up" else "front+down"), bend=4)
    a.move(0.35, both_feet=foot(pitch=40), height=0.065, balance=-1)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.4, wait=False, lean=2 * sign, twist=-3 * sign, turn=a.uniform(-8, 8))
        return gait

    walk(a, int(a.rng.integers(6, 11)), gait, each=each)
    a.back(0.5)


@action("wide_steps")
def wide_steps(a: Act) -> None:
    """Giant strides."""
    gait = Gait(
        stride=a.uniform(0.8, 0.95), step_time=0.8, lift=0.16, heel=-16, toe=35, drop=0.12, swing=0.3, sway=0.03
    )

    def each(number: int, side: str) -> Gait:
        a.move(0.7, wait=False, bend=a.uniform(2, 9))
        return gait

    walk(a, int(a.rng.integers(4, 7)), gait, each=each)
    a.back(0.5)


@action("zombie_walk", sides=True)
def zombie_walk(a: Act) -> None:
    """Stiff dragging steps, arms stretched out in front, the head askew."""
    high, drag = a.uniform(-0.12, 0.08), a.uniform(0.65, 0.95)
    gait = Gait(stride=0.32, step_time=0.8, lift=0.015, heel=0, toe=4, sway=0.06, drop=0.02, arms=False, slow=drag)
    tilt = a.uniform(8, 20)
    arms = {side: hand((0.02, high + a.uniform(-0.08, 0.08), 0.48), "shoulder", palm="down", fingers="front+down")
            for side in ("left", "right")}  # fmt: skip
    if choose(a, "arms", ("both", "both", "one")) == "one":
        arms["left"] = hand(HANGING, "shoulder", part="wrist")
    a.move(0.9, bend=10, nod=4, tilt=tilt, **arms)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(
            0.7, wait=False, lean=sign * 7, twist=-6 * sign, bend=a.uniform(6, 14), tilt=tilt + sign * 6, roll=2 * sign
        )
        return gait

    walk(a, int(a.rng.integers(4, 8)), gait, each=each)
    a.back(0.8)


@action("drunk_walk")
def drunk_walk(a: Act) -> None:
    """Weaving steps, swaying trunk, loose arms."""
    plain = Gait(stride=0.4, step_time=0.66, lift=0.04, heel=-6, toe=14, sway=0.08, drop=0.05, arms=False)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        loose = {}
        for word in ("left", "right"):
            place = (a.uniform(0.1, 0.34), a.uniform(-0.46, -0.3), a.uniform(-0.1, 0.22))
            loose[word] = hand(place, "shoulder", part="wrist")
        head = {"tilt": a.uniform(-14, 14), "nod": a.uniform(0, 22), "turn": a.uniform(-18, 18)}
        a.move(0.6, wait=False, lean=a.uniform(-13, 13), bend=a.uniform(2, 20), twist=-5 * sign, **head, **loose)
        return dataclasses.replace(
            plain, stride=a.uniform(0.15, 0.55), width=a.uniform(-0.06, 0.12), turn=a.uniform(-14, 14),
            step_time=a.uniform(0.5, 0.8),
        )  # fmt: skip

    walk(a, int(a.rng.integers(5, 9)), plain, each=each)
    a.back(0.8)


@action("old_walk", sides=True)
def old_walk(a: Act) -> None:
    """Bent, with small slow steps; a hand on the back, or on a stick."""
    gait = Gait(stride=0.24, step_time=0.72, lift=0.025, heel=-3, toe=8, drop=0.05, sway=0.03, arms=False)
    bend = a.uniform(20, 32)
    way = choose(a, "hand", ("back", "stick", "both"))
    stick = hand((0.1, 0.08, 0.3), "pelvis", part="fist", fingers="front+down", palm="in")
    goals = {"left": hand(HANGING, "shoulder", part="wrist"), "right": hand(HANGING, "shoulder", part="wrist")}
    if way != "stick":
        goals["left"] = hand("lower_back")
    if way != "back":
        goals["right"] = stick
    a.move(0.8, bend=bend, nod=-8, height=-0.05, **goals)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.5, wait=False, lean=3 * sign, bend=bend + a.uniform(-3, 3))
        if way != "back" and side == "right":  # the stick goes ahead
            a.move(0.4, wait=False, right=stick.moved(front=0.12))
        elif way != "back":
            a.move(0.6, wait=False, right=stick.moved(front=-0.04))
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.back(0.9)


@action("tired_walk")
def tired_walk(a: Act) -> None:
    """Heavy steps with hanging arms and head."""
    gait = Gait(
        stride=0.38, step_time=0.78, lift=0.025, heel=-4, toe=10, drop=0.05, sway=0.06, swing=0.1, hand_height=-0.46
    )
    slump = a.uniform(14, 22)
    a.move(0.8, bend=slump, nod=20, reach=8)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.7, wait=False, lean=4 * sign, bend=slump + a.uniform(-3, 4), nod=a.uniform(14, 26))
        return gait

    walk(a, int(a.rng.integers(4, 7)), gait, each=each)
    if a.rng.random() < 0.5:  # a sigh
        a.move(0.6, bend=slump - 10, shrug=8)
        a.move(0.7, bend=slump + 4, shrug=0)
    a.back(0.8)


@action("balance_beam", sides=True)
def balance_beam(a: Act) -> None:
    """One foot before the other on a line, arms out, with wobbles."""
    gait = Gait(stride=0.3, step_time=0.85, lift=0.09, heel=0, toe=12, width=-0.1, sway=0.0, drop=0.02, arms=False)
    high = a.uniform(-0.08, 0.06)

    def arms(sway: float) -> dict:
        return {word: hand((0.47, high + sign * sway, 0.06), "shoulder", palm="down", fingers="out")
                for word, sign in (("left", 1), ("right", -1))}  # fmt: skip

    a.move(0.8, nod=18, **arms(0.0))

    def each(number: int, side: str) -> Gait:
        wobble = a.uniform(-1, 1) * (1.6 if a.rng.random() < 0.25 else 0.7)
        a.move(0.4, wait=False, lean=8 * wobble, tilt=-5 * wobble, **arms(0.14 * wobble))
        with a.meanwhile(0.42):
            a.move(0.35, wait=False, lean=-4 * wobble, tilt=3 * wobble, **arms(-0.07 * wobble))
        return gait

    walk(a, int(a.rng.integers(4, 8)), gait, each=each)
    a.back(0.7)
