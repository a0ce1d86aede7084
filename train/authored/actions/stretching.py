"""Stretches, yoga and the hula hoop."""

from __future__ import annotations

import numpy as np

from train.authored.act import Act
from train.authored.actions.common import HANGING, HIGH, ON_WAIST, SIDE, begin, choose
from train.authored.registry import action
from train.authored.targets import foot, hand

HOOP = (
    ("side", 0.085, 0.0), ("front", 0.075, 0.25), ("roll", 7.0, 0.5), ("pitch", 6.0, 0.75), ("lean", -8.0, 0.5),
    ("bend", -5.0, 0.75),
)  # fmt: skip
"""Channel, amplitude and phase in turns of circling hips."""


@action("touch_toes", counts=(1, 4), styles=("", "", "tired"))
def touch_toes(a: Act) -> None:
    """The trunk folds over straight legs, the hands reach the toes."""
    stretch = choose(a, "arms", ("high", "straight")) == "high"
    reach = hand(
        (0.02, a.uniform(0.04, 0.12), a.uniform(0.16, 0.22)),
        "ground",
        part="tip",
        fingers="down+front",
        palm="back+down",
    )
    for _ in range(a.count):
        if stretch:
            a.move(0.7, both=HIGH, bend=-5, pitch=0, nod=-8)
        with a.meanwhile(0.15):
            a.move(1.0, both=reach)
        a.move(1.1, pitch=62 / a.size**0.5, bend=58, nod=12)
        a.hold(a.uniform(0.2, 0.9))
        with a.meanwhile():
            a.move(0.7, both=HANGING)
        a.move(1.0, pitch=0, bend=0, nod=0)
    a.back(0.5)


@action("arm_circles", counts=(2, 6))
def arm_circles(a: Act) -> None:
    """Straight arms circle beside the shoulders; small circles to the sides, or large ones."""
    large = choose(a, "circles", ("large", "small")) == "large"
    spin = 1.0 if choose(a, "direction", ("forward", "backward")) == "forward" else -1.0
    period = a.uniform(0.9, 1.2) if large else a.uniform(0.5, 0.75)
    radius = 0.48 if large else a.uniform(0.1, 0.17)

    def circle(share: np.ndarray) -> np.ndarray:
        angle = 2 * np.pi * a.count * share
        up, front = np.cos(angle) - 1, spin * np.sin(angle)
        return radius * np.stack([0 * up, up, front], -1)

    place = (0.16, 0.48, 0.0) if large else (0.47, radius, 0.02)
    palm = None if large else "down"
    a.move(
        0.7,
        both=hand(
            place, "shoulder", part="wrist", palm=palm, fingers=None if large else "out", path=circle, exact=True
        ),
    )
    a.hold(period * a.count)
    a.move(0.6, both=HANGING)
    a.back(0.4)


@action("side_bend", sides=True, counts=(1, 4))
def side_bend(a: Act) -> None:
    """The trunk bends to the right, the left arm over the head."""
    over = hand((-0.12, 0.5, 0.04), "shoulder", part="wrist", elbow="out+up")
    both_up = choose(a, "arms", ("one", "one", "both")) == "both"
    a.move(0.7, left=HIGH if not both_up else hand((-0.05, 0.52, 0.04), "shoulder", part="wrist"),
           right=hand((-0.05, 0.52, 0.04), "shoulder", part="wrist") if both_up else ON_WAIST,
           both_feet=foot(out=0.08), lift=0.03)  # fmt: skip
    for _ in range(a.count):
        a.move(0.9, lean=30, tilt=8, roll=4, **({} if both_up else {"left": over}))
        a.hold(a.uniform(0.2, 0.8))
        a.move(0.8, lean=0, tilt=0, roll=0, **({} if both_up else {"left": HIGH}))
    a.back(0.7)


