"""Yoga on the floor: from the downward dog to the cobra."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import begin, choose
from train.authored.actions.near_floor import DOG
from train.authored.poses import variant
from train.authored.registry import action

LOW = {"frame": "floor", "place": [0.06, 0.0, 0.02], "fingers": "front", "palm": "down", "elbow": "back+up"}
LEGS = {"hip": [-8, 5, 4], "knee": 2, "ankle": 55}


@action("dog_to_cobra", counts=(1, 2), styles=("", "", "tired"))
def dog_to_cobra(a: Act) -> None:
    """The downward dog; the body comes forward over the arms and down, and the chest rises from hips on the floor."""
    dog = variant("plank", **DOG)
    prone = variant("lie_front", turn=0, nod=-4, hands=LOW, legs=LEGS)
    raised = variant("lie_front", root=[84, 0, 0], turn=0, bend=-62, nod=-24, legs=LEGS, hands=LOW,
                     contacts={"pelvis": 0.0, "feet": 0.0})  # fmt: skip
    if choose(a, "from", ("dog", "standing")) == "dog":
        begin(a, dog)
    else:
        a.pose(1.1, "crouch_hands", anchor="feet")
        a.pose(0.9, "plank", anchor="shoulders", keep=("both",))
        a.start_here()
        a.pose(1.1, dog, anchor="feet")
    a.hold(a.uniform(1.0, 1.8))
    for number in range(a.count):
        a.pose(1.0, "plank", anchor="feet")
        a.pose(0.8, prone, anchor="shoulders", keep=("both",))
        a.pose(1.1, raised, anchor="pelvis", keep=("both",))
        a.hold(a.uniform(1.2, 2.0))
        if number + 1 < a.count:
            a.pose(0.7, prone, anchor="pelvis", keep=("both",))
            a.pose(0.8, "plank", anchor="shoulders")
            a.pose(1.0, dog, anchor="feet")
            a.hold(0.6)
    a.plan.length = max(a.plan.length, a.time)
