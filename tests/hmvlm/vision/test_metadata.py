"""Descriptions inside photos that take more memory than the photo."""

import pytest
from PIL import Image

from benchmarks.robustness.corpus.photos import encoded, picture, with_directory
from hmvlm.vision.image import read_image
from hmvlm.vision.media import MediaError, is_simple
from hmvlm.vision.metadata import MOST_COPIED, copied


def exif():
    made = Image.Exif()
    made[0x0112] = 6
    return made


@pytest.mark.parametrize(
    ("name", "data", "simple"),
    [
        ("a.jpg", encoded(picture(), "JPEG"), True),
        ("a.jpg", encoded(picture(), "JPEG", exif=exif()), True),
        ("a.jpg", with_directory(encoded(picture(), "JPEG"), 10, 1000), True),
        ("a.jpg", with_directory(encoded(picture(), "JPEG"), 5000, 60_000), False),  # in one segment
        ("a.jpg", with_directory(encoded(picture(), "JPEG"), 10, 100_000), False),  # in two
        ("a.jpg", b"\xff\xd8\0\0" + encoded(picture(), "JPEG")[2:], False),  # bytes that Pillow passes over
        ("a.png", encoded(picture(), "PNG"), True),
        ("a.png", encoded(picture(), "PNG", exif=exif()), False),
        ("a.webp", encoded(picture(), "WEBP"), True),
        ("a.webp", encoded(picture(), "WEBP", exif=exif()), False),
    ],
)
def test_photos_with_costly_descriptions_are_read_in_another_process(tmp_path, name, data, simple):
    (tmp_path / name).write_bytes(data)
    assert is_simple(tmp_path / name) == simple


def test_what_a_directory_can_copy():
    assert copied(b"") == 0 and copied(b"no directory") > MOST_COPIED
    assert copied(b"MM\0*\0\0\0\x08\0\x03" + bytes(90)) == 300


@pytest.mark.slow
def test_a_directory_of_gigabytes_ends_in_a_sentence(tmp_path):
    path = tmp_path / "directory.jpg"
    path.write_bytes(with_directory(encoded(picture(), "JPEG"), 20_000, 300_000))
    with pytest.raises(MediaError, match=r"directory.jpg needs more than the .* MB of memory"):
        read_image(path)
