"""Clips from anywhere to upright RGB frames at a bounded size, rate and length."""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm import limits
from hmvlm.vision.decoder import Decoding, DecodingStopped, job_for
from hmvlm.vision.media import READABLE, MediaError, demuxer, media_kind

logger = logging.getLogger(__name__)

MAX_SECONDS = limits.VIDEO_SECONDS
MAX_FPS = limits.VIDEO_FPS
MAX_SIDE = limits.VIDEO_SIDE
_THREADS = 2
MIN_FPS, MAX_FILE_RATE = 1.0, 1000.0
"""Fewest frames a second that a clip is sampled at; the rate of a file that is believed without time stamps."""
_LONGEST_STEP = 60.0
"""Seconds between two frames from which a time stamp is taken for an error."""
_MOST_STUCK = 0.1
"""Share of frames that may have the time stamp of the frame before."""


class StampError(RuntimeError):
    """A file's frames have no usable time stamps."""


@dataclass(frozen=True)
class DecodedVideo:
    """An opened clip.

    Attributes:
        frames: ``(H, W, 3)`` uint8 RGB pictures, decoded when asked for; may be walked through again.
        count: how many. fps: frames a second. size: (width, height) of the frames, not of the file.
        duration: seconds that ``frames`` span. note: what was left out, as a sentence, or None.
    """

    frames: Frames
    count: int
    fps: float
    size: tuple[int, int]
    duration: float
    note: str | None


@dataclass(frozen=True)
class _File:
    """What is needed to decode frames of a file: its job, the place of every frame, its size, and its turn.

    Attributes:
        places: time stamps of the frames in the file's unit, or their numbers, ``(N,)`` rising.
        size: (width, height) to decode to, before turning. turn: degrees counter-clockwise to upright.
    """

    job: dict[str, Any]
    name: str
    places: np.ndarray
    size: tuple[int, int]
    turn: int
    cancel: threading.Event | None


