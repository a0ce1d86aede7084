"""Gestures with a watch, a phone, a camera."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, strokes
from train.authored.registry import action
from train.authored.targets import REST, hand

ANY = ("idle", "idle", "walk")


@action("check_watch", sides=True, on=ANY)
def check_watch(a: Act) -> None:
    """The forearm comes up before the chest and the head looks at the wrist."""
    place = (-0.02, a.uniform(-0.06, 0.06), a.uniform(0.24, 0.32))
    wrist = hand(place, part="wrist", fingers="in", palm="down", elbow="out+down")
    a.move(a.uniform(0.5, 0.7), right=wrist, nod=24, turn=4)
    if a.rng.random() < 0.4:
        x, y, z = place
        a.move(0.4, left=hand((-x + 0.02, y + 0.03, z + 0.02), part="tip", palm="down+in", fingers="in+front"))
    a.hold(a.uniform(0.6, 1.4))
    a.back(0.6)


@action("phone_call", sides=True, on=("idle", "walk"), styles=("", "", "happy", "angry"))
def phone_call(a: Act) -> None:
    """A phone at the ear; talking, with the free hand now and then."""
    ear = hand("ear", palm="in", fingers=(0, 1, 0.1), elbow="down+front+out", shift=(0.015, -0.05, 0.01))
    a.move(0.5, right=hand("hip", shift=(0.0, 0.0, 0.05)))
    a.move(a.uniform(0.8, 1.1), right=ear, tilt=a.uniform(2, 12))
    for _ in range(int(a.rng.integers(1, 4))):
        a.hold(a.uniform(0.3, 0.8))
        if a.rng.random() < 0.6:
            a.move(0.4, left=hand((a.uniform(0.05, 0.2), -0.2, 0.32), "shoulder", palm="up+in", fingers="front"), nod=5)
            a.move(0.3, left=hand((a.uniform(0.1, 0.3), -0.26, 0.26), "shoulder", palm="up", fingers="front"), nod=-3)
            a.move(0.5, left=REST)
        else:
            a.move(0.3, nod=9, turn=a.uniform(-15, 15))
            a.move(0.3, nod=0)
    a.move(0.7, right=hand("hip", shift=(0.0, 0.0, 0.05)), tilt=0)
    a.back(0.4)


@action("check_phone", sides=True, on=("idle", "walk"))
def check_phone(a: Act) -> None:
    """A phone held before the chest; the head looks down, the thumb or the other hand taps."""
    place = (-0.06, a.uniform(-0.06, 0.06), a.uniform(0.24, 0.32))
    screen = hand(place, palm="back+up", fingers=(-0.35, 1, 0.5), elbow="down+out")
    a.move(0.6, right=screen, nod=30)
    if choose(a, "hands", ("one", "two")) == "two":
        tap = hand((0.02, place[1] + 0.03, place[2] + 0.0), part="tip", palm="front+in", fingers="in+up",
                   path=strokes(a.rng.integers(3, 7), (0.0, 0.03, -0.04)))  # fmt: skip
        a.move(0.5, left=tap)
    a.hold(a.uniform(1.5, 3.5))
    a.back(0.7)


@action("take_photo", sides=True, counts=(1, 3))
def take_photo(a: Act) -> None:
    """A camera before the face with two hands, or a self-portrait at arm's length."""
    if choose(a, "kind", ("photo", "photo", "selfie")) == "selfie":
        far = hand((0.12, a.uniform(0.15, 0.3), 0.46), "shoulder", palm="back+in", fingers="up", elbow="down+out")
        a.move(0.7, right=far, turn=-12, nod=-6, tilt=a.uniform(-14, 14))
    else:
        near = a.uniform(0.26, 0.4)
        a.move(
            0.8, both=hand((0.07, a.uniform(0.24, 0.3), near), palm="in", fingers="up+front", elbow="down+out"), nod=2
        )
    for number in range(a.count):
        a.hold(a.uniform(0.4, 0.8))
        if number:
            a.move(0.4, twist=a.uniform(-14, 14), bend=a.uniform(0, 10))
            a.hold(0.3)
    a.back(0.8)


@action("wipe_forehead", sides=True, counts=(1, 2), on=ANY, styles=("", "tired"))
def wipe_forehead(a: Act) -> None:
    """The back of the hand sweeps over the forehead."""
    inner = hand(
        "forehead", part="tip", palm="front+down", fingers=(-1, 0.1, 0.1), elbow="out+front", shift=(-0.1, 0, 0.02)
    )
    outer = hand(
        "forehead", part="tip", palm="front+down", fingers=(-1, 0.15, 0.3), elbow="out", shift=(0.14, 0, -0.03)
    )
    for _ in range(a.count):
        a.move(0.6, right=inner, nod=8, bend=4)
        a.move(a.uniform(0.45, 0.7), right=outer, turn=10)
    if a.rng.random() < 0.5:
        a.move(0.25, right=hand((0.35, -0.2, 0.25), "shoulder", palm="down", fingers="front+out+down"), ease="hit")
    a.back(0.6)
