"""A hand on the other arm, a reach on the toes, a backpack put on, a cane, a hoe."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import choose, jitter
from train.authored.patterns import grip, stance, stand_again, strokes
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import Target, foot, hand


@action("touch_arm", sides=True, on=("idle", "idle", "walk"), styles=("", "", "", "tired", "sad"))
def touch_arm(a: Act) -> None:
    """The right hand touches the left wrist, elbow, upper arm or shoulder and stays there for a moment."""
    where = choose(a, "where", ("wrist", "elbow", "upper arm", "shoulder"))
    rubs = int(a.rng.integers(2, 5)) if a.rng.random() < 0.5 else 0
    away = (0.0, 0.05, 0.0)
    if where == "wrist":
        other = hand((0.02, -0.14, 0.26), part="wrist", palm="down", fingers="front+in", elbow="down+out", exact=True)
        place = hand((-0.03, -0.1, 0.25), palm="down", fingers="in+front", elbow="out+down", exact=True)
        away = (0.05, 0.0, -0.02)
        a.move(0.8, left=other, right=place, nod=18, turn=4)
    elif where == "elbow":
        other = hand((0.1, -0.2, 0.27), part="wrist", palm="in", fingers="front", elbow="down+back", exact=True)
        place = hand((-0.18, -0.19, 0.09), palm="in", fingers="in+front", elbow="out+down", exact=True)
        a.move(0.8, left=other, right=place, nod=14, turn=16, twist=6)
    elif where == "upper arm":
        a.move(0.8, right=hand("other_upper_arm"), nod=10, turn=16, twist=4)
    else:
        a.move(0.8, right=hand("other_shoulder"), nod=6, turn=20, tilt=-4, twist=4)
    if rubs and where != "shoulder":
        there = {"wrist": (-0.03, -0.1, 0.25), "elbow": (-0.18, -0.19, 0.09), "upper arm": (-0.21, -0.06, 0.1)}[where]
        facing = {"wrist": "down", "elbow": "in", "upper arm": "in+back"}[where]
        rub = hand(there, palm=facing, fingers="in+front", elbow="out+down", exact=True, path=strokes(rubs, away))
        a.move(0.2, right=rub)
        a.hold(0.5 * rubs)
    else:
        a.hold(a.uniform(0.8, 2.0))
    a.back(0.7)


@action("reach_on_tiptoes", sides=True, styles=("", "", "tired"), tempo=(0.6, 0.9))
def reach_on_tiptoes(a: Act) -> None:
    """Up onto the toes, one hand or both stretched as high as they go, fingers feeling for something."""
    both = choose(a, "hands", ("one", "both", "both")) == "both"
    out, front = a.uniform(0.0, 0.08), a.uniform(0.1, 0.2)

    def high(more: float) -> Target:
        return hand((out, 0.5 + more, front), "shoulder", part="palm", palm="front", fingers="up", elbow="out+front")

    word, trunk = ("both", {}) if both else ("right", {"lean": -4, "right_shrug": 12})
    a.move(0.6, **{word: high(0.0)}, bend=-5, nod=-24, **trunk)
    tries = int(a.rng.integers(1, 4))
    for number in range(tries):
        a.move(0.5, **{word: high(0.08)}, both_feet=foot(pitch=72), height=0.125, bend=-4)
        a.wave("side", 0.008, 0.9, 1.2)
        a.hold(a.uniform(0.9, 1.8))
        if number + 1 < tries:
            a.move(0.35, both_feet=foot(), height=0.0, **{word: high(0.0)})
            a.hold(0.15)
    a.move(0.4, both_feet=foot(), height=0.0)
    a.back(0.7)


@action("walk_with_cane", sides=True, styles=("", "", "tired"), tempo=(0.8, 1.05))
def walk_with_cane(a: Act) -> None:
    """A cane in the right hand goes ahead with the left foot and carries while the right foot steps."""
    stride, high = a.uniform(0.3, 0.42), a.uniform(0.8, 0.86)
    low = hand((0.1, -0.46, 0.06), "shoulder", part="wrist")

    def cane(front: float, up: float = 0.0) -> Target:
        return hand((0.25, high + up, front), "body", part="fist", palm="in", fingers="front+down", elbow="back+out")

    a.move(0.7, right=cane(0.22), bend=jitter(a, 13, 5), nod=8, balance=-0.5)
    gait = Gait(
        stride=stride, step_time=0.78, lift=0.035, heel=-5, toe=16, sway=0.045, drop=0.04, slow=1.12, arms=False
    )

    def each(number: int, side: str) -> Gait:
        if side == "left":
            with a.meanwhile():
                a.move(0.34, right=cane(0.3, 0.05))
                a.move(0.24, right=cane(0.34))
            a.move(0.7, wait=False, lean=4, bend=14, left=low.moved(front=0.12))
        else:
            a.move(0.76, wait=False, lean=-1, bend=10, left=low.moved(front=-0.1), right=cane(0.08), ease="linear")
        return gait

    walk(a, int(a.rng.integers(5, 9)), gait, first="left", each=each)
    a.move(0.5, right=cane(0.22), bend=8, lean=0, left=low)
    a.hold(0.3)
    a.end_here()
    a.back(0.6)


@action("hoe", sides=True, counts=(2, 5), styles=("", "", "tired"))
def hoe(a: Act) -> None:
    """A hoe goes up, comes down into the soil before the feet, and is drawn back."""
    stance(a, 0.32, 0.06, bend=10, pitch=6, nod=14, **grip((0.16, -0.06, 0.26), (-0.02, -0.26, 0.42)))
    high = a.uniform(0.14, 0.32) * a.size
    for _ in range(a.count):
        a.move(0.55, bend=4, pitch=0, nod=6, height=0.0, twist=-8,
               **grip((0.18, -0.02 + high, 0.2), (0.0, 0.0 + 1.3 * high, 0.42)))  # fmt: skip
        a.move(0.36, bend=32, pitch=30, nod=0, height=-0.14, twist=4, ease="hit",
               **grip((0.1, -0.2, 0.36), (-0.06, -0.44, 0.44)))  # fmt: skip
        a.hold(0.12)
        a.move(0.55, bend=28, pitch=20, height=-0.1, twist=-4, **grip((0.2, -0.14, 0.14), (0.0, -0.4, 0.3)))
    a.move(0.4, bend=10, pitch=6, height=0, **grip((0.16, -0.06, 0.26), (-0.02, -0.26, 0.42)))
    stand_again(a)


@action("put_on_backpack", sides=True, styles=("", "", "tired"))
def put_on_backpack(a: Act) -> None:
    """A pack is swung over the right shoulder, the left arm goes through its strap, both hands settle the straps."""
    strap = hand((0.13, 0.0, 0.15), "chest", part="fist", palm="in+back", fingers="in+up", elbow="down+out", exact=True)
    if choose(a, "start", ("floor", "front", "front")) == "floor":
        a.move(0.8, bend=32, pitch=26, height=-0.24, nod=4, right=hand((0.24, 0.36, 0.3), "body", part="fist"))
        a.hold(0.12)
    a.move(0.6, bend=4, pitch=0, height=0, nod=12,
           right=hand((0.04, -0.22, 0.34), part="fist", palm="in+up", fingers="front"),
           left=hand((0.02, -0.12, 0.32), part="fist", palm="in", fingers="front+in"))  # fmt: skip
    a.hold(0.15)
    with a.meanwhile(0.15):
        a.move(0.5, left=hand((0.08, -0.4, 0.12), "shoulder", part="wrist"))
    a.move(0.5, right=hand((0.3, 0.14, 0.14), "shoulder", part="fist", elbow="out+down"), twist=-18, turn=-10, lean=4)
    a.move(0.4, right=hand((0.06, 0.1, 0.02), "shoulder", part="fist", palm="down", fingers="back+up",
                           elbow="out+front"), twist=-8, bend=8)  # fmt: skip
    a.move(0.3, right=strap, twist=4, right_shrug=6)
    a.move(0.55, left=hand((0.14, -0.26, -0.24), "shoulder", part="wrist", elbow="back+out"), twist=18, lean=-4,
           turn=14, bend=10)  # fmt: skip
    a.move(0.3, left=hand((0.26, -0.12, -0.12), "shoulder", part="wrist", elbow="back+out"), left_shrug=10)
    a.move(0.45, left=strap, twist=0, lean=0, turn=0, bend=6, left_shrug=4)
    for _ in range(int(a.rng.integers(1, 3))):
        a.move(0.2, shrug=14, height=0.0, bend=5)
        a.move(0.2, shrug=0, height=-0.03, bend=8)
    a.hold(a.uniform(0.3, 0.8))
    a.back(0.6)
