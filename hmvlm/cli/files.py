"""Files that a command reads and writes, checked before the model is loaded."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hmvlm.motion.formats import PICTURE, READ, VIDEO, WRITTEN
from hmvlm.motion.formats.options import Export

if TYPE_CHECKING:
    from hmvlm.assistant import Reply
    from hmvlm.motion.clip import Motion
    from hmvlm.vision.estimate import PoseEstimate

OUTPUTS = (*WRITTEN, VIDEO, PICTURE)
EXPORT_OPTIONS = tuple(field.name for field in fields(Export))
OVERLAYS = {"image": PICTURE, "video": VIDEO}
"""Suffix of the body overlaid on a photo and on a video."""


_LONGEST_SHOWN = 120
"""Characters of a path in a message."""


class UserError(Exception):
    """A mistake that the user can correct; the message is one sentence."""


def check_output(path: Path) -> None:
    """Raise :class:`UserError` if nothing can be written to ``path``."""
    name = shown(path)
    if path.suffix.lower() not in OUTPUTS:
        raise UserError(f"cannot write {name}: the suffix must be one of {' '.join(OUTPUTS)}")
    try:
        path.exists()  # is_dir() alone says no to a name that no file can have
        if path.is_dir():
            raise UserError(f"cannot write {name}: it is a folder")
        if not path.parent.is_dir():
            raise UserError(f"cannot write {name}: the folder {shown(path.parent)} does not exist")
    except (OSError, ValueError) as error:
        raise UserError(f"cannot write {name}: {reason(error)}") from error


def shown(path: Path) -> str:
    """A path in a message: all of it, or the end of a long one, with nothing that a terminal obeys."""
    text = str(path)
    text = text if len(text) <= _LONGEST_SHOWN else f"…{text[-_LONGEST_SHOWN:]}"
    return text if text.isprintable() else repr(text)


def reason(error: Exception) -> str:
    """What the system says of a file, without the number and the name."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def read_input(options: argparse.Namespace, outputs: Sequence[Path]) -> dict[str, Any]:
    """The command's file as arguments of the assistant: ``motion``, or ``picture``, ``person`` and ``landmarks``.

    Empty without one.
    """
    path, person = getattr(options, "file", None), getattr(options, "person", None)
    _check_export(options, outputs)
    if person is not None and person < 1:
        raise UserError(f"people are counted from 1, the largest; there is no person {person}")
    if path is None:
        return {}
    try:
        there, folder = path.exists(), path.is_dir()
    except (OSError, ValueError) as error:
        raise UserError(f"cannot read {shown(path)}: {reason(error)}") from error
    if folder:
        raise UserError(f"cannot read {shown(path)}: it is a folder; give one file")
    if not path.is_file():
        raise UserError(f"cannot read {shown(path)}: {'it is no regular file' if there else 'there is no such file'}")
    motion = path.suffix.lower() in READ
    if motion and options.command in ("describe", "chat"):
        return {"motion": _read_motion(path, options.fps)}
    if motion:
        raise UserError(f"cannot read {path}: it is a motion already; use the command describe for it")
    from hmvlm.vision.image import MediaError, media_kind

    try:
        kind = media_kind(path)
    except MediaError as error:
        raise UserError(str(error)) from error
    for output in outputs:
        _check_overlay(output, kind)
    return {"picture": path, "person": person, "landmarks": options.landmarks}


def _check_export(options: argparse.Namespace, outputs: Sequence[Path]) -> None:
    """Raise :class:`UserError` for options of files out of range, and for FBX where there is no Blender."""
    _export(options)
    if any(path.suffix.lower() == ".fbx" for path in outputs):
        from hmvlm.motion.formats import fbx

        if fbx.command() is None:
            raise UserError(fbx.MISSING)


def write_outputs(reply: Reply, outputs: Sequence[Path], options: argparse.Namespace) -> list[Path]:
    """Write each motion of the reply to each output; several motions get ``-1``, ``-2`` … before the suffix."""
    if not outputs:
        return []
    motions = reply.motions or ([] if reply.motion is None else [reply.motion])
    if not motions and (reply.task == "pose_estimation" or options.command == "pose"):
        raise UserError(f"nothing to write: {reply.text}")
    if not motions:
        raise UserError(
            f"nothing to write: the gate took this for {reply.task.replace('_', ' ')}, not for a motion; "
            "use the command generate to ask for one"
        )
    if reply.estimates:
        return _write_people(reply, outputs, options.file, _export(options))
    from hmvlm.render.video import RenderError

    written, export = [], _export(options)
    for number, motion in enumerate(motions, start=1):
        for path in outputs:
            target = path if len(motions) == 1 else path.with_stem(f"{path.stem}-{number}")
            try:
                written.append(_write_motion(motion, target, export))
            except (OSError, RenderError) as error:
                raise UserError(f"cannot write {target}: {error}") from error
    return written


def _export(options: argparse.Namespace) -> Export:
    """How files are written, checked before the model is loaded."""
    try:
        return Export(**{name: getattr(options, name) for name in EXPORT_OPTIONS if hasattr(options, name)})
    except ValueError as error:
        raise UserError(str(error)) from error


def _write_people(reply: Reply, outputs: Sequence[Path], source: Path, export: Export) -> list[Path]:
    """Everybody of a photo or video: npz, GLB and the overlay hold all of them; of BVH there is a file a person."""
    from hmvlm.render.video import RenderError
    from hmvlm.vision.export import save_people

    written = []
    for path in outputs:
        try:
            if path.suffix.lower() in OVERLAYS.values():
                written.append(write_overlay(source, reply.estimates, path))
            else:
                written += save_people(reply.estimates, reply.motions, path, export)
        except (OSError, RenderError) as error:
            raise UserError(f"cannot write {path}: {error}") from error
    return written


def _check_overlay(path: Path, kind: str) -> None:
    suffix = path.suffix.lower()
    if suffix in OVERLAYS.values() and suffix != OVERLAYS[kind]:
        name = {"image": "photo", "video": "video"}[kind]
        raise UserError(f"cannot write {path}: the body over a {name} is written as {OVERLAYS[kind]}")


def _read_motion(path: Path, fps: float | None) -> Motion:
    from hmvlm.motion.clip import Motion

    try:
        return Motion.load(path, fps)
    except (ValueError, OSError) as error:
        raise UserError(f"cannot read {path}: {error}") from error


def _write_motion(motion: Motion, path: Path, export: Export) -> Path:
    if path.suffix.lower() == PICTURE:
        from hmvlm.render.sheet import contact_sheet

        contact_sheet(motion, path)
        return path
    return motion.save(path, **asdict(export))


def write_overlay(source: Path, estimate: Sequence[PoseEstimate], path: Path) -> Path:
    """Write the bodies of some estimates over the photo or clip of which they are, by suffix of ``path``."""
    from hmvlm.render.overlay import overlay_image, overlay_video

    if path.suffix.lower() == VIDEO:
        return overlay_video(source, estimate, path)
    from PIL import Image

    from hmvlm.atomic import atomic_file
    from hmvlm.vision.image import read_image

    with atomic_file(path) as partial:
        Image.fromarray(overlay_image(read_image(source), estimate)).save(partial)
    return path
