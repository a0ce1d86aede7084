"""Swimming and rowing without water: bent over on the feet, or on the floor."""

from __future__ import annotations

import numpy as np

from train.authored.act import Act
from train.authored.actions.common import begin, choose
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import foot, hand


def _crawl_stroke(a: Act, cycles: int, period: float, backwards: bool = False) -> None:
    """Both arms circle half a turn apart."""
    spin = -1.0 if backwards else 1.0

    def circle(phase: float):
        def path(share: np.ndarray) -> np.ndarray:
            angle = 2 * np.pi * (cycles * share)
            start = 2 * np.pi * phase
            up = np.cos(spin * angle + start) - np.cos(start)
            front = np.sin(spin * angle + start) - np.sin(start)
            return np.stack([0.06 * np.abs(np.sin(angle)), 0.46 * up, 0.46 * front], -1)

        return path

    high = hand((0.08, 0.46, 0.02), "shoulder", part="wrist", path=circle(0.0), exact=True)
    low = hand((0.08, -0.46, 0.02), "shoulder", part="wrist", path=circle(0.5), exact=True)
    a.move(0.5, right=high, left=low)
    a.wave("twist", 11 * spin, period, period * cycles, phase=0.25)
    a.hold(period * cycles)


@action("swim_crawl")
def swim_crawl(a: Act) -> None:
    """Bent forwards, the arms circle one after the other, the head turns to breathe."""
    cycles, period = int(a.rng.integers(2, 5)), a.uniform(1.1, 1.5)
    a.move(0.7, bend=32, pitch=26, nod=-22, height=-0.06)
    with a.meanwhile(0.5):
        for _ in range(cycles):
            a.move(0.4, turn=-42, wait=False)
            a.hold(period / 2)
            a.move(0.3, turn=0, wait=False)
            a.hold(period / 2)
    _crawl_stroke(a, cycles, period)
    a.back(0.8)


@action("swim_breaststroke", counts=(2, 4))
def swim_breaststroke(a: Act) -> None:
    """Hands shoot forwards, sweep out and back, and meet at the chest; bent over or lying on the belly."""
    ahead = hand((-0.12, 0.06, 0.5), "shoulder", palm="down", fingers="front", elbow="out+down")
    swept = hand((0.36, 0.0, 0.22), "shoulder", palm="back+out", fingers="out+front", elbow="out+up")
    tucked = hand((-0.1, -0.08, 0.22), "shoulder", palm="down+in", fingers="front", elbow="out+down")
    if choose(a, "way", ("standing", "standing", "lying")) == "lying":
        _breaststroke_lying(a)
        return
    a.move(0.6, bend=24, pitch=14, nod=-18, both=tucked, height=-0.05)
    for _ in range(a.count):
        a.move(0.4, both=ahead, bend=32, nod=-10, height=-0.02)
        a.hold(0.15)
        a.move(0.45, both=swept, bend=24, nod=-22)
        a.move(0.3, both=tucked, bend=22, nod=-26, height=-0.08)
    a.back(0.8)


def _breaststroke_lying(a: Act) -> None:
    arms = {
        "ahead": {"frame": "floor", "place": [-0.1, 0.1, 0.5], "palm": "down", "fingers": "front"},
        "swept": {"frame": "floor", "place": [0.38, 0.1, 0.15], "palm": "down", "fingers": "out+front"},
        "tucked": {"frame": "floor", "place": [0.0, 0.07, 0.2], "palm": "down", "fingers": "front+in", "elbow": "out"},
    }
    straight = {"hip": [-4, 5, 8], "knee": 4, "ankle": 55}
    frog = {"hip": [12, 34, 30], "knee": 84, "ankle": 5}

    def posed(word: str, legs: dict) -> str:
        return variant("lie_front", hands=arms[word], legs=legs, turn=0, nod=-34, bend=-12)

    begin(a, posed("ahead", straight))
    a.hold(0.3)
    for _ in range(a.count):
        a.pose(0.55, posed("swept", straight), anchor="pelvis")
        a.time -= 0.1
        a.pose(0.4, posed("tucked", frog), anchor="pelvis")
        a.time -= 0.05
        a.pose(0.5, posed("ahead", straight), anchor="pelvis", ease="out")
        a.hold(0.2)


@action("swim_backstroke")
def swim_backstroke(a: Act) -> None:
    """Upright and leaning back with small steps backwards, the arms circle backwards one after the other."""
    cycles, period = int(a.rng.integers(2, 4)), a.uniform(1.2, 1.6)
    a.move(0.6, bend=-10, pitch=-5, nod=-8)
    if choose(a, "feet", ("still", "steps")) == "steps":
        with a.meanwhile(0.5):
            steps = int(period * cycles / 0.55)
            gait = Gait(stride=-0.2, step_time=0.55, lift=0.03, heel=0, toe=10, arms=False, sway=0.03)
            walk(a, steps, gait, each=lambda number, side: gait)
    _crawl_stroke(a, cycles, period, backwards=True)
    a.hold(0.2 if a.params["feet"] == "still" else 0.7)
    a.back(0.8)


@action("row", counts=(2, 6))
def row(a: Act) -> None:
    """Seated with the feet ahead: reach forwards, push the legs, pull the hands to the chest."""
    reach = hand((0.02, -0.1, 0.48), "shoulder", part="fist", palm="down", fingers="front", elbow="out+down")
    pulled = hand((0.1, -0.14, 0.16), "chest", part="fist", palm="down", fingers="front+in", elbow="back+out")
    slide = choose(a, "anchor", ("feet", "feet", "pelvis"))
    begin(a, "row_catch")
    a.time = -5.0
    a.move(0.1, both=reach)
    a.time = 0.3
    for _ in range(a.count):
        with a.meanwhile(0.35):
            a.move(0.45, both=pulled)
        a.pose(0.75, "row_finish", anchor=slide, hands=False, keep=("both_feet",) if slide == "feet" else ())
        a.hold(0.1)
        with a.meanwhile():
            a.move(0.4, both=reach)
        a.hold(0.15)
        a.pose(0.85, "row_catch", anchor=slide, hands=False, keep=("both_feet",) if slide == "feet" else ())
    a.hold(0.3)
    a.plan.length = max(a.plan.length, a.time)


@action("twirl", sides=True, counts=(1, 3))
def twirl(a: Act) -> None:
    """Full turns on the spot on quick small steps; to the right."""
    arms = {
        "out": hand((0.44, 0.02, 0.08), "shoulder", palm="down", fingers="out"),
        "high": hand((-0.04, 0.5, 0.08), "shoulder", part="wrist", elbow="out"),
        "low": hand((0.3, -0.32, 0.1), "shoulder", palm="down", fingers="out+down"),
    }[choose(a, "arms", ("out", "high", "low"))]
    steps = int(a.rng.integers(5, 8))
    gait = Gait(
        stride=0.0,
        step_time=a.uniform(0.2, 0.3),
        turn=-360 / steps,
        lift=0.04,
        heel=0,
        toe=20,
        planted=25,
        arms=False,
        sway=0.0,
    )
    a.move(0.5, both=arms, twist=8)
    a.move(0.2, both_feet=foot(pitch=25), height=0.03, twist=-6, balance=-1)
    walk(a, steps * a.count, gait, each=lambda number, side: gait)
    a.move(0.3, twist=0)
    a.back(0.6)
