"""Which module writes and reads motion files, registered rather than imported.

:meth:`Motion.save` and :meth:`Motion.load` are methods for the user's convenience, but what they call (file formats,
video rendering) is built on :class:`Motion`. An import of it in ``clip.py`` would close a circle. As in Pillow, where
``Image.save`` finds plugins in a registry, the higher module registers itself here: ``hmvlm/__init__.py``, which
runs before any other module of the package, registers a function that imports :mod:`hmvlm.motion_files` on first use.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class MotionFiles(Protocol):
    """What a backend offers; :mod:`hmvlm.motion_files` is one.

    ``Any`` is a Motion, which this module must not import.
    """

    def save_motion(self, motion: Any, path: str | os.PathLike, **options: Any) -> Path:
        """Write a motion in the format of the suffix; returns the path."""
        ...

    def load_motion(self, path: str | os.PathLike, fps: float | None = None) -> Any:
        """Read a motion from a file."""
        ...


_provider: Callable[[], MotionFiles] | None = None


def register(provider: Callable[[], MotionFiles]) -> None:
    """Set the function that returns the backend. It is called at each use, so it may import lazily."""
    global _provider
    _provider = provider


def backend() -> MotionFiles:
    """The registered backend.

    Raises:
        RuntimeError: none is registered.
    """
    if _provider is None:
        raise RuntimeError("no motion file backend is registered; import the package hmvlm first")
    return _provider()
