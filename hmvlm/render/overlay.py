"""The estimated body laid over the picture in which the person was seen.

The body is placed by the estimate's own camera (:mod:`hmvlm.vision.camera`), vertex by vertex, and drawn
without perspective in the one OpenGL thread of :mod:`hmvlm.render.scene`. Only the window that it fills is drawn,
with an alpha channel, and blended with the picture afterwards.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from hmvlm.body.skeleton import PART_JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.render import scene, tints
from hmvlm.render.geometry import load_surface
from hmvlm.render.overlay_layer import WINDOW_STEP, Drawing, draw_layers
from hmvlm.render.video import BATCH, RenderCancelled, RenderError, encode, finished
from hmvlm.vision.decoder import DecodingStopped

if TYPE_CHECKING:
    from hmvlm.vision.estimate import PoseEstimate

OPACITY = 0.86
"""How much of the picture the body hides."""
MAX_WINDOW = 1536
"""Larger windows are drawn at this size and enlarged."""


def overlay_image(image: np.ndarray, estimate: PoseEstimate | Sequence[PoseEstimate], frame: int = 0) -> np.ndarray:
    """A copy of a picture with the bodies of one frame laid over it.

    Args:
        image: ``(H, W, 3)`` uint8 RGB, the picture of the estimate at any resolution.
        estimate: what was seen of one person or of several. frame: which of its frames.

    Raises:
        ValueError: not a picture. RenderError: no OpenGL here.
    """
    image = _checked(image)
    size = (image.shape[1], image.shape[0])
    return next(_laid_over([image], _all_drawings(_several(estimate), size, frame, frame + 1)))


def overlay_video(
    path_in: str | os.PathLike,
    estimate: PoseEstimate | Sequence[PoseEstimate],
    path_out: str | os.PathLike,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """Write the clip with the body laid over every frame that shows the person, or each of several people. Returns
    ``path_out``.

    H.264 in an mp4 at the frame rate of the estimate; an odd side grows by one pixel. A few frames at a
    time are in memory, and the file appears only when it is complete. ``progress`` is called with
    (frames done, frames in all); when ``cancel`` is set, :class:`RenderCancelled` is raised.

    Raises:
        ValueError: ``path_out`` is no .mp4, or the clip cannot be read (MediaError).
        RenderError: no OpenGL or no ffmpeg here. OSError: the file cannot be written.
    """
    from hmvlm.vision.video import MAX_FPS, read_video  # heavy: only needed for clips

    path = Path(path_out)
    if path.suffix.lower() != ".mp4":
        raise ValueError(f"{path.name}: a video is written as .mp4")
    people = _several(estimate)
    fps = people[0].fps
    with _stopped_is_cancelled():  # the frames that the estimate was made from
        clip = read_video(path_in, max_fps=fps or MAX_FPS, cancel=cancel)
    size = (int(clip.size[0]), int(clip.size[1]))
    total = min(clip.count, len(people[0].poses))
    frames = itertools.islice(_until_cancelled(clip.frames), total)
    pictures = _laid_over(frames, _all_drawings(people, size, 0, total), cancel)
    first = next(pictures, None)  # fails before a file or an encoder is started
    if first is None:
        raise RenderError(f"{Path(path_in).name}: there are no frames to draw on")
    even = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    every = map(_even, itertools.chain([first], pictures))
    return encode(every, total, path, even, fps or clip.fps, progress)


def part_colors(body: BodyModel, place: int = 0) -> np.ndarray:
    """Colour of every vertex by part, ``(V, 3)`` float32, blended where parts meet.

    ``place`` is the person's among those who are drawn, from 0.
    """
    colored = tints.parts(place)
    colors = np.zeros((len(body.template), 3), np.float32)
    for part, joints in PART_JOINTS.items():
        colors += body.weights[:, list(joints)].sum(axis=1, keepdims=True) * np.array(colored[part], np.float32)
    return colors / np.maximum(body.weights.sum(axis=1, keepdims=True), 1e-6)


@contextlib.contextmanager
def _stopped_is_cancelled() -> Iterator[None]:
    try:
        yield
    except DecodingStopped as error:
        raise RenderCancelled("rendering was cancelled") from error


def _until_cancelled(frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    with _stopped_is_cancelled():
        yield from frames


def _several(estimate: PoseEstimate | Sequence[PoseEstimate]) -> list[PoseEstimate]:
    return list(estimate) if isinstance(estimate, Sequence) else [estimate]


def _all_drawings(
    people: Sequence[PoseEstimate], size: tuple[int, int], start: int, stop: int
) -> Iterator[list[Drawing]]:
    """Drawings of everybody in each picture, who is farther away first."""
    each = [_drawings(one, size, start, stop, place) for place, one in enumerate(people)]
    for frame, row in zip(range(start, stop), zip(*each, strict=True), strict=True):
        order = sorted(range(len(people)), key=lambda number: people[number].cameras[frame].scale)
        yield [drawing for number in order if (drawing := row[number]) is not None]


def _drawings(
    estimate: PoseEstimate, size: tuple[int, int], start: int, stop: int, place: int = 0
) -> Iterator[Drawing | None]:
    """Drawings for pictures of ``size`` (width, height), in a place's colours; None for frames without the person."""
    surface = load_surface()
    rest = surface.body.rest_joints(estimate.betas)[0].numpy()
    zoom = np.array(size) / np.array(estimate.size)
    colors = part_colors(surface.body, place)
    for first in range(start, stop, BATCH):
        frames = range(first, min(first + BATCH, stop))
        shown = [frame for frame in frames if estimate.found[frame]]
        bodies: Iterator[tuple[np.ndarray, np.ndarray]] = iter(())
        if shown:  # the pelvis at the origin, as the cameras expect it
            trans = np.tile(-rest, (len(shown), 1))
            vertices = surface.body.vertices(estimate.poses[shown], trans, estimate.betas).numpy()
            bodies = iter(zip(vertices, surface.normals(vertices), strict=True))
        for frame in frames:
            if not estimate.found[frame]:
                yield None
                continue
            vertices, normals = next(bodies)
            pixels = estimate.cameras[frame].project(vertices) * zoom
            yield body_drawing(pixels, vertices[:, 2], normals, colors, size)


