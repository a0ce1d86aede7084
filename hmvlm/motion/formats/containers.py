"""Files of number arrays: ``.npz``, ``.npy``, pickles and PyTorch files, read without running code, within limits."""

from __future__ import annotations

import pickle
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm.body.unpickle import load_array_pickle

LARGEST_MEMBER = 512 * 2**20
"""Bytes an array may unpack to: nearly an hour of SMPL-H at 120 frames a second in float64."""
_PICKLED = "it holds pickled objects, which could run code: save it again with plain number arrays"


def read_npz(path: Path, wanted: set[str]) -> tuple[dict[str, np.ndarray], list[str]]:
    """The arrays of an archive that are ``wanted``, and the names of all; none is pickled, none is huge.

    Raises:
        ValueError: not such an archive; one sentence.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {Path(member.filename).stem: member.file_size for member in archive.infolist()}
        taken = wanted & sizes.keys()
        for name in taken:
            if sizes[name] > LARGEST_MEMBER:
                raise ValueError(f"{name!r} unpacks to {sizes[name] / 2**20:.0f} MB, which is too much")
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in taken}, list(sizes)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError) as error:
        reason = str(error) or "damaged archive"
        raise ValueError(
            f"{path.name} cannot be read as AMASS .npz: {_PICKLED if 'allow_pickle' in reason else reason}"
        ) from None


def read_npy(path: Path) -> np.ndarray:
    """The array of a ``.npy`` file.

    Raises:
        ValueError: no array of numbers, or a huge one; one sentence.
    """
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        reason = _PICKLED if "pickle" in str(error) else str(error) or "it is empty"
        raise ValueError(f"{path.name} cannot be read as .npy: {reason}") from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise ValueError(f"{path.name} must hold one array of numbers")
    if array.nbytes > LARGEST_MEMBER:
        raise ValueError(f"{path.name} holds {array.nbytes / 2**20:.0f} MB, which is too much")
    return np.array(array, np.float64)


def read_pickle(path: Path) -> Any:
    """What a ``.pkl`` of arrays or a ``.pt`` of tensors holds, tensors as arrays.

    Raises:
        ValueError: another kind of file, or one that asks for more than arrays; one sentence.
    """
    if path.stat().st_size > LARGEST_MEMBER:
        raise ValueError(f"{path.name} is larger than {LARGEST_MEMBER >> 20} MB; cut it into shorter clips")
    if path.suffix.lower() == ".pkl":
        return load_array_pickle(path)
    import torch

    try:
        return _plain(torch.load(path, map_location="cpu", weights_only=True))
    except (RuntimeError, pickle.UnpicklingError, EOFError, ValueError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path.name} cannot be read as a PyTorch file of tensors: {str(error).splitlines()[0]}"
        ) from None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value.numpy() if hasattr(value, "numpy") else value
