"""Detectors of walking, running, steps and turns."""

from __future__ import annotations

import numpy as np

from benchmarks.kinematics.events import Event, event, merged, spans, states
from benchmarks.kinematics.track import FPS, SIDES, SMOOTH, Track, derivative, smoothed

MOVING = 0.3
"""Speed of the pelvis in m/s from which a body goes somewhere."""
RUNNING = 1.7
"""Speed of the pelvis in m/s from which a gait with flight is a run."""
UPRIGHT = 0.72
"""Level of the pelvis (share of standing) above which a gait is upright."""


def airborne(track: Track) -> np.ndarray:
    """Frames in which both feet are clear of the floor, ``(T,)``."""
    return np.minimum(track.sole("left"), track.sole("right")) > 0.035


def travelling(track: Track, toward: tuple[float, float] | None = None, within: float = 50.0) -> np.ndarray:
    """Frames of upright travel; ``toward`` (left, ahead) asks for a direction within so many degrees."""
    moving = (track.speed > MOVING) & (track.pelvis_level > UPRIGHT)
    if toward is None:
        return moving
    cosine = (track.course @ np.asarray(toward)) / np.maximum(track.speed, 1e-6)
    return moving & (cosine > np.cos(np.radians(within)))


def _gait(track: Track, condition: np.ndarray, least: float = 0.7, distance: float = 0.4) -> list[Event]:
    found = []
    for start, stop in spans(condition, least, 0.25):
        travelled = float(track.speed[start:stop].sum() / FPS)
        if travelled >= distance:
            found.append(event(start, stop, "", travelled))
    return found


def fast(track: Track) -> np.ndarray:
    """Frames of a running gait: fast, and often with both feet in the air, ``(T,)``."""
    flight = smoothed(airborne(track), 0.3)
    return (track.speed > RUNNING) & ((flight > 0.1) | (track.speed > 2.6))


def walk(track: Track) -> list[Event]:
    """Upright travel ahead that is no run."""
    return _gait(track, travelling(track, (0, 1), 60) & ~fast(track))


def run(track: Track) -> list[Event]:
    """Fast travel with flight; strength: metres."""
    return _gait(track, fast(track) & (track.pelvis_level > UPRIGHT), 0.5, 0.8)


def move(track: Track) -> list[Event]:
    """Upright travel in any direction and gait."""
    return _gait(track, travelling(track), 0.6, 0.3)


def walk_backward(track: Track) -> list[Event]:
    """Travel to the back."""
    return _gait(track, travelling(track, (0, -1)), 0.6, 0.3)


def side_step(track: Track) -> list[Event]:
    """Travel to the body's left or right."""
    found = []
    for side, sign in zip(SIDES, (1, -1), strict=True):
        sideways = (track.course[:, 0] * sign > 0.15) & (track.course[:, 0] * sign > 1.3 * abs(track.course[:, 1]))
        for start, stop in spans(sideways & (track.pelvis_level > UPRIGHT), 0.3, 0.3):
            travelled = float((sign * track.course[start:stop, 0]).sum() / FPS)
            if travelled > 0.15:
                found.append(event(start, stop, side, travelled))
    return merged(found)


def turn(track: Track) -> list[Event]:
    """Turns of the hips by 50 degrees or more, on the spot or in travel; strength: degrees."""
    rate = np.degrees(derivative(smoothed(track.heading, SMOOTH)))
    found = []
    for side, sign in zip(SIDES, (1, -1), strict=True):
        for start, stop in spans(sign * rate > 20, 0.2, 0.3):
            turned = float(np.degrees(sign * (track.heading[stop - 1] - track.heading[start])))
            if turned >= 50:
                found.append(event(start, stop, side, turned))
    return merged(found)


def turn_around(track: Track) -> list[Event]:
    """Turns by 120 to 260 degrees."""
    return [one for one in turn(track) if 120 <= one.strength <= 260]


def spin(track: Track) -> list[Event]:
    """Turns by 280 degrees or more."""
    return [one for one in turn(track) if one.strength >= 280]


def full_turns(track: Track) -> float:
    """Full turns of the hips from the first frame to the last, to either side."""
    heading = np.degrees(track.heading)
    return float(abs(heading[-1] - heading[0]) / 360)


def step(track: Track) -> list[Event]:
    """Swings of one foot from one place on the floor to another, 0.12 m or more; strength: metres."""
    found = []
    for side in SIDES:
        place = track.at(f"{side}_ankle")[:, [0, 2]]
        rate = np.linalg.norm(derivative(smoothed(place, 0.05)), axis=1)
        for start, stop in spans(rate > 0.45, 0.1, 0.1):
            length = float(np.linalg.norm(place[min(stop, len(track) - 1)] - place[max(start - 1, 0)]))
            if length > 0.12:
                found.append(event(start, stop, side, length))
    return merged(found)


def stand(track: Track) -> list[Event]:
    """Upright without travel for a second or more."""
    return states((track.speed < 0.15) & (track.pelvis_level > 0.85), 1.0, 0.2)
