"""What a result says of the checkpoint that it was measured on."""

from __future__ import annotations

from hmvlm.config import PRESETS
from train.evaluation.report.provenance import checkpoint_folder, checkpoint_hash


def identity(model: str) -> tuple[str, str]:
    """Name of a preset or checkpoint folder, without where it lies, and the hash of its weights."""
    folder = checkpoint_folder(model)
    return model if model in PRESETS else folder.resolve().name, checkpoint_hash(folder)
