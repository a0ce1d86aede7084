"""Paths over the floor: circle, arc, figure eight, zigzag, square, U-turn, there and back, curves, spiral.

A path starts at the origin along +Z. Its curvature is positive to the left. Along tight curves steps are shorter:
the same motion covers less ground there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

GRAIN = 0.01
"""Distance in metres between the samples of a path."""
TIGHTEST = 0.28
"""Smallest radius in metres, of a turn nearly on the spot; walked curves have at least :data:`WALKED`."""
WALKED = 0.6


@dataclass(frozen=True)
class Path:
    """A sampled path.

    Attributes:
        bends: curvature (1/m) at every :data:`GRAIN` metres, ``(N,)``.
        marks: distances in metres at which its legs begin, for turns and corners.
        ramps: metres at the start and at the end over which steps grow from, and shrink to, half their length.
    """

    bends: np.ndarray
    marks: tuple[float, ...] = ()
    ramps: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if len(self.bends) < 2:
            raise ValueError(f"a path needs at least 2 samples of {GRAIN} m, got {len(self.bends)}")

    @property
    def length(self) -> float:
        """Metres along the path."""
        return len(self.bends) * GRAIN

    @property
    def effort(self) -> float:
        """Metres of straight walking that cover the path."""
        return float((GRAIN / self._shares()).sum())

    def _shares(self) -> np.ndarray:
        """Share ``(N,)`` of its usual length that a step has."""
        along = (np.arange(len(self.bends)) + 0.5) * GRAIN
        share = stride_share(self.bends)
        for ramp, place in zip(self.ramps, (along, self.length - along), strict=True):
            if ramp > 0:
                share = share * (0.5 + 0.5 * np.clip(place / ramp, 0, 1))
        return np.maximum(share, 0.34)

    def distance(self, straight: np.ndarray) -> np.ndarray:
        """Metres along the path of distances ``straight`` of any shape walked on a straight line."""
        walked = np.concatenate([[0.0], np.cumsum(GRAIN / self._shares())])
        along = np.interp(straight, walked, np.arange(len(walked)) * GRAIN)
        return along + np.minimum(straight, 0.0) + np.maximum(straight - walked[-1], 0.0)

    def at(self, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places ``(..., 3)`` and headings ``(...)`` at distances along the path; before and after it is straight."""
        heading = np.concatenate([[0.0], np.cumsum(self.bends) * GRAIN])
        middle = (heading[1:] + heading[:-1]) / 2
        x = np.concatenate([[0.0], np.cumsum(np.sin(middle)) * GRAIN])
        z = np.concatenate([[0.0], np.cumsum(np.cos(middle)) * GRAIN])
        grid = np.arange(len(heading)) * GRAIN
        turned = np.interp(along, grid, heading)
        over = np.minimum(along, 0.0), np.maximum(along - grid[-1], 0.0)
        places = np.stack([np.interp(along, grid, x), np.zeros_like(turned), np.interp(along, grid, z)], -1)
        places[..., 2] += over[0]
        places[..., 0] += over[1] * np.sin(heading[-1])
        places[..., 2] += over[1] * np.cos(heading[-1])
        return places, turned

    def curvature(self, along: np.ndarray) -> np.ndarray:
        """Curvature (1/m) at distances along the path; 0 outside."""
        return np.interp(along, np.arange(len(self.bends)) * GRAIN, self.bends, left=0.0, right=0.0)


def stride_share(curvature: np.ndarray) -> np.ndarray:
    """Share of a step's usual length on a curve: 1 from a radius of 2 m, 0.72 at 0.8 m, 0.4 at 0.3 m."""
    radius = 1 / np.maximum(np.abs(curvature), 1e-6)
    return np.clip(0.22 + 0.62 * np.sqrt(np.minimum(radius, 2.0)), 0.38, 1.0)


def _line(length: float) -> np.ndarray:
    return np.zeros(max(2, round(length / GRAIN)))


def _turn(angle: float, radius: float) -> np.ndarray:
    """A turn by ``angle`` radians (left if positive) whose curvature rises and falls smoothly; exact in angle."""
    count = max(3, round(abs(angle) * radius / GRAIN))
    return np.full(count, angle / (count * GRAIN))


