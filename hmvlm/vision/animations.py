"""Animated pictures: GIF, PNG and WebP that hold several. Their blocks are walked through, nothing is decoded."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

PNG, WEBP, GIF = b"\x89PNG\r\n\x1a\n", b"WEBP", b"GIF8"
MOST_BLOCKS = 1000
"""Blocks among which the second picture of an animation is looked for."""
SHORTEST, INSTEAD = 11, 100
"""Milliseconds that a picture is shown at least; less is taken for unknown and becomes a tenth of a second, as in
browsers."""


def kind_of(head: bytes) -> str | None:
    """``gif``, ``png`` or ``webp`` by the first bytes of a file; None for others."""
    if head.startswith(GIF):
        return "gif"
    if head.startswith(PNG):
        return "png"
    return "webp" if head[:4] == b"RIFF" and head[8:12] == WEBP else None


def is_animated(stream: BinaryIO) -> bool:
    """Whether a GIF, PNG or WebP announces a second picture. The stream is at its beginning."""
    kind = kind_of(stream.read(12))
    stream.seek(0)
    if kind is None:
        return False
    if kind == "gif":
        return _gif_has_two(stream)
    found = 0
    for number, delay in enumerate(_delays(stream, kind)):
        found += delay is not None
        if found == 2 or number == MOST_BLOCKS:
            break
    return found == 2


def starts(stream: BinaryIO, most: int) -> list[int]:
    """Milliseconds at which the pictures of an animated PNG or WebP are shown, from 0 and rising, ``most + 1`` at most.

    The stream is at its beginning.
    """
    kind = kind_of(stream.read(12))
    stream.seek(0)
    found, now = [], 0
    for delay in _delays(stream, kind or ""):
        if delay is None:
            continue
        found.append(now)
        now += delay if delay >= SHORTEST else INSTEAD
        if len(found) > most:
            break
    return found


def _delays(stream: BinaryIO, kind: str) -> Iterator[int | None]:
    """For every block of a PNG or WebP the milliseconds of the picture that it announces; None for other blocks."""
    stream.seek(8 if kind == "png" else 12)
    head = ">I4s" if kind == "png" else "<4sI"
    while len(block := stream.read(8)) == 8:
        first, second = struct.unpack(head, block)
        name, size = (second, first) if kind == "png" else (first, second)
        left, delay = size + (4 if kind == "png" else size & 1), None
        if name == b"fcTL" and size == 26:  # 12 bytes of place and size, 8 of offsets, 2 + 2 of the delay
            content = stream.read(size)
            left -= len(content)
            if len(content) == size:
                count, unit = struct.unpack_from(">HH", content, 20)
                delay = round(1000 * count / (unit or 100))
        elif name == b"ANMF" and size >= 16:  # 3 bytes each of x, y, width, height and milliseconds
            content = stream.read(16)
            left -= len(content)
            if len(content) == 16:
                delay = int.from_bytes(content[12:15], "little")
        stream.seek(left, os.SEEK_CUR)
        yield delay


def _gif_has_two(stream: BinaryIO) -> bool:
    screen = stream.read(13)
    if len(screen) == 13 and screen[10] & 0x80:
        stream.seek(3 << (screen[10] & 7) + 1, os.SEEK_CUR)
    pictures = 0
    while (kind := stream.read(1)) in (b"\x21", b"\x2c"):
        if kind == b"\x2c":
            pictures += 1
            if pictures == 2:
                return True
            picture = stream.read(9)
            if len(picture) == 9 and picture[8] & 0x80:
                stream.seek(3 << (picture[8] & 7) + 1, os.SEEK_CUR)
        stream.read(1)  # the size of a code, or the label of an extension
        while (size := stream.read(1)) not in (b"", b"\0"):
            stream.seek(size[0], os.SEEK_CUR)
    return False
