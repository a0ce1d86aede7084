"""Arrays in files of ``joblib.dump``: their bytes lie between the instructions of a pickle; the whole may be packed.

The format is that of joblib 0.10 and later (``joblib/numpy_pickle.py``). Instructions are obeyed by Python's own
unpickler, of which each takes about a microsecond, so that their number is limited.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
import pickle
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from hmvlm import limits
from hmvlm.body.pickled_arrays import Refused, checked, sizes

WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
"""The class whose objects stand for arrays."""
INSTRUCTION_BYTES = 8 * limits.MEGABYTE
_PACKED: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file), b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile, b"\x5d\x00": lzma.LZMAFile,
}  # fmt: skip
_ZLIB = b"\x78"


def unpacked(file: BinaryIO) -> bytes | None:
    """The content of a compressed file, None of another, which is then at its beginning.

    Raises:
        Refused: it is longer than :data:`hmvlm.limits.NPZ_BYTES`.
    """
    head = file.read(5)
    file.seek(0)
    opened = next((how for start, how in _PACKED.items() if head.startswith(start)), None)
    if opened is None and not head.startswith(_ZLIB):
        return None
    if opened is None:
        content = zlib.decompressobj().decompress(file.read(), limits.NPZ_BYTES + 1)
    else:
        with opened(file) as stream:
            content = stream.read(limits.NPZ_BYTES + 1)
    if len(content) > limits.NPZ_BYTES:
        raise Refused(f"unpacked it is larger than {limits.NPZ_BYTES // limits.MEGABYTE} MB")
    return content


def load(file: BinaryIO, allowed: Callable[[str, str], Any]) -> Any:
    """What a file of ``joblib.dump`` holds; ``allowed`` gives what it may ask for by module and name."""
    return _Unpickler(file, allowed).load()


class _Place:
    """Stands for an array until its bytes are read; has the attributes of joblib's ``NumpyArrayWrapper``."""

    def read(self, file: BinaryIO) -> np.ndarray:
        """The array whose bytes come next."""
        about = self.__dict__
        dtype, shape = checked(about.get("dtype")), sizes(about.get("shape"))
        if about.get("numpy_array_alignment_bytes") is not None:
            file.read(file.read(1)[0])
        size = math.prod(shape) * dtype.itemsize
        data = file.read(size) if size <= limits.NPZ_BYTES else b""
        if len(data) != size:
            raise Refused(f"it holds an array of shape {str(shape)[:60]} that is larger than the file")
        values = np.frombuffer(data, dtype)
        return values.reshape(shape[::-1]).T if about.get("order") == "F" else values.reshape(shape)


class _Instructions:
    """The part of a file that the unpickler reads itself, of limited length."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, INSTRUCTION_BYTES

    def read(self, size: int) -> bytes:
        """The next bytes."""
        return self._counted(self._file.read(min(size, self._left + 1)))

    def readline(self) -> bytes:
        """The next line."""
        return self._counted(self._file.readline(self._left + 1))

    def _counted(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._left < 0:
            raise Refused(f"beside its arrays it holds more than {INSTRUCTION_BYTES // limits.MEGABYTE} MB")
        return data


_Python: Any = pickle._Unpickler
"""Python's unpickler; the one in C cannot be told to read arrays."""


class _Unpickler(_Python):
    dispatch = dict(_Python.dispatch)

    def __init__(self, file: BinaryIO, allowed: Callable[[str, str], Any]) -> None:
        super().__init__(_Instructions(file), encoding="latin1")
        self._bytes, self._allowed = file, allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == WRAPPER:
            return _Place
        return self._allowed(module, name)

    def load_build(self) -> None:
        """Set the attributes of an object; one that stands for an array becomes it."""
        super().load_build()
        if type(self.stack[-1]) is _Place:
            self.stack[-1] = self.stack[-1].read(self._bytes)

    dispatch[pickle.BUILD[0]] = load_build
