"""SHA-256 of files, each computed once for as long as the file stays what it is."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

CHUNK = 1 << 20
"""Bytes that are read at a time."""
_KNOWN: dict[tuple[int, int, int, int, int], str] = {}


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as hex digits.

    It is kept for files of the same inode, size and times of change.
    """
    with path.open("rb") as stream:
        about = Path(path).stat()
        key = about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns
        if key not in _KNOWN:
            digest = hashlib.sha256()
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
            _KNOWN[key] = digest.hexdigest()
        return _KNOWN[key]


def sums_ahead(folder: Path) -> threading.Thread:
    """Compute the sums of the files under a folder in a thread, for a check that comes later.

    It needs a processor but hardly the interpreter, which imports keep busy at the start.
    """

    def run() -> None:
        for path in sorted(folder.rglob("*")):
            try:
                if path.is_file():
                    file_sha256(path)
            except OSError:  # who needs the file will say what is wrong with it
                continue

    thread = threading.Thread(target=run, name="sums-ahead", daemon=True)
    thread.start()
    return thread
