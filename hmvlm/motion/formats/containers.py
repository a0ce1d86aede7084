"""Files of number arrays: ``.npz``, ``.npy``, pickles and PyTorch files, read without running code, within limits."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm import limits
from hmvlm.body.pickled_arrays import Refused
from hmvlm.body.unpickle import load_array_pickle
from hmvlm.motion.formats import npz_file

_MEMBER, _MOST_MEMBERS = b"PK\x01\x02", 10_000
"""Mark of a member in a zip archive's list."""
_DEEPEST = 8
"""Dictionaries in dictionaries."""
_PICKLED = "it holds pickled objects, which could run code: save it again with plain number arrays"


def read_npz(path: Path, wanted: set[str]) -> tuple[dict[str, np.ndarray], list[str]]:
    """The arrays of an archive that are ``wanted``, and the names of all; none is pickled, none is huge.

    Raises:
        ValueError: not such an archive; one sentence.
    """
    try:
        return npz_file.read(path, wanted)
    except ValueError as error:
        raise ValueError(f"{path.name} cannot be read as AMASS .npz: {error}") from None


def read_npy(path: Path) -> np.ndarray:
    """The array of a ``.npy`` file.

    Raises:
        ValueError: no array of numbers, or a huge one; one sentence.
    """
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # numpy raises nearly anything on altered headers
        reason = _PICKLED if "pickle" in str(error) or "Python objects" in str(error) else "it is damaged, or no array"
        raise ValueError(f"{path.name} cannot be read as .npy: {reason}") from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise ValueError(f"{path.name} must hold one array of numbers")
    if array.size > limits.NPZ_VALUES:
        raise ValueError(f"{path.name} holds {array.size:,} numbers; {limits.NPZ_VALUES:,} are the most")
    return np.array(array, np.float64)


def read_pickle(path: Path) -> Any:
    """What a ``.pkl`` of arrays or a ``.pt`` of tensors holds, tensors as arrays.

    Raises:
        ValueError: another kind of file, or one that asks for more than arrays; one sentence.
    """
    if path.stat().st_size > limits.NPZ_BYTES:
        raise ValueError(
            f"{path.name} is larger than {limits.NPZ_BYTES // limits.MEGABYTE} MB; cut it into shorter clips"
        )
    if path.suffix.lower() == ".pkl":
        return load_array_pickle(path)
    import torch

    try:
        _check_archive(path)
        return _plain(torch.load(path, map_location="cpu", weights_only=True), [limits.NPZ_VALUES])
    except Refused as error:
        raise ValueError(f"{path.name} cannot be read as a PyTorch file of tensors: {error}") from None
    except Exception as error:  # altered bytes raise nearly anything
        raise ValueError(
            f"{path.name} cannot be read as a PyTorch file of tensors: it is damaged, or asks for more than tensors"
        ) from error


def _check_archive(path: Path) -> None:
    """Refused where a PyTorch file is a zip archive whose members are many, or large when unpacked."""
    content = path.read_bytes()
    if not content.startswith(b"PK"):
        return
    if content.count(_MEMBER) > _MOST_MEMBERS:
        raise Refused(f"it has more than {_MOST_MEMBERS:,} parts")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > limits.NPZ_BYTES:
        raise Refused(f"unpacked it is larger than {limits.NPZ_BYTES // limits.MEGABYTE} MB")


def _plain(value: Any, left: list[int], depth: int = 0) -> Any:
    """Tensors as arrays, of at most ``left[0]`` values together: one of stride 0 claims more than the file holds."""
    if isinstance(value, dict):
        if depth > _DEEPEST:
            raise Refused(f"its dictionaries lie more than {_DEEPEST} deep in each other")
        return {key: _plain(one, left, depth + 1) for key, one in value.items()}
    if not hasattr(value, "numel"):
        return value
    left[0] -= value.numel()
    if left[0] < 0:
        raise Refused(f"it holds more than {limits.NPZ_VALUES // 10**6} million numbers")
    value = value.detach()
    return (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()  # NumPy has no bfloat16
