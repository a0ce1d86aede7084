"""Gymnastics and fitness on the feet and on the floor."""

from __future__ import annotations

import numpy as np

from train.authored.act import Act
from train.authored.actions.common import FRONT, HANGING, HIGH, ON_WAIST, begin, choose
from train.authored.registry import action
from train.authored.targets import foot, hand


@action("plank", styles=("", "", "tired"))
def plank(a: Act) -> None:
    """Hands or forearms and toes hold a straight body."""
    a.pose(1.1, "crouch_hands", anchor="feet")
    a.pose(0.9, "plank", anchor="shoulders", keep=("both",))
    if choose(a, "on", ("hands", "forearms")) == "forearms":
        a.pose(0.8, "forearm_plank", anchor="feet")
    a.start_here()
    seconds = a.uniform(1.5, 3.5)
    a.wave("bend", 0.7, 1.1, seconds)
    a.hold(seconds)
    a.end_here()
    a.pose(0.9, "crouch_hands", anchor="shoulders", keep=("both",) if a.params["on"] == "hands" else ())
    a.back(1.1)


@action("sit_up", counts=(1, 6), styles=("", "", "tired"))
def sit_up(a: Act) -> None:
    """On the back with bent knees; the trunk comes up and goes down."""
    begin(a, "lie_back_knees_up")
    way = choose(a, "hands", ("head", "chest", "front"))
    hands = {
        "head": hand("back_of_head", shift=(0.05, 0.0, 0.04), elbow="out"),
        "chest": hand("other_shoulder", shift=(0.03, -0.06, 0.02)),
        "front": hand((0.02, -0.12, 0.45), "shoulder", part="wrist"),
    }[way]
    a.move(0.6, both=hands)
    for _ in range(a.count):
        a.pose(0.75, "curl_up", anchor="pelvis", hands=False, keep=("both_feet",))
        if a.rng.random() < 0.3:
            a.hold(0.15)
        a.pose(0.85, "lie_back_knees_up", anchor="pelvis", hands=False, keep=("both_feet",))
    a.hold(0.3)


@action("burpee", counts=(1, 3))
def burpee(a: Act) -> None:
    """Down, feet thrown back, a push-up or none, feet in, and a jump with the arms up."""
    press = choose(a, "push_up", ("no", "yes")) == "yes"
    for _ in range(a.count):
        a.pose(0.65, "crouch_hands", anchor="feet")
        a.pose(0.4, "plank", anchor="shoulders", keep=("both",), lift=0.08)
        if press:
            a.pose(0.45, "plank_low", anchor="feet", keep=("both", "both_feet"))
            a.pose(0.45, "plank", anchor="feet", keep=("both", "both_feet"))
        a.pose(0.42, "crouch_hands", anchor="shoulders", keep=("both",), lift=0.08)
        a.time -= 0.05
        a.back(0.42)
        a.time -= 0.12
        _jump(a, 0.2, both=HIGH)
        a.move(0.3, both=HANGING)
    a.back(0.5)


@action("lunge", sides=True, counts=(1, 4))
def lunge(a: Act) -> None:
    """A long step forward, the back knee sinks towards the floor, and back."""
    far, deep = a.uniform(0.62, 0.78), a.uniform(0.3, 0.4)
    arms = {"waist": ON_WAIST, "loose": HANGING, "front": FRONT, "high": HIGH}[
        choose(a, "arms", ("waist", "loose", "front", "high"))
    ]
    a.move(0.4, both=arms)
    for _ in range(a.count):
        a.move(
            0.55,
            right_foot=foot(front=far),
            left_foot=foot(pitch=35),
            front=far * 0.5,
            height=-0.12,
            balance=-1,
            lift=0.1,
            bend=3,
        )
        a.move(0.5, height=-deep * a.size, left_foot=foot(pitch=52), bend=5)
        a.hold(a.uniform(0.05, 0.3))
        a.move(0.45, height=-0.1, left_foot=foot(pitch=25))
        a.move(0.55, right_foot=foot(), left_foot=foot(), front=0, height=0, balance=0, lift=0.08, bend=0)
    a.back(0.5)


