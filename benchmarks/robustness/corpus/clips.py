"""Hostile clips and GIFs."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import av
import numpy as np
from PIL import Image

from benchmarks.robustness.corpus.case import READ, REFUSED, Case, altered, content

CODECS = {
    "mp4": ("mp4", "libx264"),
    "mkv": ("matroska", "libx264"),
    "avi": ("avi", "mpeg4"),
    "mpg": ("mpeg", "mpeg1video"),
    "ts": ("mpegts", "libx264"),
    "webm": ("webm", "libvpx"),
    "mov": ("mov", "mjpeg"),
}
"""Container and codec by suffix."""


def clip(suffix: str, frames: int = 8, rate: int = 25, seed: int = 0) -> bytes:
    """A clip of noise over a moving bar."""
    container_format, codec = CODECS[suffix]
    stream, draw = io.BytesIO(), np.random.default_rng(seed)
    with av.open(stream, "w", format=container_format) as container:
        track = container.add_stream(codec, rate=rate)
        track.width, track.height, track.pix_fmt = 64, 48, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(frames):
            picture = draw.integers(0, 60, (48, 64, 3)).astype(np.uint8)
            picture[:, number * 4 : number * 4 + 8] = 220
            container.mux(track.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(track.encode(None))
    return stream.getvalue()


def gif(width: int, height: int, pictures: int, delay: int = 4, screen: tuple[int, int] | None = None) -> bytes:
    """A GIF that claims a size and a number of pictures, each of one pixel of data."""
    extension = b"\x21\xf9\x04\0" + struct.pack("<H", delay) + b"\0\0"
    picture = extension + b"\x2c" + struct.pack("<4HB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", *(screen or (width, height)), 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + picture * pictures + b";"


def cases(seed: int = 0) -> Iterator[Case]:
    """Clips of every container, altered, and with claims."""
    for suffix in CODECS:
        good = clip(suffix, seed=seed)
        yield Case(f"good.{suffix}", good, READ)
        yield from altered(f"clip.{suffix}", good, seed, 2)
    yield from content("mp4")
    yield from _boxes(clip("mp4", seed=seed))
    yield from _manifests()
    yield from _gifs(seed)


def _gifs(seed: int) -> Iterator[Case]:
    """GIFs that claim large sizes, many pictures, or no time."""
    pictures = [Image.new("L", (16, 12), 40 * number) for number in range(5)]
    stream = io.BytesIO()
    pictures[0].save(stream, "GIF", save_all=True, append_images=pictures[1:], duration=80)
    yield Case("moving.gif", stream.getvalue(), READ)
    yield from altered("animation.gif", stream.getvalue(), seed, 3)
    claims = {
        "tiny": gif(4, 4, 3), "still": gif(4, 4, 1), "no-delay": gif(4, 4, 5, 0), "slow": gif(4, 4, 3, 65_535),
        "long": gif(4, 4, 9_990, 0), "outside": gif(60_000, 60_000, 3, screen=(4, 4)),
    }  # fmt: skip
    yield from (Case(f"{name}.gif", data) for name, data in claims.items())
    yield Case("large.gif", gif(9_990, 9_990, 3), REFUSED)
    yield Case("flat.gif", gif(0, 0, 2), REFUSED)


def _boxes(good: bytes) -> Iterator[Case]:
    """An MP4 whose tables and sizes claim too much."""
    for name, kind, place, value in (
        ("times", b"stts", 8, 0x7FFFFFFF), ("sizes", b"stsz", 12, 0x7FFFFFFF), ("chunks", b"stco", 8, 0x7FFFFFFF),
        ("scale", b"mdhd", 12, 0), ("scale-large", b"mdhd", 12, 0xFFFFFFFF), ("entries", b"stsd", 8, 0x7FFFFFFF),
        ("movie", b"moov", -4, 0xFFFFFFFF), ("data", b"mdat", -4, 0x7FFFFFFF),
    ):  # fmt: skip
        start = good.index(kind) + 4 + place - (4 if place < 0 else 0)
        yield Case(f"{name}.mp4", good[:start] + struct.pack(">I", value) + good[start + 4 :])
    for side in (16_000, 65_535):
        start = good.index(b"avc1") + 4 + 24
        yield Case(f"side{side}.mp4", good[:start] + struct.pack(">HH", side, side) + good[start + 4 :])
    nested = b""
    for _ in range(2000):
        nested = struct.pack(">I4s", len(nested) + 8, b"moov") + nested
    yield Case("nested.mp4", struct.pack(">I4s", 16, b"ftyp") + b"isom\0\0\0\0" + nested, REFUSED)


def _manifests() -> Iterator[Case]:
    """Files that name other files."""
    texts = {
        "dash": "<!--free--><MPD><Period><BaseURL>/etc/hostname</BaseURL></Period></MPD>",
        "list": "#EXTM3U\n#EXTINF:1\n/etc/hostname\n", "concat": "ffconcat version 1.0\nfile /etc/hostname\n",
        "link": "http://127.0.0.1:9/a.mp4\n", "smil": "<smil><body><video src='/etc/hostname'/></body></smil>",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n", "free": "\0\0\0\x10free#EXTM3U\n/etc/hostname",
    }  # fmt: skip
    for name, text in texts.items():
        yield Case(f"{name}.mp4", text.encode(), REFUSED)
