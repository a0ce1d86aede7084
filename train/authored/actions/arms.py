"""What both arms do together: raised and lowered, swung, circled, clapped overhead."""

from __future__ import annotations

import numpy as np

from train.authored.act import Act
from train.authored.patterns import choose, strokes
from train.authored.registry import action
from train.authored.targets import REST, Path3, hand

CALM = ("", "", "tired")


def _up_and_down(a: Act, goal, **trunk: float) -> None:
    """Both arms go to a place, stay there a little, and are lowered, ``count`` times."""
    for number in range(a.count):
        a.move(a.uniform(0.6, 0.9), both=goal, **trunk)
        a.hold(a.uniform(0.5, 1.2) if a.count == 1 else 0.2)
        if number + 1 < a.count:
            a.move(0.7, both=REST, **dict.fromkeys(trunk, 0.0))
            a.hold(0.1)
    a.back(0.8)


@action("raise_arms_sideways", once=True, counts=(1, 4), styles=CALM)
def raise_arms_sideways(a: Act) -> None:
    """Straight arms go out to the sides up to shoulder height and down again."""
    _up_and_down(a, hand((0.58, a.uniform(-0.02, 0.06), 0.04), "shoulder", palm="down", fingers="out"))


@action("raise_arms_front", once=True, counts=(1, 4), styles=CALM)
def raise_arms_front(a: Act) -> None:
    """Straight arms go up in front to shoulder height and down again."""
    _up_and_down(a, hand((0.02, a.uniform(-0.02, 0.06), 0.6), "shoulder", palm="down", fingers="front"))


@action("raise_arms_overhead", once=True, counts=(1, 4), styles=CALM)
def raise_arms_overhead(a: Act) -> None:
    """Both arms go up above the head, in front or at the sides, and down again."""
    _up_and_down(a, hand((0.06, 0.56, 0.08), "shoulder", palm="front", fingers="up", elbow="out"), bend=-3, nod=-4)


@action("overhead_out_and_in", once=True, counts=(1, 4))
def overhead_out_and_in(a: Act) -> None:
    """From above the head both hands sweep outwards and come back above it."""
    high = hand((0.0, 0.54, 0.1), "shoulder", palm="front", fingers="up", elbow="out")
    wide = hand((0.54, 0.12, 0.1), "shoulder", palm="front", fingers="out+up", elbow="down+back")
    a.move(0.7, both=high, bend=-3)
    a.hold(0.2)
    for _ in range(a.count):
        a.move(0.4, both=wide)
        a.hold(0.1)
        a.move(0.4, both=high)
        a.hold(0.15)
    a.back(0.8)


@action("clap_overhead", counts=(2, 6), styles=("", "", "happy"))
def clap_overhead(a: Act) -> None:
    """Hands meet above the head."""
    together = hand((0.012, 0.42, 0.12), "head", palm="in", fingers="up", elbow="out", exact=True)
    apart = together.moved(out=0.26 * a.size, up=-0.08)
    a.move(0.7, both=apart, bend=-3, nod=-6)
    for _ in range(a.count):
        a.move(0.24, both=together, ease="hit")
        a.hold(0.06)
        a.move(0.28, both=apart, ease="out")
    a.back(0.8)


def _ring(turns: int, radius: float, spin: float) -> Path3:
    def path(share: np.ndarray) -> np.ndarray:
        angle = 2 * np.pi * turns * share
        return radius * np.stack([0 * angle, np.cos(angle) - 1, spin * np.sin(angle)], -1)

    return path


@action("arm_circles_opposite", counts=(2, 5))
def arm_circles_opposite(a: Act) -> None:
    """Both arms go forward, then circle, one forwards and the other backwards."""
    front = hand((0.04, 0.0, 0.55), "shoulder", palm="down", fingers="front")
    a.move(0.7, both=front)
    a.hold(0.2)
    period, radius = a.uniform(1.1, 1.4), 0.46

    def ring(spin: float):
        return hand((0.18, radius, 0.04), "shoulder", part="wrist", path=_ring(a.count, radius, spin), exact=True)

    a.move(0.6, right=ring(1.0), left=ring(-1.0))
    a.hold(period * a.count)
    a.back(0.8)


@action("swing_arms_in_turn", counts=(3, 6), styles=("", "", "happy"))
def swing_arms_in_turn(a: Act) -> None:
    """One arm swings forwards while the other swings back, as in walking, but wider and on the spot."""
    ahead = hand((0.06, -0.1, 0.5), "shoulder", part="wrist")
    behind = hand((0.14, -0.4, -0.26), "shoulder", part="wrist")
    for _ in range(a.count):
        a.move(0.42, right=ahead, left=behind, twist=8, height=-0.02)
        a.move(0.42, right=behind, left=ahead, twist=-8, height=-0.02)
    a.back(0.6, height=0.0)


@action("hands_behind_head", styles=("", "", "proud"))
def hands_behind_head(a: Act) -> None:
    """Both hands at the back of the head, elbows out."""
    a.move(0.9, both=hand("back_of_head", fingers=(-1, 0.3, 0.0), elbow="out+up", shift=(0.02, 0.0, 0.0)), bend=-4)
    a.hold(a.uniform(1.2, 2.6))
    a.back(0.9)


