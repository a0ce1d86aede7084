"""The shape of the way that the pelvis takes over the floor.

Turning is the direction of travel, not of the hips. Ways shorter than :data:`SHORTEST` metres have no shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from benchmarks.kinematics.track import SIDES, Track, smoothed

SHORTEST = 0.8
STEP = 0.05
"""Distance in metres between two points of the resampled way."""


@dataclass(frozen=True)
class Way:
    """A way in points :data:`STEP` metres apart.

    Attributes:
        points: x and z, ``(N, 2)``.
        direction: direction of travel in degrees, growing to the left, continuous, ``(N - 1,)``.
        facing: heading of the hips at the first point in degrees.
    """

    points: np.ndarray
    direction: np.ndarray
    facing: float

    @staticmethod
    def of(track: Track) -> Way:
        """The way of a track, without the swaying of the steps."""
        path = smoothed(track.path, 0.3)
        lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
        marks = np.arange(0, lengths[-1], STEP)
        points = np.stack([np.interp(marks, lengths, path[:, axis]) for axis in (0, 1)], axis=1)
        steps = np.diff(points, axis=0)
        direction = np.degrees(np.unwrap(np.arctan2(steps[:, 0], steps[:, 1]))) if len(steps) else np.zeros(0)
        return Way(points, direction, float(np.degrees(track.heading[0])))

    @property
    def length(self) -> float:
        """Metres."""
        return STEP * len(self.direction)

    @property
    def gap(self) -> float:
        """Distance of the ends as a share of the way's extent (the greatest distance from the start)."""
        away = np.linalg.norm(self.points - self.points[0], axis=1)
        return float(away[-1] / max(away.max(), 1e-6))

    @property
    def turned(self) -> float:
        """Degrees that the direction turns in all, left positive."""
        return float(self.direction[-1] - self.direction[0]) if len(self.direction) else 0.0

    def corners(self, least: float = 50.0, window: float = 0.4) -> list[float]:
        """Turns of at least ``least`` degrees within ``window`` metres to either side, signed."""
        reach = max(2, round(window / STEP))
        if len(self.direction) < 2 * reach:
            return []
        smooth = np.pad(self.direction, reach, mode="edge")
        bend = smooth[2 * reach :] - smooth[: -2 * reach]
        frames = find_peaks(abs(bend), height=least, distance=reach)[0]
        return [float(bend[frame]) for frame in frames]


def _sided(value: float, side: str) -> bool:
    return not side or (value > 0) == (side == SIDES[0])


def circle(way: Way, side: str = "") -> bool:
    """Closed, once or more around to one side, as wide as long."""
    extent = np.ptp(way.points, axis=0)
    round_enough = extent.min() > 0.45 * extent.max()
    closed = way.gap < 0.45 or abs(way.turned) > 400
    return abs(way.turned) > 290 and closed and round_enough and _one_way(way) and _sided(way.turned, side)


def _one_way(way: Way, share: float = 0.8) -> bool:
    """Whether at least ``share`` of all turning is to one side."""
    change = np.diff(smoothed(way.direction, 0.25))
    return bool(abs(change.sum()) > share * abs(change).sum()) if len(change) else False


