"""Shapes drawn in the air, swipes of a hand, and hands that talk."""

from __future__ import annotations

from collections.abc import Sequence

from train.authored.act import Act
from train.authored.patterns import choose, circle
from train.authored.registry import action
from train.authored.targets import Target, hand

ANY = ("idle", "idle", "idle", "walk")


def _at(x: float, y: float) -> Target:
    """The fingertip on an upright plane before the body: ``x`` outwards and ``y`` up from the shoulder, in metres."""
    far = 0.58 - 0.35 * (x + 0.08) ** 2 - 0.3 * y**2
    return hand((x, y, far), "shoulder", part="tip", fingers=(0.6 * x, 0.25 + 0.8 * y, 1), palm="down+in", exact=True)


def _polygon(a: Act, corners: Sequence[tuple[float, float]], pace: float) -> None:
    """Straight strokes from corner to corner, the first one reached already."""
    for x, y in corners[1:]:
        a.move(pace, right=_at(x, y), turn=-24 * x, twist=-8 * x, nod=-14 * y)
        a.hold(0.06)


@action("draw_circle", sides=True, counts=(1, 3))
def draw_circle(a: Act) -> None:
    """A finger draws large circles on the air."""
    r, x, y = a.uniform(0.17, 0.26) * a.size, a.uniform(-0.12, 0.0), a.uniform(-0.05, 0.06)
    way = float(a.rng.choice([-1.0, 1.0]))
    start = _at(x, y).moved(up=r, front=-0.02)
    round_ = circle(a.count, (0.0, r, 0.0), (way * r, 0.0, 0.0))
    a.move(0.6, right=hand(start.place, "shoulder", part="tip", fingers="front+up", palm="down+in", path=round_,
                           exact=True), nod=-6)  # fmt: skip
    seconds = a.count * a.uniform(1.1, 1.6)
    a.wave("twist", 4 * way, seconds * a.tempo / a.count, seconds * a.tempo)
    a.wave("turn", 6 * way, seconds * a.tempo / a.count, seconds * a.tempo)
    a.hold(seconds)
    a.move(0.15, nod=0)
    a.back(0.7)


@action("draw_x", sides=True, counts=(1, 2))
def draw_x(a: Act) -> None:
    """Two crossing strokes on the air."""
    w, h, y = a.uniform(0.16, 0.22) * a.size, a.uniform(0.2, 0.28) * a.size, a.uniform(-0.04, 0.06)
    x, pace = a.uniform(-0.12, -0.02), a.uniform(0.4, 0.6)
    a.move(0.6, right=_at(x + w, y + h), turn=-8, nod=-8)
    for number in range(a.count):
        if number:
            a.move(0.45, right=_at(x + w, y + h).moved(front=-0.08))
        _polygon(a, [(x + w, y + h), (x - w, y - h)], pace)
        a.move(0.4, right=_at(x - w, y + h).moved(front=-0.1), turn=8)
        a.move(0.12, right=_at(x - w, y + h))
        _polygon(a, [(x - w, y + h), (x + w, y - h)], pace)
    a.back(0.7)


@action("draw_triangle", sides=True, counts=(1, 2))
def draw_triangle(a: Act) -> None:
    """Three straight strokes back to where they began."""
    w, h, y = a.uniform(0.18, 0.25) * a.size, a.uniform(0.18, 0.26) * a.size, a.uniform(-0.04, 0.06)
    x, pace = a.uniform(-0.12, -0.02), a.uniform(0.45, 0.65)
    way = float(a.rng.choice([-1.0, 1.0]))
    a.move(0.6, right=_at(x, y + h), nod=-8)
    for _ in range(a.count):
        _polygon(a, [(x, y + h), (x + way * w, y - h), (x - way * w, y - h), (x, y + h)], pace)
    a.back(0.7)


