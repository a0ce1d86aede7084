"""Loosening up: limbs shaken, neck and hips circled, knees bounced."""

from __future__ import annotations

import numpy as np

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.patterns import stance, stand_again
from train.authored.registry import action
from train.authored.targets import Path3, foot, hand


def _shaking(times: int, out: float, up: float, front: float) -> Path3:
    """``times`` shakes to and fro, in metres, swelling at first and dying away at the end."""

    def path(share: np.ndarray) -> np.ndarray:
        strength = np.clip(np.minimum(share, 1 - share) * 6, 0, 1)
        return (strength * np.sin(2 * np.pi * times * share))[:, None] * np.array([out, up, front])

    return path


@action("shake_out_limbs", sides=True)
def shake_out_limbs(a: Act) -> None:
    """Shakes both arms, then one leg after the other."""
    seconds = a.uniform(1.1, 1.6)
    loose = hand((0.2, -0.4, 0.16), "shoulder", path=_shaking(round(3.4 * seconds), 0.06, 0.07, 0.03))
    a.move(0.5, both=loose, bend=4)
    a.wave("shrug", 3.0, 0.3, seconds)
    a.wave("twist", 3.0, 0.6, seconds)
    a.hold(seconds)
    hanging = hand((0.2, -0.42, 0.08), "shoulder", part="wrist")
    for side in ("right", "left"):
        sign = 1.0 if side == "left" else -1.0
        leg = foot(0.06, -0.68, 0.2, frame="hip", pitch=25, path=_shaking(4, 0.05, 0.03, 0.05))
        a.move(0.45, **{f"{side}_foot": leg}, both=hanging, lean=4 * sign, nod=8)
        a.hold(a.uniform(0.9, 1.2))
        a.move(0.4, **{f"{side}_foot": foot()}, lean=0)
    a.back(0.5)


@action("neck_rolls", sides=True, counts=(1, 3))
def neck_rolls(a: Act) -> None:
    """The head goes round: down, to the right, back, to the left."""
    a.move(0.5, nod=26, **({"both": hand("waist")} if choose(a, "hands", ("hang", "hang", "waist")) == "waist" else {}))
    pace = a.uniform(0.42, 0.56)
    for _ in range(a.count):
        for nod, tilt, bend in ((6, 26, 1), (-22, 4, -3), (4, -26, 1), (26, 0, 2)):
            a.move(pace * 1.25, wait=False, nod=nod, tilt=tilt, bend=bend, lean=0.1 * tilt)
            a.hold(pace)
    a.hold(0.2)
    a.move(0.4, nod=0)
    a.back(0.5)


@action("hip_circles", counts=(2, 4), styles=("", "", "happy"))
def hip_circles(a: Act) -> None:
    """Hands at the waist, feet apart, the hips go round."""
    stance(a, 0.0, 0.08, both=hand("waist"))
    wide, pace = a.uniform(0.08, 0.12) * a.size, a.uniform(0.24, 0.32)
    a.move(0.3, height=-0.03, balance=-1, side=-wide)
    for _ in range(a.count):
        for side, front in ((0.0, 0.75), (1.0, 0.0), (0.0, -0.75), (-1.0, 0.0)):
            a.move(pace * 1.3, wait=False, side=wide * side, front=wide * front, lean=9 * side, bend=4 - 10 * front,
                   roll=-5 * side, pitch=-7 * front)  # fmt: skip
            a.hold(pace)
    a.move(0.4, side=0, front=0, lean=0, bend=0, roll=0, pitch=0, balance=0)
    stand_again(a)


@action("bend_knees_bounce", counts=(3, 8), styles=("", "", "happy"))
def bend_knees_bounce(a: Act) -> None:
    """Bounces in the knees without leaving the floor."""
    deep, pace = a.uniform(0.1, 0.17) * a.size, a.uniform(0.24, 0.34)
    arms = {"loose": hand((0.12, -0.36, 0.2), "shoulder", part="wrist"), "waist": hand("waist"),
            "fists": hand((0.1, -0.12, 0.26), part="fist", palm="in", fingers="front+up")}  # fmt: skip
    way = arms[choose(a, "arms", ("loose", "waist", "fists"))]
    a.move(0.4, both=way, height=-0.04)
    for number in range(a.count):
        a.move(pace, height=-deep, bend=8, nod=5)
        a.move(pace, height=-0.02, bend=2, nod=-2, lean=3 if number % 2 else -3)
    a.back(0.4)


