"""On one knee, on the belly, and steps with bent knees."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import ON_WAIST, choose, relocate
from train.authored.actions.floor import _front, _go_to_all_fours, _rest
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import foot, hand

ON_KNEES = hand((0.06, 0.1, 0.34), "pelvis", palm="down", fingers="front+in")


@action("kneel_on_one_knee", sides=True, styles=("", "", "tired"))
def kneel_on_one_knee(a: Act) -> None:
    """Steps back, puts the right knee down, and stays."""
    way = choose(a, "arms", ("thigh", "thigh", "offer", "free"))
    a.move(0.9, right_foot=foot(front=-0.45, pitch=45), height=-0.2, bend=10, front=-0.05)
    a.pose(0.8, "half_kneel", anchor="left_foot")
    if way == "thigh":
        a.move(0.5, both=hand((0.05, 0.12, 0.34), "pelvis", palm="down", fingers="front+in"), bend=5)
    elif way == "offer":
        a.move(0.6, right=hand((0.04, -0.02, 0.4), palm="up", fingers="front"), nod=-14,
               left=hand((-0.02, -0.02, 0.36), palm="up+in", fingers="front+in"))  # fmt: skip
    a.hold(a.uniform(1.0, 2.4))
    a.plan.length = max(a.plan.length, a.time)


@action("lie_face_down", styles=("", "", "tired"))
def lie_face_down(a: Act) -> None:
    """Down over hands and knees onto the belly, and stays there."""
    _go_to_all_fours(a)
    a.pose(0.9, _front(a), anchor="shoulders")
    _rest(a, 0.8, 2.0)


@action("army_crawl", tempo=(1.0, 1.3))
def army_crawl(a: Act) -> None:
    """Flat on the belly: one elbow and the other knee come forward in turn and draw the body along."""
    _go_to_all_fours(a)
    low = {"root": [86, 0, 0], "bend": -18, "turn": 0, "contacts": {"pelvis": 0.0}}
    reach = {
        "frame": "floor",
        "place": [-0.04, 0.0, 0.4],
        "fingers": "front+in",
        "palm": "down+in",
        "elbow": "out+down",
    }
    near = {"frame": "floor", "place": [-0.02, 0.0, 0.2], "fingers": "front+in", "palm": "down+in", "elbow": "out+down"}
    drawn = {"hip": [8, 64, 80], "knee": 92, "ankle": 40}
    straight = {"hip": [6, 8, 12], "knee": 4, "ankle": 50}
    poses = {}
    for side, other, sign in (("right", "left", 1), ("left", "right", -1)):
        hands = {f"{side}_hand": reach, f"{other}_hand": near}
        legs = {f"{other}_leg": drawn, f"{side}_leg": straight}
        poses[side] = variant("lie_front", **low, **hands, **legs, nod=-34, hands={}, lean=6 * sign, twist=8 * sign)
    a.pose(0.9, poses["right"], anchor="shoulders")
    a.start_here()
    ahead = a.uniform(0.16, 0.22) * a.size
    for number in range(int(a.rng.integers(4, 7))):
        side = "left" if number % 2 == 0 else "right"
        a.pose(0.62, poses[side], anchor="pelvis", shift=(0.0, ahead), keep=("right" if side == "left" else "left",))
    a.end_here()
    a.hold(0.2)
    a.pose(0.8, "hands_knees", anchor="shoulders")
    a.pose(0.8, variant("half_kneel", bend=14), anchor="right_knee")
    relocate(a, 1.0)


@action("duck_walk")
def duck_walk(a: Act) -> None:
    """Walks in a deep squat, hands on the knees, at the waist or behind the head."""
    deep = a.uniform(0.36, 0.43)
    way = choose(a, "hands", ("knees", "knees", "head", "waist"))
    arms = {"knees": ON_KNEES, "waist": ON_WAIST, "head": hand("back_of_head", elbow="out")}[way]
    a.move(0.9, height=-deep, bend=22, pitch=14, nod=-20, both=arms, balance=-1)
    gait = Gait(stride=0.3, step_time=0.52, lift=0.06, heel=0, toe=22, width=0.05, drop=deep, sway=0.06, arms=False)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.45, wait=False, lean=5 * sign, twist=-6 * sign, height=-deep)
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, each=each)
    a.back(0.8)


@action("lunge_walk", counts=(2, 4))
def lunge_walk(a: Act) -> None:
    """Long steps forward, the back knee sinking towards the floor at each."""
    arms = {"waist": ON_WAIST, "loose": hand((0.12, -0.44, 0.04), "shoulder", part="wrist")}
    a.move(0.5, both=arms[choose(a, "arms", ("waist", "waist", "loose"))])
    gait = Gait(stride=0.72, step_time=1.15, lift=0.1, heel=0, toe=42, drop=0.06, sway=0.02, arms=False)
    deep = a.uniform(0.3, 0.38)

    def each(number: int, side: str) -> Gait:
        with a.meanwhile():
            a.move(0.55, wait=False, height=-0.1, bend=3)
        with a.meanwhile(0.55):
            a.move(0.5, wait=False, height=-deep, bend=6)
        return gait

    walk(a, a.count, gait, each=each)
    a.back(0.6)
