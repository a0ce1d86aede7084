"""How a motion treats the floor and how smoothly it moves, against recordings of equal speed.

Contact is a foot joint within :data:`CONTACT` metres of its height in standing that hardly moves up or down; slide is
its horizontal speed there. Bins are of the pelvis's speed, frame by frame.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.kinematics.events import spans
from benchmarks.kinematics.locomotion import move
from benchmarks.kinematics.track import FPS, SIDES, Track, derivative, smoothed
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

EDGES = (0.0, 0.1, 0.5, 1.0, 1.6, 2.4, 9.9)
"""Edges of the speed bins in m/s; the first bin is standing."""
BINS = tuple(f"{low:g}–{high:g}" if high < 9 else f"> {low:g}" for low, high in zip(EDGES[:-1], EDGES[1:], strict=True))
CONTACT = 0.03
FLOATING = 0.05
"""Least distance to the floor in metres of a body that floats."""
FLOATING_SECONDS = 0.4
FLIGHT = 4.0
"""A body in free flight accelerates down by at least so many m/s²."""
SHORT = 2.0
"""Seconds under which a locomotion prompt's motion is short."""


@functools.lru_cache(maxsize=1)
def _skin_points(count: int = 600) -> np.ndarray:
    """Indices of vertices spread over the body, the lowest of the soles and the hands' ends among them."""
    template = BodyModel.load().template
    every = np.linspace(0, len(template) - 1, count).astype(int)
    feet = np.argsort(template[:, 1])[:200]
    hands = np.argsort(-abs(template[:, 0]))[:60]
    return np.unique(np.concatenate([every, feet, hands]))


def lowest_skin(motion: Motion) -> np.ndarray:
    """Height of the lowest vertex, ``(T,)`` metres, from a selection of vertices."""
    body = BodyModel.load()
    return body.vertices(motion.poses, motion.trans, motion.betas).numpy()[:, _skin_points(), 1].min(axis=1)


def floating(track: Track, lowest: np.ndarray) -> np.ndarray:
    """Frames without any part near the floor for more than 0.4 s, free flight left out, ``(T,)``."""
    fall = -derivative(derivative(smoothed(track.joints.mean(axis=1)[:, 1], 0.05)))
    found = np.zeros(len(track), bool)
    for start, stop in spans(lowest > FLOATING, FLOATING_SECONDS):
        if np.median(fall[start:stop]) < FLIGHT:
            found[start:stop] = True
    return found


def begins_in_air(track: Track, lowest: np.ndarray) -> bool:
    """Whether no part of the body is within 5 cm of the floor in the first frames."""
    return bool((lowest[:2] > FLOATING).all())


def contacts(track: Track, side: str) -> np.ndarray:
    """Frames in which a foot stands, ``(T,)``."""
    height = track.sole(side)
    climb = derivative(np.stack([track.height(f"{side}_ankle"), track.height(f"{side}_foot")], axis=1))
    return (height < CONTACT) & (abs(climb).min(axis=1) < 0.15)


def slides(track: Track) -> tuple[np.ndarray, np.ndarray]:
    """Frames and speeds in cm a frame of the feet in contact: the slower of ankle and toes."""
    frames, speeds = [], []
    for side in SIDES:
        move_of = [np.linalg.norm(derivative(track.at(f"{side}_{j}")[:, [0, 2]]), axis=1) for j in ("ankle", "foot")]
        speed = np.minimum(*move_of) / FPS * 100
        index = np.flatnonzero(contacts(track, side))
        frames.append(index)
        speeds.append(speed[index])
    return np.concatenate(frames), np.concatenate(speeds)


def jerk(track: Track) -> np.ndarray:
    """Mean over the joints of the third derivative of position, m/s³, ``(T - 3,)``."""
    return np.linalg.norm(np.diff(track.joints, n=3, axis=0) * FPS**3, axis=2).mean(axis=1)


def measure(motion: Motion, mesh: bool = True) -> dict[str, Any]:
    """All raw measures of one motion; ``mesh=False`` takes the joints' lowest point less 2 cm for the skin."""
    track = Track.of(motion)
    resampled = motion if abs(motion.fps - FPS) < 1e-3 else motion.resample(FPS)
    soles = np.minimum(track.sole("left"), track.sole("right"))
    lowest = lowest_skin(resampled) if mesh else np.minimum(soles, track.joints[..., 1].min(axis=1) - 0.02)
    frames, speeds = slides(track)
    shaken = jerk(track)
    return {
        "speed": track.speed,
        "slide_frames": frames,
        "slide": speeds,
        "jerk": np.pad(shaken, (1, 2), mode="edge") if len(shaken) else np.zeros(len(track)),
        "sole_depth": np.maximum(-soles, 0) * 100,
        "skin_depth": np.maximum(-lowest, 0) * 100,
        "floats": floating(track, lowest),
        "in_air": begins_in_air(track, lowest),
        "seconds": len(track) / FPS,
        "moves": bool(move(track)),
    }


def _bin(speed: np.ndarray) -> np.ndarray:
    return np.clip(np.digitize(speed, EDGES) - 1, 0, len(BINS) - 1)


def summary(measures: Iterable[dict]) -> dict[str, Any]:
    """Means by bin of speed, and shares of motions, of many measures."""
    rows: dict[str, dict[str, list]] = {name: defaultdict(list) for name in BINS}
    motions = list(measures)
    for one in motions:
        which = _bin(one["speed"])
        for index, name in enumerate(BINS):
            inside = which == index
            rows[name]["slide"].append(one["slide"][which[one["slide_frames"]] == index])
            for key in ("jerk", "sole_depth", "skin_depth"):
                rows[name][key].append(one[key][inside])
    bins: dict[str, dict[str, float]] = {}
    for name, values in rows.items():
        joined = {key: np.concatenate(parts) if parts else np.zeros(0) for key, parts in values.items()}
        bins[name] = {"frames": len(joined.get("jerk", ()))}
        if bins[name]["frames"]:
            bins[name] |= {key: _mean(value) for key, value in joined.items()}
            bins[name]["jerk_median"] = round(float(np.median(joined["jerk"])), 3)
            bins[name]["skin_depth_99"] = round(float(np.percentile(joined["skin_depth"], 99)), 3)
    floats = [bool(np.any(one["floats"])) for one in motions]
    return {
        "bins": bins,
        "motions": len(motions),
        "floating_motions": int(sum(floats)),
        "floating_frames": _mean(np.concatenate([one["floats"] for one in motions])) if motions else 0.0,
        "begin_in_air": int(sum(bool(one["in_air"]) for one in motions)),
    }


def _mean(values: np.ndarray) -> float:
    return round(float(np.mean(values)), 4) if len(values) else float("nan")


def ratios(found: dict, real: dict, least: int = 100) -> dict[str, dict[str, float]]:
    """Measures over those of recordings, by bin; bins with fewer than ``least`` frames on a side are left out."""
    result = {}
    for name in BINS:
        one, other = found["bins"][name], real["bins"][name]
        if min(one["frames"], other["frames"]) < least:
            continue
        keys = ("slide", "jerk", "jerk_median", "sole_depth", "skin_depth")
        result[name] = {key: round(one[key] / max(other[key], 1e-3), 2) for key in keys}
    return result
