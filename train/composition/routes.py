"""Paths with their names, drawn at random in sizes that suit a gait."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from train.composition import shapes
from train.composition.shapes import Path

TURN_RADIUS = 0.28
"""Radius in metres of a turn on the spot; the feet pass on both sides of the centre."""


def radius_for(speed: float, rng: random.Random, low: float = 0.75, high: float = 1.25) -> float:
    """Radius in metres of a curve at ``speed`` m/s: wider the faster, so that a body need lean 25° at most."""
    return max(rng.uniform(low, high), speed**2 / (9.81 * 0.42)) * (1.0 if speed < 2 else rng.uniform(1.0, 1.3))


def _corner(speed: float, radius: float) -> float:
    """Radius in metres of a rounded corner: short steps let a walking body turn sharply, a running one less so."""
    return max(0.4, 0.45 * radius) if speed < 1.9 else 0.65 * radius


Maker = Callable[[float, float, int, random.Random], Path]
"""From speed (m/s), radius (m), sign (1: left) and generator."""

ROUTES: dict[str, Maker] = {
    "circle": lambda v, r, s, g: shapes.circle(r, s),
    "two circles": lambda v, r, s, g: shapes.circle(r, s, 2.0),
    "figure8": lambda v, r, s, g: shapes.figure_eight(0.9 * r, s),
    "half_circle": lambda v, r, s, g: shapes.arc(1.3 * r, s, 180),
    "quarter_circle": lambda v, r, s, g: shapes.arc(2 * r, s, 90),
    "curve": lambda v, r, s, g: shapes.arc(3 * r, s, g.uniform(35, 60), 0.5, 0.5),
    "corner": lambda v, r, s, g: shapes.arc(0.7 * r, s, 90, 1.1 * v, 1.2 * v),
    "u_turn": lambda v, r, s, g: shapes.arc(0.75 * r, s, 180, 1.2 * v, 1.2 * v),
    "there_and_back": lambda v, r, s, g: shapes.there_and_back(g.uniform(1.4, 2.2) * v, s, 0.32 if v < 1.8 else 0.6),
    "back_and_forth": lambda v, r, s, g: shapes.there_and_back(g.uniform(1.2, 1.6) * v, s, 0.3 if v < 1.8 else 0.6, 2),
    "zigzag": lambda v, r, s, g: shapes.zigzag(
        max(1.0, 0.9 * v), s, g.choice((2, 3)), g.uniform(75, 100), _corner(v, r)
    ),
    "slalom": lambda v, r, s, g: shapes.slalom(np.radians(g.uniform(90, 130)), s, g.choice((2, 3)), r),
    "square": lambda v, r, s, g: shapes.polygon(g.uniform(1.8, 2.4) * r, s, 4, _corner(v, r)),
    "triangle": lambda v, r, s, g: shapes.polygon(g.uniform(2.7, 3.2) * r, s, 3, _corner(v, r)),
    "spiral_in": lambda v, r, s, g: shapes.spiral(2.0 * r, 0.8 * r, s, 1.5),
    "spiral_out": lambda v, r, s, g: shapes.spiral(0.8 * r, 2.0 * r, s, 1.5),
    "diagonal": lambda v, r, s, g: shapes.arc(0.5 * r, s, 45, 0.05, 2.4 * v),
}
WEIGHTS = {
    "circle": 4,
    "figure8": 3,
    "there_and_back": 3,
    "two circles": 1,
    "half_circle": 2,
    "zigzag": 2,
    "square": 1.5,
}
BACKWARD = ("circle", "half_circle", "curve", "quarter_circle")
RUNNING = ("circle", "figure8", "half_circle", "quarter_circle", "curve", "corner", "u_turn", "there_and_back",
           "zigzag", "slalom", "square", "diagonal")  # fmt: skip


def draw_route(gait: str, speed: float, rng: random.Random) -> tuple[str, str, Path]:
    """Name, side and path of a random route for a gait at ``speed`` m/s."""
    names = list(BACKWARD if gait == "walk_backward" else RUNNING if speed > 1.9 else ROUTES)
    name = rng.choices(names, [WEIGHTS.get(n, 1) for n in names])[0]
    sign = rng.choice((1, -1))
    path = ROUTES[name](speed, radius_for(speed, rng), sign, rng)
    return name, "left" if sign > 0 else "right", path


def turn_in_place(degrees: float, sign: int) -> Path:
    """A turn nearly on the spot."""
    return shapes.arc(TURN_RADIUS, sign, degrees)
