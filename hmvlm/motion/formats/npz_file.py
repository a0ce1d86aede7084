"""Arrays of an ``.npz`` file that somebody gives: sizes are read from the headers before memory is taken for them."""

from __future__ import annotations

import math
import struct
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

import numpy as np

from hmvlm import limits

_END, _END_BYTES = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
"""Of the further end record of a zip64 archive, whose sizes zipfile takes instead."""
_LONGEST_COMMENT = 1 << 16
_LARGEST_DIRECTORY = 1 << 18
"""Bytes of a zip file's list of members."""
_LONGEST_HEADER = 1 << 16
"""Bytes of an array's description, which NumPy reads as a whole."""
_KINDS = {"f": "numbers", "i": "numbers", "u": "numbers", "b": "truth values", "U": "text"}


def read(path: Path, wanted: Collection[str]) -> tuple[dict[str, np.ndarray], list[str]]:
    """The arrays called ``wanted``, those that are there, and the names of all that are there.

    Nothing is unpickled. Together they have at most :data:`hmvlm.limits.NPZ_VALUES` values, each of which may become a
    float64; none has more rows than :data:`hmvlm.limits.MOTION_FRAMES`.

    Raises:
        ValueError: no such file or a damaged one, or arrays that are pickled, doubled or too large; the reason, as the
            rest of a sentence.
    """
    if path.stat().st_size > limits.NPZ_BYTES:
        raise ValueError(f"it is larger than {limits.NPZ_BYTES // limits.MEGABYTE} MB")
    found: dict[str, np.ndarray] = {}
    left = limits.NPZ_VALUES
    try:
        with path.open("rb") as file:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                names = [Path(member).stem for member in archive.namelist()]
                for name, member in _members(archive, wanted).items():
                    with archive.open(member) as stream:
                        found[name] = _array(stream, name, left)  # type: ignore[arg-type]
                    left -= found[name].size
    except _Reason as error:
        raise ValueError(str(error)) from None
    except Exception as error:  # zipfile and numpy raise nearly anything on altered bytes
        encrypted = isinstance(error, RuntimeError) and "encrypted" in str(error)
        raise ValueError("it is encrypted" if encrypted else "the archive is damaged") from error
    return found, names


class _Reason(Exception):
    """Why a file is refused."""


def _check_directory(file: BinaryIO) -> None:
    """The list of members must be short: each takes half a kilobyte of memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _END_BYTES))
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or place + _END_BYTES > len(tail):
        raise _Reason("it is no zip archive, or the end is missing")
    if struct.unpack("<I", tail[place + 12 : place + 16])[0] > _LARGEST_DIRECTORY:
        raise _Reason("it has too many members")
    if tail[max(0, place - _LOCATOR_BYTES) : place].startswith(_LOCATOR):
        raise _Reason("it is a zip64 archive, which no motion needs")
    file.seek(0)


def _members(archive: zipfile.ZipFile, wanted: Collection[str]) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name not in wanted or name == member.filename:
            continue
        if name in found:
            raise _Reason(f"it holds {name!r} twice")
        found[name] = member
    return found


def _array(stream: BinaryIO, name: str, most: int) -> np.ndarray:
    """One array of at most so many values."""
    version = np.lib.format.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise _Reason(f"{name!r} is an array of the unknown version {version[0]}.{version[1]}")
    if version == (2, 0) and struct.unpack("<I", stream.peek(4)[:4])[0] > _LONGEST_HEADER:  # type: ignore[attr-defined]
        raise _Reason(f"the description of {name!r} is too long")
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, columns_first, dtype = read_header(stream)
    if dtype.hasobject:
        raise _Reason("it holds pickled objects, which could run code: save it again with plain number arrays")
    if dtype.kind not in _KINDS or dtype.shape or any(size < 0 for size in shape):
        raise _Reason(f"{name!r} holds {str(dtype)[:40]} of shape {str(shape)[:60]}, not plain numbers")
    values = math.prod(shape) * max(1, -(-dtype.itemsize // 8))
    if shape and shape[0] > limits.MOTION_FRAMES:
        raise _Reason(f"{name!r} has {shape[0]:,} frames; {limits.MOTION_FRAMES:,} are the most, so cut it into parts")
    if values > most:
        raise _Reason(f"{name!r} of shape {str(shape)[:60]} holds more than {limits.NPZ_VALUES:,} values")
    size = math.prod(shape) * dtype.itemsize
    data = stream.read(size + 1)
    if len(data) != size:
        raise _Reason(f"{name!r} announces {size:,} bytes and holds {'more' if len(data) > size else f'{len(data):,}'}")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if columns_first else "C")
