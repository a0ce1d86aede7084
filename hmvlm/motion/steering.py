"""Another way over the floor for the same steps: a motion whose direction of travel follows a given course.

Only the turning rate changes, as in motion path editing (Gleicher, 2001): the body makes the same steps at the same
speed and turns where the course turns. Feet that slide by this are held by :mod:`hmvlm.motion.foot_lock`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from hmvlm.config import MOTION_FPS
from hmvlm.motion.features import trajectory

Course = Callable[[np.ndarray], np.ndarray]
"""Turning from the first direction of travel on (radians, to the left) by the share of the way that is done."""
TURNING_RATE = 3
"""Column of the features."""
SWAY = 0.35
"""Deviation (s) of the Gaussian that takes the sway of the steps out of the direction of travel."""
CORNER = 0.2
"""Deviation (s) of the Gaussian that rounds a corner of 90 degrees: a body turns in 0.8 s."""
SLOW = 0.3
"""Share of its usual speed under which a body has no direction of travel."""


def steered(raw: Tensor, course: Course, corner: float = CORNER) -> Tensor:
    """Features ``(T, 221)`` that travel along a course with corners rounded so much; what does not travel comes back
    as it is.
    """
    pelvis, yaw = (part.double().cpu().numpy() for part in trajectory(raw))
    velocity = np.gradient(pelvis[:, [0, 2]], axis=0) * MOTION_FPS if len(raw) > 1 else np.zeros((len(raw), 2))
    velocity = ndimage.gaussian_filter1d(velocity, SWAY * MOTION_FPS, axis=0, mode="nearest")
    speed = np.linalg.norm(velocity, axis=-1)
    moving = np.flatnonzero(speed > SLOW * np.sqrt(np.mean(speed**2)))
    if not speed.any() or len(moving) < 2:
        return raw
    heading = ndimage.gaussian_filter1d(yaw, SWAY * MOTION_FPS, mode="nearest")[moving]
    away = np.exp(1j * (np.arctan2(velocity[moving, 0], velocity[moving, 1]) - heading))  # backward, sideways …
    usual = away.mean()
    direction = heading + np.angle(away / usual)
    done = np.cumsum(speed) - speed[0]
    wanted = ndimage.gaussian_filter1d(course(done / done[-1]), corner * MOTION_FPS, mode="nearest")
    change = np.interp(np.arange(len(raw)), moving, wanted[moving] - (direction - direction[0]))
    steered_raw = raw.clone()
    steered_raw[1:, TURNING_RATE] = torch.from_numpy(np.diff(yaw + change) * MOTION_FPS).to(raw)
    return steered_raw


def way(raw: Tensor) -> float:
    """Length (m) of the way that features ``(T, 221)`` take over the floor, without the sway of the steps."""
    places = trajectory(raw)[0][:, [0, 2]].double().cpu().numpy()
    smooth = ndimage.gaussian_filter1d(places, SWAY * MOTION_FPS, axis=0, mode="nearest")
    return float(np.linalg.norm(np.diff(smooth, axis=0), axis=-1).sum())


def turned(raw: Tensor) -> float:
    """By how many degrees the heading of features ``(T, 221)`` turns in all, to the left."""
    return float(torch.rad2deg(trajectory(raw)[1][-1]))


def turn(degrees: float) -> Course:
    """An arc of a circle; 360 is a whole circle."""
    return lambda share: np.radians(degrees) * share


def polygon(sides: tuple[float, ...], degrees: float) -> Course:
    """A closed polygon with sides of these relative lengths and the same turn (degrees) at every corner.

    It starts in the middle of the first side, so that all corners are seen and it ends as it began.
    """
    ends = (np.cumsum(sides) - sides[0] / 2) / np.sum(sides)
    return lambda share: np.radians(degrees) * (share[:, None] >= ends).sum(1)


def arcs(degrees: tuple[float, ...]) -> Course:
    """Arcs of equal length one after the other, each turning by so much."""
    turned = np.concatenate([[0.0], np.cumsum(degrees)])
    return lambda share: np.radians(np.interp(share, np.linspace(0, 1, len(turned)), turned))


def zigzag(legs: int, degrees: float) -> Course:
    """Straight legs that lead alternately to the one and the other side; between any two the way turns by so much."""
    return lambda share: np.radians(degrees) * (np.minimum(share * legs, legs - 1).astype(int) % 2)


def about(degrees: float, at: float) -> Course:
    """Straight on after one turn at a share of the way."""
    return lambda share: np.radians(degrees) * (share >= at)
