"""Work with tools: broom, cloth, roller, shovel, hammer, saw, axe."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import circle, grip, stance, stand_again, strokes
from train.authored.registry import action
from train.authored.targets import hand


@action("sweep", counts=None, styles=("", "", "tired", "happy"))
def sweep(a: Act) -> None:
    """Both hands lead a broom from side to side, the trunk turns along."""
    high, reach = a.uniform(-0.12, 0.0), a.uniform(0.1, 0.2) * a.size
    a.move(0.8, bend=14, nod=16, **grip((0.2, high, 0.26), (0.02, high - 0.3, 0.38)))
    for _ in range(int(a.rng.integers(3, 7))):
        a.move(0.5, twist=-14, **grip((0.24, high, 0.22), (0.04 + reach, high - 0.3, 0.36)))
        a.move(0.5, twist=16, bend=18, **grip((0.16, high, 0.3), (-0.06 - reach, high - 0.28, 0.42)))
    a.back(0.8)


@action("wipe_window", sides=True, counts=None)
def wipe_window(a: Act) -> None:
    """A flat palm wipes over a pane in circles or strokes."""
    turns, wide, tall = int(a.rng.integers(2, 6)), a.uniform(0.08, 0.2) * a.size, a.uniform(0.08, 0.18) * a.size
    way = circle(turns, (0.0, tall, 0.0), (wide, 0.0, 0.0))
    if a.rng.random() < 0.4:
        way = strokes(turns, (1.6 * wide, -0.3 * tall, 0.0))
    pane = hand((a.uniform(-0.1, 0.08), a.uniform(0.1, 0.3), 0.46), "shoulder", palm="front", fingers="up", path=way)
    a.move(0.8, right=pane, nod=-4, bend=3)
    a.wave("twist", 4.0, 0.75, 0.75 * turns)
    a.hold(turns * a.uniform(0.6, 0.9))
    a.back(0.8)


@action("paint_wall", sides=True, counts=(2, 5))
def paint_wall(a: Act) -> None:
    """A roller or a brush goes up and down a wall, a little further each time."""
    x, high, low = a.uniform(-0.14, 0.0), a.uniform(0.28, 0.42), a.uniform(-0.35, -0.15)
    a.move(0.8, right=hand((x, low, 0.42), "shoulder", part="fist", palm="down", fingers="front"), nod=4)
    for stroke in range(a.count):
        out = x + 0.3 * stroke / max(a.count, 3)
        a.move(0.65, right=hand((out, high, 0.36), "shoulder", part="fist", palm="down", fingers="front+up"), nod=-14,
               bend=-3, height=0.0)  # fmt: skip
        a.move(0.65, right=hand((out, low, 0.44), "shoulder", part="fist", palm="down", fingers="front"), nod=8, bend=6,
               height=-0.04)  # fmt: skip
    a.back(0.8, height=0.0)


@action("dig", sides=True, counts=(1, 3), styles=("", "", "tired"), tempo=(1.0, 1.25))
def dig(a: Act) -> None:
    """A shovel goes into the ground, lifts, and throws to the side."""
    stance(a, 0.3, 0.06, **grip((0.14, -0.02, 0.24), (-0.02, -0.26, 0.4)))
    for _ in range(a.count):
        a.move(0.45, bend=34, pitch=24, height=-0.14, nod=-6, twist=0, ease="hit",
               **grip((0.12, -0.1, 0.28), (-0.06, -0.42, 0.34)))  # fmt: skip
        a.hold(0.15)
        a.move(0.65, bend=10, pitch=6, height=-0.05, **grip((0.16, -0.18, 0.2), (-0.06, -0.2, 0.42)))
        a.move(0.4, twist=32 * a.size, turn=12, ease="hit", **grip((0.14, -0.14, 0.26), (-0.1, 0.0, 0.46)))
        a.move(0.5, twist=0, turn=0, **grip((0.14, -0.06, 0.24), (-0.02, -0.26, 0.4)))
    stand_again(a)


@action("hammer", sides=True, counts=(3, 8), styles=("", "", "angry"))
def hammer(a: Act) -> None:
    """A hammer falls on a nail that the other hand holds."""
    high = a.uniform(0.95, 1.05)
    nail = hand((0.0, high, 0.42), "body", part="fist", palm="in+down", fingers="front+in", elbow="out+down")
    up = hand(
        (0.2, high + 0.3 * a.size, 0.3), "body", part="fist", palm="in", fingers=(-0.2, 0.9, 0.3), elbow="out+down"
    )
    hit = hand((0.06, high + 0.07, 0.42), "body", part="fist", palm="in", fingers=(-0.4, -0.1, 0.9), elbow="out+down")
    a.move(0.8, left=nail, right=hit, bend=10, nod=20)
    for _ in range(a.count):
        a.move(0.26, right=up, twist=-5)
        a.move(0.2, right=hit, twist=3, bend=13, ease="hit")
        a.move(0.08, right=hit.moved(up=0.03), bend=10)
    a.back(0.8)


@action("saw", sides=True, counts=(3, 7))
def saw(a: Act) -> None:
    """A saw runs forwards and back, the other hand holds the wood."""
    high = a.uniform(0.82, 0.92)
    stance(a, 0.3, 0.05, bend=24, pitch=10, nod=6, left=hand((0.14, high, 0.5), "body", palm="down", fingers="front"))
    near = hand((0.08, high + 0.12, 0.12), "body", part="fist", palm="in", fingers="front+down", elbow="back+up")
    far = hand((0.04, high - 0.02, 0.46), "body", part="fist", palm="in", fingers="front+down", elbow="back+up")
    a.move(0.5, right=near)
    for _ in range(a.count):
        a.move(0.34, right=far.moved(front=0.06 * (a.size - 1)), bend=28, twist=10)
        a.move(0.34, right=near, bend=23, twist=-8)
    stand_again(a)


@action("chop_wood", counts=(1, 3), styles=("", "", "angry", "tired"))
def chop_wood(a: Act) -> None:
    """An axe goes up over the head and comes down with the whole body."""
    ready = grip((0.12, -0.22, 0.3), (-0.08, -0.3, 0.36))
    stance(a, 0.0, 0.1, **ready)
    for _ in range(a.count):
        a.move(0.7, bend=-10, nod=-12, height=0.0, twist=-8, pitch=0, **grip((0.08, 0.44, 0.08), (-0.02, 0.42, 0.12)))
        a.hold(0.1)
        a.move(0.3, bend=38, pitch=20, nod=8, height=-0.12, twist=0, ease="hit",
               **grip((0.03, -0.22, 0.44), (-0.03, -0.28, 0.4)))  # fmt: skip
        a.hold(0.2)
        a.move(0.5, bend=6, pitch=2, nod=4, height=-0.02, **ready)
    stand_again(a)


@action("plant_seeds", sides=True, counts=(2, 4))
def plant_seeds(a: Act) -> None:
    """Squatting or bent low, the hand puts seeds into the soil and presses them in."""
    x, far = a.uniform(-0.1, 0.0), a.uniform(0.4, 0.5)
    deep = a.rng.random() < 0.5
    trunk = {"bend": 30, "pitch": 30, "height": -0.42} if deep else {"bend": 46, "pitch": 52, "height": -0.24}
    a.move(1.1, nod=-8, left=hand((0.1, -0.12, 0.24), palm="up", fingers="front+in"), **trunk)
    for number in range(a.count):
        out = x + 0.11 * number
        soil = hand((out, 0.14, far), "body", part="tip", palm="down+in", fingers="down", elbow="out+up")
        a.move(0.5, right=hand((-0.04, -0.08, 0.28), part="tip", palm="down", fingers="in+down", elbow="out"))
        a.move(0.6, right=soil)
        a.move(0.16, right=soil.moved(up=0.04))
        a.move(0.16, right=soil.moved(up=0.0))
    a.back(1.2)


@action("push", styles=("", "", "tired"), counts=None)
def push(a: Act) -> None:
    """Arms against something heavy, the body leans in; it gives way slowly."""
    flat = hand((0.13, a.uniform(1.08, 1.2), 0.56), "body", palm="front", fingers="up", elbow="down+out")
    stance(a, 0.5, 0.03, both=flat.moved(front=-0.1))
    for _ in range(int(a.rng.integers(1, 4))):
        a.move(0.9, front=0.12, bend=16, pitch=14, height=-0.1, nod=8, both=flat.moved(front=0.1), balance=-1)
        a.wave("bend", 1.0, 0.3, 0.8)
        a.hold(a.uniform(0.4, 0.9))
        a.move(0.5, front=0.02, bend=8, pitch=6, height=-0.05, both=flat)
    stand_again(a)


@action("pull", counts=(2, 5), styles=("", "", "tired"))
def pull(a: Act) -> None:
    """A rope is hauled in hand over hand, the body leaning back."""
    y = a.uniform(-0.2, -0.06)
    stance(a, 0.4, 0.06, **grip((0.02, y, 0.4), (-0.02, y, 0.28), part="fist"))
    far = {"balance": -1}
    for number in range(a.count):
        one = grip((0.06, y, 0.18), (-0.02, y, 0.52), part="fist")
        two = grip((0.02, y, 0.52), (-0.06, y, 0.18), part="fist")
        a.move(0.6, front=-0.1, bend=-4, height=-0.09, twist=-12, **far, **(one if number % 2 == 0 else two))
        a.move(0.4, front=-0.04, bend=5, twist=8 if number % 2 else -2)
    stand_again(a)
