"""Motion to pictures and to H.264 video, a few frames at a time so that memory stays flat."""

from __future__ import annotations

import itertools
import os
import struct
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path

import numpy as np

from hmvlm.atomic import atomic_file
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.render.camera import CameraPlan, plan_camera
from hmvlm.render.geometry import load_surface
from hmvlm.render.scene import RenderError, submit

BATCH = 16
"""Frames posed and drawn at once."""
MAX_FPS = 30.0
"""Faster recordings are resampled to this before drawing."""
SIZES = (64, 2048)
_PATIENCE = 120.0
"""Seconds to wait for one batch before giving up; starting OpenGL takes about two."""


class RenderCancelled(RenderError):
    """The caller asked to stop; no file is left behind."""


def render_frames(
    motion: Motion,
    size: int | tuple[int, int] = 512,
    *,
    fps: float | None = None,
    body: BodyModel | None = None,
    azimuth: float | None = None,
    still: bool = False,
    cancel: threading.Event | None = None,
) -> Iterator[np.ndarray]:
    """Pictures ``(height, width, 3)`` uint8 of every frame of a motion, in order.

    Args:
        motion: what to draw. size: pixels, one side of a square or (width, height).
        fps: pictures a second of motion; None keeps the motion's own up to 30.
        body: whose skin; None is the free body. azimuth: radians from the front; None chooses.
        still: the camera stands still even where the body then becomes small.
        cancel: when set, the iterator raises :class:`RenderCancelled` at the next picture.

    Raises:
        RenderError: no OpenGL here. ValueError: a size or frame rate that cannot be drawn.
    """
    width, height = _checked(size)
    motion = motion.resample(_picture_rate(motion, fps))
    plan = plan_camera(motion.joints(body), motion.fps, width / height, azimuth, still)
    surface = load_surface(body)
    drawing: Future[list[np.ndarray]] | None = None
    for start in range(0, len(motion) + BATCH, BATCH):
        following = None
        if start < len(motion):
            stop = min(start + BATCH, len(motion))
            part = CameraPlan(plan.poses[start:stop], plan.centers[start:stop], plan.radius)
            following = submit(surface, surface.frames(motion.slice(start, stop)), part, (width, height))
        for picture in finished(drawing):
            if cancel is not None and cancel.is_set():
                raise RenderCancelled("rendering was cancelled")
            yield picture
        drawing = following


def render_video(
    motion: Motion,
    path: str | os.PathLike,
    size: int | tuple[int, int] = 512,
    fps: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
    *,
    body: BodyModel | None = None,
    still: bool = False,
) -> Path:
    """Write an H.264 mp4 that browsers play (yuv420p, index first). Returns the path.

    ``progress`` is called with (pictures done, pictures in all). The file appears only when it is
    complete. Other arguments and errors as for :func:`render_frames`; OSError if it cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".mp4":
        raise ValueError(f"{path.name}: a video is written as .mp4")
    width, height = _checked(size)
    if width % 2 or height % 2:
        raise ValueError(f"a video needs even sides, got {width}x{height}")
    motion = motion.resample(_picture_rate(motion, fps))
    pictures = render_frames(motion, (width, height), fps=motion.fps, body=body, still=still, cancel=cancel)
    first = next(pictures)  # fails before a file or an encoder is started
    return encode(itertools.chain([first], pictures), len(motion), path, (width, height), motion.fps, progress)


def render_frame(motion: Motion, index: int = 0, size: int | tuple[int, int] = 512, **options) -> np.ndarray:
    """One picture ``(height, width, 3)`` uint8 of frame ``index``, framed for that frame alone."""
    index = range(len(motion))[index]
    return next(render_frames(motion.slice(index, index + 1), size, **options))


def encode(
    pictures: Iterable[np.ndarray],
    total: int,
    path: Path,
    size: tuple[int, int],
    fps: float,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write pictures of an even ``size`` (width, height) to an mp4; nothing is left at ``path`` if it fails midway."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"no folder {path.parent} to write a video into")
    with atomic_file(path) as partial:
        encoder = start_encoder(partial, size, fps)
        try:
            for done, picture in enumerate(pictures, start=1):
                try:
                    encoder.send(picture)
                except OSError as error:  # imageio's text has the whole command in it
                    raise RenderError(_not_written(path)) from error
                if progress is not None:
                    progress(done, total)
        finally:
            encoder.close()
        if not is_complete(partial):
            raise RenderError(_not_written(path))
    return path


def is_complete(path: Path) -> bool:
    """Whether an mp4 has its index, which ffmpeg writes last."""
    size, place = path.stat().st_size, 0
    with path.open("rb") as file:
        while place + 8 <= size:
            file.seek(place)
            length, kind = struct.unpack(">I4s", file.read(8))
            if length == 1:
                length = struct.unpack(">Q", file.read(8))[0]
            if length < 8 or place + length > size:
                return False
            if kind == b"moov":
                return True
            place += length
    return False


def _not_written(path: Path) -> str:
    return f"ffmpeg stopped before {path.name} was complete; is the folder writable, and the disk not full?"


def start_encoder(path: Path, size: tuple[int, int], fps: float) -> Generator[None, np.ndarray, None]:
    """A started H.264 encoder: ``send`` it pictures, then ``close`` it."""
    import imageio_ffmpeg

    try:
        imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise RenderError("videos need ffmpeg; on Debian run: apt-get install ffmpeg") from error
    encoder = imageio_ffmpeg.write_frames(
        str(path),
        size,
        fps=fps,
        codec="libx264",
        quality=None,  # replaced by the rate factor below
        macro_block_size=2,
        ffmpeg_log_level="error",
        output_params=["-crf", "20", "-preset", "superfast", "-movflags", "+faststart"],
    )
    encoder.send(None)
    return encoder


def finished(drawing: Future[list[np.ndarray]] | None) -> list[np.ndarray]:
    """The pictures of a task of the OpenGL thread, none without a task; RenderError if they take too long."""
    if drawing is None:
        return []
    try:
        return drawing.result(timeout=_PATIENCE)
    except FutureTimeout as error:
        raise RenderError(f"OpenGL gave no picture within {_PATIENCE:.0f} seconds; try a smaller size") from error


def _checked(size: int | tuple[int, int]) -> tuple[int, int]:
    width, height = (size, size) if isinstance(size, int) else size
    if not all(SIZES[0] <= side <= SIZES[1] for side in (width, height)):
        raise ValueError(f"a picture's sides lie between {SIZES[0]} and {SIZES[1]} pixels, got {width}x{height}")
    return int(width), int(height)


def _picture_rate(motion: Motion, fps: float | None) -> float:
    if fps is None:
        return min(motion.fps, MAX_FPS)
    if not 1 <= fps <= 120:
        raise ValueError(f"a video has 1 to 120 pictures a second, got {fps}")
    return float(fps)
