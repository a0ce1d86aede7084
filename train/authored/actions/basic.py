"""Examples that use every part of the engine."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.registry import action
from train.authored.steps import Gait, crawl, walk
from train.authored.targets import foot, hand

MOODS = ("", "", "", "tired", "happy", "angry")


@action("clap", counts=(1, 8), on=("idle", "idle", "walk"), styles=MOODS)
def clap(a: Act) -> None:
    """Hands meet in front of the chest."""
    place = (0.0, a.uniform(-0.06, 0.08), a.uniform(0.3, 0.36))
    together = hand((0.01, *place[1:]), palm="in", fingers="front+up", exact=True)
    apart = together.moved(out=0.17 * a.size)
    a.move(0.5, both=apart, nod=4)
    for _ in range(a.count):
        a.move(0.2, both=together, ease="hit")
        a.hold(0.06)
        a.move(0.24, both=apart, ease="out")
    a.back(0.6)


@action("wave", sides=True, counts=(2, 5), on=("idle", "idle", "walk"), styles=MOODS)
def wave(a: Act) -> None:
    """A raised hand swings about the elbow."""
    high = a.uniform(0.15, 0.4)
    middle = hand((0.22, high, 0.2), "shoulder", fingers="up", palm="front", elbow="down+out")
    a.move(0.6, right=middle, turn=-6, lean=2)
    for _ in range(a.count):
        out = hand((0.34, high - 0.03, 0.18), "shoulder", fingers=(0.5, 1, 0), palm="front", elbow="down+out")
        into = hand((0.1, high - 0.02, 0.22), "shoulder", fingers=(-0.45, 1, 0), palm="front", elbow="down+out")
        a.move(0.28, right=out)
        a.move(0.28, right=into)
    a.move(0.12, right=middle)
    a.back(0.7)


@action("nod", counts=(1, 5), on=("idle", "walk"))
def nod(a: Act) -> None:
    """The head goes down and up."""
    for _ in range(a.count):
        a.move(0.28, nod=32, bend=3)
        a.move(0.3, nod=-8, bend=0)
    a.back(0.25)


@action("squat", counts=(1, 5), styles=("", "", "tired"))
def squat(a: Act) -> None:
    """Hips down and back over planted feet, arms forward."""
    low = -0.42 * a.size
    for _ in range(a.count):
        a.move(0.85, height=low, pitch=22, bend=22, nod=-24, both=hand((0.02, -0.05, 0.5), "shoulder", palm="down"))
        a.hold(0.1)
        a.move(0.8, height=0, pitch=0, bend=0, nod=0, both=hand((0.06, -0.5, 0.1), "shoulder", part="wrist"))
        a.hold(0.1)
    a.back(0.4)


@action("kneel", sides=True, styles=("", "tired"))
def kneel(a: Act) -> None:
    """One knee, then both, and stays there."""
    a.move(0.9, right_foot=foot(front=-0.45, pitch=45), height=-0.2, bend=12, front=-0.05)
    a.pose(0.7, "half_kneel", anchor="left_foot")
    a.pose(0.7, "kneel", anchor="right_knee")
    a.hold(a.uniform(1.0, 2.4))
    a.plan.length = max(a.plan.length, a.time)


@action("push_up", counts=(1, 6), styles=("", "", "tired"))
def push_up(a: Act) -> None:
    """Down to the floor, push-ups, and up again."""
    a.pose(1.1, "crouch_hands", anchor="feet")
    a.pose(0.8, "plank", anchor="shoulders", keep=("both",))
    a.pose(0.2, "plank", anchor="feet")
    a.start_here()
    for _ in range(a.count):
        a.pose(0.75, "plank_low", anchor="feet", keep=("both", "both_feet"))
        a.pose(0.7, "plank", anchor="feet", keep=("both", "both_feet"))
    a.hold(0.2)
    a.end_here()
    a.pose(0.8, "crouch_hands", anchor="shoulders", keep=("both",))
    a.back(1.1)


@action("crawl", counts=None, styles=("", "", "tired"))
def crawl_forward(a: Act) -> None:
    """On hands and knees over the floor."""
    a.pose(1.0, "crouch_hands", anchor="feet")
    a.pose(0.8, "hands_knees", anchor="shoulders", keep=("both",))
    a.start_here()
    crawl(a, int(a.rng.integers(2, 5)))
    a.end_here()
    a.pose(0.9, "crouch_hands", anchor="shoulders", keep=("both",))
    a.back(1.1)


@action("march", styles=("", "", "proud"))
def march(a: Act) -> None:
    """High knees and swinging arms."""
    raised = foot(0.0, -0.42, 0.36, frame="hip", pitch=10)
    gait = Gait(stride=0.5, step_time=0.55, raised=raised, heel=0, toe=15, swing=0.26, hand_height=-0.34, drop=0.0)
    walk(a, int(a.rng.integers(5, 10)), gait)
    a.back(0.4)
