"""Photos from anywhere to upright RGB arrays, and one clear sentence when that is impossible."""

from __future__ import annotations

import logging
import math
import os
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import ExifTags, Image

logger = logging.getLogger(__name__)

MAX_SIDE = 1920
MAX_PIXELS = 100_000_000
"""Larger photos are refused before any pixel is decoded: a small file may claim a huge picture."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "JPEG2000", "AVIF", "HEIF", "PPM")
"""What is decoded; Pillow's other readers (PostScript, for one, runs a program) stay closed."""
READABLE = "JPEG, PNG, WebP, HEIC, GIF, MP4, MOV or WebM"

_HEAD = 4096
_TURNS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"}
_TURNS |= {6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90"}
"""How a picture becomes upright, by its EXIF orientation."""
_IMAGE_MAGIC = (
    b"\xff\xd8\xff", b"\x89PNG", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ", b"\xffO\xffQ", b"P5\n", b"P6\n", b"P6 "
)  # fmt: skip
_IMAGE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"avis")
_VIDEO_MAGIC = (b"\x1a\x45\xdf\xa3", b"FLV", b"OggS", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"\x30\x26\xb2\x75")
_VIDEO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_AUDIO_MAGIC = (b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"MThd")


class MediaError(ValueError):
    """A photo or clip cannot be used; the message is one sentence for whoever chose the file."""


def media_kind(path: str | os.PathLike) -> Literal["image", "video"]:
    """Is this file a photo or a clip? Decided by its content; an animated GIF is a clip.

    Raises:
        MediaError: neither, or no readable file.
    """
    path = checked_file(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    riff = head[8:12] if head[:4] == b"RIFF" else b""
    if head.startswith(b"GIF8"):
        with _opened(path) as picture:
            return "video" if getattr(picture, "is_animated", False) else "image"
    if head.startswith(_IMAGE_MAGIC) or riff == b"WEBP" or (head[4:8] == b"ftyp" and head[8:12] in _IMAGE_BRANDS):
        return "image"
    transport_stream = len(head) > 376 and head[0] == head[188] == head[376] == 0x47
    if head.startswith(_VIDEO_MAGIC) or riff == b"AVI " or head[4:8] in _VIDEO_BOXES or transport_stream:
        return "video"
    if head.startswith(_AUDIO_MAGIC) or riff == b"WAVE":
        raise MediaError(f"{path.name} holds sound only; choose a photo or a video that shows a person.")
    raise MediaError(f"{path.name} is neither a photo nor a video that can be read; use {READABLE}.")


def read_image(source: str | os.PathLike | Image.Image | np.ndarray, max_side: int = MAX_SIDE) -> np.ndarray:
    """One upright photo as ``(H, W, 3)`` uint8 RGB, no side longer than ``max_side`` pixels.

    EXIF rotation is applied, transparency is laid on white, CMYK, grey and 16-bit pictures are
    converted, and the first picture of an animation is taken.

    Args:
        source: a file, a PIL picture, or an array ``(H, W)`` or ``(H, W, 1 | 3 | 4)`` of uint8,
            uint16 or floats in 0..1.

    Raises:
        MediaError: there is no picture in it. ValueError: ``max_side`` is not positive.
    """
    if max_side < 1:
        raise ValueError(f"max_side must be positive, got {max_side}")
    if isinstance(source, np.ndarray):
        return _rgb(_from_array(source), max_side)
    if isinstance(source, Image.Image):
        return _decoded(source, "The picture", max_side)
    path = checked_file(source)
    with _opened(path) as picture:
        if picture.format in ("JPEG", "MPO"):  # decode at a half, quarter or eighth where that suffices
            _check_size(picture, path.name)
            picture.draft(None, _fitted(picture.size, max_side))
        return _decoded(picture, path.name, max_side)


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


@cache
def _register_heif() -> None:
    """Teach Pillow the photos of iPhones."""
    import pi_heif

    pi_heif.register_heif_opener()


def _opened(path: Path) -> Image.Image:
    """A picture whose header is read and whose size is allowed; no pixel is decoded yet."""
    _register_heif()
    try:
        return Image.open(path, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise MediaError(_too_large(path.name)) from error
    except Exception as error:  # decoders raise nearly anything on bytes that were cut or altered
        logger.debug("%s: %r", path, error)
        raise MediaError(f"{path.name} is not a photo that can be read, or it is damaged; use {READABLE}.") from error


def _too_large(name: str, size: str = "") -> str:
    return f"{name} has too many pixels{size}; shrink it below {MAX_PIXELS // 10**6} million first."


def _check_size(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise MediaError(_too_large(name, f" ({width} x {height})"))
    if width * height == 0:
        raise MediaError(f"{name} has no pixels ({width} x {height}); choose another.")


def _decoded(picture: Image.Image, name: str, max_side: int) -> np.ndarray:
    _check_size(picture, name)
    try:
        picture.load()
        return _rgb(picture, max_side)
    except Exception as error:  # as above
        logger.debug("%s: %r", name, error)
        raise MediaError(f"{name} is damaged or cut off; save or upload it again.") from error


def _fitted(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = min(1.0, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _rgb(picture: Image.Image, max_side: int) -> np.ndarray:
    """Convert the colours, shrink, then turn upright."""
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 0))
    if picture.mode[0] in "IF":  # 16 or 32 bits a pixel, or floats
        picture = Image.fromarray(_eight_bits(np.asarray(picture)))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    picture = picture.convert("RGB")
    size = _fitted(picture.size, max_side)
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.array(picture if turn is None else picture.transpose(Image.Transpose[turn]))


def _from_array(array: np.ndarray) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)) or 0 in array.shape:
        raise MediaError(f"A picture must be an array (H, W) or (H, W, 3 or 4), got {array.shape}.")
    if math.prod(array.shape[:2]) > MAX_PIXELS:
        raise MediaError(_too_large("The picture", f" ({array.shape[1]} x {array.shape[0]})"))
    return Image.fromarray(_eight_bits(array))


def _eight_bits(array: np.ndarray) -> np.ndarray:
    """Any numbers to uint8: floats up to 1 and integers above 255 are scaled, and nothing is NaN."""
    if array.dtype == np.uint8:
        return array
    values = np.nan_to_num(array.astype(np.float32), posinf=0.0, neginf=0.0)
    top = float(values.max(initial=0.0))
    if array.dtype.kind in "fb" and top <= 1.0:
        values = values * 255
    elif top > 255:
        values = values * (255 / top)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
