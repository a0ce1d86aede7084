"""Stand-ins for what NumPy's arrays ask of a pickle. NumPy's own functions crash on some altered states; these check.

An array is pickled as ``_reconstruct(ndarray, (0,), b"b")`` with the state ``(version, shape, dtype, Fortran order,
bytes)``, or in protocol 5 as ``_frombuffer(bytes, dtype, shape, order)``; a dtype as ``dtype("f8")`` with a state that
tells the byte order; a number as ``scalar(dtype, bytes)``.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

OBJECTS = "it holds pickled objects, which could run code: save it again with plain number arrays"
_PLAIN = re.compile(r"[fiubc]\d{1,2}|[US]\d{1,6}")
_ORDERS = ("<", ">", "|", "=")


class Refused(ValueError):
    """A pickle asks for what no arrays of numbers need."""


class Kind:
    """A dtype of numbers or text."""

    def __init__(self, name: Any = "", *_: Any) -> None:
        text = name.decode("latin-1") if isinstance(name, bytes) else str(name)
        self._name, self._order = text.lstrip("<>|="), text[:1] if text[:1] in _ORDERS else "="

    def __setstate__(self, state: Any) -> None:
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else None
        order = order.decode("latin-1") if isinstance(order, bytes) else order
        if order not in _ORDERS or any(part is not None for part in state[2:5]):
            raise Refused("it holds arrays of records")
        self._order = order

    def dtype(self) -> np.dtype:
        """The dtype; :class:`Refused` for one of objects, dates or records."""
        if self._name.startswith("O"):
            raise Refused(OBJECTS)
        if not _PLAIN.fullmatch(self._name):
            raise Refused(f"it holds an array of {self._name[:40]!r}, not of numbers")
        return np.dtype(self._order + self._name)


class Marker:
    """Stands for the class ``numpy.ndarray``, which a pickle only names."""


class Array(np.ndarray):
    """An array that a pickle fills."""

    def __setstate__(self, state: Any) -> None:
        shape, kind, columns_first, raw = state[-4:]
        dtype = checked(kind)
        raw = raw.encode("latin-1") if isinstance(raw, str) else raw
        shape = _shape(shape, dtype, raw)
        checked_state: Any = (1, shape, dtype, bool(columns_first), bytes(raw))
        super().__setstate__(checked_state)


def reconstruct(*_: Any) -> Array:
    """``numpy.core.multiarray._reconstruct``: an empty array, which gets its state later."""
    return Array((0,), np.uint8)


def from_buffer(raw: Any, kind: Any, shape: Any, order: Any, axes: Any = None) -> np.ndarray:
    """``numpy._core.numeric._frombuffer``."""
    dtype = checked(kind)
    if axes is not None or order not in ("C", "F"):
        raise Refused("it holds an array of an unknown order")
    size = _shape(shape, dtype, raw)
    return np.frombuffer(bytes(raw), dtype).reshape(size, order=order)


def scalar(kind: Any, raw: Any) -> Any:
    """``numpy.core.multiarray.scalar``."""
    dtype = checked(kind)
    raw = raw.encode("latin-1") if isinstance(raw, str) else raw
    _shape((1,), dtype, raw)
    return np.frombuffer(raw, dtype)[0]


def checked(kind: Any) -> np.dtype:
    """The dtype that a :class:`Kind` stands for; :class:`Refused` for anything else."""
    if not isinstance(kind, Kind):
        raise Refused("it holds an array without a type")
    return kind.dtype()


def sizes(shape: Any) -> tuple[int, ...]:
    """A shape of whole numbers from 0; :class:`Refused` for anything else."""
    shape = (shape,) if isinstance(shape, int) else shape
    if not isinstance(shape, tuple) or len(shape) > 8 or not all(type(size) is int and size >= 0 for size in shape):
        raise Refused("it holds an array without a shape")
    return shape


def _shape(shape: Any, dtype: np.dtype, raw: Any) -> tuple[int, ...]:
    """The shape; :class:`Refused` where the bytes do not fill it."""
    if not isinstance(raw, (bytes, bytearray)):
        raise Refused(OBJECTS)
    found = sizes(shape)
    if math.prod(found) * dtype.itemsize != len(raw):
        raise Refused(f"it holds an array of shape {str(found)[:60]} with {len(raw):,} bytes")
    return found


def encode(text: Any, codec: Any = "latin1") -> bytes:
    """``_codecs.encode``, by which old pickles hold bytes."""
    if codec not in ("latin1", "latin-1") or not isinstance(text, str):
        raise Refused(f"the pickle asks for the encoding {str(codec)[:40]!r}")
    return text.encode("latin-1")


def raw(content: Any = b"") -> bytes:
    """``bytes`` and ``bytearray``, which would make as many zeros as a number says."""
    if not isinstance(content, (bytes, bytearray)):
        raise Refused("it holds bytes that are none")
    return bytes(content)
