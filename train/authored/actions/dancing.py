"""Dances on the spot and from side to side, and spins."""

from __future__ import annotations

import numpy as np

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.plan import Origin
from train.authored.registry import action
from train.authored.steps import footsteps, shifted_origin
from train.authored.targets import foot, hand

ARMS_OUT = hand((0.42, -0.08, 0.12), "shoulder", palm="down", fingers="out+front")
BENT = hand((0.24, -0.12, 0.26), "shoulder", palm="in+down", fingers="front+up")
OVERHEAD = hand((0.06, 0.5, 0.06), "shoulder", palm="in", fingers="up")


@action("side_to_side_dance", styles=("", "", "happy"))
def side_to_side_dance(a: Act) -> None:
    """A step to one side, the other foot follows, and back; hips swing over the standing foot, arms out."""
    arms = {"out": ARMS_OUT, "bent": BENT, "up": OVERHEAD}[choose(a, "arms", ("out", "out", "bent", "up"))]
    wide, pace = a.uniform(0.3, 0.42), a.uniform(0.44, 0.54)
    a.move(0.6, both=arms, height=-0.06, balance=-1)
    here = a.origin
    plan: list[tuple[str, Origin, float]] = []
    rounds = int(a.rng.integers(3, 5))
    for number in range(2 * rounds):
        sign = 1.0 if number % 2 == 0 else -1.0
        lead, follow = ("left", "right") if sign > 0 else ("right", "left")
        steps = 1 if rounds == 4 else int(a.rng.integers(1, 3))
        for _ in range(steps):
            here = shifted_origin(here, sign * wide, 0.0)
            with a.meanwhile(sum(one[2] for one in plan) * a.tempo):
                up = {"left": 0.12 * sign, "right": -0.12 * sign}
                sway = {word: arms.moved(up=up[word]) for word in ("left", "right")}
                a.move(2 * pace, wait=False, roll=-11 * sign, lean=10 * sign, twist=8 * sign, **sway)
            plan += [(lead, here, pace), (follow, here, pace)]
    footsteps(a, plan, lift=0.07, sway=0.05, drop=0.06, toe=20)
    a.back(0.6)


@action("sway_hips", counts=(3, 6), styles=("", "", "happy"))
def sway_hips(a: Act) -> None:
    """The hips swing far from side to side over feet that stand, hands at the waist, out or overhead."""
    place = {"waist": hand("waist"), "out": ARMS_OUT, "up": OVERHEAD}
    arms = place[choose(a, "arms", ("waist", "out", "up"))]
    pace = a.uniform(0.55, 0.7)
    a.move(0.6, both=arms, both_feet=foot(out=0.06), height=-0.06, balance=-1)
    for _ in range(a.count):
        for sign in (1.0, -1.0):
            a.move(
                pace, side=0.13 * sign, roll=-13 * sign, lean=15 * sign, tilt=-6 * sign, height=-0.08, twist=6 * sign
            )
    a.move(0.5, side=0, roll=0, lean=0, tilt=0, twist=0)
    a.back(0.6)


@action("twist_dance", counts=(4, 8), styles=("", "", "happy"))
def twist_dance(a: Act) -> None:
    """On the balls of the feet, knees bent, hips turn one way and shoulders with bent arms the other."""
    a.move(0.6, both=BENT, height=-0.12, bend=10, balance=-1)
    low = 0.12
    for number in range(a.count):
        low = 0.12 + 0.12 * float(np.sin(np.pi * number / max(a.count - 1, 1)))
        for sign in (1.0, -1.0):
            near, far = BENT.moved(out=-0.16, front=0.06), BENT.moved(out=0.14, front=-0.12)
            swing = {"left": near, "right": far} if sign > 0 else {"left": far, "right": near}
            feet = {"left_foot": foot(yaw=28 * sign), "right_foot": foot(yaw=-28 * sign)}
            a.move(0.36, yaw=26 * sign, twist=-42 * sign, height=-low, side=0.04 * sign, **swing, **feet)
    a.move(0.4, yaw=0, twist=0, side=0, both_feet=foot())
    a.back(0.6)


