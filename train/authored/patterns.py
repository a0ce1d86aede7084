"""Small parts that many actions share: paths of hands, and choices that a recording remembers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from train.authored.act import Act
from train.authored.targets import Path3

Triple = tuple[float, float, float]


def choose(a: Act, name: str, options: Sequence[str]) -> str:
    """The action's parameter ``name``: as given, else drawn from ``options`` and kept in ``a.params``."""
    value = str(a.params.get(name) or a.rng.choice(list(options)))
    a.params[name] = value
    return value


def circle(turns: float, first: Triple, second: Triple) -> Path3:
    """Ellipses with the half axes ``first`` and ``second`` (m), starting at the far end of ``first``."""

    def path(share: np.ndarray) -> np.ndarray:
        angle = 2 * np.pi * turns * share[:, None]
        return (np.cos(angle) - 1) * np.array(first) + np.sin(angle) * np.array(second)

    return path


def strokes(count: float, away: Triple) -> Path3:
    """``count`` times to ``away`` (m) and back."""
    return lambda share: (1 - np.cos(2 * np.pi * count * share[:, None])) / 2 * np.array(away)


def line_to(away: Triple) -> Path3:
    """Slowly to ``away`` (m)."""
    return lambda share: (1 - np.cos(np.pi * share[:, None])) / 2 * np.array(away)
