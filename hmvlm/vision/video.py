"""Clips from anywhere to upright RGB frames at a bounded size, rate and length."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.vision.image import READABLE, MediaError, media_kind

logger = logging.getLogger(__name__)

MAX_SECONDS = 30.0
MAX_FPS = 30.0
MAX_SIDE = 960
LARGE_FILE = 300 << 20
"""Bytes from which a file is cut with ffmpeg first, because decord would read all of it."""
_PATIENCE = 600.0
_THREADS = 2
_MAX_PIXELS = 8192 * 4320


@dataclass(frozen=True)
class DecodedVideo:
    """An opened clip.

    Attributes:
        frames: ``(H, W, 3)`` uint8 RGB pictures, decoded when asked for; may be walked through again.
        count: how many. fps: frames a second. size: (width, height) of the frames, not of the file.
        duration: seconds that ``frames`` span. note: what was left out, as a sentence, or None.
    """

    frames: Sequence[np.ndarray]
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

    A clip of unsteady rate is sampled evenly in time. What decord cannot read (AV1, animated GIF,
    files cut off at the end) is transcoded by ffmpeg into a temporary file first.

    Raises:
        MediaError: there is no moving picture in it. ValueError: a limit that is not positive.
    """
    if not (max_seconds > 0 and max_fps > 0 and max_side >= 2):
        raise ValueError(f"limits must be positive, got {max_seconds} s, {max_fps} frames/s, {max_side} pixels")
    path = Path(path)
    if media_kind(path) == "image":
        raise MediaError(f"{path.name} is a photo, not a video; choose a video such as MP4, MOV or WebM.")
    if path.stat().st_size <= LARGE_FILE:
        try:
            return _clip(path, path.name, None, max_seconds, max_fps, max_side)
        except _decord_errors() as error:
            logger.debug("decord cannot read %s (%r); trying ffmpeg", path, error)
    folder = Path(tempfile.mkdtemp(prefix="hmvlm-"))
    try:
        copy = folder / "copy.mp4"
        _transcode(path, copy, max_seconds, max_fps, max_side)
        return _clip(copy, path.name, folder, max_seconds, max_fps, max_side)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, _decord_errors()):
            raise MediaError(_unreadable(path.name)) from error
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
    starts = np.asarray(reader.get_frame_timestamp(np.arange(len(reader))), float)[:, 0]
    starts = np.maximum.accumulate(starts - starts[0])
    step = starts[-1] / (len(starts) - 1) if starts[-1] > 0 else 1 / max(reader.get_avg_fps(), 1.0)
    fps = min(1 / step, max_fps)
    whole = starts[-1] + step
    count = max(1, round(min(whole, max_seconds) * fps))
    rows = np.searchsorted(starts, (np.arange(count) + 0.25) / fps, side="right") - 1
    note = f"Only the first {max_seconds:g} s are used." if whole > max_seconds + 0.5 / fps else None
    return DecodedVideo(Frames(path, rows, size, name, folder), count, float(fps), size, count / fps, note)


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


def _transcode(path: Path, copy: Path, max_seconds: float, max_fps: float, max_side: int) -> None:
    """Write the beginning of a clip, scaled down, as H.264 that decord reads."""
    import imageio_ffmpeg

    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise MediaError(f"{path.name} needs ffmpeg to be read; on Debian run: apt-get install ffmpeg.") from error
    side = max_side - max_side % 2
    filters = f"fps='min({max_fps:g},source_fps)',scale='min({side},iw)':'min({side},ih)'"
    filters += ":force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1,format=yuv420p"
    command = [program, "-hide_banner", "-nostdin", "-loglevel", "error", "-protocol_whitelist", "file"]
    command += ["-i", str(path.resolve()), "-map", "0:V:0", "-t", f"{max_seconds + 1:g}", "-vf", filters]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-threads", str(_THREADS), str(copy)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise MediaError(f"{path.name} takes too long to decode; save it as MP4 with H.264 first.") from error
    logger.debug("ffmpeg on %s: status %d, %s", path, done.returncode, done.stderr[-500:])
    if "matches no streams" in done.stderr:
        raise MediaError(f"{path.name} holds no moving picture, perhaps only sound; choose a video of a person.")
    if not copy.is_file() or not copy.stat().st_size:
        raise MediaError(_unreadable(path.name))


def _unreadable(name: str) -> str:
    return f"{name} cannot be read as a video: it is damaged, cut off or of an unknown kind; use {READABLE}."
