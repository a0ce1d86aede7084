"""Instruments and conducting, and small dances: robot, chicken, flapping arms."""

from __future__ import annotations

from typing import Any

from train.authored.act import Act
from train.authored.patterns import choose, stance, stand_again, strokes
from train.authored.registry import action
from train.authored.targets import foot, hand


def _guitar(a: Act, beats: int, pace: float, wide: float) -> None:
    """Left hand on the neck, right hand strums ``beats`` times."""
    y = a.uniform(-0.2, -0.08)
    neck = (a.uniform(0.38, 0.44), y + a.uniform(0.12, 0.18), 0.22)
    strum = hand((0.02, y + wide / 2, 0.22), part="tip", palm="back+down", fingers=(-0.6, -0.7, 0.2), elbow="out+back",
                 path=strokes(beats, (-0.01, -wide, 0.01)))  # fmt: skip
    a.move(0.8, right=strum, nod=10, left=hand(neck, palm="up+back", fingers="up+in", elbow="down+out"), turn=14)
    a.wave("nod", 4.0, 2 * pace, beats * pace)
    a.wave("roll", 2.0, 4 * pace, beats * pace)
    for number in range(max(1, beats // 3)):
        x, up, z = neck
        step = 0.05 * (number % 2)
        fret = hand((x - step, up - 0.3 * step, z), palm="up+back", fingers="up+in", elbow="down+out")
        a.move(beats * pace / max(1, beats // 3), ease="over", left=fret)


@action("play_guitar", sides=True, styles=("", "", "happy", "sad"))
def play_guitar(a: Act) -> None:
    """One hand frets, the other strums before the belly."""
    _guitar(a, int(a.rng.integers(5, 10)), a.uniform(0.4, 0.5), a.uniform(0.17, 0.24) * a.size)
    a.back(0.8)


@action("air_guitar", sides=True, styles=("", "happy"))
def air_guitar(a: Act) -> None:
    """Wild strumming with bent knees, the head banging, an arm may swing a full circle."""
    stance(a, 0.1, 0.14, height=-0.1)
    a.wave("bend", 8.0, 0.6, 2.4)
    a.wave("nod", 10.0, 0.6, 2.4)
    a.move(0.4, bend=a.uniform(-14, 10))
    _guitar(a, int(a.rng.integers(6, 9)), a.uniform(0.36, 0.42), 0.28 * a.size)
    if a.rng.random() < 0.3:
        for place in ((0.3, 0.3, 0.1), (0.1, 0.5, 0.2), (0.0, 0.1, 0.5), (-0.05, -0.35, 0.25)):
            a.move(0.16, right=hand(place, "shoulder", part="fist"), nod=10 if place[1] < 0 else -12, ease="linear")
    stand_again(a)


@action("play_violin", sides=True, counts=(2, 5), styles=("", "", "sad"))
def play_violin(a: Act) -> None:
    """The violin under the chin, the bow goes to and fro."""
    a.move(0.9, tilt=-14, turn=28, nod=12,
           left=hand((0.17, 0.14, 0.36), palm="up+in", fingers="up+in", elbow="down+front"),
           right=hand((0.0, 0.16, 0.3), part="fist", palm="down", fingers="in+front", elbow="out+down"))  # fmt: skip
    for _ in range(a.count):
        pace = a.uniform(0.25, 0.5)
        far = 0.24 * a.size
        a.move(
            pace,
            right=hand((far, 0.04, 0.32), part="fist", palm="down", fingers="in+front", elbow="out+down"),
            twist=-5,
        )
        a.move(pace, right=hand((0.0, 0.16, 0.28), part="fist", palm="down", fingers="in+front", elbow="out"), twist=4)
    a.back(0.9)


@action("play_piano", styles=("", "", "happy", "sad"))
def play_piano(a: Act) -> None:
    """Both hands play over keys, standing or seated."""
    seated = choose(a, "pose", ("stand", "sit", "sit")) == "sit"
    if seated:
        a.move(1.0, height=-0.42, both_feet=foot(front=0.34), lift=0.03, balance=-1, bend=4)
        a.start_here()
    high = 0.66 if seated else a.uniform(0.98, 1.06)
    a.move(0.7, nod=16, bend=8, both=hand((0.12, high, 0.44), "body", palm="down", fingers="front", elbow="out+down"))
    for beat in range(int(a.rng.integers(7, 14))):
        goals = {}
        for word in ("left", "right") if beat % 3 == 0 else (("left", "right")[beat % 2],):
            out = a.uniform(0.02, 0.32) * a.size
            goals[word] = hand((out, high - 0.03, 0.44), "body", palm="down", fingers=(0, -0.2, 1), elbow="out+down")
        a.move(0.24, **{w: g.moved(up=0.15 * a.size) for w, g in goals.items()})
        a.move(0.18, ease="hit", lean=a.uniform(-8, 8), bend=a.uniform(2, 16), **goals)
    if seated:
        a.end_here()
    a.back(1.0)


@action("play_drums", counts=None, styles=("", "", "happy", "angry"))
def play_drums(a: Act) -> None:
    """Hands beat in turn on several drums."""
    seated = choose(a, "pose", ("stand", "sit")) == "sit"
    if seated:
        a.move(1.0, height=-0.4, both_feet=foot(front=0.3, out=0.08), lift=0.03, balance=-1)
        a.start_here()
    base = 0.72 if seated else 1.0
    spots = [(0.08, base, 0.42), (0.3, base + 0.06, 0.36), (-0.06, base + 0.02, 0.46), (0.34, base + 0.28, 0.34)]
    pace = a.uniform(0.22, 0.28)
    stick: dict[str, Any] = {"part": "fist", "palm": "down", "fingers": "front", "elbow": "out+down"}
    a.move(0.7, both=hand((0.1, base + 0.12, 0.4), "body", **stick), nod=8, bend=5)
    for beat in range(int(a.rng.integers(8, 18))):
        word = "right" if beat % 2 == 0 else "left"
        other = "left" if word == "right" else "right"
        spot = hand(spots[0 if a.rng.random() < 0.5 else int(a.rng.integers(len(spots)))], "body", **stick)
        with a.meanwhile():
            a.move(pace, **{other: hand((0.14, base + 0.3 * a.size, 0.34), "body", **stick)})
        a.move(pace, **{word: spot}, ease="hit", nod=12 if beat % 2 else 4, turn=10 if word == "left" else -10)
    if seated:
        a.end_here()
    a.back(0.9)


@action("play_flute", sides=True, styles=("", "", "sad", "happy"))
def play_flute(a: Act) -> None:
    """Both hands hold a flute to one side of the mouth; fingers and body move a little."""
    goals = {
        "left": hand((-0.1, -0.03, 0.2), "head", palm="back", fingers="in+up", elbow="down+out"),
        "right": hand((0.3, -0.04, 0.15), "head", palm="front", fingers="up+in", elbow="down+out"),
    }
    a.move(0.9, turn=18, tilt=8, nod=4, **goals)
    a.wave("lean", 3.0, a.uniform(1.2, 2.0), 4.0)
    for _ in range(int(a.rng.integers(2, 6))):
        a.move(a.uniform(0.4, 0.7), bend=a.uniform(-5, 8), nod=a.uniform(-4, 12), twist=a.uniform(-8, 8))
    a.back(0.9)


@action("robot_dance", counts=None)
def robot_dance(a: Act) -> None:
    """Straight-line moves with sudden stops, arms at right angles."""
    up: dict[str, Any] = {"palm": "front", "fingers": "up", "elbow": "out"}
    down: dict[str, Any] = {"palm": "back", "fingers": "down", "elbow": "out"}
    flat: dict[str, Any] = {"palm": "in", "fingers": "front", "elbow": "down+back"}
    high, low = hand((0.27, 0.3, 0.06), "shoulder", **up), hand((0.27, -0.3, 0.06), "shoulder", **down)
    front = hand((0.04, -0.24, 0.32), "shoulder", **flat)
    places = [high, low, front, front]
    for _ in range(int(a.rng.integers(5, 10))):
        one, two = (places[int(i)] for i in a.rng.integers(0, 4, 2))
        twist, turn, bend, drop = (int(number) for number in a.rng.integers((-1, -1, 0, 0), (2, 2, 3, 3)))
        a.move(
            0.3, ease="robot", right=one, left=two, twist=20 * twist, turn=40 * turn, bend=7 * bend, height=-0.03 * drop
        )
        a.hold(a.uniform(0.1, 0.3))
    a.back(0.6, height=0.0)


@action("chicken_dance", counts=(1, 3), styles=("", "happy"))
def chicken_dance(a: Act) -> None:
    """Beaks with the hands, wings with the elbows, a wiggle down, claps."""
    wing = hand((0.02, 0.02, 0.14), "shoulder", part="tip", palm="back+down", fingers="in+back", elbow="out")
    for _ in range(a.count):
        if a.rng.random() < 0.6:
            beak = hand((0.1, 0.02, 0.36), "shoulder", palm="down", fingers="front", elbow="out+down")
            for _ in range(2):
                a.move(0.16, both=beak.moved(up=0.04))
                a.move(0.16, both=beak.moved(up=-0.02))
        a.move(0.25, both=wing, bend=8)
        for _ in range(3):
            a.move(0.17, both=hand((0.03, 0.0, 0.14), "shoulder", part="tip", palm="back", fingers="in+back",
                                   elbow="out+up"), shrug=12)  # fmt: skip
            a.move(0.17, both=hand((0.03, 0.0, 0.14), "shoulder", part="tip", palm="back+down", fingers="in+back",
                                   elbow="down+out"), shrug=-4)  # fmt: skip
        a.wave("roll", 6.0, 0.35, 1.0)
        a.move(0.5, height=-0.22 * a.size, bend=16)
        a.move(0.5, height=0.0, bend=4)
    a.back(0.7, height=0.0)


@action("flap_arms", counts=(2, 8), on=("idle", "idle", "walk"), styles=("", "", "happy", "tired"))
def flap_arms(a: Act) -> None:
    """Stretched arms beat like wings."""
    pace, top = a.uniform(0.24, 0.45), a.uniform(0.15, 0.4) * a.size
    for _ in range(a.count):
        a.move(pace, both=hand((0.52, top, -0.02), "shoulder", palm="down", fingers=(1, -0.2, 0)), height=-0.01, nod=-4)
        a.move(pace, both=hand((0.4, -0.36, 0.06), "shoulder", palm="down", fingers=(1, -0.4, 0)), height=-0.04, nod=4)
    a.back(0.6, height=0.0)


@action("conduct", counts=(2, 5), styles=("", "", "happy", "angry"))
def conduct(a: Act) -> None:
    """Both hands beat time: down, in, out, up."""
    pace, reach = a.uniform(0.22, 0.36), a.uniform(0.1, 0.2) * a.size
    middle = hand((0.1, a.uniform(-0.1, 0.08), 0.36), "shoulder", fingers="front+up", palm="down+in", elbow="out+down")
    a.move(0.7, both=middle.moved(up=reach))
    for bar in range(a.count):
        word = "both" if bar % 3 < 2 or a.rng.random() < 0.5 else "right"
        for out, up in ((0.0, -reach), (-0.5 * reach, -0.2 * reach), (1.1 * reach, -0.1 * reach), (0.2 * reach, reach)):
            nod = 9 if up <= -reach else 0
            a.move(pace, **{word: middle.moved(out=out, up=up)}, nod=nod, bend=3 if nod else 0, turn=8 * (bar % 3 - 1))
    a.back(0.7)