def _smooth(pieces: list[np.ndarray], width: float = 0.12) -> np.ndarray:
    """Curvature of the pieces, smoothed by a Gaussian of ``width`` metres that keeps the total turn."""
    joined = np.concatenate(pieces)
    total = joined.sum()
    smooth = gaussian_filter1d(joined, width / GRAIN, mode="nearest")
    off = total - smooth.sum()
    weight = np.abs(smooth)
    return smooth + off * weight / max(weight.sum(), 1e-9)


def _marks(pieces: list[np.ndarray]) -> tuple[float, ...]:
    return tuple(np.cumsum([0, *(len(piece) for piece in pieces[:-1])]) * GRAIN)


def line(length: float) -> Path:
    """Straight ahead for ``length`` metres."""
    return Path(_line(length))


def circle(radius: float, sign: int, turns: float = 1.0) -> Path:
    """``turns`` whole circles, to the left for ``sign`` 1, to the right for -1."""
    return Path(_turn(sign * 2 * np.pi * turns, radius))


def figure_eight(radius: float, sign: int, count: int = 1) -> Path:
    """``count`` figure eights: a circle to one side, then one to the other."""
    pieces = [_turn(s * 2 * np.pi, radius) for _ in range(count) for s in (sign, -sign)]
    return Path(_smooth(pieces, 0.1), _marks(pieces))


def arc(radius: float, sign: int, degrees: float, before: float = 0.0, after: float = 0.0) -> Path:
    """A curve through ``degrees`` with straight ends of ``before`` and ``after`` metres."""
    pieces = [_line(before), _turn(sign * np.radians(degrees), radius), _line(after)]
    return Path(_smooth(pieces), _marks(pieces))


def zigzag(leg: float, sign: int, corners: int, degrees: float, radius: float) -> Path:
    """Straight legs that turn by ``degrees`` to alternate sides; the first and last deviate by half of it."""
    pieces = [_line(0.3), _turn(sign * np.radians(degrees / 2), radius), _line(leg)]
    for corner in range(corners):
        pieces += [_turn((-1) ** (corner + 1) * sign * np.radians(degrees), radius), _line(leg)]
    return Path(_smooth(pieces), _marks(pieces))


def polygon(side: float, sign: int, corners: int, radius: float) -> Path:
    """A square (``corners`` 4) or triangle (3) with rounded corners, closed; starts in the middle of a side."""
    angle = 2 * np.pi / corners
    straight = side - 2 * radius * np.tan(angle / 2)
    if straight < 0:
        raise ValueError(f"a side of {side} m is too short for corners of radius {radius} m; lengthen it")
    pieces = [_line(straight / 2)]
    for corner in range(corners):
        pieces += [_turn(sign * angle, radius), _line(straight if corner < corners - 1 else straight / 2)]
    return Path(np.concatenate(pieces), _marks(pieces))


def there_and_back(leg: float, sign: int, radius: float, count: int = 1) -> Path:
    """Straight ahead, round by half a turn and back on the same line, ``count`` times (with a turn between)."""
    swing = np.radians(35)
    about = [_turn(-sign * swing, 0.7), _turn(sign * (np.pi + 2 * swing), radius), _turn(-sign * swing, 0.7)]
    pieces = [_line(leg)]
    for _ in range(2 * count - 1):
        pieces += [*about, _line(leg)]
    return Path(_smooth(pieces, 0.06), _marks(pieces))


def slalom(width: float, sign: int, bows: int, radius: float) -> Path:
    """Alternating bows of ``width`` radians, like round poles in a row."""
    turns = [
        sign * width / 2,
        *((-1) ** (k + 1) * sign * width for k in range(bows)),
        (-1) ** (bows + 1) * sign * width / 2,
    ]
    pieces = [_turn(t, radius) for t in turns]
    return Path(_smooth(pieces), _marks(pieces))


def spiral(outer: float, inner: float, sign: int, turns: float) -> Path:
    """From radius ``outer`` to ``inner`` metres (inwards, or outwards if it is larger) in ``turns`` turns."""
    count = round(2 * np.pi * turns * (outer + inner) / 2 / GRAIN)
    return Path(sign / np.linspace(outer, inner, count))


SHAPES: dict[str, Callable[..., Path]] = {
    "line": line,
    "circle": circle, "figure8": figure_eight, "arc": arc, "zigzag": zigzag, "polygon": polygon,
    "there_and_back": there_and_back, "slalom": slalom, "spiral": spiral,
}  # fmt: skip
