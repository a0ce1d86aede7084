"""Photos of every kind, good and bad, written here with Pillow and read by the product."""

import base64
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import ExifTags, Image

from hmvlm.vision.image import MAX_PIXELS, MediaError, media_kind, read_image

RED, BLUE = (200, 30, 30), (30, 30, 200)
HEIC = base64.b64decode(  # 64 x 48, left half blue, right half red
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAA"
    "AERAAAEAAQAAAAABoQABAAAAAAAAACQAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADd"
    "aXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAA"
    "AwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAACxtZGF0AAAA"
    "ICgBrxmA70mlv//uFYEfNd2/NsheF7OQf9Faee73A21v"
)


@pytest.fixture
def halves() -> Image.Image:
    """64 x 48 pixels, the left half blue, the right half red."""
    picture = Image.new("RGB", (64, 48), RED)
    picture.paste(BLUE, (0, 0, 32, 48))
    return picture


def assert_halves(pixels: np.ndarray, tolerance: int = 30) -> None:
    assert pixels.shape == (48, 64, 3) and pixels.dtype == np.uint8
    assert np.abs(pixels[24, 8].astype(int) - BLUE).max() < tolerance
    assert np.abs(pixels[24, 56].astype(int) - RED).max() < tolerance


def sentence(error: pytest.ExceptionInfo) -> str:
    text = str(error.value)
    assert text[0].isupper() or text.split()[0].count(".") or text[0] == "'", text
    assert text.endswith(".") and "\n" not in text and len(text) < 250 and "/tmp" not in text, text
    return text


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tif", "jp2", "avif", "ppm"])
def test_usual_formats(halves, tmp_path, suffix):
    path = tmp_path / f"photo.{suffix}"
    halves.save(path)
    assert_halves(read_image(path))
    assert media_kind(path) == "image"


def test_heic(tmp_path):
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(HEIC)
    assert media_kind(path) == "image"
    assert_halves(read_image(path))
    path.write_bytes(HEIC[:-30])
    with pytest.raises(MediaError) as error:
        read_image(path)
    assert "IMG_0001.HEIC" in sentence(error)


def test_modes(halves, tmp_path):
    halves.convert("CMYK").save(tmp_path / "press.jpg")
    assert_halves(read_image(tmp_path / "press.jpg"), 60)
    halves.convert("P").save(tmp_path / "palette.png")
    assert_halves(read_image(tmp_path / "palette.png"), 60)
    grey = read_image(halves.convert("L"))
    assert grey.shape == (48, 64, 3) and (grey[..., 0] == grey[..., 2]).all()
    assert read_image(halves.convert("1")).max() == 255
    assert_halves(read_image(halves.convert("LAB")), 200)


def test_sixteen_bits(tmp_path):
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (4, 1))
    Image.fromarray(ramp).save(tmp_path / "deep.png")
    pixels = read_image(tmp_path / "deep.png")
    assert pixels[0, 0, 0] == 0 and pixels[0, 255, 0] == 255 and abs(int(pixels[0, 128, 1]) - 128) <= 1
    row = b"\0" + struct.pack(">6H", 65535, 0, 0, 0, 0, 65535)  # a true-colour pixel of 16 bits a channel

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)
    blob = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b"")
    (tmp_path / "colour.png").write_bytes(blob)
    assert read_image(tmp_path / "colour.png").tolist() == [[[255, 0, 0], [0, 0, 255]]]