@action("yoga_tree", sides=True)
def yoga_tree(a: Act) -> None:
    """On the left leg, the right sole against the left thigh or calf, palms together."""
    high = choose(a, "foot", ("thigh", "calf")) == "thigh"
    sole = foot(-0.12, -0.34 if high else -0.46, 0.05, frame="hip", yaw=62, pitch=40, knee="out+front")
    prayer = hand((0.01, 0.0, 0.2), "chest", palm="in", fingers="up", exact=True)
    top = hand((-0.145, 0.52, 0.04), "shoulder", palm="in", fingers="up", elbow="out", exact=True)
    a.move(1.0, right_foot=sole, side=0.03)
    a.move(0.7, both=prayer)
    if choose(a, "arms", ("high", "high", "prayer")) == "high":
        a.move(1.0, both=top)
    seconds = a.uniform(1.0, 2.8)
    a.wave("lean", 1.2, 1.7, seconds)
    a.hold(seconds)
    if a.params["arms"] == "high":
        a.move(0.8, both=prayer)
    a.move(0.9, right_foot=foot(), side=0)
    a.back(0.7)


@action("warrior_pose", sides=True)
def warrior_pose(a: Act) -> None:
    """Feet far apart, the right knee bent over its foot, arms level, the look along the right arm."""
    wide, deep = a.uniform(0.42, 0.54), a.uniform(0.2, 0.3)
    a.move(0.7, left_foot=foot(out=wide * 0.8), lift=0.08, side=wide * 0.4, height=-0.06, balance=-1)
    a.move(0.7, right_foot=foot(out=wide, yaw=72), lift=0.08, side=0.0, height=-0.12)
    a.move(0.8, both=SIDE, turn=-62)
    a.move(0.9, height=-deep, side=-wide * 0.36)
    seconds = a.uniform(1.0, 2.6)
    a.wave("bend", 0.8, 2.2, seconds)
    a.hold(seconds)
    a.move(0.7, height=-0.12, side=0)
    with a.meanwhile():
        a.move(0.7, both=HANGING, turn=0)
    a.move(0.6, right_foot=foot(), lift=0.07, side=wide * 0.4, height=-0.06)
    a.move(0.6, left_foot=foot(), lift=0.07, side=0, height=0, balance=0)
    a.back(0.4)


@action("meditate")
def meditate(a: Act) -> None:
    """Cross-legged, still, breathing slowly."""
    if a.rng.random() < 0.5:
        a.pose(1.0, "squat_reach_back", anchor="feet", hands=False)
        a.time -= 0.2
        a.pose(0.7, "sit_prop", anchor="feet")
        a.pose(0.9, "sit_cross", anchor="pelvis")
    else:
        begin(a, "sit_cross")
        a.hold(0.1)
    knees = hand((0.17, 0.12, 0.32), "pelvis", palm="up", fingers="front+out", elbow="out+down")
    lap = hand((0.01, 0.02, 0.2), "pelvis", palm="up", fingers="in", elbow="out+down")
    prayer = hand((0.01, -0.02, 0.2), "chest", palm="in", fingers="up", exact=True)
    a.move(
        0.8,
        both={"knees": knees, "lap": lap, "prayer": prayer}[choose(a, "hands", ("knees", "knees", "lap", "prayer"))],
        nod=4,
    )
    a.start_here()
    seconds = a.uniform(2.5, 4.5)
    a.wave("bend", 1.6, a.uniform(2.4, 3.4), seconds)
    a.wave("shrug", 1.5, 2.9, seconds)
    a.hold(seconds * a.tempo)
    a.plan.length = max(a.plan.length, a.time)


@action("hula_hoop", sides=True)
def hula_hoop(a: Act) -> None:
    """The hips circle, the arms are held out of the way."""
    period, seconds = a.uniform(0.62, 0.95), a.uniform(2.6, 4.6)
    arms = {
        "bent": hand((0.22, 0.04, 0.22), "shoulder", palm="down", fingers="front+up", elbow="out+down"),
        "high": hand((0.16, 0.42, 0.08), "shoulder", part="wrist"), "out": SIDE,
    }[choose(a, "arms", ("bent", "high", "out"))]  # fmt: skip
    a.move(0.6, both=arms, height=-0.04, balance=-0.9, both_feet=foot(out=0.05), lift=0.03)
    for channel, amplitude, phase in HOOP:
        a.wave(channel, amplitude * (1.0 if channel in ("lean", "bend") else a.size), period, seconds, phase)
    a.hold(seconds)
    a.back(0.6)
