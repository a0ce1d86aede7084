"""Hostile photos."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.robustness.corpus.case import READ, REFUSED, Case, altered, content

SIMPLE = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP", "ppm": "PPM"}
LARGE_DECODERS = {"tif": "TIFF", "jp2": "JPEG2000", "gif": "GIF", "avif": "AVIF", "heic": "HEIF"}
"""Formats by suffix whose decoders are small, and others."""
MOVING = {"webp": "WEBP", "png": "PNG", "avif": "AVIF"}
"""Formats of photos that may hold several pictures, of which the first is read."""
_HEIC = Path(__file__).with_name("photo.heic")
"""Half blue, half red; Pillow writes no such files."""


def picture(seed: int = 0, mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Noise over a gradient."""
    noise = np.random.default_rng(seed).integers(0, 60, (size[1], size[0], 3))
    noise[..., 0] += np.linspace(0, 190, size[0]).astype(int)
    return Image.fromarray(noise.astype(np.uint8)).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as the bytes of a file; HEIF is always the same picture."""
    if kind == "HEIF":
        return _HEIC.read_bytes()
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png(width: int, height: int, data: bytes = b"", bits: int = 8, colour: int = 2) -> bytes:
    """A PNG that claims a size and holds ``data``."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    about = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", about) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def repeated_scans(data: bytes, count: int) -> bytes:
    """A progressive JPEG with its last pass over the picture again and again."""
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * count + data[-2:]


def with_directory(data: bytes, entries: int, size: int) -> bytes:
    """A JPEG with an EXIF directory whose entries all point to the same ``size`` bytes, spread over segments."""
    rows = b"".join(struct.pack("<HHLL", tag, 7, size, 8) for tag in range(1, entries + 1))
    directory = b"II*\0" + struct.pack("<LH", 8, entries) + rows + bytes(4)
    directory += bytes(max(0, size + 100 - len(directory)))
    pieces = [directory[start : start + 65_000] for start in range(0, len(directory), 65_000)]
    segments = (b"\xff\xe1" + struct.pack(">H", 8 + len(piece)) + b"Exif\0\0" + piece for piece in pieces)
    return data[:2] + b"".join(segments) + data[2:]


def cases(seed: int = 0, formats: dict[str, str] = SIMPLE) -> Iterator[Case]:
    """Photos of some formats, altered, and with claims."""
    for suffix, kind in formats.items():
        good = encoded(picture(seed), kind)
        yield Case(f"good.{suffix}", good, READ)
        yield from altered(f"photo.{suffix}", good, seed)
        if suffix in MOVING:
            moving = [picture(seed + number) for number in range(3)]
            good = encoded(moving[0], kind, save_all=True, append_images=moving[1:], duration=80)
            yield Case(f"moving.{suffix}", good, READ)
            yield from altered(f"moving.{suffix}", good, seed, 1)
    if formats is not SIMPLE:
        return
    yield from content("jpg")
    yield Case("other.jpg", encoded(picture(seed), "PNG"), READ)
    yield Case("grey.png", encoded(picture(seed, "L"), "PNG"), READ)
    yield Case("cmyk.jpg", encoded(picture(seed, "CMYK"), "JPEG"), READ)
    yield Case("palette.png", encoded(picture(seed, "P"), "PNG"), READ)
    yield Case("line.png", encoded(picture(seed, size=(4000, 1)), "PNG"), READ)
    yield Case("dot.png", encoded(picture(seed, size=(1, 1)), "PNG"), READ)
    exif = Image.Exif()
    exif[0x0112] = 99
    yield Case("turned.jpg", encoded(picture(seed), "JPEG", exif=exif), READ)
    yield Case("directory.jpg", with_directory(encoded(picture(seed), "JPEG"), 100, 100_000), READ)
    yield Case("passes.jpg", repeated_scans(encoded(picture(seed), "JPEG", progressive=True), 500), REFUSED)
    yield Case("bomb.png", png(30_000, 30_000), REFUSED)
    yield Case("wide.png", png(2_000_000_000, 1), REFUSED)
    yield Case("tall.png", png(1, 2_000_000_000), REFUSED)
    yield Case("flat.png", png(100, 0), REFUSED)
    yield Case("unfilled.png", png(64, 48, b"\0" * 10), REFUSED)
    yield Case("odd.png", png(64, 48, b"\0" * 10, bits=7), REFUSED)
    sizes = struct.pack("<IHHIIiiHHIIiiII", 99, 0, 0, 54, 40, 60_000, 60_000, 1, 24, 0, 0, 1, 1, 0, 0)
    yield Case("bomb.bmp", b"BM" + sizes, REFUSED)
    yield Case("bomb.ppm", b"P6\n99999 99999\n255\n" + bytes(100), REFUSED)
    yield Case("words.ppm", b"P6\nx y\n255\n" + bytes(100), REFUSED)
    yield Case("script.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n", REFUSED)