def test_transparency_is_white(tmp_path):
    picture = Image.new("RGBA", (4, 2), (255, 0, 0, 0))
    picture.putpixel((0, 0), (0, 0, 255, 255))
    picture.save(tmp_path / "cutout.png")
    pixels = read_image(tmp_path / "cutout.png")
    assert pixels[0, 0].tolist() == [0, 0, 255] and pixels[1, 1].tolist() == [255, 255, 255]
    palette = Image.new("P", (2, 2), 0)
    palette.putpalette([9, 9, 9] * 256)
    palette.save(tmp_path / "palette.png", transparency=0)
    assert read_image(tmp_path / "palette.png").min() == 255


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation(halves, tmp_path, orientation):
    """Whatever the camera's turn, the picture comes out as the person saw it."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = halves.transpose(undo[orientation]) if orientation in undo else halves
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    stored.save(tmp_path / "turned.jpg", exif=exif)
    assert_halves(read_image(tmp_path / "turned.jpg"))
    stored.save(tmp_path / "turned.png", exif=exif)
    assert_halves(read_image(tmp_path / "turned.png"))
    with Image.open(tmp_path / "turned.jpg") as opened:
        assert_halves(read_image(opened))


def test_animations_give_their_first_picture(halves, tmp_path):
    for suffix in ("gif", "webp", "png", "avif"):
        path = tmp_path / f"moving.{suffix}"
        halves.save(path, save_all=True, append_images=[Image.new("RGB", (64, 48), "white")] * 3, duration=100)
        assert_halves(read_image(path))
        assert media_kind(path) == "video"
        halves.save(tmp_path / f"still.{suffix}")
        assert media_kind(tmp_path / f"still.{suffix}") == "image"


@pytest.mark.slow
def test_size_is_bounded(tmp_path):
    photo = Image.effect_noise((7680, 4320), 40)
    photo.save(tmp_path / "8k.jpg", quality=60)
    assert read_image(tmp_path / "8k.jpg").shape == (1080, 1920, 3)
    assert read_image(photo.resize((768, 432)), max_side=100).shape == (56, 100, 3)
    assert read_image(Image.new("RGB", (5000, 1))).shape == (1, 1920, 3)
    assert read_image(np.zeros((1, 1, 3), np.uint8)).shape == (1, 1, 3)
    with pytest.raises(ValueError, match="max_side"):
        read_image(photo, max_side=0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_bombs_are_refused(tmp_path):
    side = int(MAX_PIXELS**0.5) + 200
    Image.new("1", (side, side)).save(tmp_path / "bomb.png")
    assert os.path.getsize(tmp_path / "bomb.png") < 100_000
    Image.new("1", (30000, 30000)).save(tmp_path / "larger.png")
    for name in ("bomb.png", "larger.png"):
        with pytest.raises(MediaError) as error:
            read_image(tmp_path / name)
        assert "too many pixels" in sentence(error)


def test_arrays():
    array = np.zeros((3, 5, 3), np.uint8)
    array[0, 0] = 7
    assert (read_image(array) == array).all()
    assert read_image(np.full((2, 2), 0.5)).tolist()[0][0] == [128, 128, 128]
    assert read_image(np.full((2, 2, 4), 255, np.uint8)).shape == (2, 2, 3)
    assert read_image(np.array([[np.nan, 1.0]]))[0, :, 0].tolist() == [0, 255]
    assert read_image(np.array([[True, False]]))[0, :, 0].tolist() == [255, 0]
    for bad in (np.zeros((2, 2, 5)), np.zeros((0, 4, 3)), np.zeros(3)):
        with pytest.raises(MediaError) as error:
            read_image(bad)
        sentence(error)


def test_bad_files(halves, tmp_path):
    """Each gives one sentence that names the file, never a traceback of a decoder."""
    halves.resize((640, 480)).save(tmp_path / "whole.jpg")
    halves.resize((640, 480)).save(tmp_path / "whole.png")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:2000])
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:400])
    (tmp_path / "stub.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "notes.jpg").write_text("a shopping list\n" * 30)
    (tmp_path / "page.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n")
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    for path in (*tmp_path.glob("cut.*"), *map(tmp_path.joinpath, ("stub.png", "empty.jpg", "notes.jpg", "page.eps",
                 "folder.png", "pipe.png", "absent.jpg", "x" * 300))):  # fmt: skip
        with pytest.raises(MediaError) as error:
            read_image(path)
        assert path.name[:80] in sentence(error)
    for bad in ("", "a\0b"):
        with pytest.raises(MediaError) as error:
            read_image(bad)
    assert_halves(read_image(halves))  # and the next request works


def test_kind_of_other_files(tmp_path):
    cases = {
        "text.mp4": b"just words\n" * 50, "empty.mp4": b"", "song.mp3": b"ID3\4" + b"\0" * 500,
        "song.wav": b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 100, "noise.jpg": bytes(range(7, 250)) * 9,
    }  # fmt: skip
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MediaError) as error:
            media_kind(tmp_path / name)
        assert name in sentence(error)
