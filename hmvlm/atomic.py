"""Files and folders that are either the old version or the new one, whenever the process dies.

Both context managers write beside the target, flush to the disk and rename. A reader never meets half of a file, and a
full disk leaves the old version in place.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def atomic_file(path: str | os.PathLike) -> Iterator[Path]:
    """A path beside ``path`` to write to, with the same suffix; it replaces ``path`` when the block ends without an
    error.

    Raises:
        OSError: the folder cannot be written to, or the disk is full; ``path`` is unchanged then.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".partial-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o666 & ~_umask())
        _flush(partial)
        os.replace(partial, path)
        _flush(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: str | os.PathLike) -> Iterator[Path]:
    """A copy of the folder ``path`` (empty if there is none) to write to; it takes its place when the block ends
    without an error.

    What was in the folder and is not written anew stays. On Linux the two folders change places in one step; elsewhere
    there is a moment between two renames in which neither has the name.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".partial-{path.name}-", dir=path.parent))
    try:
        if path.is_dir():
            shutil.copytree(path, partial, dirs_exist_ok=True)
        partial.chmod(0o777 & ~_umask())
        yield partial
        for file in partial.rglob("*"):
            _flush(file)
        if path.is_dir():
            _exchange(partial, path)
        else:
            partial.rename(path)
        _flush(path.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change names: ``renameat2`` where the system has it, two renames where not."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if rename and rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return
    spare = one.with_name(one.name + "-old")
    other.rename(spare)
    one.rename(other)
    spare.rename(one)


def _flush(path: Path) -> None:
    """Write what the system still holds of a file or folder to the disk.

    A system without such handles is left alone.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
