"""Sitting on a chair that is not there, getting out of the way."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import begin, choose, jitter
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.targets import foot, hand


def _chair(a: Act) -> str:
    toes = jitter(a, 5, 4)
    return variant("sit_chair", bend=jitter(a, 7, 5), legs={"hip": [84, jitter(a, 7, 3), toes], "knee": 86, "ankle": 0})


@action("sit_on_chair", styles=("", "", "tired"))
def sit_on_chair(a: Act) -> None:
    """Leans forwards, lowers the hips onto the seat, leans back, hands on the thighs."""
    if a.rng.random() < 0.4:  # a look behind
        a.move(0.5, turn=a.rng.choice([-1, 1]) * a.uniform(30, 55), twist=a.uniform(-8, 8))
    a.pose(0.9, "rise_chair", anchor="feet", hands=False)
    a.move(0.1, turn=0, twist=0, wait=False)
    a.time -= 0.25
    a.pose(0.8, _chair(a), anchor="feet")
    seconds = a.uniform(0.8, 2.0)
    a.wave("bend", 0.8, 2.8, seconds * a.tempo)
    if a.rng.random() < 0.4:
        a.move(0.5, turn=a.uniform(-30, 30), nod=a.uniform(-5, 10))
    a.hold(seconds)
    a.plan.length = max(a.plan.length, a.time)


@action("stand_up_from_chair", styles=("", "", "tired"))
def stand_up_from_chair(a: Act) -> None:
    """Seated, leans over the feet and rises."""
    begin(a, _chair(a))
    a.hold(a.uniform(0.4, 1.0))
    push = choose(a, "hands", ("thighs", "free"))
    a.pose(0.7, "rise_chair", anchor="feet", hands=False)
    if push == "free":
        with a.meanwhile(-0.4):
            a.move(0.6, both=hand((0.06, -0.25, 0.36), "shoulder", part="wrist"))
    a.time -= 0.12
    a.back(0.9)


@action("duck", sides=True)
def duck(a: Act) -> None:
    """Drops quickly under something, arms over the head or not, and comes up again."""
    low = -a.uniform(0.3, 0.46) * a.size
    way = choose(a, "arms", ("cover", "guard", "loose"))
    arms = {
        "cover": hand("top_of_head", shift=(0.06, 0.0, -0.02)),
        "guard": hand((0.1, -0.02, 0.28), "chest", palm="in", fingers="up+front"),
        "loose": hand((0.2, -0.3, 0.22), "shoulder", part="wrist"),
    }[way]
    a.move(0.3, height=low, pitch=16, bend=34, nod=24, lean=jitter(a, 5, 8), both=arms, ease="out")
    a.hold(a.uniform(0.3, 1.0))
    a.move(0.6, height=low * 0.3, bend=10, nod=-12, pitch=4, lean=0)
    a.move(0.4, turn=a.uniform(-35, 35))
    a.back(0.7)


@action("dodge", sides=True, counts=(1, 3))
def dodge(a: Act) -> None:
    """Trunk and hips go quickly to the right, out of the way of something; with a step or without."""
    guard = hand((0.08, 0.02, 0.26), "chest", part="fist", palm="in", fingers="up+front", elbow="down")
    a.move(0.4, height=-0.1, bend=10, both=guard if choose(a, "arms", ("guard", "loose")) == "guard" else
           hand((0.24, -0.34, 0.2), "shoulder", part="wrist"))  # fmt: skip
    step = choose(a, "way", ("step", "lean")) == "step"
    for _ in range(a.count):
        if step:
            wide = a.uniform(0.3, 0.42)
            a.move(0.3, ease="out", lean=18, side=-wide / 2, height=-0.2, twist=12, nod=6, balance=-1, lift=0.07,
                   right_foot=foot(out=wide))  # fmt: skip
            a.hold(a.uniform(0.15, 0.4))
            a.move(0.5, lean=0, side=0, height=-0.08, twist=0, balance=0, lift=0.06, right_foot=foot())
        else:
            a.move(0.24, ease="out", lean=27, side=-0.08, height=-0.17, twist=16, roll=7, tilt=6)
            a.hold(a.uniform(0.1, 0.35))
            a.move(0.42, lean=-3, side=0, height=-0.08, twist=0, roll=0, tilt=0)
    a.back(0.6)
