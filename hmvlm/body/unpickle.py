"""Read an official SMPL pickle, or another of arrays, without running the code that a pickle can hold.

Only NumPy arrays, and in SMPL's files SciPy sparse matrices and chumpy arrays, may appear; chumpy itself is not needed:
a stub keeps the array that a chumpy object wraps. Anything else is refused by name. Files that joblib wrote, whole or
compressed, are read by the same rules.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm.body import joblib_arrays, pickled_arrays
from hmvlm.body.pickled_arrays import Refused

_NUMPY: dict[str, Any] = {
    "_reconstruct": pickled_arrays.reconstruct, "ndarray": pickled_arrays.Marker, "dtype": pickled_arrays.Kind,
    "scalar": pickled_arrays.scalar, "_frombuffer": pickled_arrays.from_buffer, "memmap": pickled_arrays.Marker,
}  # fmt: skip
_NUMPY_MODULES = (
    "numpy",
    *(f"numpy.{core}.{part}" for core in ("core", "_core") for part in ("multiarray", "numeric")),
)
_SPARSE = ("csc_matrix", "csr_matrix", "coo_matrix")
_BUILTINS = {"set": set, "frozenset": frozenset, "object": object, "bytes": pickled_arrays.raw,
             "bytearray": pickled_arrays.raw}  # fmt: skip


class _Chumpy:
    """Stands for a ``chumpy.ch.Ch`` object: keeps its state, of which ``x`` is the array."""

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)

    def array(self) -> np.ndarray:
        """The wrapped array."""
        if "x" in self.__dict__:
            return np.asarray(self.__dict__["x"])
        inner = self.__dict__.get("a")
        if isinstance(inner, _Chumpy):
            values = inner.array().ravel()[np.asarray(self.__dict__["idxs"])]
            return values.reshape(self.__dict__["preferred_shape"])
        raise ValueError("the SMPL pickle holds a chumpy expression that is not a plain array")


class _Names:
    def allowed(self, module: str, name: str) -> Any:
        """What a pickle may ask for by name; :class:`Refused` for anything else."""
        if module in _NUMPY_MODULES and name in _NUMPY:
            return _NUMPY[name]
        if module in ("builtins", "__builtin__") and name in _BUILTINS:
            return _BUILTINS[name]
        if (module, name) == ("_codecs", "encode"):
            return pickled_arrays.encode
        asked = f"{module}.{name}"[:80]
        raise Refused(f"the pickle asks for {asked!r}, which arrays never need; file refused")


class _ModelNames(_Names):
    """Also admits what the official body models hold."""

    def allowed(self, module: str, name: str) -> Any:
        """As that of all pickles, and sparse matrices and chumpy's arrays."""
        if module.split(".")[0] == "chumpy":
            return _Chumpy
        if module in ("copy_reg", "copyreg") and name == "_reconstructor":
            return _new
        if module.split(".")[:2] == ["scipy", "sparse"] and name in _SPARSE:
            import scipy.sparse

            return getattr(scipy.sparse, name)
        return super().allowed(module, name)


def _new(kind: Any, base: Any, state: Any) -> Any:
    """``copyreg._reconstructor``: an object that gets its attributes later."""
    if kind is not _Chumpy and getattr(kind, "__name__", "") not in _SPARSE:
        raise Refused(f"the pickle asks for an object of {str(kind)[:60]}, which arrays never need; file refused")
    return object.__new__(kind)


def load_array_pickle(path: Path, names: type[_Names] = _Names) -> Any:
    """What a ``.pkl`` of arrays, numbers, words, lists and dictionaries holds.

    Raises:
        ValueError: the file is no pickle, or asks for anything beyond these; one sentence.
    """
    try:
        with path.open("rb") as file:
            packed = joblib_arrays.unpacked(file)
            stream = file if packed is None else io.BytesIO(packed)
            return joblib_arrays.load(stream, names().allowed)
    except Refused as error:
        raise ValueError(f"{path.name} cannot be read as a pickle of arrays: {error}") from error
    except Exception as error:  # unpickling altered bytes raises nearly anything
        raise ValueError(f"{path.name} cannot be read as a pickle of arrays: it is damaged, or none") from error


def load_smpl_pickle(path: Path) -> dict[str, np.ndarray]:
    """Arrays of an SMPL ``.pkl`` as plain NumPy.

    Raises:
        ValueError: the file is no pickle, or asks for anything beyond arrays.
    """
    content = load_array_pickle(path, _ModelNames)
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} holds a {type(content).__name__}, not SMPL's dictionary")
    return {name: _plain(value) for name, value in content.items() if _is_array(value)}


def _is_array(value: object) -> bool:
    return isinstance(value, (np.ndarray, _Chumpy)) or hasattr(value, "toarray")


def _plain(value) -> np.ndarray:
    if isinstance(value, _Chumpy):
        return value.array()
    if hasattr(value, "toarray"):
        if hasattr(value, "check_format"):
            value.check_format(full_check=True)  # its compiled code trusts the indices
        return value.toarray()
    return value.view(np.ndarray)
