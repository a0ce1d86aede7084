"""Weights, steps on the spot, and poses of the arms."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import HANGING
from train.authored.patterns import stance, stand_again
from train.authored.registry import action
from train.authored.targets import foot, hand


@action("t_pose", styles=("", "", "robot"))
def t_pose(a: Act) -> None:
    """Both arms go out sideways to shoulder height and stay there."""
    a.move(a.uniform(0.7, 1.1), both=hand((0.58, 0.02, 0.02), "shoulder", palm="down", fingers="out"))
    a.hold(a.uniform(1.2, 3.0))
    a.back(0.9)


@action("stomp", sides=True, counts=(1, 5), styles=("", "", "angry"))
def stomp(a: Act) -> None:
    """A knee goes up and the foot comes down hard."""
    high = foot(0.0, a.uniform(-0.52, -0.42), a.uniform(0.24, 0.34), frame="hip", pitch=-5)
    arms = hand((0.16, -0.34, 0.14), "shoulder", part="fist", elbow="back+out")
    look = a.uniform(4, 22)
    for _ in range(a.count):
        a.move(0.34, right_foot=high, bend=-2, nod=look, both=arms.moved(up=0.08, out=0.04), height=0.0)
        a.move(0.15, right_foot=foot(), bend=10, height=-0.07, both=arms, ease="hit")
        a.hold(0.08)
        a.move(0.22, height=-0.01, bend=3)
    a.hold(0.1)
    a.back(0.5)


@action("lift_weights", counts=(1, 4), styles=("", "", "tired", "proud"), tempo=(1.1, 1.4))
def lift_weights(a: Act) -> None:
    """A barbell goes from the floor to the shoulders, then overhead and back."""
    wide = a.uniform(0.2, 0.28)
    rack = hand((0.24, 0.02, 0.16), "shoulder", part="fist", palm="front", fingers="up+front", elbow="down+front")
    rack = rack.moved(out=-0.1)
    top = hand((0.12, 0.55, 0.05), "shoulder", part="fist", palm="front", fingers="up", elbow="out+front")
    stance(a, 0.0, 0.07)
    for number in range(a.count):
        if number == 0:
            low = hand((wide, 0.3, 0.32), "body", part="fist", palm="back", fingers="down", elbow="out+down")
            a.move(0.9, bend=26, pitch=30, height=-0.4, nod=-20, both=low)
            a.hold(0.15)
            a.move(0.6, bend=6, pitch=8, height=-0.06, nod=-4,
                   both=hand((0.2, -0.44, 0.16), "shoulder", part="fist", palm="back", fingers="down"))  # fmt: skip
            a.move(0.45, bend=-4, pitch=0, height=-0.1, both=rack, shrug=6)
            a.hold(0.2)
        a.move(0.7, height=0.0, both=top, bend=-5, nod=-8, shrug=0)
        a.hold(a.uniform(0.2, 0.5))
        a.move(0.65, height=-0.04, both=rack, bend=-3, nod=0)
    a.move(0.5, both=hand((0.18, -0.42, 0.16), "shoulder", part="fist", palm="back", fingers="down"), bend=6)
    if a.rng.random() < 0.4:
        low = hand((wide, 0.3, 0.32), "body", part="fist", palm="back", fingers="down", elbow="out+down")
        a.move(0.8, bend=26, pitch=30, height=-0.4, nod=-10, both=low)
    stand_again(a)


def _curls(a: Act, word: str) -> None:
    """The hands named by ``word`` go from the thigh to the shoulder, the elbows staying at the ribs."""
    low = hand((0.04, -0.5, 0.1), "shoulder", part="wrist", fingers="down+front", palm="front", elbow="back")
    middle = hand((0.04, -0.27, 0.27), "shoulder", part="wrist", fingers="front", palm="up", elbow="down+back")
    high = hand((0.04, -0.06, 0.17), "shoulder", part="wrist", fingers=(0, 1, 0.1), palm="back", elbow="down+back")
    pace = a.uniform(0.32, 0.46)
    a.move(0.4, **{word: low}, nod=4)
    for _ in range(a.count):
        a.move(pace, **{word: middle}, bend=-2, ease="linear")
        a.move(pace * 0.9, **{word: high}, bend=-4, nod=8, ease="out")
        a.hold(0.1)
        a.move(pace, **{word: middle}, bend=-1, ease="linear")
        a.move(pace, **{word: low}, bend=2, nod=2, ease="out")
    a.back(0.5)


@action("arm_curl", sides=True, counts=(1, 4), styles=("", "", "tired"))
def arm_curl(a: Act) -> None:
    """One arm curls a weight."""
    _curls(a, "right")


@action("bicep_curls", counts=(1, 4), styles=("", "", "tired"))
def bicep_curls(a: Act) -> None:
    """Both arms curl weights."""
    _curls(a, "both")


def steps_on_the_spot(a: Act, steps: int, step: float, up: float, front: float, arms: float, drop: float) -> None:
    """Walk on the spot: each foot is lifted ``up`` metres and ``front`` forwards, hands swing by ``arms``."""
    elbow = 0.1 * (arms > 0.2)
    for number in range(steps):
        side, other = ("right", "left") if number % 2 == 0 else ("left", "right")
        sign = 1.0 if other == "left" else -1.0
        swing = {} if arms == 0 else {
            other: hand((0.07, -0.44 + elbow, 0.04 + arms), "shoulder", part="wrist"),
            side: hand((0.09, -0.45 + elbow, 0.02 - 0.7 * arms), "shoulder", part="wrist"),
        }  # fmt: skip
        with a.meanwhile():
            a.move(step, twist=-4 * sign, side=0.03 * sign, **swing)
        raised = foot(0.0, up, front, pitch=24 + 60 * up)
        a.move(step * 0.5, height=-drop * 0.3, **{f"{side}_foot": raised, f"{other}_foot": foot()}, balance=-1)
        a.move(step * 0.5, height=-drop, **{f"{side}_foot": foot()})


@action("walk_in_place", styles=("", "", "tired", "happy"))
def walk_in_place(a: Act) -> None:
    """Walks on the spot with easy steps."""
    high = a.uniform(0.07, 0.13)
    steps_on_the_spot(a, int(a.rng.integers(6, 11)), a.uniform(0.45, 0.56), high, 0.5 * high, 0.14, 0.02)
    a.back(0.5, side=0.0)


@action("march_in_place", styles=("", "", "proud"))
def march_in_place(a: Act) -> None:
    """Marches on the spot, the knees at hip height, the arms swinging."""
    raised = foot(0.0, a.uniform(-0.46, -0.38), 0.36, frame="hip", pitch=20)
    step = a.uniform(0.46, 0.58)
    for number in range(int(a.rng.integers(6, 11))):
        side, other = ("right", "left") if number % 2 == 0 else ("left", "right")
        sign = 1.0 if other == "left" else -1.0
        swing = {other: hand((0.04, -0.3, 0.36), "shoulder", part="wrist"),
                 side: hand((0.08, -0.44, -0.2), "shoulder", part="wrist")}  # fmt: skip
        with a.meanwhile():
            a.move(step, twist=-5 * sign, bend=-3, **swing)
        a.move(step * 0.52, height=0.0, **{f"{side}_foot": raised})
        a.move(step * 0.4, **{f"{side}_foot": foot()}, height=-0.01, ease="hit")
        a.hold(step * 0.08)
    a.back(0.5)


@action("jog_in_place", styles=("", "", "tired"))
def jog_in_place(a: Act) -> None:
    """Jogs on the spot: light springs from foot to foot, the arms bent."""
    step, up = a.uniform(0.3, 0.38), a.uniform(0.16, 0.26)
    front, back = hand((0.0, -0.22, 0.26), "shoulder", part="wrist"), hand((0.1, -0.32, -0.1), "shoulder", part="wrist")
    a.move(0.35, height=-0.05, bend=6, balance=-1, both=hand((0.05, -0.28, 0.14), "shoulder", part="wrist"))
    for number in range(int(a.rng.integers(8, 15))):
        side, other = ("right", "left") if number % 2 == 0 else ("left", "right")
        sign = 1.0 if other == "left" else -1.0
        with a.meanwhile():
            a.move(step, twist=-6 * sign, side=0.03 * sign, **{other: front, side: back})
        a.move(step * 0.5, height=0.0, ease="out",
               **{f"{side}_foot": foot(0, up, -0.12, pitch=48), f"{other}_foot": foot(pitch=14)})  # fmt: skip
        a.move(step * 0.5, height=-0.06, **{f"{side}_foot": foot(0, 0.02, 0, pitch=16), f"{other}_foot": foot()})
    a.move(0.2, both_feet=foot(), height=-0.04, both=HANGING)
    a.back(0.5, side=0.0)
