"""Everyday doings: eating, washing, reading, writing, doors."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, circle, strokes
from train.authored.registry import action
from train.authored.targets import foot, hand

ANY = ("idle", "idle", "walk")


@action("drink", sides=True, counts=(1, 3), on=ANY)
def drink(a: Act) -> None:
    """A cup goes to the mouth, the head tips back with it."""
    low = hand((0.06, a.uniform(-0.22, -0.1), a.uniform(0.3, 0.42)), palm="in", fingers="front+in", elbow="down+out")
    mouth = hand((0.05, -0.2, 0.2), "head", part="fist", palm="in+back", fingers=(-0.6, -0.2, 0.8), elbow="down+out")
    tipped = hand((0.04, -0.22, 0.13), "head", part="fist", palm="in+back", fingers=(-0.7, -0.1, 0.7), elbow="down+out")
    a.move(0.7, right=low, nod=8)
    for _ in range(a.count):
        a.hold(a.uniform(0.1, 0.4))
        a.move(0.6, right=mouth, nod=0)
        a.move(0.5, right=tipped, nod=a.uniform(-22, -16), bend=-8)
        a.hold(a.uniform(0.4, 1.1))
        a.move(0.6, right=low, nod=4, bend=0)
    a.back(0.6)


@action("eat", sides=True, counts=(2, 5), on=("idle",))
def eat(a: Act) -> None:
    """One hand holds a bowl or a plate, the other carries food to the mouth."""
    bowl = (0.02, a.uniform(-0.2, -0.08), 0.32)
    plate = {"left": hand((0.08, bowl[1], 0.32), palm="up", fingers="front+in")} if a.rng.random() < 0.7 else {}
    scoop = hand(bowl, part="tip", palm="in+down", fingers="front+down+in", elbow="out+down", shift=(0.0, 0.06, 0.0))
    lips = hand(
        "mouth", part="tip", palm="in+back", fingers=(-0.8, 0.3, -0.4), elbow="out+down", shift=(0.01, -0.08, 0.02)
    )
    a.move(0.7, right=scoop, nod=18, **plate)
    for _ in range(a.count):
        a.move(0.25, right=scoop.moved(out=-0.04, up=-0.02))
        a.move(a.uniform(0.5, 0.7), right=lips, nod=8, bend=5)
        a.hold(a.uniform(0.1, 0.25))
        a.move(0.5, right=scoop, nod=16, bend=2)
    a.back(0.7)


@action("wash_hands")
def wash_hands(a: Act) -> None:
    """Hands rub under a tap, then the water is shaken off."""
    high, far = a.uniform(0.98, 1.06), a.uniform(0.32, 0.4)
    one = hand((0.016, high, far), "body", palm="in+down", fingers="front+in", exact=True)
    a.move(0.8, both=one, bend=14, nod=22)
    for _ in range(int(a.rng.integers(3, 6))):
        a.move(0.26, right=one.moved(front=0.08, up=0.02), left=one.moved(front=-0.08, up=-0.02))
        a.move(0.26, right=one.moved(front=-0.08, up=-0.02), left=one.moved(front=0.08, up=0.02))
    a.move(0.25, right=one.moved(up=0.03, front=0.04), left=one.moved(up=-0.02))
    for _ in range(2):
        a.move(0.25, right=one.moved(up=0.03, front=-0.06))
        a.move(0.25, right=one.moved(up=0.03, front=0.05))
    for _ in range(int(a.rng.integers(0, 3))):
        a.move(0.15, both=one.moved(out=0.1, up=-0.1), ease="hit")
        a.move(0.15, both=one.moved(out=0.1, up=0.0))
    a.back(0.7)


@action("brush_teeth", sides=True, on=ANY)
def brush_teeth(a: Act) -> None:
    """A brush scrubs before the mouth."""
    first, then = int(a.rng.integers(4, 7)), int(a.rng.integers(3, 6))
    lips = hand((0.12, -0.12, 0.17), "head", part="fist", palm="back+down", fingers=(-0.8, 0.2, 0.2), elbow="out+down",
                path=strokes(first, (-0.11, 0.0, 0.0)))  # fmt: skip
    a.move(0.7, right=lips, nod=8, bend=5)
    a.hold(0.45 * first)
    up = hand((0.08, -0.08, 0.19), "head", part="fist", palm="back+down", fingers=(-0.8, 0.3, 0.1), elbow="out+down",
              path=strokes(then, (0.0, -0.09, 0.0)))  # fmt: skip
    a.move(0.3, right=up, tilt=6)
    a.hold(0.45 * then)
    if a.rng.random() < 0.4:
        a.move(0.5, bend=30, nod=14)
        a.move(0.6, bend=0, nod=0)
    a.back(0.7)


@action("comb_hair", sides=True, counts=(2, 5))
def comb_hair(a: Act) -> None:
    """The hand strokes from the forehead over the head to the back."""
    front = hand("top_of_head", part="fist", fingers=(-0.9, 0.2, 0.1), elbow="out+front", shift=(0.03, -0.01, 0.07))
    top = hand("top_of_head", part="fist", fingers=(-0.9, 0.3, 0), elbow="out+front", shift=(0.04, 0.0, -0.03))
    back = hand("back_of_head", part="fist", fingers=(-0.7, 0.6, 0), elbow="out+up", shift=(0.05, 0.02, 0.0))
    for _ in range(a.count):
        a.move(0.45, right=front, nod=4, tilt=-6)
        a.move(0.25, right=top, ease="linear")
        a.move(0.3, right=back, tilt=a.uniform(0, 10), nod=8, ease="out")
    a.back(0.7)


@action("type_keyboard")
def type_keyboard(a: Act) -> None:
    """Both hands hover and tap over a keyboard."""
    high = a.uniform(0.98, 1.08)
    place = (a.uniform(0.06, 0.1), high, a.uniform(0.34, 0.42))
    keys = hand(place, "body", palm="down", fingers=(-0.25, -0.15, 1), elbow="down+out+back")
    a.move(0.8, both=keys, nod=18, bend=a.uniform(4, 12))
    for beat in range(int(a.rng.integers(8, 16))):
        word = "right" if beat % 2 == 0 else "left"
        out = a.uniform(-0.05, 0.07)
        a.move(0.14, **{word: keys.moved(out=out, up=0.06)})
        a.move(0.14, **{word: keys.moved(out=out, up=-0.02, front=a.uniform(-0.02, 0.03))})
    a.back(0.7)


@action("read_book", counts=None, on=ANY)
def read_book(a: Act) -> None:
    """A book in both hands; a page is turned now and then."""
    place = (0.11, a.uniform(-0.1, 0.06), a.uniform(0.28, 0.36))
    book = hand(place, palm="in+up", fingers="front+up", elbow="down+out")
    a.move(0.8, both=book, nod=a.uniform(20, 32))
    for _ in range(int(a.rng.integers(1, 4))):
        a.move(a.uniform(0.6, 1.0), turn=10)
        a.move(0.3, turn=-6)
        a.move(0.35, right=book.moved(out=-0.02, up=0.1))
        a.move(0.4, right=book.moved(out=-0.16, up=0.06), turn=8)
        a.move(0.4, right=book, turn=0)
    a.hold(a.uniform(0.3, 1.0))
    a.back(0.7)


@action("write_on_board", sides=True)
def write_on_board(a: Act) -> None:
    """The hand writes lines at head height."""
    start = a.uniform(-0.16, -0.06)
    high = a.uniform(0.05, 0.26)
    for line in range(int(a.rng.integers(1, 4))):
        y = high - 0.12 * line
        a.move(0.6, right=hand((start, y, 0.5), "shoulder", part="tip", fingers="front+up", palm="front+in"), turn=10)
        for letter in range(int(a.rng.integers(4, 8))):
            x = start + 0.05 * letter
            loop = circle(1.0, (0.0, 0.03 * a.size, 0.0), (0.02, 0.0, 0.0))
            stroke = hand((x, y, 0.5), "shoulder", part="tip", fingers="front+up", palm="front+in", path=loop)
            a.move(0.12, right=stroke, turn=-8, ease="linear")
            a.hold(a.uniform(0.22, 0.3))
    a.back(0.7)


@action("pour", sides=True)
def pour(a: Act) -> None:
    """A jug tilts over a cup."""
    high = a.uniform(-0.12, 0.02)
    cup = hand((0.0, high - 0.08, 0.34), palm="in", fingers="front", elbow="down+out")
    jug = hand((0.16, high + 0.02, 0.32), palm="in", fingers="front", elbow="down+out")
    tipped = hand((0.1, high + 0.12, 0.33), palm="down+in", fingers=(-0.6, -0.25, 0.7), elbow="out")
    a.move(0.9, right=jug, left=cup, nod=18)
    a.move(0.7, right=tipped, lean=-3, tilt=-6)
    a.hold(a.uniform(0.9, 2.4))
    a.move(0.6, right=jug, lean=0, tilt=0)
    a.hold(0.2)
    a.back(0.8)


@action("stir_pot", sides=True)
def stir_pot(a: Act) -> None:
    """The hand circles over a pot."""
    turns, wide = int(a.rng.integers(3, 7)), a.uniform(0.06, 0.11) * a.size
    spoon = hand((0.06, a.uniform(1.0, 1.1), 0.42), "body", part="fist", palm="in+down", fingers="front+in+down",
                 elbow="out+down", path=circle(turns, (wide, 0.0, 0.0), (0.0, 0.0, wide)))  # fmt: skip
    pot = {"left": hand((0.2, 1.0, 0.36), "body", palm="in", fingers="front")} if a.rng.random() < 0.6 else {}
    a.move(0.9, right=spoon, nod=22, bend=8, **pot)
    a.wave("twist", 2.0, 0.8, turns * 0.8)
    a.hold(turns * a.uniform(0.55, 0.9))
    a.back(0.8)


@action("put_on_hat", sides=True, on=ANY)
def put_on_hat(a: Act) -> None:
    """A hat goes from before the body onto the head and is pulled straight."""
    two = choose(a, "hands", ("one", "both")) == "both"
    word = "both" if two else "right"
    low = hand((0.14, a.uniform(-0.2, -0.1), 0.34), palm="in", fingers="front+up", elbow="down+out")
    over = hand((0.12, 0.28, 0.1), "head", palm="in+down", fingers=(-0.3, 0.5, 0.3), elbow="out")
    brim = hand((0.11, 0.14, 0.05), "head", palm="in", fingers=(-0.2, 0.7, 0.3), elbow="out")
    a.move(0.6, nod=12, **{word: low})
    a.hold(a.uniform(0.1, 0.4))
    a.move(0.8, nod=6, **{word: over})
    a.move(0.4, nod=2, **{word: brim})
    for _ in range(int(a.rng.integers(0, 3))):
        a.move(0.2, tilt=5, **{word: brim.moved(up=-0.02, front=0.02)})
        a.move(0.2, tilt=0, **{word: brim})
    a.hold(0.2)
    a.back(0.8)


@action("open_door", sides=True)
def open_door(a: Act) -> None:
    """The hand grasps a handle, turns it and pulls or pushes."""
    handle = hand((0.06, -0.3, 0.46), "shoulder", part="fist", palm="down", fingers="front", elbow="down+out")
    turned = hand((0.06, -0.31, 0.46), "shoulder", part="fist", palm="down+out", fingers="front", elbow="out+down")
    a.move(0.7, right=handle, nod=10, bend=4)
    a.move(0.3, right=turned)
    if choose(a, "way", ("pull", "pull", "push")) == "pull":
        a.move(0.35, left_foot=foot(front=-0.14), lift=0.04, wait=False)
        a.move(0.9, right=hand((0.26, -0.3, 0.12), "shoulder", part="fist", palm="in+down", elbow="back"), twist=-18,
               bend=-2, turn=10)  # fmt: skip
        a.hold(0.3)
        a.move(0.4, left_foot=foot(), lift=0.04, wait=False)
    else:
        a.move(0.35, left_foot=foot(front=0.16), lift=0.04, wait=False)
        a.move(0.9, right=hand((0.02, -0.22, 0.58), "shoulder", palm="front", fingers="up+front"), twist=14, bend=9)
        a.hold(0.3)
        a.move(0.4, left_foot=foot(), lift=0.04, wait=False)
    a.back(0.8)


@action("knock", sides=True, counts=(1, 6), styles=("", "", "angry"))
def knock(a: Act) -> None:
    """Knuckles hit a door at shoulder height."""
    high = a.uniform(0.0, 0.16)
    away = hand((0.1, high + 0.2, 0.2), "shoulder", part="fist", palm="front+down", fingers="up", elbow="down+out")
    door = hand(
        (0.03, high - 0.02, 0.52), "shoulder", part="fist", palm="down", fingers=(-0.1, 0.3, 1), elbow="down+out"
    )
    a.move(0.6, right=away, nod=-2)
    for _ in range(a.count):
        a.move(0.2, right=door, ease="hit", bend=3)
        a.hold(0.06)
        a.move(0.28, right=away, ease="out", bend=0)
    a.hold(a.uniform(0.0, 0.3))
    a.back(0.6)


@action("press_button", sides=True, counts=(1, 3))
def press_button(a: Act) -> None:
    """A stretched finger presses and lets go."""
    high = a.uniform(-0.2, 0.12)
    near = hand((0.0, high, 0.42), "shoulder", part="tip", palm="down+in", fingers="front", elbow="down+out")
    a.move(0.6, right=near, nod=8)
    for _ in range(a.count):
        a.move(0.26, right=near.moved(front=0.2), bend=4, ease="hit")
        a.hold(0.16)
        a.move(0.3, right=near, bend=0)
    a.back(0.6)
