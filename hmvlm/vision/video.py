"""Clips from anywhere to upright RGB frames at a bounded size, rate and length."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.vision.image import MediaError, media_kind
from hmvlm.vision.transcode import read_reliably, transcode, unreadable

logger = logging.getLogger(__name__)

MAX_SECONDS = 30.0
MAX_FPS = 30.0
MAX_SIDE = 960
LARGE_FILE = 300 << 20
"""Bytes from which a file is cut with ffmpeg first, because decord would read all of it."""
_THREADS = 2
_MAX_PIXELS = 8192 * 4320


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


class Frames(Sequence):
    """Chosen frames of a file. Each walk has a reader of its own; only a frame or two are held.

    Args:
        path: a file that decord reads. rows: numbers of the frames in the file, rising. size: (width,
            height) to decode to. name: what to call the file in errors. folder: removed with this object.
    """

    def __init__(self, path: Path, rows: np.ndarray, size: tuple[int, int], name: str, folder: Path | None) -> None:
        self._path, self._rows, self._size, self._name = path, rows, size, name
        if folder is not None:
            weakref.finalize(self, shutil.rmtree, folder, True)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # no slices
        if not isinstance(index, (int, np.integer)):
            raise TypeError(f"frames are taken one by one, got {index!r}")
        place = range(len(self))[index]
        return next(self._walk(self._rows[place : place + 1]))

    def __iter__(self) -> Iterator[np.ndarray]:
        return self._walk(self._rows)

    def pick(self, places: Sequence[int]) -> Iterator[np.ndarray]:
        """The frames at these places, which rise."""
        return self._walk(self._rows[list(places)])

    @property
    def rows(self) -> np.ndarray:
        """Numbers of the frames in the file, ``(N,)``; of a transcoded clip, in the transcoded part."""
        return self._rows

    def _walk(self, rows: np.ndarray) -> Iterator[np.ndarray]:
        errors = _decord_errors()
        last, picture, done = -1, np.empty(0), 0
        try:
            reader = _reader(self._path, self._size)
            for done, row in enumerate(rows):
                if row != last:
                    last, picture = row, _picture(reader[int(row)].asnumpy())
                yield picture
        except errors as error:
            logger.debug("%s: %r", self._path, error)
            raise MediaError(
                f"{self._name} is damaged after {done} of its frames; save it anew, for example as MP4."
            ) from error


def read_video(
    path: str | os.PathLike,
    max_seconds: float = MAX_SECONDS,
    max_fps: float = MAX_FPS,
    max_side: int = MAX_SIDE,
) -> DecodedVideo:
    """Open a clip. The first ``max_seconds`` are taken, at ``max_fps`` frames a second at most.

    A clip of unsteady rate is sampled evenly in time. What decord does not read reliably (other containers and
    codecs than those of :mod:`hmvlm.vision.transcode`, files cut off at the end, absurd time stamps) is transcoded
    by ffmpeg into a temporary file first.

    Raises:
        MediaError: there is no moving picture in it. ValueError: a limit that is not positive.
    """
    if not (max_seconds > 0 and max_fps > 0 and max_side >= 2):
        raise ValueError(f"limits must be positive, got {max_seconds} s, {max_fps} frames/s, {max_side} pixels")
    path = Path(path)
    if media_kind(path) == "image":
        raise MediaError(f"{path.name} is a photo, not a video; choose a video such as MP4, MOV or WebM.")
    if path.stat().st_size <= LARGE_FILE and read_reliably(path):
        try:
            return _clip(path, path.name, None, max_seconds, max_fps, max_side)
        except _decord_errors() as error:
            logger.debug("decord cannot read %s (%r); trying ffmpeg", path, error)
    folder = Path(tempfile.mkdtemp(prefix="hmvlm-"))
    try:
        copy = folder / "copy.mp4"
        transcode(path, copy, max_seconds, max_side)
        return _clip(copy, path.name, folder, max_seconds, max_fps, max_side)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, _decord_errors()):
            raise MediaError(unreadable(path.name)) from error
        raise


def _clip(
    path: Path, name: str, folder: Path | None, max_seconds: float, max_fps: float, max_side: int
) -> DecodedVideo:
    reader = _reader(path, None)
    height, width = reader[0].shape[:2]  # upright: decord turns the frames of a rotated file
    if width * height > _MAX_PIXELS:
        raise MediaError(f"{name} has frames of {width} x {height} pixels; shrink it to 4K or less first.")
    scale = min(1.0, max_side / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    starts = checked_stamps(np.asarray(reader.get_frame_timestamp(np.arange(len(reader))), float)[:, 0])
    step = starts[-1] / (len(starts) - 1) if len(starts) > 1 else 1 / max(reader.get_avg_fps(), 1.0)
    fps = min(1 / step, max_fps)
    whole = starts[-1] + step
    count = max(1, round(min(whole, max_seconds) * fps))
    rows = np.searchsorted(starts, (np.arange(count) + 0.25) / fps, side="right") - 1
    note = f"Only the first {max_seconds:g} s are used." if whole > max_seconds + 0.5 / fps else None
    return DecodedVideo(Frames(path, rows, size, name, folder), count, float(fps), size, count / fps, note)


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


def _reader(path: Path, size: tuple[int, int] | None):
    """A decord reader that scales to ``size`` (width, height); None keeps the file's own."""
    import decord

    decord.logging.set_level(decord.logging.QUIET)
    width, height = size or (-1, -1)
    return decord.VideoReader(str(path.resolve()), width=width, height=height, num_threads=_THREADS)


def _picture(array: np.ndarray) -> np.ndarray:
    """Three channels of what decord gives: it counts the padding of narrow frames' rows as further channels."""
    height, width, channels = array.shape
    if channels == 3:
        return array
    return np.ascontiguousarray(array.reshape(height, width * channels)[:, : 3 * width]).reshape(height, width, 3)


def _decord_errors() -> tuple[type[Exception], ...]:
    from decord import DECORDError

    return DECORDError, RuntimeError, IndexError
