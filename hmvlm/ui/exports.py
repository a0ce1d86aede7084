"""Files of a motion for the page: its data formats at once, pictures and videos with progress."""

from __future__ import annotations

import dataclasses
import json
import logging
import secrets
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from gradio.utils import get_upload_folder
from PIL import Image

from hmvlm.atomic import atomic_file
from hmvlm.motion import formats
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.ui.session import Media, Session, slug

logger = logging.getLogger(__name__)

FORMATS = {
    "png": ("PNG", "Picture with the body laid over it"),
    "mp4": ("MP4", "Video"),
    **{one.suffix[1:]: (one.suffix[1:].upper(), one.text) for one in formats.FORMATS},
}
"""Label and explanation of every download, by suffix."""
POLL_SECONDS = 0.2
POSTER_FRAMES, POSTER_SIZE = 3, 128
"""Frames in the picture of a motion in the chat, and the side of each in pixels."""


def new_folder() -> Path:
    """A fresh folder with an unguessable name where Gradio serves files from."""
    folder = Path(get_upload_folder()) / f"motion-{secrets.token_hex(16)}"
    folder.mkdir(parents=True)
    return folder


def write_data_files(item: Media, folder: Path, export: Export = AS_IS) -> None:
    """Write ``item`` in the usual formats of motion files and list the files in ``item.files``.

    Of people seen in a picture, npz and GLB also hold those beside this one.
    """
    from hmvlm.vision.export import save_people  # heavy, as are the other imports inside functions
    from hmvlm.vision.group import together

    name = file_name(item)
    for suffix in formats.AT_ONCE:
        path = folder / f"{name}{suffix}"
        if item.estimate is None:
            item.files[suffix[1:]] = item.motion.save(path, **dataclasses.asdict(export))
            continue
        people, motions = [item.estimate], [item.motion]
        if item.beside and suffix != ".bvh":
            people = [item.estimate, *item.beside]
            motions = together(people)
        item.files[suffix[1:]] = save_people(people, motions, path, export)[0]


def file_name(item: Media) -> str:
    """Name of a motion's files without the suffix; those of variations have their number."""
    return slug(item.title) + (f"-{item.number}" if item.number > 1 else "")


def is_complete(item: Media) -> bool:
    """Whether a motion has its files and its picture, or lacks them for a reason that is known."""
    pictured = {"poster", "png", "mp4"} & item.files.keys() or item.beside is None
    return bool(item.note or (item.files and pictured))


def write_poster(item: Media, folder: Path) -> None:
    """Draw a few frames of a motion into one picture; without a usable OpenGL there is none."""
    from hmvlm.render.scene import RenderError
    from hmvlm.render.sheet import contact_sheet

    try:
        sheet = contact_sheet(dataclasses.replace(item.motion, text=None), frames=POSTER_FRAMES, size=POSTER_SIZE)
        path = folder / f"{file_name(item)}-frames.jpg"
        with atomic_file(path) as partial:
            sheet.save(partial, quality=85)
    except (RenderError, OSError) as error:
        logger.warning("no poster: %s", error)
        item.note = str(error)
        return
    item.files["poster"] = path


def write_video(item: Media, folder: Path, cancel: threading.Event) -> Iterator[float]:
    """Render ``item`` beside its other files, yielding the share done in 0..1.

    Without a usable OpenGL ``item.note`` gives the reason and the remedy; nothing is raised.
    """
    path = folder / f"{file_name(item)}.mp4"

    from hmvlm.render.video import render_video

    def draw(progress: Callable[[int, int], None], stopped: threading.Event) -> Path:
        return render_video(item.motion, path, progress=progress, cancel=stopped)

    yield from _drawn(item, draw, cancel)


def write_fbx(item: Media, folder: Path, cancel: threading.Event) -> Iterator[float]:
    """Let Blender make an FBX file beside the other files; otherwise as :func:`write_video`."""
    path = folder / f"{file_name(item)}.fbx"
    yield from _drawn(item, lambda progress, stopped: item.motion.save(path), cancel)


def write_overlay(item: Media, folder: Path, cancel: threading.Event) -> Iterator[float]:
    """Lay the body, and those beside it, over the photo (png) or clip (mp4) in which they were seen; otherwise as
    :func:`write_video`. Whoever is drawn beside another gets no picture.
    """
    name, seen, source = file_name(item), item.estimate, item.source
    if item.beside is None:
        return
    if seen is None or source is None:
        raise ValueError(f"{item.title!r} was not estimated from a photo or video; render it with write_video")

    def draw(progress: Callable[[int, int], None], stopped: threading.Event) -> Path:
        from hmvlm.render.overlay import overlay_image, overlay_video
        from hmvlm.vision.image import read_image

        people = [seen, *(item.beside or [])]
        if seen.fps is not None:
            return overlay_video(source, people, folder / f"{name}.mp4", progress=progress, cancel=stopped)
        path = folder / f"{name}.png"
        with atomic_file(path) as partial:
            Image.fromarray(overlay_image(read_image(source), people)).save(partial)
        return path

    yield from _drawn(item, draw, cancel)


def write_chat(session: Session, folder: Path) -> Path:
    """A chat as one zip: its text and gate weights as ``chat.json``, and the files of its motions."""
    path = folder / f"{slug(session.turns[0].prompt) if session.turns else 'chat'}.zip"
    with atomic_file(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        listed = []
        for number, turn in enumerate(session.turns, start=1):
            files = []
            for item in turn.media:
                for file in item.files.values():
                    if file.is_file():
                        files.append(f"{number:02d}/{file.name}")
                        archive.write(file, files[-1])
            listed.append(
                {"message": turn.prompt, "answer": turn.text, "task": turn.task, "gate": turn.gate, "files": files}
            )
        archive.writestr("chat.json", json.dumps(listed, indent=1, ensure_ascii=False))
    return path


def _drawn(item: Media, draw: Callable[..., Path], cancel: threading.Event) -> Iterator[float]:
    """Run ``draw(progress, cancel)`` in a thread and note the file it wrote, or why there is none.

    It is stopped when ``cancel`` is set, and when nobody asks for the progress any more.
    """
    from hmvlm.render.scene import RenderError

    share, stopped = [0.0], threading.Event()

    def progress(done: int, total: int) -> None:
        share[0] = done / max(total, 1)

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="video") as pool:
        job = pool.submit(draw, progress, stopped)
        try:
            while not job.done():
                yield share[0]
                wait([job], timeout=POLL_SECONDS)
                if cancel.is_set():
                    stopped.set()
        finally:
            stopped.set()
        try:
            written = Path(job.result())
        except (RenderError, ValueError, OSError) as error:  # no OpenGL, a source that is gone, a full disk
            if cancel.is_set():
                return
            logger.warning("no picture: %s", error)
            item.note = str(error)
            return
    item.files[written.suffix.removeprefix(".")] = written
