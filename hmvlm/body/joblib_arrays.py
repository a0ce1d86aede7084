"""Pickles of arrays, those of ``joblib.dump`` among them: there the arrays' bytes lie between the instructions.

The format is that of joblib 0.10 and later (``joblib/numpy_pickle.py``); the whole may be packed. Instructions are
obeyed by Python's own unpickler: the one in C cannot be told to read arrays, and a file of nine bytes can have it
reserve gigabytes for objects to refer back to. Each instruction takes about a microsecond and up to 200 bytes, so that
their number is limited.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
import pickle
import struct
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from hmvlm import limits
from hmvlm.body.pickled_arrays import Refused, checked, sizes

WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
"""The class whose objects stand for arrays."""
INSTRUCTION_BYTES = 2 * limits.MEGABYTE
CONTENT_BYTES = 1024
"""Pieces that are longer count as instructions of this length: they are what arrays hold."""
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
    """The part of a file that the unpickler reads itself; the instructions in it are of limited length."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, INSTRUCTION_BYTES

    def read(self, size: int) -> bytes:
        """The next bytes."""
        return self._counted(self._file.read(min(size, limits.NPZ_BYTES)))

    def readline(self) -> bytes:
        """The next line."""
        return self._counted(self._file.readline(limits.NPZ_BYTES))

    def _counted(self, data: bytes) -> bytes:
        self._left -= min(len(data), CONTENT_BYTES)
        if self._left < 0:
            raise Refused(f"beside its arrays it holds more than {INSTRUCTION_BYTES // limits.MEGABYTE} MB")
        return data


_Python: Any = pickle._Unpickler


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

    def load_frame(self) -> None:
        """Pass over the length of a frame: what is in it counts as if it had none."""
        self.read(8)

    dispatch[pickle.FRAME[0]] = load_frame

    def load_bytearray8(self) -> None:
        """Read bytes; Python's own method would take the memory that they claim."""
        (size,) = struct.unpack("<Q", self.read(8))
        self.append(bytearray(self.read(size)))

    dispatch[pickle.BYTEARRAY8[0]] = load_bytearray8
