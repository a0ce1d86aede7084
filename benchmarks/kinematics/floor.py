"""Detectors of what happens on the floor; heights are of joints over the floor in metres."""

from __future__ import annotations

import numpy as np

from benchmarks.kinematics.events import Event, event, merged, peaks, spans, states
from benchmarks.kinematics.track import FPS, Track, smoothed

LOW = 0.45
"""Height of the pelvis under which a body is on the floor; on the knees the thighs hold it up to 0.15 m higher."""


def _lower(track: Track, joint: str) -> np.ndarray:
    return np.minimum(track.height(f"left_{joint}"), track.height(f"right_{joint}"))


def _higher(track: Track, joint: str) -> np.ndarray:
    return np.maximum(track.height(f"left_{joint}"), track.height(f"right_{joint}"))


def lying(track: Track) -> np.ndarray:
    """Frames with pelvis, chest and head down, ``(T,)``."""
    low = (track.height("pelvis") < 0.32) & (track.height("spine3") < 0.4) & (track.height("head") < 0.5)
    return low & (abs(track.elevation) < 35)


def lie(track: Track) -> list[Event]:
    """Lying for 0.7 s or more."""
    return states(lying(track), 0.7, 0.2)


def sit_floor(track: Track) -> list[Event]:
    """Seated on the floor, trunk up, for 0.7 s or more."""
    return states((track.height("pelvis") < 0.32) & (track.elevation > 40), 0.7, 0.2)


def kneel(track: Track) -> list[Event]:
    """One knee or both on the floor, trunk up, for 0.5 s or more."""
    down = (_lower(track, "knee") < 0.18) & (track.height("pelvis") < LOW + 0.17) & (track.height("pelvis") > 0.15)
    return states(down & (track.elevation > 40), 0.5, 0.2)


def crawl(track: Track) -> list[Event]:
    """On hands (or forearms) and knees (or belly) over the floor, 0.25 m or further; strength: metres."""
    down = (track.height("pelvis") < LOW + 0.1) & (track.elevation < 55) & (track.chest_up < 0.2)
    down &= (_lower(track, "wrist") < 0.2) & (_lower(track, "knee") < 0.2)
    found = []
    for start, stop in spans(down, 0.8, 0.3):
        length = float(np.linalg.norm(track.path[stop - 1] - track.path[start]))
        if length > 0.25:
            found.append(event(start, stop, "", length))
    return found


def planking(track: Track) -> np.ndarray:
    """Frames face down on hands or forearms and feet, legs and hips straight, ``(T,)``."""
    hips = np.maximum(track.bend("left_hip", "neck", "left_knee"), track.bend("right_hip", "neck", "right_knee"))
    straight = (np.minimum(track.knee("left"), track.knee("right")) < 40) & (hips < 55)
    down = (track.height("pelvis") < LOW + 0.1) & (track.height("pelvis") > 0.08) & (abs(track.elevation) < 40)
    down &= _lower(track, "shoulder") > 0.2
    return straight & down & (track.chest_up < -0.4) & (_higher(track, "wrist") < 0.3)


def plank(track: Track) -> list[Event]:
    """A plank for a second or more."""
    return states(planking(track), 1.0, 0.3)


def push_up(track: Track) -> list[Event]:
    """Dips of the chest in a plank, also on the knees; strength: depth in metres."""
    prone = (track.height("pelvis") < LOW + 0.1) & (track.elevation < 45) & (track.chest_up < -0.4)
    chest = smoothed((track.height("left_shoulder") + track.height("right_shoulder")) / 2, 0.05)
    found = []
    for start, stop in spans(prone & (_higher(track, "wrist") < 0.3), 0.8, 0.3):
        part = chest[start:stop]
        for frame in peaks(-part, 0.07, None, 0.3):
            rise = min(part[: frame + 1].max(), part[frame:].max()) - part[frame]
            if rise > 0.05:
                found.append(event(start + int(frame) - 5, start + int(frame) + 5, "", rise))
    return found


def sit_up(track: Track) -> list[Event]:
    """From lying face up the chest comes up, the pelvis stays down; strength: degrees."""
    on_floor = track.height("pelvis") < 0.35
    angle = smoothed(track.elevation, 0.05)
    found = []
    for start, stop in spans(on_floor, 0.8, 0.2):
        part, face = angle[start:stop], track.chest_up[start:stop]
        for frame in peaks(part, 20, 15, 0.3):
            before = part[: frame + 1]
            lowest = int(before.argmin())
            if before[lowest] < 30 and face[lowest] > 0.3 and part[frame] - before[lowest] > 20:
                found.append(event(start + lowest, start + int(frame) + 1, "", part[frame] - before[lowest]))
    return found


def roll(track: Track) -> list[Event]:
    """Head over heels near the floor, or once around the body's length while lying; strength: degrees."""
    low = track.height("pelvis") < 0.75
    found = [
        event(max(0, a - 5), min(len(track), b + 5), "", 360.0)
        for a, b in spans(low & (track.elevation < -20) & (track.height("head") < 0.5), 0.1, 0.1)
        if track.height("pelvis")[max(0, a - 15) : b + 15].min() < LOW
    ]
    ahead, across = track.rotations[:, 9, 1, 2], track.rotations[:, 9, 1, 0]
    angle = np.degrees(np.unwrap(np.arctan2(across, ahead)))
    for start, stop in spans(lying(track), 0.6, 0.3):
        turned = float(np.ptp(angle[start:stop]))
        if turned > 250:
            found.append(event(start, stop, "", turned))
    return merged(found)


def on_floor(track: Track) -> float:
    """Seconds with the pelvis under :data:`LOW`."""
    return float((track.height("pelvis") < LOW).sum() / FPS)
