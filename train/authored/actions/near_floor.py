"""On the floor or close to it: hugging the knees, on all fours, searching, crab, dog, cobra, mountain climbers."""

from __future__ import annotations

from typing import Any

from train.authored.act import Act
from train.authored.actions.common import choose, jitter
from train.authored.actions.floor import _go_to_all_fours, _go_to_sitting, _rest
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.steps import footsteps, shifted_origin
from train.authored.targets import Target, hand


@action("sit_hug_knees", sides=True, styles=("", "sad", "sad"))
def sit_hug_knees(a: Act) -> None:
    """Down to the floor, knees drawn up, arms round the shins, head on the knees; sobbing where it is sad."""
    _go_to_sitting(a)
    legs = {"hip": [124, 3, 0], "knee": 112, "ankle": 8}
    curled = variant("sit_knees_up", bend=jitter(a, 50, 5), root=[-4, 0, 0], legs=legs)
    a.pose(0.9, curled, anchor="pelvis", hands=False)
    a.time -= 0.5
    shins: dict[str, Any] = {"frame": "pelvis", "palm": "back", "fingers": "in+down", "elbow": "out+down"}
    a.move(0.7, right=hand((-0.02, 0.02, 0.46), **shins), left=hand((-0.03, 0.06, 0.48), **shins))
    a.start_here()
    a.move(0.6, nod=jitter(a, 30 if a.style == "sad" else 50, 8))
    if a.style == "sad":
        seconds = a.uniform(2.0, 3.2)
        a.wave("shrug", 6.0, a.uniform(0.7, 0.9), seconds)
        a.wave("bend", 4.0, a.uniform(0.7, 0.9), seconds)
        a.hold(seconds)
    _rest(a, 0.8, 2.0)


@action("hands_and_knees", sides=True, styles=("", "", "", "tired"))
def hands_and_knees(a: Act) -> None:
    """Gets down on hands and knees and stays there."""
    _go_to_all_fours(a)
    if a.rng.random() < 0.5:
        a.move(0.6, nod=a.uniform(-14, 16), turn=a.uniform(-24, 24))
    _rest(a, 1.2, 2.8)


@action("crouch_search", sides=True, styles=("", "", "tired"))
def crouch_search(a: Act) -> None:
    """Crouches and looks about on the floor for something, a hand sweeping over the ground, the head following."""
    deep = jitter(a, 0.44, 0.05)

    def over(x: float, front: float, up: float) -> Target:
        return hand((x, up, front), "body", palm="down", fingers="front+down", elbow="out+back")

    one = choose(a, "hands", ("both", "one", "one")) == "one"
    knee = hand((0.06, 0.06, 0.36), "pelvis", palm="down", fingers="front+in")
    down: dict[str, Any] = {"height": -deep, "pitch": 26, "bend": 26, "nod": 4, "balance": -0.2}
    down |= {"right": over(0.14, 0.52, 0.1), "left": knee if one else over(0.14, 0.42, 0.12)}
    a.move(1.0, **down)
    a.start_here()
    for number in range(int(a.rng.integers(2, 4))):
        for way in (1.0, -1.0):
            goals = {"right": over(0.16 + 0.3 * way, 0.5 - 0.1 * way, 0.06)}
            if not one:
                goals["left"] = over(0.16 - 0.3 * way, 0.5 + 0.1 * way, 0.06)
            a.move(0.7, twist=-16 * way, turn=-42 * way, nod=8, lean=6 * way, **goals)
            a.hold(a.uniform(0.1, 0.35))
        if number == 0 and a.rng.random() < 0.7:
            goal = shifted_origin(a.origin, -a.uniform(-0.1, 0.2), 0.24)
            a.move(
                0.4, twist=0, turn=0, lean=0, right=over(0.14, 0.42, 0.2), left=knee if one else over(0.14, 0.4, 0.2)
            )
            footsteps(a, [("right", goal, 0.5), ("left", goal, 0.5)], lift=0.05, sway=0.02, drop=deep, toe=10)
            a.time -= 0.35 / a.tempo
            a.move(0.35, height=-deep, balance=-0.2)
    a.move(0.5, twist=0, turn=0, lean=0)
    a.hold(0.3)


CRAB = {
    "root": [-62, 0, 0], "bend": 8, "nod": 22, "legs": {"hip": [44, 8, 4], "knee": 96, "ankle": 0},
    "contacts": {"feet": 0.0, "shoulders": 0.5},
    "hands": {"frame": "floor", "place": [0.08, 0, -0.06], "fingers": "out+back", "palm": "down", "elbow": "back+out"},
}  # fmt: skip
"""Belly up on hands and feet, as entries of ``sit_prop``."""


