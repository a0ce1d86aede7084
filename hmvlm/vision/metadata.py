"""Whether the descriptions inside a photo are cheap to read.

Pillow copies what every entry of an EXIF directory points to. Entries may all point to the same bytes, so that a JPEG
of one megabyte can take tens of gigabytes before a pixel is decoded. Photos whose descriptions could are read in
another process, which has a limit of memory.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import BinaryIO

MOST_COPIED = 16 << 20
"""Bytes that the entries of a directory may copy."""
_MARKERS = frozenset((*range(0xC0, 0xD0), 0xDB, 0xDD, *range(0xE0, 0xF0), 0xFE))
"""Segments of a JPEG that say their length."""
_SCAN = 0xDA
_DIRECTORIES = {(0xE1, b"Exif\0\0"): 6, (0xE2, b"MPF\0"): 4}
"""Marker and first bytes of segments that hold a directory, and where it begins."""
_ELSEWHERE = (b"eXIf", b"Raw profile type", b"EXIF")
"""What names a directory in a PNG or WebP."""


def are_cheap(path: Path) -> bool:
    """Whether a JPEG, PNG or WebP has no description that takes much memory."""
    with path.open("rb") as file:
        if file.read(2) == b"\xff\xd8":
            return _cheap_segments(file)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return all(data.find(name) < 0 for name in _ELSEWHERE)


def _cheap_segments(file: BinaryIO) -> bool:
    """Walk through the segments of a JPEG up to its first scan; False for anything out of the ordinary."""
    seen = set()
    while True:
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return False
        if head[1] == _SCAN:
            return True
        if head[1] not in _MARKERS:
            return False
        content = file.read(int.from_bytes(head[2:], "big") - 2)
        for (marker, name), start in _DIRECTORIES.items():
            if marker == head[1] and content.startswith(name):
                if name in seen or copied(content[start:]) > MOST_COPIED:
                    return False
                seen.add(name)


def copied(tiff: bytes) -> int:
    """Bytes that the first directory of a TIFF structure can make a reader copy, at most."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return MOST_COPIED + 1 if tiff else 0
    (place,) = struct.unpack_from(f"{order}L", tiff, 4)
    if place + 2 > len(tiff):
        return 0
    (entries,) = struct.unpack_from(f"{order}H", tiff, place)
    return entries * len(tiff)
