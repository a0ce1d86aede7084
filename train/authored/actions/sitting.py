"""Sitting on ledges and on the floor, with the arms doing something meanwhile; standing up from the floor."""

from __future__ import annotations

import dataclasses
from typing import Any

from train.authored.act import Act
from train.authored.actions.common import begin, chain, choose, jitter
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.targets import hand

EDGE = hand((0.2, -0.02, 0.02), "pelvis", palm="down", fingers="front+out", elbow="back+out")
"""On the edge that one sits on."""
IN_LAP = hand((-0.02, 0.1, 0.26), "pelvis", palm="in+down", fingers="front+in")
BESIDE = hand((0.32, 0.02, 0.04), "chest", palm="down", fingers="out")
CROSSED = hand((0.18, 0.1, 0.3), "pelvis", palm="down", fingers="front+in")


def _ledge(**legs: Any) -> str:
    """Seated high: thighs slope down, the toes just reach the floor."""
    plain = {"hip": [77, 6, 4], "knee": 80, "ankle": 4}
    return variant("sit_chair", bend=10, legs=plain, contacts={"feet": 0.0}, **legs)


def _swing(a: Act) -> None:
    """Each lower leg swings forwards and back in turn."""
    for number in range(int(a.rng.integers(4, 7))):
        out, back = ("right", "left") if number % 2 == 0 else ("left", "right")
        legs = {f"{out}_leg": {"hip": [79, 6, 4], "knee": 36, "ankle": 20},
                f"{back}_leg": {"hip": [77, 6, 4], "knee": 94, "ankle": 14}}  # fmt: skip
        a.pose(0.55, _ledge(**legs), anchor="pelvis", hands=False, lift=0.0)
    a.pose(0.6, _ledge(), anchor="pelvis", hands=False)


@action("sit_on_ledge", sides=True, styles=("", "", "happy", "tired"))
def sit_on_ledge(a: Act) -> None:
    """Hands go back to an edge at hip height, the hips onto it; then the legs swing or the look wanders."""
    if a.rng.random() < 0.4:
        a.move(0.5, turn=a.uniform(-50, -30), twist=-8)
    with a.meanwhile(0.2):
        a.move(0.7, both=EDGE)
    a.pose(0.8, variant("rise_chair", nod=0), anchor="feet", hands=False)
    a.move(0.1, turn=0, twist=0, wait=False)
    a.time -= 0.2
    a.pose(0.7, _ledge(), anchor="feet", hands=False)
    if choose(a, "hands", ("edge", "edge", "lap")) == "lap":
        a.move(0.5, both=IN_LAP)
    if choose(a, "legs", ("swing", "swing", "swing", "swing", "still")) == "swing":
        _swing(a)
    else:
        for turn in (a.uniform(25, 45), -a.uniform(25, 45)):
            a.move(0.7, turn=turn, nod=a.uniform(-6, 10))
            a.hold(a.uniform(0.3, 0.6))
        a.move(0.5, turn=0)
    a.hold(0.4)
    a.plan.length = max(a.plan.length, a.time)


@action("swing_legs_sitting", styles=("", "", "happy"))
def swing_legs_sitting(a: Act) -> None:
    """Already on an edge, hands beside the hips, the legs swing."""
    begin(a, _ledge())
    a.move(0.05, both=EDGE)
    a.hold(0.2)
    a.start_here()
    _swing(a)
    a.hold(0.2)
    a.plan.length = max(a.plan.length, a.time)


@action("get_off_ledge", sides=True)
def get_off_ledge(a: Act) -> None:
    """On an edge at hip height, pushes off with the hands and stands before it."""
    begin(a, _ledge())
    a.move(0.05, both=EDGE)
    a.hold(a.uniform(0.4, 0.9))
    a.pose(0.6, "rise_chair", anchor="feet", hands=False)
    a.time -= 0.15
    a.back(0.8)


def _to_cross_legged(a: Act) -> None:
    """From standing straight down to sitting cross-legged."""
    a.pose(0.9, "squat_reach_back", anchor="feet", hands=False)
    a.time -= 0.15
    a.pose(0.7, "sit_prop", anchor="feet")
    a.time -= 0.1
    a.pose(0.8, "sit_cross", anchor="pelvis")


def _up_from_cross_legged(a: Act) -> None:
    """Hands behind, feet before the body, and up over a squat."""
    a.pose(0.7, "sit_prop", anchor="pelvis")
    a.pose(0.7, "squat_reach_back", anchor="feet", keep=("both",), hands=False)
    a.time -= 0.15
    a.back(1.0)


@action("sit_cross_legged", styles=("", "", "", "tired"))
def sit_cross_legged(a: Act) -> None:
    """Down to the floor, legs crossed, hands on the knees, and stays."""
    if choose(a, "arms", ("out", "plain", "plain")) == "out":
        a.move(0.7, both=hand((0.49, 0.0, 0.06), "shoulder", palm="down", fingers="out"))
        a.hold(0.4)
        a.move(0.5, both=hand((0.1, -0.44, 0.1), "shoulder", part="wrist"))
    _to_cross_legged(a)
    a.move(0.5, both=CROSSED)
    seconds = a.uniform(1.0, 2.4)
    a.wave("bend", 1.0, 2.8, seconds)
    a.hold(seconds)
    a.plan.length = max(a.plan.length, a.time)


