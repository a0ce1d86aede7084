"""What several families of actions share."""

from __future__ import annotations

from collections.abc import Sequence

from train.authored.act import Act
from train.authored.poses import place_pose
from train.authored.steps import shifted_origin
from train.authored.targets import foot, hand

HANGING = hand((0.06, -0.47, 0.06), "shoulder", part="wrist")
HIGH = hand((0.05, 0.5, 0.06), "shoulder", part="wrist")
SIDE = hand((0.49, 0.0, 0.04), "shoulder", palm="down", fingers="out")
FRONT = hand((0.02, 0.0, 0.5), "shoulder", palm="down", fingers="front")
ON_WAIST = hand("waist")
"""Where hands go in many exercises."""


def choose(a: Act, name: str, options: Sequence[str]) -> str:
    """The parameter ``name`` of the performance, drawn from ``options`` if it is not given; it is noted in the info."""
    return str(a.params.setdefault(name, str(a.rng.choice(list(options)))))


def jitter(a: Act, middle: float, spread: float) -> float:
    """A value within ``spread`` of ``middle``, on a grid of eleven so that poses can be cached."""
    return middle + spread * int(a.rng.integers(-5, 6)) / 5


def begin(a: Act, pose: str) -> None:
    """The action starts in this pose instead of standing."""
    now = a.time
    a.time = -10.0
    a.pose(0.1, pose)
    a.time = now


def chain(a: Act, *poses: tuple[float, str, dict], overlap: float = 0.22) -> None:
    """Poses (seconds, name, options of ``Act.pose``) that flow: each takes over before the last ends."""
    for number, (seconds, name, options) in enumerate(poses):
        if number:
            a.time -= overlap * min(seconds, poses[number - 1][0]) / a.tempo
        a.pose(seconds, name, **options)


def relocate(a: Act, seconds: float) -> None:
    """Stand up where the body is now, instead of where the action began."""
    pose, place = a.placed
    feet = place + (pose.group("feet") - place_pose("stand").group("feet"))[[0, 2]]
    a.plan.travel.append((a.time, *a.origin))
    a.origin = shifted_origin(a.origin, float(feet[0]), float(feet[1]))
    a.back(seconds)
    a.plan.travel.append((a.time, *a.origin))


def hops(a: Act, count: int, ahead: float, height: float, alternate: bool) -> None:
    """Hops on one foot, the right one first; with ``alternate`` the feet change at every landing."""
    behind = foot(0.0, -0.5, -0.26, frame="hip", pitch=40)
    knee_up = foot(0.0, -0.46, 0.3, frame="hip", pitch=25)
    swing = hand((0.1, -0.3, 0.3), "shoulder", part="wrist"), hand((0.12, -0.42, -0.18), "shoulder", part="wrist")
    arms = hand((0.26, -0.3, 0.16), "shoulder", part="wrist")
    stand, free = "right", "left"
    raised = knee_up if alternate or a.rng.random() < 0.4 else behind
    a.move(0.5, **{f"{free}_foot": raised}, both=arms, bend=5, height=-0.04)
    a.plan.travel.append((a.time, *a.origin))
    x, z, yaw = a.origin
    places = {"left": a.origin, "right": a.origin}
    for number in range(count):
        a.origin = places[stand]
        a.move(0.16, height=-0.1, bend=9, **{f"{stand}_foot": foot()})
        a.plan.travel.append((a.time, x, z, yaw))
        half = ahead * a.size * (0.55 if alternate else 0.5)
        z += half
        a.origin = (x, z, yaw)
        a.move(0.06, air=1, balance=-1, wait=False)
        goals = {f"{stand}_foot": foot(up=height * a.size, pitch=38), f"{free}_foot": raised}
        goals |= {stand: swing[0], free: swing[1]} if alternate else {"both": arms.moved(up=0.12, out=0.04)}
        a.move(0.17, height=height * a.size, bend=3, ease="out", **goals)
        z += half
        if alternate:
            stand, free = free, stand
        a.origin = places[stand] = (x, z, yaw)
        last = {f"{free}_foot": raised} if alternate and number < count - 1 else {}
        a.move(
            0.17, height=-0.03, ease="hit", **{f"{stand}_foot": foot()}, **last, **({} if alternate else {"both": arms})
        )
        a.move(0.05, air=0, wait=False)
        a.plan.travel.append((a.time, x, z, yaw))
        a.hold(0.03)
    a.origin = (x, z, yaw)
    a.move(0.25, height=-0.06, balance=0, bend=5)
