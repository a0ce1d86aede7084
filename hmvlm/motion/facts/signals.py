"""Time series that the facts are computed from: body frame, feet, angles. Joints at 20 fps, metres, Y up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.ndimage import gaussian_filter1d

from hmvlm.body.skeleton import INDEX
from hmvlm.body.vectors import unit

FPS = 20.0
SIDES = ("left", "right")


def smooth(values: np.ndarray, seconds: float) -> np.ndarray:
    """Gaussian smoothing along time (axis 0); ``seconds`` is the standard deviation."""
    return gaussian_filter1d(values, seconds * FPS, axis=0, mode="nearest") if len(values) > 1 else values


def speed(positions: np.ndarray, seconds: float = 0.0) -> np.ndarray:
    """Speed ``(T, ...)`` in m/s of positions ``(T, ..., k)`` by central differences."""
    if len(positions) < 2:
        return np.zeros(positions.shape[:-1])
    return np.linalg.norm(np.gradient(smooth(positions, seconds) if seconds else positions, axis=0), axis=-1) * FPS


def angle(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angle in degrees between vectors along the last axis."""
    return np.degrees(np.arccos(np.clip((unit(a) * unit(b)).sum(-1), -1.0, 1.0)))


def runs(mask: np.ndarray, shortest: float = 0.0, gap: float = 0.0) -> list[tuple[int, int]]:
    """Stretches ``[start, stop)`` in frames where ``mask`` holds.

    Stretches closer than ``gap`` seconds are joined, then those shorter than ``shortest`` seconds dropped.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(mask).astype(np.int8), [0]])))
    found: list[tuple[int, int]] = []
    for start, stop in edges.reshape(-1, 2).tolist():
        if found and start - found[-1][1] <= gap * FPS:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return [(a, b) for a, b in found if b - a >= shortest * FPS]


def longest(stretches: list[tuple[int, int]]) -> tuple[int, int]:
    """The longest stretch, ``(0, 0)`` when there is none."""
    return max(stretches, key=lambda s: s[1] - s[0], default=(0, 0))


def swings(values: np.ndarray, prominence: float) -> int:
    """Number of reversals of a series whose size reaches ``prominence`` (half cycles, zig-zag count)."""
    if len(values) < 3:
        return 0
    count, direction, extreme = 0, 0, values[0]
    for value in values[1:]:
        if direction >= 0 and value > extreme or direction <= 0 and value < extreme:
            if direction == 0 and abs(value - extreme) >= prominence:
                direction = 1 if value > extreme else -1
                extreme = value
            elif direction != 0:
                extreme = value
        elif direction != 0 and abs(value - extreme) >= prominence:
            count += 1
            direction, extreme = -direction, value
    return count


@dataclass
class Signals:
    """Joint positions ``(T, 24, 3)`` of one motion and what follows from them, computed when asked for."""

    joints: np.ndarray

    def __post_init__(self) -> None:
        self.joints = np.asarray(self.joints, np.float64)
        if self.joints.ndim != 3 or self.joints.shape[1:] != (24, 3) or len(self.joints) == 0:
            raise ValueError(f"joints must be (T, 24, 3) with T > 0, got {self.joints.shape}")

    def __len__(self) -> int:
        return len(self.joints)

    def at(self, name: str) -> np.ndarray:
        """One joint's path ``(T, 3)``."""
        return self.joints[:, INDEX[name]]

    @cached_property
    def leg_length(self) -> float:
        """Thigh plus shin in metres, the scale of the body."""
        bones = [(f"{s}_{a}", f"{s}_{b}") for s in SIDES for a, b in (("hip", "knee"), ("knee", "ankle"))]
        lengths = [np.median(np.linalg.norm(self.at(a) - self.at(b), axis=-1)) for a, b in bones]
        return float(max(sum(lengths) / 2, 0.1))

    @cached_property
    def standing(self) -> float:
        """Height of the pelvis of this body when it stands upright (m)."""
        hip = (self.at("left_hip") + self.at("right_hip")) / 2
        above = np.median(np.linalg.norm(self.at("pelvis") - hip, axis=-1))
        return 1.09 * self.leg_length + float(above)

    @cached_property
    def forward(self) -> np.ndarray:
        """Horizontal unit heading ``(T, 3)``; held while the hips' axis is nearly vertical."""
        across = self.at("left_hip") - self.at("right_hip")
        across = smooth(unit(across), 0.1) + 0.25 * smooth(
            unit(self.at("left_shoulder") - self.at("right_shoulder")), 0.1
        )
        flat = across * [1.0, 0.0, 1.0]
        good = np.linalg.norm(flat, axis=-1) > 0.35
        if good.any():
            source = np.maximum.accumulate(np.where(good, np.arange(len(flat)), -1))
            source[source < 0] = np.flatnonzero(good)[0]
            flat = flat[source]
        else:
            flat = np.tile([1.0, 0.0, 0.0], (len(flat), 1))
        flat = unit(flat)
        return np.stack([-flat[:, 2], np.zeros(len(flat)), flat[:, 0]], axis=-1)

    @cached_property
    def left(self) -> np.ndarray:
        """Horizontal unit vector to the body's left ``(T, 3)``."""
        return np.stack([self.forward[:, 2], np.zeros(len(self)), -self.forward[:, 0]], axis=-1)

    @cached_property
    def heading(self) -> np.ndarray:
        """Unwrapped heading in degrees ``(T,)``, left positive, smoothed over a step's sway."""
        raw = np.degrees(np.unwrap(np.arctan2(self.forward[:, 0], self.forward[:, 2])))
        return smooth(raw, 0.25)

    @cached_property
    def relative(self) -> np.ndarray:
        """Joints relative to the pelvis in the body frame ``(T, 24, 3)``: left, up, forward."""
        offset = self.joints - self.joints[:, :1]
        frame = np.stack([self.left, np.tile([0.0, 1.0, 0.0], (len(self), 1)), self.forward], axis=1)
        return np.einsum("tij,tkj->tki", frame, offset)

    def seen(self, name: str) -> np.ndarray:
        """One joint in the body frame ``(T, 3)``."""
        return self.relative[:, INDEX[name]]

    @cached_property
    def height(self) -> np.ndarray:
        """Pelvis height relative to standing ``(T,)``."""
        return (self.at("pelvis")[:, 1] - self.floor) / self.standing

    @cached_property
    def floor(self) -> float:
        """Floor height (m): 0, but where the lowest feet are off by 2-12 cm it is theirs
        (recordings err by that much).
        """
        feet = np.minimum(self.at("left_foot")[:, 1], self.at("right_foot")[:, 1])
        lowest = float(np.percentile(feet, 3)) - 0.025
        return lowest if 0.02 < abs(lowest) < 0.12 else 0.0

    @cached_property
    def lifts(self) -> np.ndarray:
        """Height of each foot ``(T, 2)`` over where it stands (m): the lower of ankle and toe clearance."""
        columns = []
        for side in SIDES:
            ankle = self.at(f"{side}_ankle")[:, 1] - self.floor - 0.09 * self.leg_length / 0.79
            toe = self.at(f"{side}_foot")[:, 1] - self.floor - 0.025
            columns.append(np.minimum(ankle, toe))
        return np.stack(columns, axis=-1)

    @cached_property
    def trunk(self) -> np.ndarray:
        """Pelvis to neck in the body frame ``(T, 3)``: left, up, forward (m)."""
        return self.seen("neck")

    @cached_property
    def lean(self) -> np.ndarray:
        """Forward lean of the trunk in degrees ``(T,)``, negative backward, up to 180."""
        return np.degrees(np.arctan2(self.trunk[:, 2], self.trunk[:, 1]))

    @cached_property
    def side_lean(self) -> np.ndarray:
        """Sideways lean of the trunk in degrees ``(T,)``, left positive."""
        up = np.maximum(np.hypot(self.trunk[:, 1], self.trunk[:, 2]), 1e-6)
        return np.degrees(np.arctan2(self.trunk[:, 0], up))

    @cached_property
    def upright(self) -> np.ndarray:
        """Whether the trunk stands within 60 degrees of vertical ``(T,)``."""
        return angle(self.trunk, np.array([0.0, 1.0, 0.0])) < 60.0

    def knee(self, side: str) -> np.ndarray:
        """Knee flexion in degrees ``(T,)``, 0 straight."""
        thigh = self.at(f"{side}_knee") - self.at(f"{side}_hip")
        return angle(thigh, self.at(f"{side}_ankle") - self.at(f"{side}_knee"))

    @cached_property
    def velocity(self) -> np.ndarray:
        """Horizontal pelvis velocity ``(T, 2)`` in the body frame: left, forward (m/s), smoothed."""
        if len(self) < 2:
            return np.zeros((len(self), 2))
        step = np.gradient(smooth(self.at("pelvis"), 0.2), axis=0) * FPS
        return np.stack([(step * self.left).sum(-1), (step * self.forward).sum(-1)], axis=-1)

    @cached_property
    def pace(self) -> np.ndarray:
        """Horizontal speed of the pelvis ``(T,)`` in m/s, smoothed."""
        return np.linalg.norm(self.velocity, axis=-1)
