"""Small networks in one safetensors file: tensors, and what it takes to build the module in the header."""

from __future__ import annotations

from pathlib import Path

from safetensors import safe_open
from torch import Tensor


def tensors_of(path: Path, what: str, command: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors of a file in float32, and its header; FileNotFoundError, which names the ``command`` that makes one, if it is not there."""
    if not path.is_file():
        raise FileNotFoundError(f"no {what} in {path.parent}; train one with {command}")
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name).float() for name in file.keys()}, file.metadata()  # noqa: SIM118 - not a dict