def body_drawing(
    pixels: np.ndarray, depth: np.ndarray, normals: np.ndarray, colors: np.ndarray, size: tuple[int, int]
) -> Drawing | None:
    """Fit a window around the projected body ``(V, 2)``; None if it lies outside of the picture."""
    low = np.clip(np.floor(pixels.min(axis=0)) - 1, 0, size).astype(int)
    high = np.clip(np.ceil(pixels.max(axis=0)) + 1, 0, size).astype(int)
    if not np.isfinite(pixels).all() or (high <= low).any():
        return None
    window = -(-(high - low) // WINDOW_STEP) * WINDOW_STEP
    shrink = min(1.0, MAX_WINDOW / window.max())
    drawn = np.maximum(np.rint(window * shrink), 1).astype(int)
    aspect = drawn[0] / drawn[1]
    packed = np.ones((len(pixels), 10), np.float32)
    packed[:, 0] = ((pixels[:, 0] - low[0]) * (2 / window[0]) - 1) * aspect  # pyrender divides by the aspect
    packed[:, 1] = 1 - (pixels[:, 1] - low[1]) * (2 / window[1])
    packed[:, 2] = depth
    packed[:, 3:6], packed[:, 6:9] = normals, colors
    return Drawing(packed, tuple(low.tolist()), tuple(window.tolist()), tuple(drawn.tolist()))


def _laid_over(
    pictures: Iterable[np.ndarray], drawings: Iterable[list[Drawing]], cancel: threading.Event | None = None
) -> Iterator[np.ndarray]:
    """Every picture with its drawings on it; the next few are posed while the last few are drawn."""
    pairs = zip(pictures, drawings, strict=False)
    waiting: tuple[list[np.ndarray], list[list[Drawing]], Future[list[np.ndarray]]] | None = None
    while True:
        batch = list(itertools.islice(pairs, BATCH))
        following = None
        if batch:
            images, plans = map(list, zip(*batch, strict=True))
            job = scene.gl_thread.submit(draw_layers, load_surface(), [plan for each in plans for plan in each])
            following = (images, plans, job)
        if waiting is not None:
            images, plans, job = waiting
            layers = iter(finished(job))
            for image, each in zip(images, plans, strict=True):
                if cancel is not None and cancel.is_set():
                    raise RenderCancelled("rendering was cancelled")
                mixed = image.copy()
                for plan in each:
                    _mix(mixed, plan, next(layers))
                yield mixed
        if following is None:
            return
        waiting = following


def _mix(image: np.ndarray, plan: Drawing, layer: np.ndarray) -> None:
    """Lay premultiplied RGBA uint8 over a picture, in place."""
    left, top = plan.corner
    if plan.size != plan.window:
        layer = np.asarray(Image.fromarray(layer).resize(plan.window, Image.Resampling.BILINEAR))
    below = image[top : top + plan.window[1], left : left + plan.window[0]]
    layer = layer[: below.shape[0], : below.shape[1]].astype(np.float32) * OPACITY
    below[:] = np.rint(below * (1 - layer[..., 3:] / 255) + layer[..., :3])


def _even(picture: np.ndarray) -> np.ndarray:
    height, width, _ = picture.shape
    if width % 2 or height % 2:
        picture = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return np.ascontiguousarray(picture)


def _checked(image: np.ndarray) -> np.ndarray:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
        raise ValueError(f"a picture is an (H, W, 3) array of uint8, got {image.shape} of {image.dtype}")
    return image
