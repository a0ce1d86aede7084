"""What a file that somebody gives is: a photo, a clip, or neither. Only its first bytes decide."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path
from typing import Literal

from hmvlm.motion.formats import KINDS, READ, advice
from hmvlm.vision import animations, metadata

READABLE = "JPEG, PNG, WebP, HEIC, GIF, MP4, MOV or WebM"

_HEAD = 4096
_IMAGE_MAGIC = (
    b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ", b"\xffO\xffQ", b"P5\n", b"P6\n", b"P6 "
)  # fmt: skip
_IMAGE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
_SIMPLE_IMAGES = (b"\xff\xd8\xff", b"\x89PNG")
_VIDEO_MAGIC = {
    b"\x1a\x45\xdf\xa3": "matroska", b"FLV": "flv", b"OggS": "ogg", b"\0\0\x01\xba": "mpeg",
    b"\0\0\x01\xb3": "mpegvideo", b"\x30\x26\xb2\x75": "asf",
}  # fmt: skip
_VIDEO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_AUDIO_MAGIC = (b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"MThd")


class MediaError(ValueError):
    """A photo or clip cannot be used; the message is one sentence for whoever chose the file."""


def media_kind(path: str | os.PathLike) -> Literal["image", "video"]:
    """Is this file a photo or a clip? Decided by its content; an animated GIF, PNG, WebP or AVIF is a clip.

    Raises:
        MediaError: neither, or no readable file.
    """
    path = checked_file(path)
    head = _head(path)
    if animations.kind_of(head):
        with path.open("rb") as stream:
            return "video" if animations.is_animated(stream) else "image"
    if head.startswith(_IMAGE_MAGIC) or (head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS):
        return "image"
    if _demuxer(head):
        return "video"
    if head.startswith(_AUDIO_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WAVE"):
        raise MediaError(f"{path.name} holds sound only; choose a photo or a video that shows a person.")
    if path.suffix.lower() in READ:
        raise MediaError(f"{path.name} is a motion, no photo or video; ask a question about it instead.")
    if told := advice(path):
        raise MediaError(f"{told}.")
    named = (mimetypes.guess_type(path.name)[0] or "").startswith(("image/", "video/", "audio/"))
    other = "" if named else f"; motions are {KINDS}"
    raise MediaError(f"{path.name} is neither a photo nor a video that can be read; use {READABLE}{other}.")


def demuxer(path: Path) -> str | None:
    """Name of the one FFmpeg demuxer that a clip is opened with, or ``png`` or ``webp``; None for other files.

    Formats that name further files (playlists and manifests) are not among them.
    """
    return _demuxer(_head(path))


def is_simple(path: Path) -> bool:
    """Whether a photo is of a kind whose decoder is old, small and compiled (JPEG, PNG, WebP), with small metadata."""
    head = _head(path)
    simple = head.startswith(_SIMPLE_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
    return simple and metadata.are_cheap(path)


def checked_file(path: str | os.PathLike) -> Path:
    """The path of a regular file that is not empty.

    Raises:
        MediaError: it is something else.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise MediaError(f"{path.name} is a folder; choose one photo or video in it.")
        if not path.exists():
            raise MediaError(f"There is no file {path.name}; check the path.")
        if not path.is_file():
            raise MediaError(f"{path.name} is not a regular file; choose a photo or a video.")
        if not path.stat().st_size:
            raise MediaError(f"{path.name} is empty (0 bytes); it was probably not saved or uploaded to the end.")
        with path.open("rb"):
            return path
    except (OSError, ValueError) as error:  # no permission, a name too long, a zero byte in the name
        if isinstance(error, MediaError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise MediaError(f"{path.name[:80]!r} cannot be opened ({reason}); choose another file.") from error


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


def _demuxer(head: bytes) -> str | None:
    if pictures := animations.kind_of(head):
        return pictures
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head[4:8] in _VIDEO_BOXES:
        return "mov"
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "mpegts"
    return next((name for magic, name in _VIDEO_MAGIC.items() if head.startswith(magic)), None)
