"""The folder of uploads and results: kept below its quotas by deleting what is oldest."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

FRESH_SECONDS = 120.0
"""Files are kept for so long whatever the quota: somebody works with them."""
MOST_UPLOADS = 20_000
"""Uploads of which it is remembered where they came from."""
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class _Entry:
    """A file or folder at the top of the folder: its bytes and when it was last written."""

    path: Path
    size: int
    written: float


class Disk:
    """Keeps a folder below a quota in all and a quota for the uploads of each address.

    Args:
        folder: holds one folder for each upload and each result, as Gradio makes them.
        megabytes: quota of the folder. visitor_megabytes: quota of one address's uploads.
        keep: files that are never deleted.
    """

    def __init__(self, folder: Path, megabytes: int, visitor_megabytes: int, keep: Iterable[str] = ()) -> None:
        self._folder, self._quota, self._share = folder, megabytes * MEGABYTE, visitor_megabytes * MEGABYTE
        self._keep = {Path(path).resolve() for path in keep}
        self._uploads: OrderedDict[Path, str] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def used(self) -> int:
        """Bytes in the folder."""
        return sum(entry.size for entry in self._entries())

    def room_for(self, size: int) -> bool:
        """Whether so many bytes have room, after deleting what is oldest where that is needed."""
        with self._lock:
            return self._shrink(self._entries(), self._quota - size)

    def uploaded(self, paths: Iterable[str], where: str) -> None:
        """Note files that came from an address, and delete its oldest ones where they are above its share."""
        with self._lock:
            for path in paths:
                top = self._top(Path(path))
                if top is not None:
                    self._uploads[top] = where
                    self._uploads.move_to_end(top)
            while len(self._uploads) > MOST_UPLOADS:
                self._uploads.popitem(last=False)
            own = [_entry(path) for path, whose in self._uploads.items() if whose == where]
            self._shrink([entry for entry in own if entry is not None], self._share, keep_last=True)

    def clean(self) -> None:
        """Delete what is oldest until the folder is below its quota."""
        with self._lock:
            self._shrink(self._entries(), self._quota)

    def _shrink(self, entries: list[_Entry], quota: int, keep_last: bool = False) -> bool:
        """Delete the oldest of some entries until the rest is at most ``quota``; False where that cannot be reached."""
        used, now = sum(entry.size for entry in entries), time.time()
        oldest = sorted(entries, key=lambda entry: entry.written)
        for entry in oldest[: -1 if keep_last else None]:
            if used <= quota:
                return True
            if (not keep_last and now - entry.written < FRESH_SECONDS) or self._kept(entry.path):
                continue
            if entry.path.is_dir():
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                entry.path.unlink(missing_ok=True)
            self._uploads.pop(entry.path, None)
            logger.info("deleted %d bytes of old files", entry.size, extra={"event": "deleted", "bytes": entry.size})
            used -= entry.size
        return used <= quota

    def _kept(self, path: Path) -> bool:
        resolved = path.resolve()
        return any(kept == resolved or kept.is_relative_to(resolved) for kept in self._keep)

    def _top(self, path: Path) -> Path | None:
        """The entry of the folder that holds a file."""
        try:
            inside = path.resolve().relative_to(self._folder.resolve())
        except ValueError:
            return None
        return self._folder / inside.parts[0] if inside.parts else None

    def _entries(self) -> list[_Entry]:
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        found = (_entry(self._folder / name) for name in names)
        return [entry for entry in found if entry is not None]


def _entry(top: Path) -> _Entry | None:
    """A file, or a folder with all that is in it; None where it is gone."""
    size, written = 0, 0.0
    for path in _files(top):
        try:
            about = os.stat(path, follow_symlinks=False)
        except OSError:  # deleted meanwhile
            continue
        size, written = size + about.st_size, max(written, about.st_mtime)
    if not written:  # an empty folder is about to be filled
        try:
            written = os.stat(top, follow_symlinks=False).st_mtime
        except OSError:
            return None
    return _Entry(top, size, written)


def _files(top: Path) -> Iterable[str]:
    if top.is_symlink() or not top.is_dir():
        return [str(top)]
    return (os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names)
