"""Motion files by suffix: AMASS ``.npz`` and ``.bvh`` in both directions, ``.glb`` and ``.mp4`` for viewers."""

from __future__ import annotations

import os
from pathlib import Path

from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import amass, bvh, glb

_WRITERS = {".npz": amass.save, ".bvh": bvh.save, ".glb": glb.save}
_READERS = {".npz": amass.load, ".bvh": bvh.load}


def save_motion(motion: Motion, path: str | os.PathLike) -> Path:
    """Write a motion by suffix (``.npz``, ``.bvh``, ``.glb`` or ``.mp4``) and return the path.

    Raises:
        ValueError: another suffix. OSError: the file cannot be written. RenderError: no OpenGL or ffmpeg for ``.mp4``.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".mp4":
        from hmvlm.render.video import render_video  # the renderer is optional: other formats must not need it

        return render_video(motion, path)
    writer = _WRITERS.get(suffix)
    if writer is None:
        raise ValueError(f"{path.name}: a motion is saved as .npz, .bvh, .glb or .mp4, not as {path.suffix!r}")
    writer(motion, path)
    return path


def load_motion(path: str | os.PathLike) -> Motion:
    """Read a motion from an AMASS ``.npz`` or from a ``.bvh`` on SMPL's joints.

    Raises:
        FileNotFoundError: no such file. ValueError: not such a motion; one sentence says why.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ValueError(f"{path.name}: a motion is read from .npz or .bvh, not from {path.suffix!r}")
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}")
    return reader(path)
