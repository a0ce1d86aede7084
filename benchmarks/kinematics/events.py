"""Events in a motion, and how they are found in a signal: spans of a condition and peaks of a curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from benchmarks.kinematics.track import FPS


@dataclass(frozen=True)
class Event:
    """Something that happens from ``start`` to ``stop`` (seconds), on a side or none, with a strength."""

    start: float
    stop: float
    side: str = ""
    strength: float = 0.0

    @property
    def seconds(self) -> float:
        """Length."""
        return self.stop - self.start


def spans(condition: np.ndarray, least: float = 0.0, bridge: float = 0.0) -> list[tuple[int, int]]:
    """Frames ``[start, stop)`` where ``condition`` holds for ``least`` seconds; shorter gaps than ``bridge`` count."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(condition, int), [0]])))
    found: list[tuple[int, int]] = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if found and start - found[-1][1] < bridge * FPS:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return [(start, stop) for start, stop in found if stop - start >= least * FPS - 1e-6]


def states(condition: np.ndarray, least: float, bridge: float = 0.0, side: str = "") -> list[Event]:
    """Spans of a condition as events."""
    return [event(start, stop, side, (stop - start) / FPS) for start, stop in spans(condition, least, bridge)]


def event(start: int, stop: int, side: str = "", strength: float = 0.0) -> Event:
    """An event of frames ``[start, stop)``."""
    return Event(start / FPS, stop / FPS, side, float(strength))


def peaks(signal: np.ndarray, prominence: float, height: float | None = None, apart: float = 0.15) -> np.ndarray:
    """Frames of the peaks of a curve; its two ends count as low."""
    padded = np.concatenate([[signal.min()], signal, [signal.min()]])
    found = find_peaks(padded, prominence=prominence, height=height, distance=max(1, round(apart * FPS)))[0]
    return found - 1


def around(frame: int, total: int, seconds: float = 0.25) -> tuple[int, int]:
    """A window of ``seconds`` to both sides of a frame."""
    reach = round(seconds * FPS)
    return max(0, frame - reach), min(total, frame + reach + 1)


def merged(events: list[Event]) -> list[Event]:
    """Events in order of their start."""
    return sorted(events, key=lambda one: (one.start, one.stop))


def pieces(whole: Event, length: float) -> list[Event]:
    """A lasting event cut into pieces of ``length`` seconds, so that parts of it can be put in order."""
    count = max(1, int(whole.seconds / length + 1e-6))
    edges = np.linspace(whole.start, whole.stop, count + 1)
    return [Event(float(a), float(b), whole.side, whole.strength) for a, b in zip(edges[:-1], edges[1:], strict=True)]
