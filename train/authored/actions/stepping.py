"""Steps over, to the side, and out of balance; walks with a bearing."""

from __future__ import annotations

import dataclasses

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.plan import Origin
from train.authored.registry import action
from train.authored.steps import Gait, footsteps, shifted_origin, walk
from train.authored.targets import Target, foot, hand


@action("proud_walk", styles=("", "", "", "happy"))
def proud_walk(a: Act) -> None:
    """Chest out, chin up, long unhurried steps, arms swinging wide."""
    swing = a.uniform(0.22, 0.3)
    gait = Gait(stride=a.uniform(0.58, 0.68), step_time=0.62, heel=-16, toe=28, swing=swing, drop=0.0, sway=0.045)
    hips = choose(a, "arms", ("swing", "swing", "swing", "waist")) == "waist"
    if hips:
        gait = dataclasses.replace(gait, arms=False)
    a.move(0.6, bend=-9, nod=-7, reach=-10, **({"both": hand("waist")} if hips else {}))

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        a.move(0.55, wait=False, lean=3.5 * sign, roll=-2 * sign, turn=a.uniform(-12, 12), nod=a.uniform(-10, -4))
        return gait

    walk(a, int(a.rng.integers(4, 8)), gait, each=each)
    a.back(0.6)


@action("step_over", sides=True, counts=(1, 2))
def step_over(a: Act) -> None:
    """Walks up to a low obstacle, lifts one foot after the other high over it, and goes on."""
    over = foot(0.03, a.uniform(-0.5, -0.42), 0.34, frame="hip", pitch=10)
    plain = Gait(stride=0.5, step_time=0.58)
    first = Gait(stride=0.62, step_time=0.8, raised=over, heel=0, toe=15, sway=0.06, drop=0.03, swing=0.12)
    trail = dataclasses.replace(first, raised=foot(0.1, -0.5, 0.16, frame="hip", pitch=35, yaw=12), step_time=0.85)
    arms = hand((0.28, -0.34, 0.12), "shoulder", part="wrist")
    run_up = 2 * int(a.rng.integers(0, 2))
    kinds: list[str] = ["plain"] * run_up
    for number in range(a.count):
        kinds += ["first", "trail"] + (["plain"] * 2 if number + 1 < a.count else [])
    kinds += ["plain"] * int(a.rng.integers(1, 3))

    def each(number: int, side: str) -> Gait:
        kind = kinds[number]
        if kind == "plain":
            a.move(0.4, wait=False, nod=10, bend=2, lean=0)
            return plain
        sign = 1.0 if side == "left" else -1.0
        a.move(0.5, wait=False, nod=24, bend=9, lean=5 * sign, both=arms)
        return first if kind == "first" else trail

    walk(a, len(kinds), plain, each=each)
    a.back(0.6)


@action("side_step", sides=True, counts=(1, 6), styles=("", "", "sneaky"))
def side_step(a: Act) -> None:
    """Steps to the right: the right foot goes out, the left one follows."""
    wide, pace = a.uniform(0.3, 0.44) * a.size, a.uniform(0.36, 0.46)
    low = 0.1 if choose(a, "knees", ("straight", "straight", "bent")) == "bent" else 0.03
    here = a.origin
    plan: list[tuple[str, Origin, float]] = []
    for _ in range(a.count):
        here = shifted_origin(here, -wide, 0.0)
        plan += [("right", here, pace), ("left", here, pace)]
    if low > 0.05:
        guard = hand((0.24, -0.24, 0.26), "shoulder", palm="in+front", fingers="front")
        a.move(0.4, bend=16, nod=-14, both=guard)
    else:
        a.move(0.3, turn=-a.uniform(0, 45))
        loose = hand((0.12, -0.46, 0.05), "shoulder", part="wrist")
        for number in range(2 * a.count):
            with a.meanwhile(number * pace):
                a.move(pace, wait=False, both=loose.moved(out=0.05 * (number % 2 == 0)), lean=2 if number % 2 else -2)
    footsteps(a, plan, lift=0.05, sway=0.03, drop=low, toe=12)
    a.back(0.5)


@action("steps_forward", counts=(1, 10), tempo=(0.9, 1.1))
def steps_forward(a: Act) -> None:
    """So many steps forward, the last of which brings the feet together."""
    _counted_steps(a, Gait(stride=a.uniform(0.52, 0.66), step_time=a.uniform(0.56, 0.66), lift=0.1))


@action("steps_back", counts=(1, 10), tempo=(0.9, 1.1))
def steps_back(a: Act) -> None:
    """So many steps backward, the last of which brings the feet together."""
    stride = -a.uniform(0.4, 0.5)
    _counted_steps(a, Gait(stride=stride, step_time=a.uniform(0.6, 0.7), lift=0.1, heel=0, toe=12, swing=0.1))