@action("sit_down_and_get_up", styles=("", "", "", "tired"))
def sit_down_and_get_up(a: Act) -> None:
    """Sits down on the floor, stays a moment, and stands up again."""
    if choose(a, "pose", ("sit_cross", "sit_floor", "sit_knees_up")) == "sit_cross":
        _to_cross_legged(a)
        a.move(0.4, both=CROSSED)
    else:
        chain(a, (0.9, "squat_reach_back", {"anchor": "feet", "hands": False}), (0.6, "sit_prop", {"anchor": "feet"}))
        a.pose(0.7, a.params["pose"], anchor="pelvis", hands=False)
        a.move(0.4, both=hand((0.06, 0.16, 0.42), "pelvis", palm="down", fingers="front"))
    a.hold(a.uniform(0.8, 1.6))
    _up_from_cross_legged(a)


@action("get_up_cross_legged", styles=("", "", "tired"))
def get_up_cross_legged(a: Act) -> None:
    """Sits cross-legged on the floor and stands up."""
    begin(a, "sit_cross")
    a.move(0.05, both=CROSSED)
    a.hold(a.uniform(0.4, 1.0))
    _up_from_cross_legged(a)


@action("lean_back_in_chair", styles=("", "", "tired"))
def lean_back_in_chair(a: Act) -> None:
    """Sits down, slides forwards and leans far back, legs stretched, hands behind the head or on the belly."""
    a.pose(0.9, "rise_chair", anchor="feet", hands=False)
    a.time -= 0.25
    a.pose(0.8, "sit_chair", anchor="feet")
    slack = {"hip": [60, 8, 8], "knee": 46, "ankle": 0}
    a.pose(1.0, variant("sit_chair", root=[-28, 0, 0], bend=jitter(a, 6, 4), nod=6, legs=slack), anchor="pelvis",
           hands=False)  # fmt: skip
    head = choose(a, "hands", ("head", "belly")) == "head"
    a.move(0.8, both=hand("back_of_head", elbow="out") if head else IN_LAP)
    seconds = a.uniform(1.4, 2.6)
    a.wave("bend", 1.5, 2.8, seconds)
    a.hold(seconds)
    a.plan.length = max(a.plan.length, a.time)


@action("roll_onto_back", sides=True)
def roll_onto_back(a: Act) -> None:
    """Lies face down and rolls over onto the back."""
    begin(a, _rolled(90))
    a.hold(a.uniform(0.5, 1.0))
    for turn in (180, 270):
        a.pose(0.9, _rolled(turn), anchor="pelvis", shift=(-0.22, 0.0), ease="linear")
    a.pose(0.5, "lie_back", anchor="pelvis")
    a.hold(0.8)
    a.plan.length = max(a.plan.length, a.time)


def _rolled(turn: int) -> str:
    """Stretched out, on a side (0, 180), the belly (90) or the back (270)."""
    legs = {"hip": [4, 2, 0], "knee": 8, "ankle": 35}
    return variant("side_spin", root=[turn, -90, 90], legs=legs, hands={"place": [0.16, 0.12, 0.04], "elbow": "out"})


@action("sit_elbows_on_knees", styles=("", "", "sad", "tired"))
def sit_elbows_on_knees(a: Act) -> None:
    """Sits down on a chair, bends forward, forearms on the thighs, the head low or in the hands."""
    a.pose(0.9, "rise_chair", anchor="feet", hands=False)
    a.time -= 0.25
    a.pose(0.8, "sit_chair", anchor="feet")
    a.hold(0.2)
    a.pose(0.9, variant("sit_chair", root=[14, 0, 0], bend=jitter(a, 44, 5), nod=jitter(a, 16, 8)), anchor="feet",
           hands=False)  # fmt: skip
    head = choose(a, "hands", ("joined", "head")) == "head"
    joined = hand((0.0, 0.06, 0.5), "pelvis", palm="in", fingers="front+down+in", elbow="out+down")
    with a.meanwhile(-0.6):
        a.move(0.7, both=hand((0.07, 0.02, 0.12), "head", palm="in+back", fingers="up", elbow="down") if head else
               dataclasses.replace(joined, exact=True))  # fmt: skip
    seconds = a.uniform(1.4, 2.6)
    a.wave("bend", 1.5, 2.6, seconds)
    a.hold(seconds)
    a.plan.length = max(a.plan.length, a.time)


@action("russian_twist", counts=(2, 6), styles=("", "", "tired"), tempo=(0.8, 1.05))
def russian_twist(a: Act) -> None:
    """Sits leaning back with bent knees; trunk and joined hands turn to one side and to the other."""
    lean = variant("sit_knees_up", root=[-36, 0, 0], bend=20, legs={"hip": [108, 6, 0], "knee": 84, "ankle": 5})
    begin(a, lean)
    middle = hand((0.0, -0.12, 0.32), "chest", palm="in", fingers="front+in", exact=True)
    a.move(0.05, both=middle)
    a.hold(0.3)
    for _ in range(a.count):
        for sign in (1.0, -1.0):
            near, far = middle.moved(out=0.26, front=-0.1), middle.moved(out=-0.26, front=-0.1)
            sides = {"left": near, "right": far} if sign > 0 else {"left": far, "right": near}
            a.move(0.7, twist=44 * sign, turn=14 * sign, **sides)
            a.hold(0.1)
    a.move(0.6, twist=0, turn=0, both=middle)
    a.hold(0.3)
    a.plan.length = max(a.plan.length, a.time)
