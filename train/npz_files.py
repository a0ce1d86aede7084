"""Writing and reading the .npz files that one stage makes for another."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from hmvlm.atomic import atomic_file


def save_npz(path: str | Path, **arrays: Any) -> None:
    """Write a compressed archive under exactly this name (NumPy alone adds a suffix), whole or not at all."""
    with atomic_file(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, **arrays)


@contextmanager
def open_npz(path: str | Path, maker: str) -> Iterator[np.lib.npyio.NpzFile]:
    """The arrays of a file that ``python -m MAKER`` wrote.

    Raises:
        FileNotFoundError: it is missing. ValueError: it is damaged or of another kind. Both name the command that
            makes it.
    """
    command = f"python -m {maker} --out {path}"
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} is missing; make it with: {command}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("it holds a single array")
            yield archive
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is damaged or no file of {maker} ({error}); make it with: {command}") from error