def _counted_steps(a: Act, gait: Gait) -> None:
    """As many steps as the count; a single one is as long as two halves of a stride, and the feet stay apart."""
    first = "right" if a.rng.random() < 0.5 else "left"
    if a.count == 1:
        gait = dataclasses.replace(gait, stride=1.4 * gait.stride)
    walk(a, max(a.count - 1, 1), gait, first=first, close=a.count > 1)
    a.hold(0.3)
    a.back(0.5)


@action("stagger_when_pushed", sides=True, tempo=(0.9, 1.15))
def stagger_when_pushed(a: Act) -> None:
    """Pushed to the right, catches itself with quick steps, arms flung out, and straightens."""
    way = choose(a, "way", ("side", "side", "back", "front"))
    far = a.uniform(0.28, 0.4) * a.size
    ahead = {"side": a.uniform(-0.05, 0.05), "back": -a.uniform(0.2, 0.34), "front": a.uniform(0.2, 0.34)}[way]
    a.hold(0.3)
    here = a.origin
    wide = hand((0.42, -0.14, 0.12), "shoulder", palm="down", fingers="out+front")
    low = hand((0.3, -0.3, 0.2), "shoulder", palm="down", fingers="out+front")
    one = shifted_origin(here, -far, ahead)
    two = shifted_origin(here, -1.45 * far, 1.6 * ahead + 0.05)
    plan = [("right", one, 0.32), ("left", one, 0.36), ("right", two, 0.36), ("left", two, 0.5)]
    over = {"side": 6, "back": 14, "front": 16}[way]
    with a.meanwhile():
        a.move(
            0.2, ease="out", lean=16, tilt=-14, twist=8, bend=over, roll=5, nod=-10 if way == "front" else 8, both=wide
        )
        a.move(0.45, lean=-7, tilt=4, twist=-4, bend=10, roll=0, nod=0, right=low, left=wide.moved(up=0.1))
        a.move(0.45, left=low, bend=6, lean=3)
    a.hold(0.06)
    footsteps(a, plan, lift=0.07, sway=0.02, drop=0.1, toe=28)
    a.move(0.5, bend=4, nod=8)
    if a.rng.random() < 0.5:  # looks who it was
        a.move(0.5, turn=a.uniform(35, 55), twist=8)
        a.hold(0.3)
    a.back(0.6)


def _stroll(a: Act, steps: int, stride: float, pace: float, arms: dict[str, Target], **trunk: float) -> None:
    """Steps whose hands stay where ``arms`` puts them, the trunk swaying a little about ``trunk``."""
    gait = Gait(stride=stride, step_time=pace, arms=False)
    a.move(0.7, **arms, **trunk)

    def each(number: int, side: str) -> Gait:
        sign = 1.0 if side == "left" else -1.0
        sway = {"lean": 2 * sign + trunk.get("lean", 0.0), "twist": -3 * sign}
        a.move(0.5, wait=False, **sway, turn=a.uniform(-14, 14), bend=trunk.get("bend", 0.0) + a.uniform(-2, 2))
        return gait

    walk(a, steps, gait, each=each)
    a.back(0.8)


@action("walk_hands_behind_back", styles=("", "", "sad"))
def walk_hands_behind_back(a: Act) -> None:
    """A stroll with the hands joined behind the back."""
    behind = hand((0.02, -0.02, -0.17), "pelvis", palm="back", fingers="down+in", elbow="out+back", exact=True)
    arms = {"right": behind, "left": behind.moved(up=0.05, front=-0.01)}
    _stroll(a, int(a.rng.integers(4, 8)), a.uniform(0.42, 0.52), a.uniform(0.6, 0.72), arms,
            bend=a.uniform(-3, 8), nod=a.uniform(0, 16))  # fmt: skip


@action("walk_hunched", styles=("", "", "tired"))
def walk_hunched(a: Act) -> None:
    """Walks stooped, knees bent, arms hanging in front."""
    low = {"both": hand((0.02, -0.46, 0.2), "shoulder", part="wrist")}
    if choose(a, "arms", ("hang", "hang", "chest")) == "chest":
        low = {"both": hand((-0.02, -0.06, 0.24), palm="back+in", fingers="in+up")}
    _stroll(a, int(a.rng.integers(4, 8)), a.uniform(0.3, 0.42), a.uniform(0.6, 0.75), low,
            bend=a.uniform(32, 46), pitch=12, nod=-12, height=-0.07, reach=10)  # fmt: skip


@action("carry_on_shoulder", sides=True, styles=("", "", "tired"))
def carry_on_shoulder(a: Act) -> None:
    """Walks with something heavy on the right shoulder, a hand or both holding it there."""
    arms = {"right": hand((0.2, 0.24, 0.1), "chest", palm="in+down", fingers="up+back", elbow="out+front+down")}
    if choose(a, "hands", ("one", "one", "both")) == "both":
        arms["left"] = hand((-0.16, 0.2, 0.2), "chest", palm="in+back", fingers="in+up", elbow="out+down+front")
    _stroll(a, int(a.rng.integers(4, 8)), a.uniform(0.4, 0.5), a.uniform(0.58, 0.7), arms,
            bend=a.uniform(2, 9), lean=-5, tilt=-9, nod=4)  # fmt: skip
