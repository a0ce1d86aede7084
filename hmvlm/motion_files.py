"""Motion files by suffix: the formats of :mod:`hmvlm.motion.formats`, and ``.mp4`` for a rendered video."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import FORMATS, READ, VIDEO, WRITTEN, listed

_MODULES = {one.suffix: one.module for one in FORMATS}


def save_motion(motion: Motion, path: str | os.PathLike) -> Path:
    """Write a motion by suffix (``.npz``, ``.bvh``, ``.glb`` or ``.mp4``) and return the path.

    Raises:
        ValueError: another suffix. OSError: the file cannot be written. RenderError: no OpenGL or ffmpeg for ``.mp4``.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == VIDEO:
        from hmvlm.render.video import render_video  # the renderer is optional: other formats must not need it

        return render_video(motion, path)
    if suffix not in WRITTEN:
        known = listed((*WRITTEN, VIDEO))
        raise ValueError(f"{path.name}: a motion is saved as {known}, not as {path.suffix!r}")
    importlib.import_module(_MODULES[suffix]).save(motion, path)
    return path


def load_motion(path: str | os.PathLike) -> Motion:
    """Read a motion from an AMASS ``.npz`` or from a ``.bvh`` on SMPL's joints.

    Raises:
        FileNotFoundError: no such file. ValueError: not such a motion; one sentence says why.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in READ:
        raise ValueError(f"{path.name}: a motion is read from {listed(READ)}, not from {path.suffix!r}")
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}")
    return importlib.import_module(_MODULES[suffix]).load(path)
