"""Motion files by suffix: the formats of :mod:`hmvlm.motion.formats`, and ``.mp4`` for a rendered video."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from hmvlm import limits
from hmvlm.atomic import atomic_file
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import FORMATS, KINDS, READ, VIDEO, WRITTEN, RateMissing, listed
from hmvlm.motion.formats.options import FASTEST, SLOWEST, Export
from hmvlm.motion.rates import at_rate

_LONGEST_REASON = 200
"""Characters of an error without the file's name."""
_MODULES = {one.suffix: one.module for one in FORMATS}


def save_motion(motion: Motion, path: str | os.PathLike, **options: Any) -> Path:
    """Write a motion by suffix (``.npz``, ``.bvh``, ``.glb``, ``.fbx``, ``.npy`` or ``.mp4``) and return the path.

    Args:
        options: attributes of :class:`hmvlm.motion.formats.options.Export`.

    The file is the old version or the complete new one at any time.

    Raises:
        ValueError: another suffix, or an option out of range. OSError: the file cannot be written, or there is no
            Blender for ``.fbx``. RenderError: no OpenGL or ffmpeg for ``.mp4``.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    export = Export(**options)
    if suffix == VIDEO:
        from hmvlm.render.video import render_video  # the renderer is optional: other formats must not need it

        return render_video(at_rate(motion, export.fps), path, fps=export.fps)
    if suffix not in WRITTEN:
        known = listed((*WRITTEN, VIDEO))
        raise ValueError(f"{path.name}: a motion is saved as {known}, not as {path.suffix!r}")
    with atomic_file(path) as partial:
        importlib.import_module(_MODULES[suffix]).save(motion, partial, export)
    return path


def load_motion(path: str | os.PathLike, fps: float | None = None) -> Motion:
    """Read a motion from a file of any of :data:`hmvlm.motion.formats.KINDS`.

    Args:
        fps: frames a second of a file that does not say it; others keep their own.

    Raises:
        FileNotFoundError: no such file. ValueError: not such a motion; one sentence says why. RateMissing: no rate.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READ:
        known = listed(READ)
        raise ValueError(f"{path.name}: a motion is read from {known}, not from {path.suffix!r}; read are {KINDS}")
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}")
    if fps is not None and not SLOWEST <= fps <= FASTEST:
        raise ValueError(f"a rate of {fps:g} frames a second is out of range; give {SLOWEST:g} to {FASTEST:g}")
    try:
        motion = importlib.import_module(_MODULES[suffix]).load(path, **({} if fps is None else {"fps": fps}))
    except RateMissing:
        raise
    except ValueError as error:  # of a library's, the first line and the file's name are enough
        told = str(error)
        if path.name in told and "\n" not in told:
            raise
        raise ValueError(f"{path.name}: {told.partition(chr(10))[0][:_LONGEST_REASON]}") from error
    limits.check_motion_length(path.name, len(motion), motion.fps)
    return motion
