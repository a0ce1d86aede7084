"""Provenance of results: the checkpoint's folder and hash, the machine."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

import torch

from hmvlm.checksums import file_sha256
from hmvlm.config import PRESETS
from hmvlm.paths import CHECKPOINTS
from train.loop.record import RECORD


def checkpoint_folder(name_or_path: str | Path) -> Path:
    """The folder of a preset's checkpoint, or the folder itself."""
    folder = CHECKPOINTS / str(name_or_path) if str(name_or_path) in PRESETS else Path(name_or_path)
    if not folder.is_dir():
        raise FileNotFoundError(f"{name_or_path} is neither a preset with a checkpoint nor a folder; train one first")
    return folder


def checkpoint_hash(folder: str | Path) -> str:
    """First eight digits of the SHA-256 over names and contents of a folder's weights, exemplars and configurations.

    Records of the training (``training.json``) do not count, so that equal weights have equal hashes.
    """
    files = [
        path
        for path in sorted(Path(folder).rglob("*"))
        if path.suffix in (".safetensors", ".npz", ".json") and not path.name.endswith(RECORD)
    ]
    if not files:
        raise FileNotFoundError(f"{folder} holds no weights")
    lines = [f"{path.relative_to(folder)} {file_sha256(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def machine() -> str:
    """Processor, the widest instructions that torch uses on it, cores and versions, in one line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    able = torch.backends.cpu.get_cpu_capability()
    return (
        f"{model} ({able}), {os.cpu_count()} cores, {torch.get_num_threads()} threads, Python "
        f"{platform.python_version()}, torch {torch.__version__}"
    )