class Frames(Sequence):
    """Chosen frames of a file. Each walk decodes in a process of its own; only a frame or two are held.

    Args:
        file: what is decoded. rows: numbers of the frames in the file, rising.
    """

    def __init__(self, file: _File, rows: np.ndarray) -> None:
        self._file, self._rows = file, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        if not isinstance(index, (int, np.integer)):
            raise TypeError(f"frames are taken one by one, got {index!r}")
        place = range(len(self))[index]
        return next(self._walk(self._rows[place : place + 1]))

    def __iter__(self) -> Iterator[np.ndarray]:
        return self._walk(self._rows, self._file.cancel)

    def until_stopped(self) -> Iterator[np.ndarray]:
        """The frames in order; they end where the caller of :func:`read_video` asks to stop."""
        try:
            yield from self
        except DecodingStopped:
            return

    def pick(self, places: Sequence[int]) -> Iterator[np.ndarray]:
        """The frames at these places, which rise."""
        return self._walk(self._rows[list(places)])

    @property
    def rows(self) -> np.ndarray:
        """Numbers of the frames in the file, ``(N,)``."""
        return self._rows

    def _walk(self, rows: np.ndarray, cancel: threading.Event | None = None) -> Iterator[np.ndarray]:
        if not len(rows):
            return
        file = self._file
        job = {
            **file.job,
            "task": "frames",
            "wanted": file.places[rows].tolist(),
            "size": list(file.size),
            "threads": _THREADS,
        }
        with Decoding(job, file.name, cancel) as decoding:
            for picture in decoding.pictures(file.size):
                yield np.ascontiguousarray(np.rot90(picture, file.turn // 90)) if file.turn else picture


def read_video(
    path: str | os.PathLike,
    max_seconds: float = MAX_SECONDS,
    max_fps: float = MAX_FPS,
    max_side: int = MAX_SIDE,
    cancel: threading.Event | None = None,
) -> DecodedVideo:
    """Open a clip. The first ``max_seconds`` are taken, at ``max_fps`` frames a second at most.

    A clip of unsteady rate is sampled evenly in time. A file without usable time stamps is taken to be steady. Frames
    are decoded in a process of their own, within :mod:`hmvlm.limits`. When ``cancel`` is set, opening the clip and
    walking through its frames stop.

    Raises:
        MediaError: there is no moving picture in it. DecodingStopped: ``cancel`` is set. ValueError: a limit that is
            not positive.
    """
    if not (max_seconds > 0 and max_fps > 0 and max_side >= 2):
        raise ValueError(f"limits must be positive, got {max_seconds} s, {max_fps} frames/s, {max_side} pixels")
    path = Path(path)
    if media_kind(path) == "image":
        raise MediaError(f"{path.name} is a photo, not a video; choose a video such as MP4, MOV or WebM.")
    job = job_for(path, "stamps", demuxer=demuxer(path), seconds=max_seconds)
    with Decoding(job, path.name, cancel) as decoding:
        about = decoding.message()
    logger.debug("%s: %s, %d frames", path, about["codec"], len(about["stamps"]))
    starts = _starts(about, path.name)
    step = starts[-1] / (len(starts) - 1) if len(starts) > 1 else 1 / max(about["rate"], MIN_FPS)
    fps = min(max(1 / step, MIN_FPS), max_fps)
    whole = starts[-1] + step
    width, height = about["size"]
    payable = limits.VIDEO_TOTAL_PIXELS / (width * height) * step  # seconds whose frames may all be decoded
    longest = min(max_seconds, max(payable, step))
    count = max(1, math.floor(min(whole, longest) * fps + 0.5))
    rows = np.searchsorted(starts, (np.arange(count) + 0.25) / fps, side="right") - 1
    cut = about["more"] or whole > longest + 0.5 / fps
    note = f"Only the first {min(longest, whole):.3g} s are used." if cut else None
    scale = min(1.0, max_side / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    places = np.asarray(about["stamps"]) if about["by_time"] else np.arange(len(starts))
    turn = about["turn"] % 360 // 90 * 90
    file = _File({**job, "by_time": about["by_time"], "keys": about["keys"]}, path.name, places, size, turn, cancel)
    upright = size if turn % 180 == 0 else (size[1], size[0])
    return DecodedVideo(Frames(file, rows), count, float(fps), upright, count / fps, note)


def _starts(about: dict[str, Any], name: str) -> np.ndarray:
    """Seconds at which frames begin, ``(N,)`` from 0; evenly spaced where the file's stamps are no use."""
    starts = np.asarray(about["stamps"], float) * about["unit"]
    try:
        starts = checked_stamps(starts)
        if len(starts) < 2 or 0 < starts[-1] / (len(starts) - 1) <= _LONGEST_STEP:
            return starts
    except StampError as error:
        logger.debug("%s: %s", name, error)
    if not 0 < about["rate"] <= MAX_FILE_RATE:
        raise MediaError(f"{name} cannot be read as a video: its frames have no times; use {READABLE}.")
    return np.arange(len(starts)) / about["rate"]


def checked_stamps(starts: np.ndarray) -> np.ndarray:
    """Time stamps ``(N,)`` in seconds, rising from 0.

    A first frame that alone is shown for several frames' time is the decoder's delay, which ffmpeg writes at the
    beginning of an AVI; it is cut to one frame.

    Raises:
        StampError: stamps that are not finite, run backwards, stand still, or leap by more than a minute. Containers
            without stamps of their own give such values for streams with B-frames.
    """
    steps = np.diff(starts)
    if not np.isfinite(starts).all() or abs(starts[0]) > 1e9 or (steps < 0).any() or (steps > _LONGEST_STEP).any():
        raise StampError(f"time stamps from {starts.min():g} to {starts.max():g} s")
    if len(steps) and (steps == 0).mean() > _MOST_STUCK:
        raise StampError(f"{(steps == 0).mean():.0%} of the time stamps stand still")
    starts = starts - starts[0]
    if len(steps) > 3 and np.ptp(steps[1:]) < 0.05 * steps[1] and 1.5 < steps[0] / steps[1] < 6:
        starts[1:] -= steps[0] - steps[1]
    return starts
