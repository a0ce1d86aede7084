"""Hands at the face and the body, and work of the hands at home."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, circle, grip, strokes
from train.authored.registry import action
from train.authored.targets import REST, Target, hand

CALM = ("", "", "tired")


@action("cover_ears", styles=("", "", "scared"))
def cover_ears(a: Act) -> None:
    """Both hands over the ears."""
    ears = hand("ear", palm="in", fingers=(0, 1, -0.3), elbow="out+down", shift=(0.02, -0.01, 0.0))
    a.move(0.6, both=ears, nod=16, bend=10, shrug=8)
    a.hold(a.uniform(1.2, 2.6))
    a.back(0.8)


@action("cover_mouth", sides=True, styles=("", "", "scared"))
def cover_mouth(a: Act) -> None:
    """A hand, or both, over the mouth."""
    over = hand("mouth", palm="back", fingers=(-1, 0.25, 0.0), elbow="down+out", shift=(0.03, -0.02, 0.02))
    word = "both" if choose(a, "hands", ("one", "one", "both")) == "both" else "right"
    a.move(0.5, **{word: over}, bend=-3, nod=2, shrug=6)
    a.hold(a.uniform(1.0, 2.4))
    a.back(0.8)


@action("cover_eyes", styles=("", "", "scared"))
def cover_eyes(a: Act) -> None:
    """Both hands over the eyes."""
    over = hand("eye", palm="back", fingers=(-0.5, 1, 0.0), elbow="down+out", shift=(0.02, -0.02, 0.02))
    a.move(0.6, both=over, nod=12, bend=5)
    a.hold(a.uniform(1.2, 2.6))
    a.back(0.8)


@action("binoculars", styles=("", "sneaky"))
def binoculars(a: Act) -> None:
    """Both hands hold binoculars before the eyes, the body turns from side to side."""
    held = hand((0.07, 0.03, 0.18), "head", part="fist", palm="in", fingers="up+front", elbow="out+down")
    a.move(0.7, both=held, bend=2)
    sign = float(a.rng.choice([-1, 1]))
    for turn in (sign, -sign):
        a.move(a.uniform(0.9, 1.2), twist=16 * turn, turn=18 * turn)
        a.hold(0.4)
    a.move(0.6, twist=0, turn=0)
    a.back(0.8)


@action("rub_belly", sides=True, styles=("", "", "happy"))
def rub_belly(a: Act) -> None:
    """A flat hand goes round on the belly."""
    turns = int(a.rng.integers(3, 5))
    rub = hand("belly", shift=(0.06, 0.02, 0.0), fingers="in", path=circle(turns, (0.08, 0.0, 0.0), (0.0, 0.09, 0.0)))
    a.move(0.7, right=rub, bend=-4, nod=8)
    a.hold(0.8 * turns)
    a.back(0.7)


@action("scratch_arm", sides=True)
def scratch_arm(a: Act) -> None:
    """The right hand scratches up and down the left forearm, which is held before the body."""
    times = int(a.rng.integers(3, 6))
    other = hand((0.06, -0.16, 0.3), part="wrist", palm="down", fingers="in+front", elbow="down+out", exact=True)
    rub = hand((0.06, -0.1, 0.3), part="tip", palm="down", fingers="in+front", elbow="out+down",
               path=strokes(times, (-0.16, 0.0, -0.06)), exact=True)  # fmt: skip
    a.move(0.8, left=other, right=rub, nod=18, turn=6)
    a.hold(0.45 * times)
    a.back(0.7)


@action("brush_off_clothes", sides=True)
def brush_off_clothes(a: Act) -> None:
    """A hand brushes dust off the chest, the other sleeve and the thigh."""
    a.move(0.5, nod=20, right=hand("other_shoulder", shift=(0.0, 0.0, 0.03)))
    for start, away in (((-0.12, 0.08, 0.17), (-0.02, -0.28, 0.04)), ((-0.02, 0.02, 0.18), (0.06, -0.3, 0.04))):
        for _ in range(2):
            a.move(0.26, right=hand(start, palm="back", fingers="in+up"))
            x, y, z = (p + q for p, q in zip(start, away, strict=True))
            a.move(0.26, right=hand((x, y, z), palm="back", fingers="in+down"), ease="out")
    a.move(0.4, bend=16, right=hand((0.08, -0.04, 0.16), "pelvis", palm="back", fingers="down"))
    for _ in range(2):
        a.move(0.28, right=hand((0.1, -0.24, 0.18), "pelvis", palm="back", fingers="down"), ease="out")
        a.move(0.28, right=hand((0.08, -0.02, 0.16), "pelvis", palm="back", fingers="down"))
    a.back(0.8)


@action("wash_face", styles=CALM)
def wash_face(a: Act) -> None:
    """Bent over a basin, both hands scoop water and rub the face."""
    basin = hand((0.03, 0.96, 0.4), "body", palm="up+in", fingers="front+in", elbow="out+down")
    face = hand("cheek", palm="back+in", fingers=(-0.3, 1, 0.0), elbow="down+out", shift=(-0.02, 0.0, 0.04))
    a.move(0.8, both=basin, bend=30, pitch=12, nod=10)
    for _ in range(int(a.rng.integers(2, 4))):
        a.move(0.5, both=face.moved(up=-0.05), bend=32, nod=16)
        a.move(0.26, both=face.moved(up=0.07))
        a.move(0.26, both=face.moved(up=-0.05))
        a.move(0.5, both=basin, bend=30, nod=10)
    a.back(1.0)


@action("wash_dishes", sides=True, styles=CALM)
def wash_dishes(a: Act) -> None:
    """One hand holds a plate over a sink, the other rubs it in circles, then it is put aside."""
    high = a.uniform(0.98, 1.04)
    for _ in range(int(a.rng.integers(1, 3))):
        turns = int(a.rng.integers(3, 5))
        plate = hand((0.1, high, 0.36), "body", palm="in+up", fingers="front+in", elbow="down+out")
        rub = hand((-0.04, high + 0.04, 0.4), "body", palm="in+down", fingers="front+in", elbow="out+down",
                   path=circle(turns, (0.09, 0.0, 0.0), (0.0, 0.05, 0.08)))  # fmt: skip
        a.move(0.7, left=plate, right=rub, bend=10, nod=22, twist=0)
        a.hold(0.65 * turns)
        a.move(0.6, left=hand((0.42, high, 0.3), "body", palm="in", fingers="front"), twist=16, turn=14)
        a.hold(0.15)
    a.back(0.9)


@action("iron_clothes", sides=True, counts=None, styles=CALM)
def iron_clothes(a: Act) -> None:
    """A hand pushes an iron to and fro over a board, the other smooths the cloth."""
    high = a.uniform(0.92, 0.98)
    near = hand((0.3, high + 0.06, 0.34), "body", part="fist", palm="down", fingers="front+in", elbow="out+back")
    a.move(0.8, right=near, left=hand((0.14, high, 0.4), "body", palm="down", fingers="front"), bend=12, nod=20)
    for _ in range(int(a.rng.integers(3, 5))):
        a.move(0.6, right=near.moved(out=-0.36, front=0.06), twist=10, lean=-3)
        a.move(0.6, right=near.moved(front=0.02), twist=-8, lean=2)
    a.move(0.3, right=near.moved(up=0.16), twist=0, lean=0)
    a.back(0.9)


@action("knead_dough", styles=("", "", "happy"))
def knead_dough(a: Act) -> None:
    """Both hands press into dough on a table and draw it back, with the weight of the body."""
    high = a.uniform(0.92, 0.98)
    near = hand((0.06, high + 0.08, 0.3), "body", palm="down", fingers="front+in", elbow="out+back")
    a.move(0.8, both=near, bend=12, nod=16)
    for _ in range(int(a.rng.integers(4, 7))):
        a.move(0.36, both=near.moved(up=-0.07, front=0.18), bend=24, front=0.03, ease="hit")
        a.move(0.42, both=near.moved(up=0.05), bend=10, front=0.0)
    a.back(0.9)


@action("shake_bottle", counts=(3, 6), styles=("", "", "happy"))
def shake_bottle(a: Act) -> None:
    """Both hands shake a bottle or a shaker up and down before the chest."""
    low = grip((0.04, -0.14, 0.26), (-0.02, -0.06, 0.26), part="fist", palm="in", fingers="front+up", elbow="out+down")
    high = grip((0.04, 0.1, 0.3), (-0.02, 0.18, 0.3), part="fist", palm="in", fingers="front+up", elbow="out+down")
    a.move(0.7, **low)
    for _ in range(a.count):
        a.move(0.26, **high, ease="out")
        a.move(0.26, **low, ease="hit")
    a.back(0.8)


@action("open_jar", sides=True, styles=("", "", "angry"))
def open_jar(a: Act) -> None:
    """One hand holds a jar at the belly, the other twists the lid with effort, and lifts it off."""
    jar = hand((0.04, -0.18, 0.26), part="palm", palm="in", fingers="front", elbow="out+down", exact=True)
    lid = hand((0.0, -0.06, 0.27), part="palm", palm="down", fingers="front+in", elbow="out+up", exact=True)
    turned = hand((0.02, -0.06, 0.25), part="palm", palm="down", fingers=(-1, 0.0, 0.2), elbow="out+up", exact=True)
    a.move(0.8, left=jar, right=lid, nod=20)
    for _ in range(int(a.rng.integers(2, 4))):
        a.move(0.36, right=turned.moved(out=0.08), left=jar.moved(out=0.06), twist=-8, bend=8, shrug=8)
        a.hold(0.15)
        a.move(0.36, right=lid.moved(out=-0.04), left=jar, twist=6, bend=4, shrug=0)
    a.move(0.4, right=lid.moved(up=0.2, out=0.12), twist=0)
    a.hold(0.3)
    a.back(0.8)


@action("use_screwdriver", sides=True)
def use_screwdriver(a: Act) -> None:
    """A hand turns a screwdriver at a wall, the other steadies the screw."""
    high = a.uniform(-0.12, 0.06)

    def turned(palm: str, elbow: str, up: float) -> Target:
        return hand((-0.04, high + up, 0.44), "shoulder", part="fist", palm=palm, fingers="front", elbow=elbow)

    steady = hand((-0.02, high - 0.06, 0.52), "shoulder", part="tip", palm="in", fingers="front", elbow="down+out")
    a.move(0.8, right=turned("in", "down+out", 0.0), left=steady, bend=4)
    for _ in range(int(a.rng.integers(4, 6))):
        a.move(0.4, right=turned("down+out", "out+up", 0.05), lean=-3)
        a.move(0.4, right=turned("up+in", "down", -0.05), lean=2)
    a.back(0.8)


@action("hold_umbrella", sides=True, on=("walk", "idle"))
def hold_umbrella(a: Act) -> None:
    """A fist before the shoulder holds an umbrella up, mostly while walking."""
    held = hand((0.04, 0.06, 0.28), "shoulder", part="fist", palm="in", fingers="up", elbow="down+out")
    a.move(0.7, right=held, left=REST)
    a.start_here()
    a.hold(a.uniform(2.0, 3.4))
    a.end_here()
    a.back(0.8)
