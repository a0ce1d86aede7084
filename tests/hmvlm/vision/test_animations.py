"""Animated WebP, PNG and AVIF are clips, with the times that the file gives its pictures."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageDraw

from hmvlm.vision import animations
from hmvlm.vision.media import MediaError, media_kind
from hmvlm.vision.video import read_video

DELAYS = (100, 100, 200, 100)
LEVELS = (0, 60, 120, 180)


def save(path, levels=LEVELS, mode="RGB", **options):
    """Grey pictures, a lighter one at a time."""
    pictures = [Image.new("RGB", (64, 48), (level,) * 3).convert(mode) for level in levels]
    options = {"duration": list(DELAYS[: len(levels)]), "lossless": True} | options
    pictures[0].save(path, save_all=True, append_images=pictures[1:], **options)
    return path


@pytest.mark.parametrize("suffix", ["webp", "png", "gif", "avif"])
def test_pictures_are_shown_at_their_times(tmp_path, suffix):
    clip = read_video(save(tmp_path / f"moving.{suffix}"))
    assert clip.size == (64, 48) and clip.note is None
    seen = [float(frame.mean()) for frame in clip.frames]
    ends, times = np.array(DELAYS).cumsum() / 1000, (np.arange(clip.count) + 0.25) / clip.fps
    expected = [LEVELS[min(place, 3)] for place in np.searchsorted(ends, times, side="right")]
    assert seen == pytest.approx(expected, abs=4) and len(set(expected)) == 4
    assert float(clip.frames[-1].mean()) == pytest.approx(LEVELS[-1], abs=4)


@pytest.mark.parametrize("suffix", ["webp", "png"])
def test_what_is_transparent_is_white_and_large_pictures_are_shrunk(tmp_path, suffix):
    pictures = []
    for left in (0, 600, 1000):
        pictures.append(Image.new("RGBA", (1280, 960), (0, 0, 0, 0)))
        ImageDraw.Draw(pictures[-1]).rectangle((left, 0, left + 99, 959), fill=(255, 0, 0, 255))
        ImageDraw.Draw(pictures[-1]).rectangle((left, 600, left + 200, 700), fill=(0, 0, 255, 99))
    pictures[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=pictures[1:], duration=50, disposal=1)
    clip = read_video(tmp_path / f"a.{suffix}")
    assert clip.size == (960, 720) and clip.fps == pytest.approx(20)
    for frame, left in zip(clip.frames, (0, 600, 1000), strict=True):
        red = np.flatnonzero((frame[300, :, 0] > 200) & (frame[300, :, 1] < 50))
        assert abs(red.min() - left * 0.75) <= 3 and len(red) == pytest.approx(75, abs=6)
        assert (frame[300] > 240).all(axis=1).sum() > 860


def test_a_picture_outside_of_a_png_animation_is_left_out(tmp_path):
    save(tmp_path / "a.png", default_image=True, duration=100)
    clip = read_video(tmp_path / "a.png")
    assert [round(float(frame.mean())) for frame in clip.frames] == list(LEVELS[1:])


@pytest.mark.parametrize("suffix", ["webp", "png"])
def test_length_is_bounded_and_a_time_of_zero_is_unknown(tmp_path, suffix):
    clip = read_video(save(tmp_path / f"a.{suffix}", range(0, 200, 4), duration=100), max_seconds=2)
    assert clip.duration == pytest.approx(2, abs=0.05) and "2 s" in clip.note
    clip = read_video(save(tmp_path / f"b.{suffix}", duration=0))
    assert clip.fps == pytest.approx(10) and clip.count == 4


@pytest.mark.parametrize("suffix", ["webp", "png"])
def test_damage_is_a_sentence(tmp_path, suffix):
    whole = save(tmp_path / f"a.{suffix}", range(0, 250, 2), duration=50).read_bytes()
    rng, read = np.random.default_rng(0), 0
    for number in range(20):
        data = bytearray(whole[: int(rng.integers(40, len(whole)))] if number % 2 else whole)
        data[int(rng.integers(12, len(data)))] ^= 255
        path = tmp_path / f"{number}.{suffix}"
        path.write_bytes(data)
        try:
            if media_kind(path) == "video":
                read += sum(frame.shape == (48, 64, 3) for frame in read_video(path).frames)
        except MediaError as error:
            assert path.name in str(error) and str(error).endswith(".") and "\n" not in str(error)
    assert read


def test_huge_pictures_and_endless_blocks_are_refused_at_once(tmp_path):
    data = bytearray(save(tmp_path / "a.webp").read_bytes())
    place = data.index(b"VP8X") + 12
    data[place : place + 6] = (9_989).to_bytes(3, "little") * 2
    (tmp_path / "wide.webp").write_bytes(data)
    with pytest.raises(MediaError, match="pixels"):
        read_video(tmp_path / "wide.webp")
    blocks = animations.PNG + (struct.pack(">I4s", 0, b"teXt") + bytes(4)) * 3000
    assert not animations.is_animated(io.BytesIO(blocks + struct.pack(">I4s", 26, b"fcTL") + bytes(30)))
