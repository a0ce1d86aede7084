"""Photos from anywhere to upright RGB arrays, and one clear sentence when that is impossible."""

from __future__ import annotations

import logging
import math
import os
from functools import cache
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from hmvlm import limits
from hmvlm.vision.decoder import Decoding, job_for
from hmvlm.vision.media import READABLE, MediaError, checked_file, is_simple, media_kind

__all__ = ["MediaError", "decode_here", "media_kind", "read_image"]

logger = logging.getLogger(__name__)

MAX_SIDE = limits.PHOTO_SIDE
MAX_PIXELS = limits.PHOTO_PIXELS
"""Larger photos are refused before any pixel is decoded: a small file may claim a huge picture."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "JPEG2000", "AVIF", "HEIF", "PPM")
"""What is decoded; Pillow's other readers (PostScript, for one, runs a program) stay closed."""
_SCAN = b"\xff\xda"
"""Marker of a scan of a JPEG, which coded data never contain."""
_TURNS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"}
_TURNS |= {6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90"}
"""How a picture becomes upright, by its EXIF orientation."""


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
    if is_simple(path) and _pixels(path) <= limits.PHOTO_PIXELS_HERE:
        return decode_here(path, max_side)
    with Decoding(job_for(path, "image", max_side=max_side), path.name) as decoding:
        width, height = decoding.message()["size"]
        return next(decoding.pictures((width, height)))


def decode_here(path: str | os.PathLike, max_side: int = MAX_SIDE) -> np.ndarray:
    """A photo as :func:`read_image` gives it, decoded in this process.

    Raises:
        MediaError: there is no picture in it. MemoryError: it needs more than there is.
    """
    path = Path(path)
    with _opened(path) as picture:
        _check_size(picture, path.name)
        if picture.format in ("JPEG", "MPO"):  # decode at a half, quarter or eighth where that suffices
            _check_scans(path)
            picture.draft(None, _fitted(picture.size, max_side))
        return _decoded(picture, path.name, max_side)


def _pixels(path: Path) -> int:
    with _opened(path) as picture:
        _check_size(picture, path.name)
        return picture.size[0] * picture.size[1]


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
    except MemoryError:
        raise
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


def _check_scans(path: Path) -> None:
    """A progressive JPEG goes over the picture once a scan, so that a small file can take hours."""
    scans = path.read_bytes().count(_SCAN)
    if scans > limits.PHOTO_SCANS:
        raise MediaError(
            f"{path.name} is drawn in {scans:,} passes; {limits.PHOTO_SCANS} are the most, so save it again."
        )


def _decoded(picture: Image.Image, name: str, max_side: int) -> np.ndarray:
    _check_size(picture, name)
    try:
        picture.load()
        return _rgb(picture, max_side)
    except MemoryError:
        raise
    except Exception as error:  # as above
        logger.debug("%s: %r", name, error)
        raise MediaError(f"{name} is damaged or cut off; save or upload it again.") from error


def _fitted(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = min(1.0, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _rgb(picture: Image.Image, max_side: int) -> np.ndarray:
    """Convert the colours, shrink, then turn upright."""
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 0))
    picture = rgb_of(picture, _fitted(picture.size, max_side))
    return np.array(picture if turn is None else picture.transpose(Image.Transpose[turn]))


def rgb_of(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A picture of any colours as RGB of ``size`` (width, height), what is transparent laid on white."""
    if picture.mode[0] in "IF":  # 16 or 32 bits a pixel, or floats
        picture = Image.fromarray(_eight_bits(np.asarray(picture)))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        picture = ground
    picture = picture.convert("RGB")
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


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
    values = np.nan_to_num(array.astype(np.float32), copy=False, posinf=0.0, neginf=0.0)
    top = float(values.max(initial=0.0))
    if array.dtype.kind in "fb" and top <= 1.0:
        values *= 255
    elif top > 255:
        values *= 255 / top
    return np.clip(np.rint(values, out=values), 0, 255, out=values).astype(np.uint8)
