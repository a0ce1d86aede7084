"""Easing: the share of a movement done after a share of its time, both in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

EASINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "smooth": lambda u: u**3 * (10 - 15 * u + 6 * u**2),  # minimum jerk (Flash & Hogan 1985)
    "linear": lambda u: u,
    "hit": lambda u: u**2.2,  # accelerates into the end: a punch, a stomp
    "out": lambda u: 1 - (1 - u) ** 2.2,  # decelerates: a throw's follow-through
    "over": lambda u: 1 + 2.2 * (u - 1) ** 3 + 1.2 * (u - 1) ** 2,  # overshoots by 4 % and comes back
    "wind": lambda u: u**2 * (2.2 * u - 1.2),  # draws back first
    "robot": lambda u: np.clip(u * 1.6, 0, 1),  # constant speed, then a stop
}


def ease(name: str, share: np.ndarray) -> np.ndarray:
    """Apply the easing ``name``; ValueError names those that exist."""
    if name not in EASINGS:
        raise ValueError(f"unknown easing {name!r}; known are {', '.join(EASINGS)}")
    return EASINGS[name](np.clip(share, 0.0, 1.0))
