"""Archives by address: a download with progress, and the members of a wheel or tarball."""

from __future__ import annotations

import os
import tarfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

CHUNK = 1 << 20
TIMEOUT_SECONDS = 20.0
"""Longest wait for a connection and for each piece of a download."""


def download(url: str, target: Path, seen: Callable[[int], None]) -> None:
    """Write the file at ``url`` to ``target``; proxies and certificates of the environment apply.

    Args:
        seen: called with the bytes so far after each piece.

    Raises:
        OSError: no connection, an HTTP error, or a full disk.
    """
    done = 0
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as source, target.open("wb") as stream:
        while chunk := source.read(CHUNK):
            stream.write(chunk)
            done += len(chunk)
            seen(done)


@contextmanager
def members(archive: Path) -> Iterator[Callable[[str], IO[bytes]]]:
    """A function that opens a member of a ``.tgz``, or of a zip file such as a wheel, by its name; KeyError without."""
    if archive.suffix != ".tgz":
        with zipfile.ZipFile(archive) as bundle:
            yield bundle.open
        return
    with tarfile.open(archive, "r:gz") as tarball:

        def opened(name: str) -> IO[bytes]:
            stream = tarball.extractfile(name)
            if stream is None:
                raise KeyError(f"{name} in {archive.name} is not a file")
            return stream

        yield opened


def bytes_below(folder: Path) -> int:
    """Bytes in all files below ``folder``; files that are moved away meanwhile count as zero."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).stat().st_size
            except FileNotFoundError:
                continue
    return total
