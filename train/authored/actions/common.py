"""What several families of actions share."""

from __future__ import annotations

from collections.abc import Sequence

from train.authored.act import Act
from train.authored.poses import place_pose


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
    """Poses (seconds, name, options of ``Act.pose``) that flow into each other: each takes over before the last ends."""
    for number, (seconds, name, options) in enumerate(poses):
        if number:
            a.time -= overlap * min(seconds, poses[number - 1][0]) / a.tempo
        a.pose(seconds, name, **options)


def relocate(a: Act, seconds: float) -> None:
    """Stand up where the body is now, instead of where the action began."""
    pose, place = a.placed
    feet = place + (pose.group("feet") - place_pose("stand").group("feet"))[[0, 2]]
    x, z, yaw = a.origin
    a.plan.travel.append((a.time, x, z, yaw))
    a.origin = (x + float(feet[0]), z + float(feet[1]), yaw)
    a.back(seconds)
    a.plan.travel.append((a.time, *a.origin))
