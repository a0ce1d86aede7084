"""A serve, throws with both hands and from below, a high catch, and a ball at the feet."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.patterns import choose, grip, stance, stand_again
from train.authored.registry import action
from train.authored.steps import Gait, walk
from train.authored.targets import foot, hand


@action("tennis_serve", sides=True, counts=(1, 2))
def tennis_serve(a: Act) -> None:
    """The ball is tossed up, the racket drops behind the back, the arm reaches high, hits, and comes through."""
    ready = grip((0.06, -0.1, 0.34), (-0.04, -0.08, 0.36), part="fist")
    stance(a, 0.36, 0.05, bend=4, twist=-14, **ready)
    for number in range(a.count):
        a.hold(0.2)
        a.move(0.35, right=hand((0.2, -0.42, 0.1), "shoulder", part="fist"), bend=10, nod=8, height=-0.05,
               left=hand((0.06, -0.36, 0.3), "shoulder", palm="up", fingers="front"))  # fmt: skip
        toss = hand((0.06, 0.5, 0.26), "shoulder", palm="up", fingers="up+front")
        trophy = hand((0.3, 0.2, -0.14), "shoulder", part="fist", elbow="out+down")
        a.move(0.55, left=toss, right=trophy, twist=-30, bend=-12, nod=-26, height=-0.12, front=-0.02)
        drop = hand((0.08, 0.1, -0.22), "shoulder", part="fist", fingers="down", elbow="out+up")
        a.move(0.2, right=drop, left=hand((0.1, 0.3, 0.34), "shoulder"))
        high = hand((0.03, 0.6, 0.16), "shoulder", part="fist", fingers="up+front", palm="front", elbow="out+front")
        a.move(0.17, right=high, twist=8, bend=0, height=0.02, front=0.06, ease="hit", both_feet=foot(pitch=20),
               left=hand((-0.02, -0.2, 0.26), "shoulder"))  # fmt: skip
        through = hand((-0.32, -0.34, 0.3), "shoulder", part="fist", fingers="down+in", elbow="out")
        a.move(0.3, right=through, twist=30, bend=26, nod=-8, height=-0.07, ease="out",
               left_foot=foot(front=0.18, out=0.05), right_foot=foot(front=-0.1, pitch=35, out=0.05))  # fmt: skip
        a.hold(0.25)
        if number + 1 < a.count:
            a.move(0.7, twist=-14, bend=4, nod=0, height=0, front=0, right_foot=foot(front=-0.18, out=0.05, yaw=24),
                   **ready)  # fmt: skip
    stand_again(a)


@action("throw_underhand", sides=True, counts=(1, 3), styles=("", "", "happy"))
def throw_underhand(a: Act) -> None:
    """The arm swings back low and forwards, and lets something fly from below."""
    soft = a.uniform(0.7, 1.1)
    for number in range(a.count):
        a.move(0.45, right=hand((0.08, -0.34, 0.28), "shoulder", palm="up", fingers="front"), nod=2, bend=4)
        a.move(0.45, right=hand((0.14, -0.4, -0.3 * soft), "shoulder", part="fist", palm="front"), twist=-18, bend=14,
               height=-0.05, left=hand((0.12, -0.22, 0.34), "shoulder"))  # fmt: skip
        with a.meanwhile():
            a.move(0.36, left_foot=foot(front=0.34 * soft, yaw=5), lift=0.07)
        a.hold(0.12)
        a.move(0.26, right=hand((0.03, -0.12, 0.52), "shoulder", palm="up", fingers="front+up"), twist=10, bend=12,
               front=0.12, height=-0.08, ease="hit")  # fmt: skip
        a.move(0.26, right=hand((0.0, 0.24, 0.44), "shoulder", palm="up+back", fingers="up+front"), twist=16, bend=3,
               ease="out", left=hand((0.2, -0.38, 0.0), "shoulder"), right_foot=foot(pitch=25))  # fmt: skip
        a.hold(0.2)
        if number + 1 < a.count:
            a.move(0.6, twist=0, front=0, height=0, left_foot=foot(), right_foot=foot(), lift=0.04)
    stand_again(a)


@action("throw_overhead_two_hands", counts=(1, 2), styles=("", "", "angry"))
def throw_overhead_two_hands(a: Act) -> None:
    """Both hands bring something behind the head and throw it forwards, as from a touchline."""
    near = hand((0.13, -0.06, 0.32), palm="in", fingers="front+up", elbow="down+out")
    for number in range(a.count):
        a.move(0.5, both=near, bend=3)
        a.move(0.55, both=hand((0.1, 0.24, -0.06), "head", palm="in+front", fingers="up+back", elbow="out+up"),
               bend=-14, nod=-4, height=-0.04)  # fmt: skip
        with a.meanwhile():
            a.move(0.34, left_foot=foot(front=0.3, yaw=4), lift=0.06)
        a.hold(0.14)
        a.move(0.24, both=hand((0.0, 0.32, 0.44), "shoulder", palm="front+in", fingers="up+front"), bend=10, front=0.1,
               ease="hit")  # fmt: skip
        a.move(0.28, both=hand((0.04, -0.1, 0.5), "shoulder", palm="down", fingers="front+down"), bend=22, nod=-12,
               right_foot=foot(pitch=25), height=-0.05, ease="out")  # fmt: skip
        a.hold(0.2)
        if number + 1 < a.count:
            a.move(0.7, front=0, height=0, left_foot=foot(), right_foot=foot(), lift=0.04)
    stand_again(a)


@action("catch_high", counts=(1, 2))
def catch_high(a: Act) -> None:
    """Looks up, stretches and catches something overhead, then brings it to the chest."""
    word = choose(a, "hands", ("both", "both", "right"))
    for _ in range(a.count):
        ready = hand((0.15, -0.08, 0.3), palm="front+in", fingers="up+front", elbow="down+out")
        a.move(0.45, both=ready, bend=4, nod=-18, height=-0.05)
        a.hold(a.uniform(0.15, 0.4))
        high = hand((-0.06 if word == "both" else 0.04, 0.56, 0.2), "shoulder", palm="front+in", fingers="up")
        a.move(0.34, **{word: high}, height=0.02, both_feet=foot(pitch=24), nod=-30, bend=-6, ease="out")
        a.hold(0.08)
        a.move(0.25, **{word: high.moved(up=-0.16, front=-0.02)}, height=-0.03, both_feet=foot(), nod=-14)
        held = {"right": hand((0.02, -0.06, 0.22), palm="in+up", fingers="in+front")}
        held |= {"left": hand((0.06, -0.06, 0.24), palm="in+up", fingers="in+front")}
        a.move(0.5, nod=12, bend=5, height=-0.02, **held)
        a.hold(a.uniform(0.3, 0.7))
    a.back(0.7)


@action("kick_ball", sides=True, counts=(1, 2))
def kick_ball(a: Act) -> None:
    """A step beside a ball on the ground, the leg swings back and through it, the arms counter it."""
    hard = a.uniform(0.8, 1.15)
    out = hand((0.4, -0.14, 0.12), "shoulder", part="wrist")
    for _ in range(a.count):
        a.move(0.4, nod=20, bend=6)
        a.move(0.4, left_foot=foot(front=0.3), lift=0.07, front=0.2, balance=-1, right_foot=foot(pitch=24), side=0.03)
        a.move(0.3, right_foot=foot(0.02, -0.56, -0.42 * hard, frame="hip", pitch=60), left=out.moved(front=0.16),
               right=hand((0.16, -0.36, -0.26), "shoulder", part="wrist"), twist=-14, bend=12, front=0.26, side=0.07,
               height=-0.05, lean=-3)  # fmt: skip
        a.move(
            0.17, right_foot=foot(-0.02, -0.66, 0.26, frame="hip", pitch=24), twist=4, ease="hit", nod=22, height=-0.08
        )
        a.move(0.26, right_foot=foot(-0.06, -0.42, 0.62 * min(hard, 1.0), frame="hip", pitch=10), twist=16, bend=2,
               ease="out", right=out, left=hand((0.1, -0.34, -0.28), "shoulder", part="wrist"), pitch=-6)  # fmt: skip
        a.move(0.45, right_foot=foot(front=0.34), twist=0, bend=3, pitch=0, side=0.0, height=-0.03, nod=4)
        a.hold(0.15)
        a.move(0.45, left_foot=foot(), front=0.1, lift=0.05)
        a.move(0.45, right_foot=foot(), front=0, lift=0.05, height=0, lean=0)
    a.back(0.6, balance=0)


@action("dribble_soccer", sides=True, styles=("", "", "happy"))
def dribble_soccer(a: Act) -> None:
    """Small quick steps forward; every other one the right foot taps a ball ahead."""
    plain = Gait(stride=0.42, step_time=0.36, lift=0.07, heel=0, toe=24, swing=0.12, hand_height=-0.36, drop=0.05)
    tap = Gait(stride=0.5, step_time=0.44, raised=foot(-0.04, -0.7, 0.34, frame="hip", pitch=4), heel=0, toe=20,
               swing=0.14, hand_height=-0.34, drop=0.05)  # fmt: skip
    a.move(0.4, bend=12, nod=22, height=-0.04)

    def each(number: int, side: str) -> Gait:
        a.move(0.3, wait=False, bend=a.uniform(9, 15), nod=a.uniform(18, 28), lean=-3 if side == "right" else 2)
        return tap if side == "right" else plain

    walk(a, 2 * int(a.rng.integers(4, 7)), plain, each=each)
    a.back(0.6)
