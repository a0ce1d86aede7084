"""Jumps with both feet: up, ahead, over something, sideways, round."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import choose
from train.authored.plan import Origin
from train.authored.registry import action
from train.authored.steps import shifted_origin
from train.authored.targets import Target, foot, hand

BACK = hand((0.14, -0.38, -0.24), "shoulder", part="wrist")
FRONT = hand((0.1, 0.02, 0.4), "shoulder", part="wrist")
LOOSE = hand((0.16, -0.34, 0.16), "shoulder", part="wrist")
UP = hand((0.08, 0.44, 0.16), "shoulder", part="wrist")


def _jump(
    a: Act, goal: Origin, high: float, *, deep: float = 0.2, arms: Target = FRONT, feet: Target | None = None,
    yaw: float = 0.0,
) -> None:  # fmt: skip
    """A jump from both feet to ``goal``, ``high`` metres up, out of a crouch of ``deep`` metres.

    ``feet`` is where the feet are in the air, by default under the body. ``yaw`` turns the trunk ahead of the jump.
    """
    back = BACK if deep > 0.12 else LOOSE
    a.move(0.18 + 0.7 * deep, height=-deep, bend=110 * deep, nod=-50 * deep, pitch=60 * deep, both=back, balance=-1,
           twist=-0.5 * yaw)  # fmt: skip
    start, air = a.origin, 0.18 + 0.25 * high
    a.plan.travel.append((a.time, *start))
    a.move(0.05, air=1, wait=False)
    a.origin = tuple((p + q) / 2 for p, q in zip(start, goal, strict=True))  # type: ignore[assignment]
    a.move(air, height=high, bend=0, nod=0, pitch=0, ease="out", both=arms, twist=yaw,
           both_feet=feet or foot(up=high, pitch=38))  # fmt: skip
    a.origin = goal
    a.move(air, height=-0.4 * deep - 0.04, bend=12 + 50 * deep, ease="hit", both_feet=foot(), both=LOOSE, twist=0)
    a.move(0.05, air=0, wait=False)
    a.plan.travel.append((a.time, *goal))
    a.move(0.24, height=-0.03, bend=5)


@action("jump", counts=(1, 5), styles=("", "", "", "happy"))
def jump(a: Act) -> None:
    """Straight up from both feet and down again."""
    high = a.uniform(0.16, 0.32) * a.size
    arms = {"up": UP, "front": FRONT, "loose": LOOSE}[choose(a, "arms", ("up", "front", "loose"))]
    for number in range(a.count):
        _jump(a, a.origin, high, deep=0.2 if number == 0 else 0.15, arms=arms)
    a.back(0.5, balance=0)


@action("leap", counts=(1, 2), styles=("", "", "happy"))
def leap(a: Act) -> None:
    """A long jump from a standing start."""
    far, high = a.uniform(0.8, 1.15) * a.size, a.uniform(0.18, 0.28)
    reach = foot(0.0, -0.62, 0.26, frame="hip", pitch=-5)
    for _ in range(a.count):
        _jump(a, shifted_origin(a.origin, 0.0, far), high, deep=0.26, feet=reach)
        a.hold(0.12)
    a.back(0.6, balance=0)


@action("jump_over", counts=(1, 2))
def jump_over(a: Act) -> None:
    """A jump ahead with the knees drawn up, over something on the ground."""
    far, high = a.uniform(0.65, 0.85) * a.size, a.uniform(0.24, 0.34)
    tucked = foot(0.0, -0.44, 0.2, frame="hip", pitch=25)
    for _ in range(a.count):
        _jump(a, shifted_origin(a.origin, 0.0, far), high, deep=0.24, feet=tucked,
              arms=hand((0.22, -0.02, 0.34), "shoulder", part="wrist"))  # fmt: skip
        a.hold(0.1)
    a.back(0.6, balance=0)


@action("jump_sideways", sides=True, counts=(1, 4))
def jump_sideways(a: Act) -> None:
    """Jumps to the right with both feet."""
    far, high = a.uniform(0.35, 0.5) * a.size, a.uniform(0.12, 0.18)
    for number in range(a.count):
        a.move(0.12, wait=False, lean=6)
        _jump(
            a, shifted_origin(a.origin, -far, 0.0), high, deep=0.17 if number == 0 else 0.14, arms=LOOSE.moved(out=0.14)
        )
        a.move(0.15, wait=False, lean=-3)
    a.back(0.5, balance=0)


@action("jump_turn", sides=True)
def jump_turn(a: Act) -> None:
    """A jump that turns the body half round to the right."""
    high = a.uniform(0.2, 0.3)
    arms = hand((0.2, -0.1, 0.24), "shoulder", part="wrist")
    a.move(0.25, twist=14, turn=-10)
    _jump(a, shifted_origin(a.origin, 0.0, 0.0, -180.0), high, deep=0.22, arms=arms, yaw=-14)
    a.hold(0.15)
    a.move(0.2, turn=0)
    a.back(0.6, balance=0)


@action("hop_side_to_side", counts=(3, 8), styles=("", "", "happy"))
def hop_side_to_side(a: Act) -> None:
    """Quick jumps with the feet together to one side and back."""
    wide, high = a.uniform(0.22, 0.34) * a.size, a.uniform(0.06, 0.1)
    centre = a.origin
    a.move(0.3, height=-0.08, bend=10, balance=-1, both=LOOSE)
    for number in range(a.count):
        side = 1.0 if number % 2 else -1.0
        last = number == a.count - 1
        goal = shifted_origin(centre, side * wide / 2 * (0.0 if last and a.count > 3 else 1.0), 0.0)
        with a.meanwhile():
            a.move(0.3, lean=-5 * side)
        _jump(a, goal, high, deep=0.09, arms=LOOSE.moved(up=0.08, out=0.05))
        a.time -= 0.12
    a.hold(0.12)
    a.back(0.5, balance=0)


@action("broad_jump", counts=(1, 2))
def broad_jump(a: Act) -> None:
    """A standing long jump: the arms swing back in a crouch, then far ahead with both feet to a deep squat."""
    far, high = a.uniform(1.15, 1.6) * a.size, a.uniform(0.1, 0.16)
    up, back = hand((0.06, 0.3, 0.38), "shoulder", part="wrist"), hand((0.14, -0.3, -0.34), "shoulder", part="wrist")
    ahead = hand((0.1, -0.08, 0.46), "shoulder", part="wrist")
    for _ in range(a.count):
        a.move(0.45, both=up, bend=-4, both_feet=foot(pitch=14), height=0.02)
        a.move(0.5, both=back, height=-0.34, bend=40, pitch=22, nod=-26, balance=-1, both_feet=foot())
        start, goal = a.origin, shifted_origin(a.origin, 0.0, far)
        a.plan.travel.append((a.time, *start))
        a.move(0.2, height=-0.1, bend=26, front=0.14, both=up, both_feet=foot(pitch=34), ease="hit")
        a.move(0.05, air=1, wait=False)
        a.origin = shifted_origin(start, 0.0, 0.5 * far)
        tucked = foot(0.0, -0.6, 0.14, frame="hip", pitch=20)
        a.move(0.24, height=high, bend=14, pitch=8, front=0.0, ease="out", both_feet=tucked, both=up)
        a.origin = goal
        a.move(0.26, height=-0.22, bend=30, front=-0.12, ease="hit", both_feet=foot(pitch=-8), both=ahead)
        a.move(0.05, air=0, wait=False)
        a.plan.travel.append((a.time, *goal))
        a.move(0.22, height=-0.42, bend=40, pitch=24, front=0.0, nod=-24, both_feet=foot(), both=ahead)
        a.hold(a.uniform(0.1, 0.35))
        a.move(0.6, height=0.0, bend=2, pitch=0, nod=0, both=LOOSE, balance=0)
    a.back(0.6, balance=0)


@action("frog_jump", counts=(1, 4), styles=("", "", "happy"))
def frog_jump(a: Act) -> None:
    """Deep in a squat with the hands on the floor between the feet, leaps ahead, lands the same way."""
    far, high = a.uniform(0.45, 0.7) * a.size, a.uniform(0.1, 0.18)
    floor = hand((0.05, 0.02, 0.34), "body", palm="down", fingers="front", elbow="out+back")
    wide = a.uniform(0.06, 0.1)
    low = {"height": -0.5, "pitch": 40, "bend": 34, "nod": -46, "both": floor, "balance": -1}
    a.move(1.0, both_feet=foot(out=wide, yaw=16), lift=0.04, **low)
    a.hold(a.uniform(0.2, 0.5))
    a.start_here()
    for _ in range(a.count):
        start, goal = a.origin, shifted_origin(a.origin, 0.0, far)
        a.plan.travel.append((a.time, *start))
        a.move(0.16, height=-0.3, pitch=26, bend=22, both=FRONT, both_feet=foot(out=wide, yaw=16, pitch=30), ease="hit")
        a.move(0.05, air=1, wait=False)
        a.origin = shifted_origin(start, 0.0, 0.5 * far)
        a.move(0.24, height=high, pitch=26, bend=14, ease="out", both=FRONT.moved(up=0.16),
               both_feet=foot(0.08, -0.6, -0.14, frame="hip", pitch=50))  # fmt: skip
        a.origin = goal
        a.move(0.24, height=-0.3, pitch=30, bend=26, ease="hit", both_feet=foot(out=wide, yaw=16), both=FRONT)
        a.move(0.05, air=0, wait=False)
        a.plan.travel.append((a.time, *goal))
        a.move(0.24, **low)
        a.hold(a.uniform(0.15, 0.4))
    a.end_here()
    a.back(1.0, balance=0)