@action("jumping_jack", counts=(2, 8))
def jumping_jack(a: Act) -> None:
    """Jumps that open and close legs and arms."""
    wide = a.uniform(0.2, 0.28)
    top = hand((a.uniform(0.0, 0.16), 0.5, 0.04), "shoulder", part="wrist", elbow="out")
    half = hand((0.5, 0.05, 0.04), "shoulder", part="wrist")
    a.move(0.25, height=-0.06, balance=-1)
    for _ in range(a.count):
        for arms, out in ((top, wide), (HANGING, 0.0)):
            a.move(0.04, air=1, wait=False)
            a.move(0.15, height=0.05, both=half, both_feet=foot(out=wide / 2, up=0.07, pitch=25), ease="linear")
            a.move(0.15, height=-0.05, both=arms, both_feet=foot(out=out), ease="linear")
            a.move(0.04, air=0, wait=False)
            a.hold(0.06)
    a.back(0.4)


@action("high_knees")
def high_knees(a: Act) -> None:
    """Running on the spot with the knees at hip height."""
    _run_on_the_spot(a, foot(0.0, -0.4, 0.36, frame="hip", pitch=20), int(a.rng.integers(8, 15)), a.uniform(0.28, 0.4))


@action("butt_kicks")
def butt_kicks(a: Act) -> None:
    """Running on the spot with the heels at the seat."""
    kick = foot(0.0, -0.4, -0.36, frame="hip", pitch=75)
    _run_on_the_spot(a, kick, int(a.rng.integers(8, 15)), a.uniform(0.26, 0.36))


def _run_on_the_spot(a: Act, raised, steps: int, step: float) -> None:
    on_hips = choose(a, "arms", ("swing", "swing", "waist")) == "waist"
    a.move(0.3, height=-0.04, bend=5, **({"both": ON_WAIST} if on_hips else {}))
    front, back = ((0.04, -0.2, 0.28), (0.1, -0.34, -0.14))
    for number in range(steps):
        up, down = ("right", "left") if number % 2 == 0 else ("left", "right")
        sign = 1.0 if up == "left" else -1.0
        arms = (
            {} if on_hips else {down: hand(front, "shoulder", part="wrist"), up: hand(back, "shoulder", part="wrist")}
        )
        with a.meanwhile():
            a.move(step, twist=5 * sign, **arms)
        a.move(step * 0.55, height=0.02, ease="out", **{f"{up}_foot": raised, f"{down}_foot": foot(pitch=18)})
        a.move(step * 0.45, height=-0.05, **{f"{up}_foot": foot(pitch=12), f"{down}_foot": foot()})
    a.back(0.4)


@action("jump_rope", counts=(4, 10))
def jump_rope(a: Act) -> None:
    """Small jumps while the wrists turn a rope."""
    period = a.uniform(0.44, 0.56)
    alternate = choose(a, "feet", ("both", "both", "alternate")) == "alternate"

    def turn(share: np.ndarray) -> np.ndarray:
        angle = 2 * np.pi * a.count * share
        return 0.07 * np.stack([0 * angle, np.cos(angle) - 1, np.sin(angle)], -1)

    grip = hand(
        (0.3, -0.3, 0.2),
        "shoulder",
        part="fist",
        fingers="out+front",
        palm="down",
        elbow="down+in",
        path=turn,
        exact=True,
    )
    a.move(0.5, both=grip, bend=3)
    a.move(0.15, height=-0.06, balance=-1)
    for number in range(a.count):
        a.move(0.04, air=1, wait=False)
        feet = {"both_feet": foot(up=0.09, pitch=35)}
        if alternate:
            up, other = ("left", "right") if number % 2 else ("right", "left")
            feet = {f"{up}_foot": foot(up=0.2, pitch=45, front=-0.08), f"{other}_foot": foot(up=0.07, pitch=30)}
        a.move(period * 0.4, height=0.07, ease="out", **feet)
        landed = {"both_feet": foot()} if not alternate else {f"{other}_foot": foot()}
        a.move(period * 0.35, height=-0.05, **landed)
        a.move(0.04, air=0, wait=False)
        a.hold(period * 0.25)
    a.back(0.5)


def _jump(a: Act, high: float, **arms) -> None:
    """A jump from bent knees, up and down."""
    a.move(0.18, height=-0.14, bend=14)
    a.move(0.05, air=1, balance=-1, wait=False)
    a.move(0.2, height=high, bend=0, both_feet=foot(up=high, pitch=38), ease="out", **arms)
    a.move(0.2, height=-0.1, bend=8, both_feet=foot(), ease="hit")
    a.move(0.05, air=0, wait=False)
    a.move(0.25, height=0, bend=0, balance=0)