@action("lean_on_wall", sides=True, styles=("", "", "tired"))
def lean_on_wall(a: Act) -> None:
    """The right hand and the weight go against a wall at the side, the other foot crosses over."""
    height = a.uniform(1.12, 1.28)
    wall = hand((0.62, height, 0.08), "body", palm="out", fingers="up+front", elbow="down+back")
    a.move(0.7, right=wall, lean=6, turn=-12)
    goals = {"left": hand("waist")} if choose(a, "other", ("hang", "hang", "waist")) == "waist" else {}
    a.move(
        0.7,
        side=-0.14,
        lean=14,
        roll=6,
        tilt=-9,
        height=-0.04,
        balance=-1,
        twist=5,
        right=wall.moved(out=-0.1),
        **goals,
    )
    a.move(0.6, left_foot=foot(out=-0.2, front=0.14, pitch=30), lift=0.07)
    seconds = a.uniform(0.8, 2.0)
    a.wave("bend", 1.0, 2.6, seconds)
    a.move(0.6, turn=a.uniform(-10, 40))
    a.hold(seconds)
    a.move(0.6, left_foot=foot(), lift=0.06, turn=0)
    a.move(0.6, side=0, lean=0, roll=0, tilt=0, height=0, balance=0)
    a.back(0.6)


@action("warm_hands", styles=("", "", "scared"))
def warm_hands(a: Act) -> None:
    """Cold hands are blown on, rubbed, and blown on again."""
    cupped = hand((0.025, -0.05, 0.2), "head", palm="in+back", fingers=(-0.25, 1, 0.1), elbow="down+out", exact=True)
    rub = hand((0.016, 0.0, 0.26), palm="in", fingers="front+up", elbow="down+out", exact=True)
    a.move(0.6, both=rub, shrug=8, bend=8, nod=8)
    for number in range(int(a.rng.integers(1, 3))):
        for _ in range(int(a.rng.integers(2, 5))):
            a.move(0.14, right=rub.moved(up=0.04, front=0.02), left=rub.moved(up=-0.04, front=-0.02))
            a.move(0.14, right=rub.moved(up=-0.04, front=-0.02), left=rub.moved(up=0.04, front=0.02))
        a.move(0.4, both=cupped, nod=12, bend=9)
        a.hold(0.1)
        a.move(0.45, nod=17, shrug=11, both=cupped.moved(front=0.01))
        a.hold(0.2)
        a.move(0.35, nod=8, shrug=6, both=rub)
    a.back(0.6)


@action("peek_around", sides=True, styles=("", "", "sneaky", "scared"))
def peek_around(a: Act) -> None:
    """Close to a corner, leans out to the right, looks, and draws back."""
    edge = hand((0.12, 0.04, 0.26), palm="front+down", fingers="up+in", elbow="down+out")
    a.move(0.6, right=edge, left=edge.moved(up=-0.16, out=-0.06), bend=8, height=-0.07, nod=0)
    a.hold(0.2)
    for number in range(int(a.rng.integers(1, 3))):
        a.move(0.6, lean=24, side=-0.1, roll=6, tilt=8, turn=-a.uniform(10, 25), nod=-5, height=-0.09)
        a.hold(a.uniform(0.4, 1.0))
        a.move(0.35, lean=0, side=0, roll=0, tilt=0, turn=14, ease="out")
        a.hold(a.uniform(0.15, 0.4))
    a.back(0.7)


@action("tug_of_war", counts=(2, 5), styles=("", "", "angry"))
def tug_of_war(a: Act) -> None:
    """Leans back on a rope in both hands and pulls in heaves, giving way a little between them."""
    y = a.uniform(-0.2, -0.1)
    near = {"right": hand((0.06, y, 0.26), part="fist", palm="in+down", fingers="front", elbow="back+out+down"),
            "left": hand((-0.1, y + 0.02, 0.46), part="fist", palm="in+down", fingers="front")}  # fmt: skip
    stance(a, 0.5, 0.04, **near)
    a.move(0.5, height=-0.14, front=-0.12, pitch=-14, bend=8, balance=-1, twist=-12, nod=4)
    for _ in range(a.count):
        pull = {side: target.moved(front=-0.08) for side, target in near.items()}
        a.move(0.4, height=-0.2, front=-0.22, pitch=-24, bend=2, twist=-20, nod=-10, **pull, ease="hit")
        a.wave("roll", 1.2, 0.22, 0.5)
        a.hold(0.5)
        a.move(0.45, height=-0.13, front=-0.1, pitch=-11, bend=10, twist=-8, nod=6, **near)
    stand_again(a)
