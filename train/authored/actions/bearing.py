"""Walks with a load, with very high knees, sideways in a hurry, with the hands on a rail, and trips."""

from __future__ import annotations

import dataclasses
from typing import Any

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.plan import Origin
from train.authored.registry import action
from train.authored.steps import Gait, footsteps, shifted_origin, walk
from train.authored.targets import Target, foot, hand

STRAPS = hand((0.1, 0.06, 0.14), "chest", part="fist", palm="back", fingers="in+up", elbow="down+out")
"""At the straps of a backpack."""
OVER_SHOULDER = hand((0.14, 0.2, 0.06), "chest", part="fist", palm="back", fingers="up+back", elbow="front+down+out")


def _laden(a: Act, steps: int, gait: Gait, arms: dict[str, Any], bend: float, **trunk: float) -> None:
    """Counted steps with the trunk bowed throughout and the hands where ``arms`` puts them."""
    a.move(0.8, bend=bend, height=-0.06, **arms, **trunk)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.6, wait=False, lean=4 * sign, twist=-3 * sign, bend=bend + a.uniform(-2, 3))
        return gait

    walk(a, steps, gait, each=each)


@action("carry_heavy_load", counts=(4, 12), styles=("", "", "tired"), tempo=(0.85, 1.1))
def carry_heavy_load(a: Act) -> None:
    """Walks bowed deep under a load on the back, hands at its straps, over a shoulder or hanging; stays bowed."""
    gait = Gait(stride=0.44, step_time=0.66, lift=0.04, heel=-3, toe=14, drop=0.1, sway=0.055, arms=False)
    hold = {"straps": STRAPS, "shoulder": OVER_SHOULDER, "back": hand("lower_back")}
    arms = {"both": hold[choose(a, "hands", ("straps", "shoulder", "back"))]}
    _laden(a, a.count - 1, gait, arms, a.uniform(36, 48), pitch=20.0, nod=-28.0)
    a.hold(0.3)


@action("walk_with_backpack", styles=("", "", "tired", "happy"))
def walk_with_backpack(a: Act) -> None:
    """Walks bent a little forwards, both hands at the straps before the shoulders."""
    gait = Gait(stride=a.uniform(0.5, 0.58), step_time=0.6, drop=0.03, sway=0.045, arms=False)
    _laden(a, int(a.rng.integers(6, 10)), gait, {"both": STRAPS}, a.uniform(14, 20), nod=-8.0)
    a.back(0.6)


@action("carry_in_front", styles=("", "", "tired"))
def carry_in_front(a: Act) -> None:
    """Walks with something heavy before the belly, leaning back, in short steps."""
    gait = Gait(stride=0.36, step_time=0.6, lift=0.04, heel=-4, toe=14, drop=0.07, sway=0.05, arms=False)
    grip = hand((0.02, -0.22, 0.36), "chest", palm="up+in", fingers="front+in", elbow="out+back")
    _laden(a, int(a.rng.integers(6, 10)), gait, {"both": grip}, -10.0, nod=10.0)
    a.back(0.7)


@action("stork_walk", counts=(4, 8), tempo=(0.85, 1.05))
def stork_walk(a: Act) -> None:
    """Slow deliberate steps, each knee pulled very high and held there for a moment."""
    raised = foot(0.0, -0.36, 0.3, frame="hip", pitch=30)
    gait = Gait(stride=0.46, step_time=1.25, raised=raised, heel=0, toe=22, drop=0.0, sway=0.06, arms=False)
    ways = {"out": (0.46, -0.06, 0.04), "low": (0.2, -0.36, 0.02)}
    place = ways[choose(a, "arms", ("out", "low", "low"))]
    a.move(0.6, both=hand(place, "shoulder", palm="down", fingers="out+front"))

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.7, wait=False, lean=4 * sign, bend=-3, nod=8)
        with a.meanwhile(0.8):
            a.move(0.6, wait=False, lean=0, bend=6, nod=14)
        return gait

    walk(a, a.count, gait, each=each)
    a.back(0.5)


@action("shuffle_aside", sides=True, counts=(3, 7), styles=("", "", "scared"), tempo=(0.95, 1.15))
def shuffle_aside(a: Act) -> None:
    """Quick low steps to the right without crossing the feet, knees bent, hands ready."""
    wide, pace = a.uniform(0.42, 0.52), 0.24
    ready = hand((0.22, -0.26, 0.28), "shoulder", palm="in+front", fingers="front+up")
    a.move(0.35, both=ready, bend=16, nod=-12, height=-0.14, balance=-1)
    here = a.origin
    plan: list[tuple[str, Origin, float]] = []
    for _ in range(a.count):
        here = shifted_origin(here, -wide, 0.0)
        plan += [("right", here, pace), ("left", here, pace)]
    footsteps(a, plan, lift=0.07, sway=0.02, drop=0.15, toe=22)
    a.back(0.5)


@action("cross_step_aside", sides=True, counts=(2, 5))
def cross_step_aside(a: Act) -> None:
    """Sideways to the right, the left foot crossing before the right one at every other step."""
    wide = a.uniform(0.3, 0.38)
    arms = hand((0.4, -0.16, 0.06), "shoulder", palm="down", fingers="out")
    a.move(0.5, both=arms)
    here = a.origin
    plan: list[tuple[str, Origin, float]] = []
    for _ in range(a.count):
        across = shifted_origin(here, -wide - 0.24, 0.16)
        here = shifted_origin(here, -2 * wide, 0.0)
        plan += [("left", across, 0.5), ("right", here, 0.5)]
    plan.append(("left", here, 0.5))
    footsteps(a, plan, lift=0.08, sway=0.02, drop=0.05, toe=18)
    a.back(0.5)