def half_circle(way: Way, side: str = "") -> bool:
    """Half a round to one side, spread over the way."""
    window = max(1, len(way.direction) // 5)
    sharpest = float(abs(way.direction[window:] - way.direction[:-window]).max())
    spread = sharpest < 0.55 * abs(way.turned)
    return 120 < abs(way.turned) < 250 and spread and _one_way(way) and _sided(way.turned, side)


def figure8(way: Way, side: str = "") -> bool:
    """Two rounds to opposite sides, back near the start, crossing itself."""
    smooth = smoothed(way.direction, 0.25)
    left = float((smooth - np.minimum.accumulate(smooth)).max())
    right = float((np.maximum.accumulate(smooth) - smooth).max())
    return min(left, right) > 200 and way.gap < 0.6 and (crossings(way.points) >= 1 or _touches(way))


def _touches(way: Way, near: float = 0.15) -> bool:
    """Whether the way comes back to within ``near`` of its extent of where it was a quarter of its length before."""
    apart = np.linalg.norm(way.points[:, None] - way.points[None], axis=2)
    later = np.triu(np.ones_like(apart, bool), len(way.points) // 4)
    return bool(apart[later].min() < near * np.ptp(way.points, axis=0).max())


def there_and_back(way: Way, side: str = "") -> bool:
    """Away and back to the start along nearly the same line."""
    away = np.linalg.norm(way.points - way.points[0], axis=1)
    far = int(away.argmax())
    extent = np.linalg.svd(way.points - way.points.mean(0), compute_uv=False)
    narrow = extent[1] < 0.5 * extent[0]
    return bool(away[far] > 0.5 and way.gap < 0.45 and narrow and 0 < far < len(away) - 1)


def u_turn(way: Way, side: str = "") -> bool:
    """Two stretches in opposite directions."""
    reach = max(2, round(0.3 / STEP))
    if len(way.direction) < 3 * reach:
        return False
    start, stop = _mean_angle(way.direction[: 2 * reach]), _mean_angle(way.direction[-2 * reach :])
    opposite = abs((stop - start + 180) % 360 - 180) > 135
    return opposite and abs(way.turned) < 270 and _sided(way.turned, side)


def zigzag(way: Way, side: str = "") -> bool:
    """Three or more bends to sides that take turns, on a way that gets ahead."""
    signs = np.sign(way.corners(35.0, 0.35))
    changes = int((np.diff(signs) != 0).sum()) if len(signs) else 0
    ahead = np.linalg.norm(way.points[-1] - way.points[0]) / max(way.length, 1e-6)
    return bool(changes >= 2 and ahead > 0.35)


def square(way: Way, side: str = "") -> bool:
    """Three or four corners of about a right angle to one side, closed."""
    bends = way.corners(50.0, 0.35)
    one_side = abs(sum(np.sign(bends))) == len(bends)
    return len(bends) in (3, 4) and one_side and way.gap < 0.5 and 240 < abs(way.turned) < 460


def diagonal(way: Way, side: str = "") -> bool:
    """Straight at 20 to 70 degrees to the side of the first facing."""
    end = way.points[-1] - way.points[0]
    angle = (np.degrees(np.arctan2(end[0], end[1])) - way.facing + 180) % 360 - 180
    chord = end / max(np.linalg.norm(end), 1e-6)
    away = (way.points - way.points[0]) @ np.array([-chord[1], chord[0]])
    straight = np.linalg.norm(end) > 0.85 * way.length and abs(away).max() < 0.1 * way.length
    return bool(straight and 20 < abs(angle) < 70 and _sided(angle, side))


def _mean_angle(degrees: np.ndarray) -> float:
    radians = np.radians(degrees)
    return float(np.degrees(np.arctan2(np.sin(radians).mean(), np.cos(radians).mean())))


def crossings(points: np.ndarray) -> int:
    """How often a way ``(N, 2)`` crosses itself."""
    start, step = points[:-1], np.diff(points, axis=0)
    cross = step[:, None, 0] * step[None, :, 1] - step[:, None, 1] * step[None, :, 0]
    between = start[None] - start[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (between[..., 0] * step[None, :, 1] - between[..., 1] * step[None, :, 0]) / cross
        other = (between[..., 0] * step[:, None, 1] - between[..., 1] * step[:, None, 0]) / cross
    hit = (one >= 0) & (one < 1) & (other >= 0) & (other < 1)
    return int(np.triu(hit, 3).sum())


SHAPES = {
    "circle": circle, "half_circle": half_circle, "figure8": figure8, "there_and_back": there_and_back,
    "u_turn": u_turn, "zigzag": zigzag, "square": square, "diagonal": diagonal,
}  # fmt: skip


def has_shape(track: Track, shape: str) -> bool:
    """Whether the way of a track has a shape, ``NAME`` or ``NAME:SIDE``.

    Raises:
        KeyError: there is no such shape.
    """
    name, _, side = shape.partition(":")
    way = Way.of(track)
    return SHAPES[name](way, side) if way.length >= SHORTEST else False
