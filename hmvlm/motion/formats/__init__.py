"""Formats of motion files: :data:`FORMATS` lists them, and everything that names a suffix is derived from it.

A format is a module here with ``save(motion, path)`` and, where ``reads`` is True, ``load(path)``;
:mod:`hmvlm.motion_files` imports it when a file is written or read. This module imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format: the file's suffix, the module that knows it, and an explanation for the page's download button."""

    suffix: str
    module: str
    text: str
    reads: bool = True


FORMATS = (
    Format(".npz", "hmvlm.motion.formats.amass", "SMPL parameters in AMASS layout"),
    Format(".bvh", "hmvlm.motion.formats.bvh", "Skeleton animation for Blender, Maya and others"),
    Format(".glb", "hmvlm.motion.formats.glb", "Animated 3-D body for the web and game engines", reads=False),
)
WRITTEN = tuple(one.suffix for one in FORMATS)
"""Suffixes that a motion can be written with."""
READ = tuple(one.suffix for one in FORMATS if one.reads)
"""Suffixes that a motion can be read from."""
VIDEO, PICTURE = ".mp4", ".png"
"""Suffixes of the rendered motion, or of the body laid over a video or photo."""


def listed(suffixes: Iterable[str]) -> str:
    """The suffixes as words: ``.npz, .bvh or .glb``."""
    *first, last = suffixes
    return f"{', '.join(first)} or {last}" if first else last
