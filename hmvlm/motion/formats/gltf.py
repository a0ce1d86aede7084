"""glTF with its data inside or beside it (``.gltf``): read only; ``.glb`` is written too."""

from __future__ import annotations

from pathlib import Path

from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.gltf_file import read_gltf
from hmvlm.motion.retarget.foreign import motion_from_clip


def load(path: Path, fps: float | None = None) -> Motion:
    """The motion of the first human skeleton of a glTF file; its times are seconds, so that ``fps`` is not needed.

    Raises:
        ValueError: no such file, or no human skeleton; one sentence.
    """
    del fps
    return motion_from_clip(read_gltf(path), up="Y")