@action("squat_walk", styles=("", "", "tired"), tempo=(0.75, 0.95))
def squat_walk(a: Act) -> None:
    """Slowly forwards in a deep squat, without rising at the end."""
    deep = a.uniform(0.38, 0.44)
    arms = {
        "front": hand((0.02, -0.06, 0.46), "shoulder", palm="down", fingers="front"),
        "together": hand((0.0, -0.04, 0.26), "chest", palm="in", fingers="up+front"),
        "loose": hand((0.16, -0.34, 0.24), "shoulder", part="wrist"),
    }[choose(a, "hands", ("front", "together", "loose"))]
    a.move(1.0, height=-deep, bend=24, pitch=16, nod=-22, both=arms, balance=-1)
    gait = Gait(stride=0.32, step_time=0.85, lift=0.06, heel=0, toe=22, width=0.07, drop=deep, sway=0.07, arms=False)
    a.start_here()

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.6, wait=False, lean=6 * sign, twist=-5 * sign, height=-deep)
        return gait

    walk(a, int(a.rng.integers(6, 9)), gait, each=each)
    a.time -= 0.3 / a.tempo
    a.move(0.3, height=-deep)
    a.hold(0.3)


def _trip(a: Act, steps: int) -> None:
    """Walks, a foot catches, the trunk pitches forward and the arms fly up, and quick long steps catch the body."""
    plain = Gait(stride=0.55, step_time=0.54)
    quick = Gait(stride=0.6, step_time=0.3, lift=0.12, heel=0, toe=40, drop=0.16, arms=False)
    fling = hand((0.3, 0.06, 0.46), "shoulder", palm="down+front", fingers="front+up")
    wide = hand((0.46, -0.06, 0.12), "shoulder", palm="down", fingers="out+front")

    def each(number: int, side: str) -> Gait:
        if number == steps:
            a.move(0.3, wait=False, bend=46, pitch=24, nod=-24, both=fling, balance=-1)
            return dataclasses.replace(quick, stride=0.36, step_time=0.42)
        if number == steps + 1:
            a.move(0.3, wait=False, bend=52, twist=10, lean=12, right=wide)
            return quick
        if number == steps + 2:
            a.move(0.4, wait=False, bend=34, lean=-10, twist=-8, left=wide)
            return dataclasses.replace(quick, step_time=0.38, stride=0.42)
        return plain

    walk(a, steps + 3, plain, each=each, close=False)


@action("stumble", sides=True)
def stumble(a: Act) -> None:
    """Trips over something while walking, catches itself in quick steps and straightens."""
    _trip(a, int(a.rng.integers(2, 4)))
    loose = hand((0.05, -0.47, 0.05), "shoulder", part="wrist")
    a.move(0.7, bend=6, nod=14, pitch=0, lean=0, twist=0, both=loose)
    a.back(0.6)


@action("stumble_back", sides=True)
def stumble_back(a: Act) -> None:
    """Trips, pitches forward, and reels a step or two backwards before it stands."""
    _trip(a, int(a.rng.integers(2, 4)))
    wide = hand((0.46, -0.1, 0.06), "shoulder", palm="down", fingers="out")
    with a.meanwhile():
        a.move(0.5, bend=-6, pitch=-4, nod=4, lean=4, twist=0, both=wide)
    here = a.origin
    plan: list[tuple[str, Origin, float]] = []
    for number in range(int(a.rng.integers(3, 5))):
        here = shifted_origin(here, 0.0, -0.42)
        plan.append(("right" if number % 2 else "left", here, 0.36))
    plan.append(("left" if plan[-1][0] == "right" else "right", here, 0.42))
    footsteps(a, plan, lift=0.08, sway=0.03, drop=0.1, toe=20)
    a.move(0.5, bend=6, nod=12, lean=0)
    a.back(0.6)


def _rail(a: Act, up: float, front: float) -> Target:
    return hand((0.24, up, front), "shoulder", part="fist", palm="down+in", fingers="front", elbow="out+back")


@action("upstairs_with_rail", sides=True, styles=("", "", "tired"))
def upstairs_with_rail(a: Act) -> None:
    """Climbs stairs that are not there, the right hand going along a rail beside and before the body."""
    raised = foot(0.0, -0.42, 0.34, frame="hip", pitch=5)
    gait = Gait(stride=0.26, step_time=0.8, raised=raised, heel=0, toe=20, drop=0.03, sway=0.05, arms=False)
    a.move(0.5, bend=12, nod=6, right=_rail(a, -0.12, 0.34))

    def each(number: int, side: str) -> Gait:
        up, front = ((-0.12, 0.4), (-0.16, 0.2))[number % 2]
        a.move(0.6, wait=False, right=_rail(a, up, front))
        a.move(0.35, wait=False, bend=18, height=-0.12, lean=-4)
        with a.meanwhile(0.4):
            a.move(0.35, wait=False, bend=8, height=0.0, lean=0)
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.back(0.5)


@action("downstairs_with_rail", sides=True, styles=("", "", "tired"))
def downstairs_with_rail(a: Act) -> None:
    """Down stairs that are not there, the look down, the right hand on a rail, a drop at every step."""
    gait = Gait(stride=0.28, step_time=0.72, lift=0.06, heel=0, toe=34, drop=0.03, sway=0.06, arms=False)
    a.move(0.5, bend=8, nod=24, right=_rail(a, -0.2, 0.3))

    def each(number: int, side: str) -> Gait:
        up, front = ((-0.2, 0.38), (-0.16, 0.2))[number % 2]
        a.move(0.6, wait=False, right=_rail(a, up, front))
        a.move(0.3, wait=False, height=0.0, bend=6)
        with a.meanwhile(0.32):
            a.move(0.36, wait=False, height=-0.18, bend=10, nod=a.uniform(20, 30))
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.back(0.5)
