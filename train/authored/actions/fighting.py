"""Blows, kicks, blocks and a sword."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, grip, stance, stand_again
from train.authored.registry import action
from train.authored.targets import Target, foot, hand

MOODS = ("", "", "", "angry", "tired")
GUARD = hand((0.08, 0.08, 0.19), part="fist", palm="in", fingers=(-0.2, 0.9, 0.4), elbow="down+out")


def _guard(a: Act) -> Target:
    return GUARD.moved(out=a.uniform(-0.02, 0.04), up=a.uniform(-0.06, 0.08), front=a.uniform(-0.02, 0.03))


def _fist(out: float, up: float, front: float, elbow: str | tuple = "down+out") -> Target:
    return hand((out, up, front), "shoulder", part="fist", elbow=elbow, exact=True)


def _straight(a: Act, word: str, guard: Target, high: float, far: float = 0.6) -> None:
    """One straight blow of the ``word`` hand and back to the guard."""
    sign = 1 if word == "right" else -1
    a.move(0.14, twist=-8 * sign, front=-0.02)
    a.move(0.22, **{word: _fist(-0.04, high, far, "down+out")}, twist=26 * sign, bend=8, front=0.1, ease="hit")
    a.hold(0.2)
    a.move(0.28, **{word: guard}, twist=0, bend=3, front=0.0, ease="out")


@action("punch", sides=True, counts=(1, 5), styles=MOODS)
def punch(a: Act) -> None:
    """Straight blows from a fighting stance or from the hip."""
    guard = _guard(a)
    stance(a, a.uniform(0.22, 0.4), 0.05, both=guard, bend=4, height=-0.05, nod=3)
    high = a.uniform(-0.05, 0.14)
    for _ in range(a.count):
        _straight(a, "right", guard, high)
        a.hold(a.uniform(0.05, 0.3))
    stand_again(a)


@action("jab", sides=True, counts=(1, 5), styles=MOODS)
def jab(a: Act) -> None:
    """Quick straight blows of the front hand."""
    guard = _guard(a)
    stance(a, -a.uniform(0.25, 0.38), 0.05, both=guard, bend=4, height=-0.05, twist=10)
    for _ in range(a.count):
        a.move(0.22, right=_fist(-0.03, a.uniform(0.04, 0.14), 0.6), twist=24, front=0.1, bend=7, ease="hit")
        a.hold(0.2)
        a.move(0.26, right=guard, twist=4, front=0.0, bend=4, ease="out")
        a.hold(a.uniform(0.05, 0.3))
    stand_again(a)


@action("hook", sides=True, counts=(1, 3), styles=MOODS)
def hook(a: Act) -> None:
    """A bent arm swings in from the side."""
    guard = _guard(a)
    stance(a, 0.3, 0.06, both=guard, bend=5, height=-0.06)
    for _ in range(a.count):
        a.move(0.3, right=_fist(0.3, a.uniform(-0.05, 0.06), 0.12, "out"), twist=-26)
        a.move(0.26, right=_fist(-0.2, a.uniform(0.02, 0.12), 0.36, "out"), twist=34 * a.size, yaw=10, ease="hit")
        a.move(0.3, right=guard, twist=0, yaw=0, ease="out")
        a.hold(a.uniform(0.0, 0.25))
    stand_again(a)


@action("uppercut", sides=True, counts=(1, 3), styles=MOODS)
def uppercut(a: Act) -> None:
    """The fist drops and comes up under a chin."""
    guard = _guard(a)
    stance(a, 0.3, 0.06, both=guard, bend=5, height=-0.06)
    for _ in range(a.count):
        a.move(0.28, right=_fist(0.06, -0.36, 0.14, "back"), twist=-20, bend=14, height=-0.14, lean=6)
        rise = hand((-0.1, 0.16, 0.36), "shoulder", part="fist", palm="back", fingers="up", elbow="down+front")
        a.move(0.26, right=rise, twist=24 * a.size, bend=-4, height=-0.01, lean=0, ease="hit")
        a.move(0.3, right=guard, twist=0, bend=4, height=-0.06, ease="out")
        a.hold(a.uniform(0.0, 0.25))
    stand_again(a)


@action("boxing_combo", counts=None, styles=MOODS)
def boxing_combo(a: Act) -> None:
    """Several different blows in a row, bobbing between them."""
    guard = _guard(a)
    stance(a, 0.32, 0.06, both=guard, bend=5, height=-0.06)
    a.wave("height", 0.015, 0.45, 4.0)
    for number in range(int(a.rng.integers(5, 8))):
        word = ("left", "right")[number % 2] if a.rng.random() < 0.8 else "left"
        sign = 1 if word == "right" else -1
        kind = 0.0 if number < 2 else a.rng.random()
        if kind < 0.75:
            _straight(a, word, guard, a.uniform(0.0, 0.14))
        elif kind < 0.9:
            a.move(0.2, **{word: _fist(0.24, 0.02, 0.16, "out")}, twist=-20 * sign)
            a.move(0.22, **{word: _fist(-0.2, 0.08, 0.4, "out")}, twist=32 * sign, ease="hit")
            a.move(0.26, **{word: guard}, twist=0)
        else:
            a.move(0.25, height=-0.2, bend=18, lean=a.uniform(-12, 12))
            a.move(0.25, height=-0.06, bend=5, lean=0)
    stand_again(a)


@action("block", sides=True, counts=(1, 3), styles=("", "", "scared"))
def block(a: Act) -> None:
    """Forearms come up against a blow: over the head, to the side, or both before the face."""
    kind = choose(a, "kind", ("high", "side", "both"))
    guard = _guard(a)
    goal = {
        "high": {
            "right": hand((-0.1, 0.34, 0.26), "shoulder", part="fist", palm="front", fingers="in+up", elbow="out")
        },
        "side": {"right": hand((0.12, 0.12, 0.36), "shoulder", part="fist", palm="in", fingers="up", elbow="down+out")},
        "both": {"both": hand((0.05, 0.02, 0.2), "head", part="fist", palm="back", fingers="up", elbow="down+front")},
    }[kind]
    stance(a, 0.28, 0.05, both=guard, bend=3, height=-0.04)
    for _ in range(a.count):
        a.move(0.2, ease="over", bend=10 if kind == "both" else -3, front=-0.05, height=-0.08, nod=8,
               twist=14 if kind == "side" else 0, **goal)  # fmt: skip
        a.hold(a.uniform(0.25, 0.7))
        a.move(0.35, both=guard, bend=3, front=0.0, height=-0.04, nod=0, twist=0)
    stand_again(a)


@action("slap", sides=True, once=True, counts=(1, 2), styles=("", "", "angry"), tempo=(0.8, 1.05))
def slap(a: Act) -> None:
    """An open hand swings across at the height of a face."""
    high = a.uniform(0.06, 0.16)
    for _ in range(a.count):
        a.move(
            0.5, right=hand((0.4, high, 0.12), "shoulder", palm="front", fingers="out+up", elbow="down+out"), twist=-20
        )
        a.move(
            0.26,
            right=hand((-0.12, high, 0.48), "shoulder", palm="in", fingers="front+up"),
            twist=16,
            bend=4,
            ease="hit",
        )
        a.move(
            0.3,
            right=hand((-0.34, high - 0.08, 0.3), "shoulder", palm="back+in", fingers="in+front"),
            twist=26,
            ease="out",
        )
        a.hold(0.15)
    a.back(0.7)


@action("sword_swing", sides=True, counts=(1, 4), styles=("", "", "angry", "proud"))
def sword_swing(a: Act) -> None:
    """Cuts from above, across and upwards, with one hand or both."""
    two = choose(a, "hands", ("one", "both")) == "both"

    def held(x: float, y: float, z: float, **more) -> dict:
        if two:
            return grip((x, y, z), (x - 0.02, y - 0.08, z - 0.03), part="fist", **more)
        return {
            "right": hand((x, y, z), part="fist", exact=True, **more),
            "left": hand((0.22, -0.2, 0.05), part="fist"),
        }

    stance(a, 0.36, 0.06, bend=3, height=-0.05, **held(0.1, -0.12, 0.34))
    for number in range(a.count):
        cut = number if number < 2 else int(a.rng.integers(0, 3))
        start, stop, turns = [
            ((0.12, 0.42, 0.06), (-0.06, -0.24, 0.46), (-10, 14)), ((0.34, 0.12, 0.12), (-0.3, -0.02, 0.34), (-30, 32)),
            ((-0.26, 0.14, 0.28), (0.34, 0.0, 0.34), (30, -22)),
        ][(cut + int(a.rng.integers(0, 3))) % 3]  # fmt: skip
        if two and start[0] > 0.3:
            start = (0.24, 0.14, 0.2)
        if two and stop[0] > 0.3:
            stop = (0.22, 0.0, 0.36)
        a.move(0.45, twist=turns[0], bend=-3, front=-0.03, **held(*start))
        a.move(0.24, twist=turns[1], bend=12, front=0.08, height=-0.09, ease="hit", **held(*stop))
        a.hold(0.15)
        a.move(0.3, twist=0, bend=3, front=0.0, height=-0.05, **held(0.08, -0.1, 0.36))
    stand_again(a)


def _kick(a: Act, chamber: Target, out: Target, seconds: float, trunk: dict, kick: dict) -> None:
    """Lift the right leg to ``chamber``, strike to ``out``, and set the foot down again."""
    guard = hand((0.12, 0.02, 0.24), part="fist", palm="in", fingers="up+front", elbow="down+out")
    for _ in range(a.count):
        a.move(0.3, side=0.05, both=guard)
        a.move(0.3, right_foot=chamber, **trunk)
        a.move(seconds, right_foot=out, ease="hit", **kick)
        a.move(0.26, right_foot=chamber, **trunk)
        a.move(0.34, right_foot=foot(), **dict.fromkeys({**trunk, **kick, "side": 0.0}, 0.0))
        a.hold(a.uniform(0.1, 0.4))
    a.back(0.6)


@action("front_kick", sides=True, counts=(1, 3), styles=("", "", "angry"))
def front_kick(a: Act) -> None:
    """The knee comes up, the foot shoots forwards."""
    high = a.uniform(-0.35, 0.02)
    chamber = foot(0.0, -0.4, 0.3, frame="hip", pitch=20, knee="front+up")
    out = foot(-0.02, high, 0.72, frame="hip", pitch=-20 - 60 * (high + 0.35), knee="up+front")
    _kick(a, chamber, out, 0.2, {"bend": 4}, {"bend": -8, "pitch": -10, "front": 0.02})


@action("kick", sides=True, counts=(1, 3), styles=("", "", "angry"))
def kick(a: Act) -> None:
    """The leg swings back and then forwards, as at a ball or a bucket."""
    high = a.uniform(-0.62, -0.25)
    back = foot(0.0, -0.55, -0.36, frame="hip", pitch=45, knee="front")
    out = foot(-0.04, high, 0.58, frame="hip", pitch=5 - 60 * (high + 0.6), knee="up+front")
    for _ in range(a.count):
        a.move(0.45, right_foot=back, bend=8, side=0.05, left=hand((0.2, -0.2, 0.34), "shoulder"), twist=8)
        a.move(0.22, right_foot=out, bend=-3, pitch=-6, twist=-10, ease="hit",
               left=hand((0.35, -0.3, -0.1), "shoulder"), right=hand((0.2, -0.35, 0.2), "shoulder"))  # fmt: skip
        a.hold(0.12)
        a.move(0.45, right_foot=foot(), bend=0, pitch=0, twist=0, side=0.0)
        a.hold(a.uniform(0.05, 0.3))
    a.back(0.6)


@action("side_kick", sides=True, counts=(1, 3), styles=("", "", "angry"))
def side_kick(a: Act) -> None:
    """The knee comes up, the heel thrusts out to the side, the trunk leans away."""
    high = a.uniform(-0.32, -0.05)
    chamber = foot(0.08, -0.42, 0.26, frame="hip", pitch=10, knee="front+out")
    out = foot(0.7, high, 0.1, frame="hip", pitch=0, yaw=-10, knee="front+up")
    _kick(a, chamber, out, 0.22, {"lean": -8, "turn": -40}, {"lean": -26, "roll": -18, "turn": -60, "side": 0.08})


@action("roundhouse_kick", sides=True, counts=(1, 2), styles=("", "", "angry"))
def roundhouse_kick(a: Act) -> None:
    """The leg swings in an arc from the side to the front while the hips turn."""
    high = a.uniform(-0.2, 0.1)
    chamber = foot(0.32, -0.36, 0.02, frame="hip", pitch=40, knee="out+front")
    out = foot(-0.12, high, 0.7, frame="hip", pitch=45, yaw=-40, knee="out+up")
    a.move(0.35, left_foot=foot(front=0.12, yaw=30), lift=0.04, twist=-10)
    _kick(a, chamber, out, 0.24, {"lean": -10, "yaw": 14}, {"lean": -18, "yaw": 52, "roll": -12, "twist": -22})


@action("knee_strike", sides=True, counts=(1, 4), styles=("", "", "angry"))
def knee_strike(a: Act) -> None:
    """Hands pull down while the knee drives up."""
    high = hand((0.12, 0.16, 0.42), palm="in+down", fingers="front", elbow="down+out")
    low = hand((0.12, -0.2, 0.26), palm="in+down", fingers="front+down", elbow="back+out")
    stance(a, 0.34, 0.03, both=high, bend=2)
    up = foot(0.0, -0.38 + a.uniform(-0.05, 0.06), 0.16, frame="hip", pitch=50, knee="front+up")
    for _ in range(a.count):
        a.move(0.24, right_foot=up, both=low, bend=10, front=0.08, ease="hit")
        a.hold(0.08)
        a.move(0.4, right_foot=foot(front=-0.17, out=0.03, yaw=20), both=high, bend=2, front=0.0)
        a.hold(a.uniform(0.05, 0.25))
    stand_again(a)
