"""What a result says of the checkpoint that it was measured on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hmvlm.config import PRESETS
from hmvlm.paths import CHECKPOINTS

WEIGHTS = (".safetensors", ".npz")
"""Files that decide what a checkpoint does; exemplars are an npz."""


def identity(model: str) -> tuple[str, str]:
    """Name of a preset or checkpoint folder, without where it lies, and 12 hex digits of the hash of its weights."""
    folder, digest = CHECKPOINTS / model if model in PRESETS else Path(model), hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.suffix in WEIGHTS):
        digest.update(file.read_bytes())
    return model if model in PRESETS else folder.resolve().name, digest.hexdigest()[:12]
