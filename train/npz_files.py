"""Reading the .npz files that one stage makes for another."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np


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