@action("swipe", sides=True, counts=(1, 3), on=ANY)
def swipe(a: Act) -> None:
    """An open hand sweeps across before the chest, as over a screen."""
    y = a.uniform(-0.12, 0.06)
    outwards = choose(a, "way", ("in", "in", "out")) == "out"
    out = hand((0.3 * a.size, y, 0.36), "shoulder", fingers=(0.6, 0.3, 1), palm="in", elbow="down+out")
    into = hand((-0.26 * a.size, y + 0.04, 0.36), "shoulder", fingers=(-0.6, 0.3, 1), palm="in", elbow="out+down")
    if outwards:
        out, into = (hand(t.place, "shoulder", fingers=t.fingers, palm="out+down", elbow="down+out")
                     for t in (into, out))  # fmt: skip
    sign = -1.0 if outwards else 1.0
    a.move(0.55, right=out, twist=-8 * sign, turn=-6 * sign)
    for number in range(a.count):
        if number:
            a.move(0.35, right=out.moved(front=-0.12, up=-0.03), twist=-6 * sign)
        a.move(0.3, right=into, twist=10 * sign, turn=8 * sign, ease="out")
        a.hold(a.uniform(0.08, 0.3))
    a.back(0.6)


@action("talk_gesture", on=ANY, styles=("", "", "", "happy", "angry", "sad"))
def talk_gesture(a: Act) -> None:
    """Hands beat, open, weigh and count along with speech; the head nods and turns to the listeners."""
    a.move(0.45, both=_open(a, 0.14, -0.28, 0.24))
    lively = a.uniform(0.7, 1.2)
    for _ in range(int(a.rng.integers(5, 9))):
        word = str(a.rng.choice(["both", "both", "right", "left"]))
        other = {"right": "left", "left": "right"}.get(word)
        kind = str(a.rng.choice(["open", "beat", "beat", "wide", "toward", "count"]))
        head = {
            "nod": a.uniform(-6, 9),
            "turn": a.uniform(-16, 16),
            "tilt": a.uniform(-6, 6),
            "twist": a.uniform(-5, 5),
        }
        rest = {other: _open(a, 0.12, -0.34, 0.2)} if other and a.rng.random() < 0.5 else {}
        y = a.uniform(-0.26, -0.12)
        if kind == "beat":
            there = _open(a, 0.1, y, 0.32)
            for _ in range(int(a.rng.integers(1, 4))):
                a.move(0.26, **{word: there.moved(up=0.1 * lively)}, nod=-2)
                a.move(0.22, **{word: there.moved(up=-0.05)}, nod=5, ease="hit")
        elif kind == "wide":
            wide = hand((0.3 * lively, y, 0.26), "shoulder", palm="up+in", fingers="front+out", elbow="down+out")
            a.move(0.42, **{word: wide}, shrug=6, **head, **rest)
            a.hold(a.uniform(0.1, 0.35))
            a.move(0.2, shrug=0)
        elif kind == "toward":
            near = hand((0.06, 0.02, 0.2), palm="back", fingers="in+up", elbow="down+out")
            a.move(0.4, **{word: near}, **head, **rest)
            a.hold(a.uniform(0.1, 0.3))
        elif kind == "count":
            a.move(0.4, **{word: hand((0.1, y + 0.12, 0.34), "shoulder", palm="in", fingers="up+front")}, **head)
            a.move(0.22, **{word: _open(a, 0.1, y + 0.04, 0.36)}, nod=6)
        else:
            a.move(0.42, **{word: _open(a, 0.2, y, 0.3)}, **head, **rest)
            a.hold(a.uniform(0.05, 0.3))
    a.back(0.7)


def _open(a: Act, out: float, up: float, front: float) -> Target:
    """An open hand before the body, the palm somewhere between up and in."""
    place = (out + a.uniform(-0.05, 0.07), up + a.uniform(-0.04, 0.05), front + a.uniform(-0.04, 0.06))
    palm = str(a.rng.choice(["up+in", "in", "in+up"]))
    return hand(place, "shoulder", palm=palm, fingers=(a.uniform(-0.5, 0.2), 0.25, 1), elbow="down+out")
