"""Small parts that many actions share: paths of hands, and choices that a recording remembers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train.authored.act import Act
from train.authored.targets import Path3, Target, foot, hand

Triple = tuple[float, float, float]


def choose(a: Act, name: str, options: Sequence[str]) -> str:
    """The action's parameter ``name``: as given, else drawn from ``options`` and kept in ``a.params``."""
    value = str(a.params.get(name) or a.rng.choice(list(options)))
    a.params[name] = value
    return value


def circle(turns: float | np.integer, first: Triple, second: Triple) -> Path3:
    """Ellipses with the half axes ``first`` and ``second`` (m), starting at the far end of ``first``."""

    def path(share: np.ndarray) -> np.ndarray:
        angle = 2 * np.pi * turns * share[:, None]
        return (np.cos(angle) - 1) * np.array(first) + np.sin(angle) * np.array(second)

    return path


def strokes(count: float | np.integer, away: Triple) -> Path3:
    """``count`` times to ``away`` (m) and back."""
    return lambda share: (1 - np.cos(2 * np.pi * count * share[:, None])) / 2 * np.array(away)


def line_to(away: Triple) -> Path3:
    """Slowly to ``away`` (m)."""
    return lambda share: (1 - np.cos(np.pi * share[:, None])) / 2 * np.array(away)


def grip(right: Triple, left: Triple, frame: str = "chest", part: str = "palm", **options) -> dict[str, Target]:
    """Goals of both hands on one thing; places are (to the right, up, front) in metres for both hands."""
    return {
        "right": hand(right, frame, part=part, exact=True, **options),
        "left": hand((-left[0], left[1], left[2]), frame, part=part, exact=True, **options),
    }


def stance(a: Act, ahead: float, wide: float = 0.04, **goals) -> None:
    """Step apart: the left foot ``ahead`` metres before the right, both ``wide`` outwards; then the knees bend."""
    with a.meanwhile():
        a.move(0.65, **goals)
    a.move(0.32, left_foot=foot(front=0.5 * ahead, out=wide, yaw=4), lift=0.05)
    a.move(0.34, right_foot=foot(front=-0.5 * ahead, out=wide, yaw=24 if ahead > 0 else 4), lift=0.05)


def stand_again(a: Act, seconds: float = 0.6) -> None:
    """The feet step back to where they stood while everything else returns to rest."""
    start = a.time
    a.back(2 * seconds)
    a.time = start
    for name in ("left", "right"):
        keys = a.plan.limbs[f"{name}_leg"]
        keys.pop()
        a.move(seconds, **{f"{name}_foot": foot()}, lift=0.05)
    a.time = max(a.time, a.plan.length)