@action("flex_biceps", counts=(1, 3), styles=("", "", "proud"))
def flex_biceps(a: Act) -> None:
    """Both arms out, the fists turned in over the elbows, to show the muscles."""
    out = hand((0.5, 0.06, 0.06), "shoulder", part="fist", palm="up", fingers="out")
    flexed = hand((0.24, 0.3, 0.08), "shoulder", part="fist", palm="in+down", fingers="in+up", elbow="out")
    a.move(0.7, both=out)
    for _ in range(a.count):
        a.move(0.4, both=flexed, bend=-5, nod=-3)
        a.hold(a.uniform(0.6, 1.0))
        a.move(0.35, both=out.moved(out=-0.06), bend=0, nod=0)
    a.back(0.8)


@action("fist_pump", sides=True, counts=(1, 4), styles=("", "", "happy", "angry"))
def fist_pump(a: Act) -> None:
    """A fist is pumped: thrust up above the head, or drawn in at the side in triumph."""
    up = choose(a, "kind", ("up", "up", "in")) == "up"
    low = hand((0.16, 0.04, 0.2), "shoulder", part="fist", palm="in", fingers="up", elbow="down+out")
    high = hand((0.1, 0.56, 0.12), "shoulder", part="fist", palm="front", fingers="up", elbow="out")
    if not up:
        high = hand((0.1, 0.1, 0.42), "shoulder", part="fist", palm="in", fingers="up+front", elbow="down")
        low = hand((0.12, -0.28, 0.16), "shoulder", part="fist", palm="up", fingers="front+up", elbow="back")
    a.move(0.5, right=low, bend=4, height=-0.04)
    for _ in range(a.count):
        a.move(0.28, right=high, bend=-4, height=0.0, nod=-8, ease="hit" if up else "smooth")
        a.hold(0.16)
        a.move(0.3, right=low, bend=4, height=-0.04, nod=0, ease="out" if up else "hit")
    a.back(0.6, height=0.0)


@action("wag_finger", sides=True, counts=(2, 5), styles=("", "", "angry"))
def wag_finger(a: Act) -> None:
    """A raised forefinger goes from side to side before the body, as a warning."""
    high = a.uniform(-0.02, 0.12)
    goal = hand((0.02, high, 0.34), "shoulder", part="fist", palm="front", fingers="up", elbow="down+out")
    out = hand(
        (0.16, high - 0.02, 0.33), "shoulder", part="fist", palm="front", fingers=(0.6, 1, 0.1), elbow="down+out"
    )
    into = hand(
        (-0.1, high - 0.02, 0.35), "shoulder", part="fist", palm="front", fingers=(-0.6, 1, 0.1), elbow="down+out"
    )
    a.move(0.6, right=goal, bend=5, nod=4)
    for _ in range(a.count):
        a.move(0.28, right=out, turn=-4)
        a.move(0.28, right=into, turn=4)
    a.move(0.2, right=goal, turn=0)
    a.back(0.6)


@action("pat_shoulder", sides=True, counts=(1, 4), styles=("", "", "happy"))
def pat_shoulder(a: Act) -> None:
    """A hand pats somebody in front on the shoulder."""
    up = hand((0.06, 0.18, 0.48), "shoulder", palm="down", fingers="front+up", elbow="down+out")
    a.move(0.7, right=up, bend=6, nod=2)
    for _ in range(a.count):
        a.move(0.24, right=up.moved(up=-0.17, front=0.04), bend=8, ease="hit")
        a.hold(0.08)
        a.move(0.28, right=up, bend=6, ease="out")
    a.back(0.7)


@action("swat_fly", sides=True, counts=(1, 3), styles=("", "angry"))
def swat_fly(a: Act) -> None:
    """The eyes follow something in the air, and a flat hand strikes at it."""
    for number in range(a.count):
        side = a.uniform(-0.15, 0.2)
        a.move(0.5, right=hand((side + 0.1, 0.3, 0.16), "shoulder", palm="front", fingers="up", elbow="out"),
               turn=-60 * side + 10, nod=-8)  # fmt: skip
        a.hold(0.2)
        a.move(0.26, right=hand((side - 0.04, -0.08, 0.5), "shoulder", palm="down", fingers="front"), bend=8, nod=8,
               twist=8, ease="hit")  # fmt: skip
        a.hold(0.15)
        a.move(0.3, bend=0, twist=0, right=hand((side, -0.05, 0.34), "shoulder", palm="down", fingers="front+up"))
    a.back(0.7)


@action("pound_table", sides=True, counts=(1, 4), styles=("", "angry"))
def pound_table(a: Act) -> None:
    """A fist comes down on a table."""
    table = hand((0.1, a.uniform(0.9, 1.0), 0.42), "body", part="fist", palm="in", fingers="front", elbow="out+down")
    a.move(0.6, right=table.moved(up=0.34, front=-0.08), bend=4)
    for number in range(a.count):
        a.move(0.24, right=table, bend=16, nod=4, ease="hit")
        a.hold(0.12)
        a.move(
            0.34, right=table.moved(up=0.34 if number + 1 < a.count else 0.08, front=-0.08), bend=5, nod=0, ease="out"
        )
    a.back(0.7)


@action("fan_face", sides=True, styles=("", "tired"))
def fan_face(a: Act) -> None:
    """A hand fans air into the face."""
    times = int(a.rng.integers(4, 7))
    fan = hand((0.1, -0.04, 0.32), "head", palm="back", fingers=(-0.3, 1, 0.2), elbow="down+out",
               path=strokes(times, (0.0, 0.02, -0.14)))  # fmt: skip
    a.move(0.7, right=fan, nod=-6, tilt=4)
    a.hold(0.45 * times)
    a.back(0.7)
