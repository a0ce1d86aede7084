"""Things picked up hand by hand, lifted from the floor onto a table, and brought to the face."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose
from train.authored.registry import action
from train.authored.targets import hand


@action("pick_up_in_turn", counts=None, styles=("", "", "tired"))
def pick_up_in_turn(a: Act) -> None:
    """Bent over, one hand picks something up and brings it to the body, then the other does."""
    first, second = ("right", "left") if a.rng.random() < 0.5 else ("left", "right")
    held = hand((0.12, -0.14, 0.24), palm="in+up", fingers="front", elbow="down+back")
    knee = hand((0.14, 0.6, 0.2), "body", palm="down", fingers="front+in", elbow="out+up")
    a.move(0.8, bend=42, pitch=42, height=-0.2, nod=-8, **{first: knee, second: knee})
    for number in range(int(a.rng.integers(1, 3))):
        for word in (first, second):
            floor = hand((a.uniform(0.0, 0.14), 0.14, 0.44), "body", palm="down", fingers="down+front")
            a.move(0.5, **{word: floor}, twist=6 if word == "right" else -6)
            a.hold(0.15)
            a.move(0.5, **{word: held}, twist=0)
    a.move(0.9, bend=0, pitch=0, height=0, nod=12)
    a.hold(a.uniform(0.3, 0.8))
    a.back(0.7)


@action("lift_onto_table", styles=("", "", "tired"))
def lift_onto_table(a: Act) -> None:
    """Both hands lift something from the floor and set it down on a table."""
    wide, high = a.uniform(0.14, 0.2), a.uniform(0.84, 0.98)
    floor = hand((wide, 0.24, 0.44), "body", palm="in", fingers="front+down", elbow="out+down")
    held = hand((wide, -0.08, 0.34), palm="in", fingers="front", elbow="out+down")
    table = hand((wide, high, 0.5), "body", palm="in", fingers="front", elbow="out+down")
    a.move(1.0, bend=34, pitch=34, height=-0.32, nod=-12, both=floor)
    a.hold(0.2)
    a.move(1.1, bend=-3, pitch=0, height=0, nod=4, both=held)
    a.hold(a.uniform(0.2, 0.5))
    lean = 60 * (1.0 - high)
    a.move(0.8, bend=8 + lean, pitch=0.5 * lean, nod=18, both=table.moved(up=0.1))
    a.move(0.35, both=table)
    a.hold(0.2)
    a.move(0.3, both=table.moved(out=0.1, front=-0.05))
    a.back(0.8)


@action("bring_to_face", sides=True, on=("idle",))
def bring_to_face(a: Act) -> None:
    """Something held before the body is brought to the face, in one hand or both, and taken away again."""
    word = "both" if choose(a, "hands", ("one", "both")) == "both" else "right"
    low = hand((0.08, -0.16, 0.3), palm="in+up", fingers="front+in", elbow="down+out")
    near = hand((0.08, -0.1, 0.17), "head", palm="back+in", fingers=(-0.5, 0.7, 0.2), elbow="down+out")
    a.move(0.6, **{word: low}, nod=12)
    a.hold(0.2)
    a.move(0.7, **{word: near}, nod=4)
    a.hold(a.uniform(0.8, 1.6))
    a.move(0.6, **{word: low}, nod=10)
    a.back(0.7)
