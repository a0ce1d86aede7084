"""Things taken from and put on tables and shelves, raised hands."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import REST, Target, foot, hand


def _on(height: float, out: float, front: float) -> Target:
    """A hand at a thing that stands at this height (m) over the floor before the body."""
    return hand((out, height, front), "body", palm="in", fingers="front", elbow="down+out")


def _held(a: Act, out: float = 0.1) -> Target:
    return hand((out, a.uniform(-0.16, -0.04), 0.32), palm="in+up", fingers="front", elbow="down+out")


@action("take_from_table", sides=True, counts=(1, 2), styles=("", "", "tired"))
def take_from_table(a: Act) -> None:
    """A hand reaches to a table, grasps something and brings it to the body."""
    height = a.uniform(0.78, 0.98)
    for _ in range(a.count):
        out = a.uniform(-0.08, 0.26)
        there = _on(height, out, 0.5)
        lean = 60 * (1.0 - height)
        a.move(0.75, right=there.moved(up=0.06), bend=8 + lean, pitch=0.5 * lean, nod=16, turn=-40 * out, twist=8)
        a.move(0.25, right=there)
        a.hold(a.uniform(0.1, 0.3))
        a.move(0.3, right=there.moved(up=0.1, front=-0.05))
        a.move(0.55, right=_held(a), bend=0, pitch=0, twist=0, turn=0, nod=14)
        a.hold(a.uniform(0.3, 0.8))
    a.back(0.7)


@action("put_on_table", styles=("", "", "tired"))
def put_on_table(a: Act) -> None:
    """Something held before the body in both hands is set down on a table and let go."""
    height, wide = a.uniform(0.78, 0.98), a.uniform(0.08, 0.18)
    steps = choose(a, "steps", ("none", "none", "walk")) == "walk"
    held = hand((wide, a.uniform(-0.14, -0.02), 0.32), palm="in", fingers="front", elbow="down+out")
    a.move(0.6, both=held, bend=-3, nod=8)
    if steps:
        walk(a, 2, Gait(stride=0.45, step_time=0.55, arms=False))
    else:
        a.hold(a.uniform(0.2, 0.6))
    a.start_here()
    lean = 60 * (1.0 - height)
    a.move(0.8, both=_on(height + 0.08, wide, 0.46), bend=8 + lean, pitch=0.5 * lean, nod=18)
    a.move(0.3, both=_on(height, wide, 0.46))
    a.hold(0.15)
    a.move(0.25, both=_on(height + 0.02, wide + 0.08, 0.42))
    a.back(0.8)


@action("put_on_shelf", styles=("", "", "tired"))
def put_on_shelf(a: Act) -> None:
    """Something is lifted from the waist to a shelf at head height or above, pushed in, and let go."""
    height, wide = a.uniform(1.5, 1.75), a.uniform(0.07, 0.16)
    toes = choose(a, "feet", ("flat", "toes")) == "toes"
    held = hand((wide, a.uniform(-0.2, -0.08), 0.3), palm="in", fingers="front", elbow="down+out")
    a.move(0.6, both=held, nod=10)
    a.hold(a.uniform(0.2, 0.5))
    a.start_here()
    up = {"both_feet": foot(pitch=28), "height": 0.05} if toes else {}
    there = hand((wide, height, 0.36), "body", palm="in", fingers="front+up", elbow="out+down")
    a.move(0.9, both=there, bend=-5, nod=-14, **up)
    a.move(0.35, both=there.moved(front=0.12, up=-0.02), bend=2, nod=-18)
    a.hold(0.12)
    a.move(0.25, both=there.moved(front=0.08, out=0.07))
    a.move(0.4, both=hand((0.12, 0.0, 0.28), palm="in", fingers="up+front"), bend=0, nod=-6, both_feet=foot(), height=0)
    a.back(0.6)


@action("take_from_shelf", sides=True, styles=("", "", "tired"))
def take_from_shelf(a: Act) -> None:
    """A hand reaches up to a shelf, takes something down and looks at it."""
    height = a.uniform(1.55, 1.8)
    toes = height > 1.68
    there = hand((0.1, height, 0.42), "body", palm="in", fingers="front+up", elbow="out+down")
    up = {"both_feet": foot(pitch=28), "height": 0.05} if toes else {}
    a.move(0.9, right=there, bend=-3, nod=-20, lean=-6, right_shrug=10, **up)
    a.hold(a.uniform(0.15, 0.35))
    a.move(0.3, right=there.moved(front=-0.08, up=0.02))
    a.move(0.75, right=_held(a), bend=0, nod=16, lean=0, right_shrug=0, both_feet=foot(), height=0)
    a.hold(a.uniform(0.4, 1.0))
    a.back(0.7)


@action("move_aside", sides=True, counts=(1, 2), styles=("", "", "tired"))
def move_aside(a: Act) -> None:
    """Both hands take something on the left and set it down on the right."""
    height, wide = a.uniform(0.85, 1.0), a.uniform(0.09, 0.15)

    def at(x: float, up: float) -> dict[str, Target]:
        """Both hands round a thing ``x`` metres to the right."""
        one, other = (_on(height + up, wide + sign * x, 0.4 - 0.3 * abs(x)) for sign in (1.0, -1.0))
        return {"right": one, "left": other}

    for number in range(a.count):
        a.move(0.8, **at(-0.32, 0.04), twist=32, turn=14, bend=14, nod=16, yaw=10, left_foot=foot(out=0.06), lift=0.03)
        a.move(0.2, **at(-0.32, 0.0))
        a.hold(0.15)
        a.move(0.55, **at(0.0, 0.16), twist=0, turn=0, bend=4, yaw=0)
        a.move(0.6, **at(0.32, 0.04), twist=-32, turn=-14, bend=14, yaw=-10)
        a.move(0.2, **at(0.32, 0.0))
        a.hold(0.12)
        a.move(0.2, **{side: there.moved(out=0.06) for side, there in at(0.32, 0.03).items()})
        if number + 1 < a.count:
            a.move(0.5, both=_held(a, 0.16), twist=0, turn=0, bend=2, yaw=0)
    a.back(0.8)


@action("hands_up", once=True, counts=(1, 3), styles=("", "", "", "scared", "happy"))
def hands_up(a: Act) -> None:
    """Both hands go up and stay there."""
    by_head = choose(a, "way", ("high", "high", "head")) == "head"
    goal = hand((0.16, 0.5, 0.08), "shoulder", palm="front", fingers="up", elbow="out+front")
    if by_head:
        goal = hand((0.2, 0.24, 0.14), "shoulder", palm="front", fingers="up", elbow="down+out")
    for number in range(a.count):
        a.move(a.uniform(0.5, 0.8), both=goal, bend=-3, nod=-4)
        a.hold(a.uniform(0.8, 1.8) if a.count == 1 else 0.25)
        if number + 1 < a.count:
            a.move(0.6, both=REST, bend=0, nod=0)
    a.back(0.7)


@action("raise_hand", sides=True, once=True, counts=(1, 3))
def raise_hand(a: Act) -> None:
    """One hand goes up over the head and stays there."""
    goal = hand((a.uniform(0.02, 0.16), 0.52, a.uniform(0.0, 0.16)), "shoulder", palm="front", fingers="up",
                elbow="out+front")  # fmt: skip
    for number in range(a.count):
        a.move(a.uniform(0.5, 0.8), right=goal, lean=-3, nod=-3, right_shrug=5)
        a.hold(a.uniform(0.8, 1.8) if a.count == 1 else 0.25)
        if number + 1 < a.count:
            a.move(0.6, right=REST, lean=0, right_shrug=0)
    a.back(0.7)


@action("wave_both_hands", counts=(2, 5), styles=("", "", "happy", "scared"))
def wave_both_hands(a: Act) -> None:
    """Both arms swing overhead, out and crossing in, to be seen from afar."""
    high = a.uniform(0.44, 0.52)
    out = hand((0.3, high - 0.06, 0.1), "shoulder", palm="front", fingers="up+out", elbow="out+front")
    into = hand((-0.1, high, 0.14), "shoulder", palm="front", fingers=(-0.5, 1, 0), elbow="out+front")
    a.move(0.6, both=out, bend=-3, nod=-5)
    for number in range(a.count):
        front = 0.05 if number % 2 else -0.02
        a.move(0.26, right=into.moved(front=front), left=into.moved(front=0.03 - front))
        a.move(0.26, both=out)
    a.back(0.7)