@action("crab_walk", sides=True, tempo=(0.95, 1.25))
def crab_walk(a: Act) -> None:
    """Sits, lifts the hips, and walks on hands and feet with the belly up; opposite hand and foot move together."""
    way = choose(a, "way", ("forward", "backward"))
    crab = variant("sit_prop", **CRAB)
    _go_to_sitting(a)
    a.pose(0.5, "sit_prop", anchor="pelvis")
    a.pose(0.7, crab, anchor="feet", keep=("both",))
    a.start_here()
    far = (0.13 if way == "forward" else -0.13) * a.size
    for number in range(int(a.rng.integers(6, 10))):
        kept = ("left", "right_foot") if number % 2 == 0 else ("right", "left_foot")
        a.pose(0.42, crab, anchor="pelvis", shift=(0.0, far), keep=kept, lift=0.05)
    a.end_here()
    a.pose(0.4, crab, anchor="pelvis", keep=("left_foot", "right_foot"))
    a.pose(0.7, "sit_prop", anchor="feet")
    _rest(a, 0.3, 0.8)


DOG = {
    "root": [136, 0, 0], "bend": 2, "nod": -4, "legs": {"hip": [112, 5, 0], "knee": 4, "ankle": -14, "toes": 20},
    "contacts": {"feet": 0.0},
    "hands": {"frame": "floor", "place": [0.05, 0.0, 0.4], "fingers": "front", "palm": "down", "elbow": "out+back"},
}  # fmt: skip
"""Hips high, straight legs and arms, as entries of ``plank``."""


@action("downward_dog", styles=("", "", "tired"))
def downward_dog(a: Act) -> None:
    """From all fours or a plank the hips go high: an upside-down V of straight arms and legs."""
    dog = variant("plank", **DOG)
    if choose(a, "from", ("all fours", "plank")) == "plank":
        a.pose(1.1, "crouch_hands", anchor="feet")
        a.pose(0.9, "plank", anchor="shoulders", keep=("both",))
        a.hold(0.2)
    else:
        _go_to_all_fours(a)
    a.start_here()
    a.pose(1.2, dog, anchor="feet")
    _rest(a, 1.5, 3.0)
    a.end_here()
    a.pose(1.0, "hands_knees", anchor="feet")
    _rest(a, 0.2, 0.5)


@action("cobra", counts=(1, 2), styles=("", "", "tired"))
def cobra(a: Act) -> None:
    """From the belly the arms lift the chest, the hips stay on the floor; and down again."""
    low = {"frame": "floor", "place": [0.06, 0.0, 0.02], "fingers": "front", "palm": "down", "elbow": "back+up"}
    legs = {"hip": [-8, 5, 4], "knee": 2, "ankle": 55}
    prone = variant("lie_front", turn=0, nod=-4, hands=low, legs={**legs, "hip": [-3, 5, 4]})
    raised = variant("lie_front", root=[84, 0, 0], turn=0, bend=-62, nod=jitter(a, -24, 8), legs=legs, hands=low,
                     contacts={"pelvis": 0.0, "feet": 0.0})  # fmt: skip
    _go_to_all_fours(a)
    a.pose(0.9, prone, anchor="shoulders")
    a.start_here()
    for _ in range(a.count):
        a.pose(1.1, raised, anchor="pelvis", keep=("both",))
        _rest(a, 0.6, 1.6)
        a.pose(0.9, prone, anchor="pelvis", keep=("both",))
    a.end_here()
    _rest(a, 0.3, 0.8)


@action("mountain_climber", counts=(4, 10), styles=("", "", "tired"), tempo=(0.9, 1.25))
def mountain_climber(a: Act) -> None:
    """In a plank the knees run to the chest in turn."""
    a.pose(1.1, "crouch_hands", anchor="feet")
    a.pose(0.8, "plank", anchor="shoulders", keep=("both",))
    a.start_here()
    tucked = {"hip": [106, 4, 0], "knee": 112, "ankle": 20}
    step = a.uniform(0.3, 0.42)
    for number in range(a.count):
        side, other = ("right", "left") if number % 2 == 0 else ("left", "right")
        run = variant("plank", **{f"{side}_leg": tucked}, contacts={f"{other}_foot": 0.0, "shoulders": 0.53})
        a.pose(step, run, anchor="shoulders", keep=("both",), lift=0.03)
        if number + 1 == a.count:
            a.pose(step, "plank", anchor="shoulders", keep=("both",), lift=0.03)
    a.end_here()
    a.pose(0.8, "crouch_hands", anchor="shoulders", keep=("both",))
    a.back(1.1)
