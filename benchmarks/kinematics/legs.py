"""Detectors of jumps, hops, kicks, squats, sitting, bows and picking up."""

from __future__ import annotations

import numpy as np

from benchmarks.kinematics.events import Event, around, event, merged, peaks, spans
from benchmarks.kinematics.track import FPS, SIDES, Track, derivative, smoothed

CLEAR = 0.05
"""Height of both feet over standing, in metres, from which a body is in the air."""


def flights(track: Track) -> list[tuple[int, int]]:
    """Spans in which both feet are clear of the floor and the body is upright."""
    clear = np.minimum(track.sole("left"), track.sole("right")) > CLEAR
    return [span for span in spans(clear & (track.pelvis_level > 0.7), 0.1) if _rise(track, *span) > 0.03]


def _rise(track: Track, start: int, stop: int) -> float:
    pelvis = track.height("pelvis")
    low, high = max(0, start - 4), min(len(track), stop + 4)
    return float(pelvis[start:stop].max() - max(pelvis[low : start + 1].min(), pelvis[stop - 1 : high].min()))


def _lifted(track: Track, side: str, frame: int) -> bool:
    """Whether a foot is well above the other one about a frame."""
    other = SIDES[1 - SIDES.index(side)]
    low, high = around(frame, len(track), 0.1)
    return bool(np.median(track.sole(side)[low:high] - track.sole(other)[low:high]) > 0.06)


def _hop_side(track: Track, start: int, stop: int) -> str:
    """The foot that leaves and meets the floor, none if both do."""
    for side, other in zip(SIDES, SIDES[::-1], strict=True):
        if _lifted(track, other, start) and _lifted(track, other, stop - 1):
            return side
    return ""


def jump(track: Track) -> list[Event]:
    """Flights from both feet or long ones; the short flights of a run are none. Strength: seconds in the air."""
    found = []
    for start, stop in flights(track):
        fast = float(track.speed[start:stop].mean()) > 1.7
        seconds = (stop - start) / FPS
        if not fast or seconds >= 0.35 or _rise(track, start, stop) > 0.2:
            found.append(event(start, stop, "", seconds))
    return found


def hop(track: Track) -> list[Event]:
    """Flights from one foot to the same."""
    return [event(a, b, side, (b - a) / FPS) for a, b in flights(track) if (side := _hop_side(track, a, b))]


def kick(track: Track) -> list[Event]:
    """A foot swung out and up on a nearly straight leg while the other carries; strength: height in metres."""
    found = []
    for side, other in zip(SIDES, SIDES[::-1], strict=True):
        reach = track.offset(f"{side}_ankle", f"{side}_hip")
        out = np.linalg.norm(reach[:, [0, 2]], axis=1)
        height = track.height(f"{side}_ankle") - track.height(f"{other}_ankle")
        swing = np.linalg.norm(derivative(track.offset(f"{side}_ankle", "pelvis")), axis=1)
        straight = (track.knee(side) < 60) & (track.elevation > 30) & (track.pelvis_level > 0.7)
        signal = smoothed(np.where(straight & (out > 0.3), height, 0.0), 0.03)
        for frame in peaks(signal, 0.12, 0.16, 0.3):
            low, high = around(int(frame), len(track), 0.35)
            ahead = reach[frame, 2] > -0.2 or height[frame] > 0.45
            if ahead and swing[low:high].max() > 1.8 and track.sole(other)[frame] < 0.15:
                found.append(event(low, high, side, height[frame]))
    return merged(found)


def squat(track: Track) -> list[Event]:
    """The pelvis goes down over the feet, trunk up, and comes back; strength: depth as a share of standing."""
    level = smoothed(track.pelvis_level, 0.05)
    found = []
    for frame in peaks(-level, 0.15, -0.83, 0.3):
        feet = track.sole("left")[frame] < 0.1 and track.sole("right")[frame] < 0.1
        if feet and level[frame] > 0.25 and track.elevation[frame] > 25 and _rises(level, int(frame)):
            low, high = around(int(frame), len(track), 0.4)
            found.append(event(low, high, "", 1 - level[frame]))
    return found


def _rises(level: np.ndarray, frame: int) -> bool:
    return bool(level[frame:].max() - level[frame] > 0.12 and level[: frame + 1].max() - level[frame] > 0.12)


def crouch(track: Track) -> list[Event]:
    """Low on both feet for 0.3 s or more."""
    feet = np.maximum(track.sole("left"), track.sole("right")) < 0.15
    low = (track.pelvis_level < 0.82) & (track.pelvis_level > 0.2) & feet
    return [event(a, b, "", (b - a) / FPS) for a, b in spans(low, 0.3, 0.1)]


def sit(track: Track) -> list[Event]:
    """Seated on a chair or the floor for 0.5 s: low, the pelvis behind the feet or on the floor, trunk up."""
    ankles = (track.offset("left_ankle", "pelvis") + track.offset("right_ankle", "pelvis")) / 2
    seat = (track.pelvis_level < 0.75) & (track.pelvis_level > 0.3) & (ankles[:, 2] > 0.1)
    floor = track.height("pelvis") < 0.32
    still = smoothed(track.speed, 0.1) < 0.5
    seated = (seat | floor) & (track.elevation > 35) & still
    return [event(a, b, "", (b - a) / FPS) for a, b in spans(seated, 0.5, 0.2)]


def bow(track: Track) -> list[Event]:
    """The trunk leans ahead by 25 degrees or more on nearly straight legs and comes back; strength: degrees."""
    lean = smoothed(np.degrees(np.arctan2(track.trunk[:, 2], np.maximum(track.trunk[:, 1], 1e-3))), 0.1)
    legs = track.pelvis_level > 0.8
    found = []
    for frame in peaks(np.where(legs, lean, 0.0), 15, 24, 0.4):
        low, high = around(int(frame), len(track), 0.4)
        if track.speed[frame] < 0.8:
            found.append(event(low, high, "", lean[frame]))
    return found


def pick_up(track: Track) -> list[Event]:
    """A hand comes down below 0.55 m and up again, with the body bent."""
    lowest = smoothed(np.minimum(track.height("left_wrist"), track.height("right_wrist")), 0.05)
    found = []
    for frame in peaks(-lowest, 0.2, -0.55, 0.4):
        bent = track.elevation[frame] < 70 or track.pelvis_level[frame] < 0.75
        if bent and lowest[frame:].max() - lowest[frame] > 0.15:
            low, high = around(int(frame), len(track), 0.4)
            found.append(event(low, high, "", 0.5 - lowest[frame]))
    return found
