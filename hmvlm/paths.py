"""Where the package finds its own data: the body model, the example photo and the released checkpoints.

An installed package contains them as ``hmvlm/assets`` and ``hmvlm/checkpoints``. In a checkout of the repository they
are the folders ``assets`` and ``checkpoints`` beside the package. ``$HMVLM_CHECKPOINTS`` names another folder of
checkpoints: the preset ``embedded`` is then loaded from ``$HMVLM_CHECKPOINTS/embedded``.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str, package: Path = PACKAGE) -> Path:
    """Folder ``name`` inside the installed package if it is there, else the one beside it in the repository."""
    installed = package / name
    return installed if installed.is_dir() else package.parent / name


ASSETS = data_folder("assets")
FREE_BODY = ASSETS / "body" / "free_body.npz"
"""The body model with a free licence."""
EXAMPLES = ASSETS / "examples"
EXAMPLE_PHOTO = EXAMPLES / "leaning.jpg"
EXAMPLE_MOTION = EXAMPLES / "wave.npz"
"""A generated motion: \"a person waves with the right hand\", 4 s, seed 3."""
CHECKPOINTS = Path(os.environ.get("HMVLM_CHECKPOINTS") or data_folder("checkpoints"))
"""Folder with one checkpoint per preset; read from ``$HMVLM_CHECKPOINTS`` when this module is imported."""
