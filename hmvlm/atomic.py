"""Files and folders that are either the old version or the new one, whenever the process dies.

Both context managers write beside the target, flush to the disk and rename. A reader never meets half of a file. A full
disk leaves the old version in place and is a :class:`DiskFullError`. A symbolic link stays one: what it points to is
replaced. A replaced file or folder keeps its permissions, a new one has those that the umask gives.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

_PARTIAL = ".partial-"
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_NUMBERS = "|".join(map(str, _NO_ROOM))
_NO_ROOM_TEXT = re.compile(
    rf"\(os error (?:{_NUMBERS})\)|\[Errno (?:{_NUMBERS})\]|No space left on device|failed writing file"
    r"|inline_container\.cc.*unexpected pos"
)
"""How safetensors, shutil, programs and torch tell of it; torch by the last one where it closes a file."""
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class DiskFullError(OSError):
    """There was no room for a file or folder; the message is one sentence, and the old version is in place."""


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write a text file in UTF-8 as :func:`atomic_file` does."""
    with atomic_file(path) as partial:
        partial.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def atomic_file(path: str | os.PathLike) -> Iterator[Path]:
    """A path beside ``path`` to write to, with the same suffix; it replaces ``path`` when the block ends without an
    error.

    Raises:
        OSError: ``path`` is a folder, its folder cannot be written to, or the disk is full; ``path`` is unchanged then.
    """
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, not a file; give the name of a file")
    partial = path.with_name(f"{_PARTIAL}{secrets.token_hex(6)}{path.suffix}")
    try:
        with _no_room_is_told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            mode = (path if path.is_file() else partial).stat().st_mode & 0o777
            partial.chmod(mode | 0o200)
            yield partial
            partial.chmod(mode)  # also where the writer made a file of its own in its place
            _flush(partial)
            os.replace(partial, path)
            _flush(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_folder(path: str | os.PathLike) -> Iterator[Path]:
    """A copy of the folder ``path`` (empty if there is none) to write to; it takes its place when the block ends
    without an error.

    What was in the folder and is not written anew stays. Inside a folder that is being written this way already, the
    folder itself is given, as the whole takes its place at once. On Linux the two folders change places in one step;
    elsewhere there is a moment between two renames in which neither has the name.

    Raises:
        OSError: ``path`` is a file, its folder cannot be written to, or the disk is full; ``path`` is unchanged then.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(f"{path} is a file, not a folder; give the name of a folder")
    if any(part.startswith(_PARTIAL) for part in path.parts):
        path.mkdir(parents=True, exist_ok=True)
        yield path
        return
    with _no_room_is_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(path.parent):
            yield from _replaced_folder(path)


@contextlib.contextmanager
def _no_room_is_told(path: Path) -> Iterator[None]:
    """Turn what writers raise on a full disk into one sentence."""
    try:
        yield
    except DiskFullError:
        raise
    except Exception as error:
        if not _is_no_room(error):
            raise
        kept = "; the old version is still there" if path.exists() else ""
        raise DiskFullError(f"the disk has no room for {path.name}{kept}; free some space and try again") from error


def _is_no_room(error: BaseException) -> bool:
    """Whether an error, or one that it hides, tells of a full disk."""
    seen: BaseException | None = error
    while seen is not None:
        if getattr(seen, "errno", None) in _NO_ROOM or _NO_ROOM_TEXT.search(str(seen)):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _replaced_folder(path: Path) -> Iterator[Path]:
    partial = path.with_name(f"{_PARTIAL}{secrets.token_hex(6)}")
    partial.mkdir()
    readers = partial.stat().st_mode & 0o666
    try:
        if path.is_dir():
            shutil.copytree(path, partial, symlinks=True, dirs_exist_ok=True)
        yield partial
        for file in partial.rglob("*"):
            if file.is_symlink():
                continue
            if file.is_file():  # some writers make files that only their owner can read
                old = path / file.relative_to(partial)
                file.chmod(old.stat().st_mode & 0o777 if old.is_file() else file.stat().st_mode & 0o777 | readers)
            _flush(file)
        if path.is_dir():
            _exchange(partial, path)
        else:
            partial.rename(path)
        _flush(path.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def _alone_in(parent: Path) -> Iterator[None]:
    """Wait until nobody else replaces a folder in ``parent``: of two at once the later would undo the earlier.

    A file system without such locks is left alone.
    """
    handle = os.open(parent, os.O_RDONLY) if fcntl else None
    try:
        if handle is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if handle is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)  # a process forked meanwhile holds the handle too
            os.close(handle)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change names: ``renameat2`` where the system has it, two renames where not."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if rename and rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return
    spare = one.with_name(one.name + "-old")
    other.rename(spare)
    try:
        one.rename(other)
    except OSError:
        spare.rename(other)
        raise
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
