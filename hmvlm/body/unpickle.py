"""Read an official SMPL pickle, or another of arrays, without running the code that a pickle can hold.

Only NumPy arrays, SciPy sparse matrices and chumpy arrays may appear; chumpy itself is not needed:
a stub keeps the array that a chumpy object wraps. Anything else is refused by name.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np

_ALLOWED_MODULES = ("numpy.core.multiarray", "numpy._core.multiarray", "numpy", "scipy.sparse")
_ALLOWED_NAMES = {
    "_reconstruct", "ndarray", "dtype", "scalar", "csc_matrix", "csr_matrix", "coo_matrix",
}  # fmt: skip
_SAFE_FUNCTIONS = {("copy_reg", "_reconstructor"), ("copyreg", "_reconstructor"), ("_codecs", "encode")}
_SAFE_BUILTINS = {"set": set, "frozenset": frozenset, "object": object}


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


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str):
        if module.split(".")[0] == "chumpy":
            return _Chumpy
        if module in ("builtins", "__builtin__") and name in _SAFE_BUILTINS:
            return _SAFE_BUILTINS[name]
        if (module, name) in _SAFE_FUNCTIONS:
            return super().find_class(module.replace("copy_reg", "copyreg"), name)
        if name in _ALLOWED_NAMES and (module in _ALLOWED_MODULES or module.startswith("scipy.sparse.")):
            return super().find_class(module.replace("numpy.core", "numpy._core"), name)
        raise ValueError(f"the pickle asks for {module}.{name}, which arrays never need; file refused")


def load_array_pickle(path: Path) -> object:
    """What a ``.pkl`` of arrays, numbers, words, lists and dictionaries holds.

    Raises:
        ValueError: the file is no pickle, or asks for anything beyond these.
    """
    try:
        with path.open("rb") as file:
            return _Unpickler(file, encoding="latin1").load()
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} cannot be read as a pickle of arrays: {error}") from error


def load_smpl_pickle(path: Path) -> dict[str, np.ndarray]:
    """Arrays of an SMPL ``.pkl`` as plain NumPy.

    Raises:
        ValueError: the file is no pickle, or asks for anything beyond arrays.
    """
    content = load_array_pickle(path)
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} holds a {type(content).__name__}, not SMPL's dictionary")
    return {name: _plain(value) for name, value in content.items() if _is_array(value)}


def _is_array(value: object) -> bool:
    return isinstance(value, (np.ndarray, _Chumpy)) or hasattr(value, "toarray")


def _plain(value) -> np.ndarray:
    if isinstance(value, _Chumpy):
        return value.array()
    return value.toarray() if hasattr(value, "toarray") else value
