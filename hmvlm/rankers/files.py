"""Reading small networks: tensors and metadata of one safetensors file."""

from __future__ import annotations

from pathlib import Path

from safetensors import safe_open
from torch import Tensor


def load_tensors(path: Path, what: str, command: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors of a file in float32, and its metadata.

    FileNotFoundError names ``what`` is missing and the ``command`` that trains one.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no {what} in {path.parent}; train one with {command}")
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name).float() for name in file.keys()}, file.metadata()  # noqa: SIM118 - not a dict