@action("spin_arms_out", sides=True, counts=(2, 4), styles=("", "", "happy"), tempo=(0.85, 1.1))
def spin_arms_out(a: Act) -> None:
    """Whole turns to the right on the spot in small steps, both arms stretched out to the sides."""
    a.move(0.6, both=hand((0.5, 0.02, 0.03), "shoulder", palm="down", fingers="out"))
    steps = 6
    plan: list[tuple[str, Origin, float]] = []
    goal = a.origin
    for number in range(steps * a.count):
        goal = shifted_origin(a.origin, 0.0, 0.0, -360.0 * 1.06 * (number + 1) / steps)
        plan.append(("right" if number % 2 == 0 else "left", goal, 0.33))
    plan.append(("right", goal, 0.33))
    a.start_here()
    footsteps(a, plan, lift=0.06, sway=0.02, drop=0.02, toe=18)
    a.end_here()
    a.hold(0.3)
    a.back(0.7)


@action("hop_foot_to_foot", counts=(3, 6), styles=("", "", "happy"))
def hop_foot_to_foot(a: Act) -> None:
    """Springs sideways from one foot to the other, the free foot swinging up behind."""
    wide = a.uniform(0.13, 0.18)
    arms = hand((0.34, -0.22, 0.12), "shoulder", palm="down", fingers="out+front")
    a.move(0.5, both=arms, height=-0.06, bend=6, balance=-1)
    for _ in range(a.count):
        for stand, free, sign in (("left", "right", 1.0), ("right", "left", -1.0)):
            up = foot(0.02, -0.5, -0.24, frame="hip", pitch=45)
            a.move(0.05, air=1, wait=False)
            a.move(0.24, side=wide * sign, height=0.08, ease="out",
                   **{f"{free}_foot": up, f"{stand}_foot": foot(out=0.05, up=0.08, pitch=25)})  # fmt: skip
            a.move(0.2, height=-0.1, lean=7 * sign, **{f"{stand}_foot": foot(out=0.05)})
            a.move(0.04, air=0, wait=False)
            a.hold(0.1)
    a.move(0.4, side=0, height=0, lean=0, both_feet=foot())
    a.back(0.5)


@action("plie", counts=(1, 4), styles=("", "happy"), tempo=(0.75, 1.0))
def plie(a: Act) -> None:
    """Heels together or apart, toes out, the knees open sideways and bend under an upright trunk, arms in an arc."""
    arc = hand((0.34, -0.16, 0.24), "shoulder", palm="front+in", fingers="out+front", elbow="out")
    low = hand((0.0, -0.44, 0.22), "shoulder", palm="back+in", fingers="in+down", elbow="out")
    wide = 0.14 if choose(a, "feet", ("wide", "close")) == "wide" else 0.02
    a.move(0.7, both=low, both_feet=foot(out=wide, yaw=48), bend=-3)
    for _ in range(a.count):
        a.move(0.9, height=-0.26, both=arc, both_feet=foot(out=wide, yaw=48, knee="out+front"))
        a.hold(0.2)
        a.move(0.9, height=0, both=low, both_feet=foot(out=wide, yaw=48))
    a.back(0.7)


@action("salsa_step", counts=(2, 4), styles=("", "", "happy"))
def salsa_step(a: Act) -> None:
    """One foot steps forward and home, the other back and home, hips swinging, forearms level and rolling."""
    pace, far = a.uniform(0.36, 0.44), a.uniform(0.24, 0.32)
    near = hand((0.1, -0.14, 0.26), "chest", part="fist", palm="in+down", fingers="front", elbow="out+down")
    a.move(0.5, both=near, height=-0.05, balance=-1)
    home = a.origin
    plan = []
    for number in range(a.count):
        ahead, behind = shifted_origin(home, 0.0, far), shifted_origin(home, 0.0, -far)
        plan += [("left", ahead, pace), ("right", home, pace), ("left", home, pace)]
        plan += [("right", behind, pace), ("left", home, pace), ("right", home, pace)]
    for number in range(len(plan)):
        sign = 1.0 if number % 2 == 0 else -1.0
        with a.meanwhile(number * pace):
            hands = {"left": near.moved(front=0.1 * sign), "right": near.moved(front=-0.1 * sign)}
            a.move(pace, wait=False, roll=-11 * sign, lean=10 * sign, twist=-10 * sign, **hands)
    footsteps(a, plan, lift=0.06, sway=0.06, drop=0.05, toe=22)
    a.move(0.4, roll=0, lean=0, twist=0)
    a.back(0.5)
