"""Clips of every kind, good and bad, written here by ffmpeg and read by the product."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hmvlm.vision import clip_frames
from hmvlm.vision.image import MediaError
from hmvlm.vision.video import read_video
from tests.hmvlm.vision.videos import GREY, HALVES, ffmpeg, make, numbers


def sentence(error: pytest.ExceptionInfo, name: str) -> str:
    text = str(error.value)
    assert name in text and text.endswith(".") and "\n" not in text and len(text) < 250 and "/tmp" not in text, text
    return text


def assert_halves(frame: np.ndarray) -> None:
    """The left half blue, the right half red, and upright."""
    height, width = frame.shape[:2]
    assert frame.dtype == np.uint8 and width > height
    rows, quarter = slice(height * 2 // 5, height * 3 // 5), width // 4  # means: the few colours of a GIF are dithered
    left, right = frame[rows, :quarter].mean(axis=(0, 1)), frame[rows, -quarter:].mean(axis=(0, 1))
    assert left[2] > 180 and left[0] < 60 and right[0] > 180 and right[2] < 60


CODECS = {
    "h264.mp4": ("-c:v", "libx264"), "h265.mp4": ("-c:v", "libx265", "-tag:v", "hvc1"),
    "vp9.webm": ("-c:v", "libvpx-vp9"),
    "av1.mp4": ("-c:v", "libsvtav1", "-preset", "10"), "prores.mov": ("-c:v", "prores_ks"),
    "mpeg4.avi": ("-c:v", "mpeg4"),
    "stream.ts": ("-c:v", "libx264"), "h264.mkv": ("-c:v", "libx264"), "old.flv": ("-c:v", "flv"), "moving.gif": (),
}  # fmt: skip


@pytest.mark.parametrize("name", CODECS)
def test_codecs_and_containers(tmp_path, name):
    clip = read_video(make(tmp_path / name, HALVES, *CODECS[name], rate=25))
    assert clip.size == (160, 120) and abs(clip.count - 25) <= 1 and clip.fps == pytest.approx(25, rel=0.03)
    assert clip.duration == pytest.approx(1, abs=0.08) and clip.note is None
    pictures = list(clip.frames)
    assert len(pictures) == clip.count == len(clip.frames)
    for frame in (pictures[0], pictures[-1], clip.frames[3]):
        assert_halves(frame)


def test_frames_come_in_order_and_again(tmp_path):
    clip = read_video(make(tmp_path / "count.mp4", GREY, "-bf", "3", "-g", "20"))
    assert numbers(clip.frames) == list(range(30)) == numbers(clip.frames)
    assert numbers([clip.frames[-1], clip.frames[7]]) == [29, 7]
    first, second = iter(clip.frames), iter(clip.frames)
    assert [numbers([next(one)])[0] for one in (first, first, second, first)] == [0, 1, 0, 2]


def test_rate_is_bounded(tmp_path):
    clip = read_video(make(tmp_path / "fast.mp4", GREY, rate=50), max_fps=25)
    assert clip.fps == 25 and clip.count == 25
    assert numbers(clip.frames) == list(range(0, 50, 2))
    slow = read_video(make(tmp_path / "slow.mp4", GREY, rate=10))
    assert slow.fps == pytest.approx(10) and slow.count == 10


def test_length_is_bounded(tmp_path):
    clip = read_video(make(tmp_path / "long.mp4", GREY, seconds=2), max_seconds=1.5)
    assert clip.count == 45 and clip.duration == pytest.approx(1.5) and clip.note == "Only the first 1.5 s are used."
    assert numbers(clip.frames)[-1] == 44
    whole = read_video(tmp_path / "long.mp4", max_seconds=2.0)
    assert whole.count == 60 and whole.note is None
    transcoded = read_video(make(tmp_path / "long.gif", HALVES, seconds=3, rate=10), max_seconds=1.5)
    assert transcoded.duration == pytest.approx(1.5, abs=0.05) and "1.5 s" in transcoded.note


def test_unsteady_rate(tmp_path):
    """Ten quick frames, then ten slow ones: sampled evenly in time."""
    frames = ("-vf", "setpts='if(lt(N,10),N,10+(N-10)*5)/30/TB'", "-fps_mode", "vfr", "-frames:v", "20")
    make(tmp_path / "unsteady.mkv", GREY, *frames)

    clip = read_video(tmp_path / "unsteady.mkv")
    seen = numbers(clip.frames)
    times = np.arange(clip.count) / clip.fps * 30
    expected = np.where(np.arange(20) < 10, np.arange(20), 10 + (np.arange(20) - 10) * 5)
    assert seen == sorted(seen) and max(np.bincount(seen)) <= 4
    assert np.abs(expected[seen] - times).max() <= 5


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_phone_rotation(tmp_path, angle):
    """Frames stored turned, with the turn in the file's header, come out as the person saw them."""
    turned = {90: "transpose=clock", 180: "hflip,vflip", 270: "transpose=cclock"}[angle]
    make(tmp_path / "stored.mp4", HALVES + "," + turned)
    ffmpeg("-display_rotation", str(angle), "-i", tmp_path / "stored.mp4", "-c", "copy", tmp_path / "phone.mp4")
    for side in (960, 80):
        clip = read_video(tmp_path / "phone.mp4", max_side=side)
        assert max(clip.size) == min(side, 160)
        assert_halves(clip.frames[5])


@pytest.mark.slow
def test_4k_in_little_memory(tmp_path):
    make(
        tmp_path / "4k.mp4",
        "testsrc2=size=3840x2160:rate={rate}:duration={seconds}",
        "-preset",
        "ultrafast",
        seconds=0.6,
    )
    script = (
        "import re, sys\nfrom pathlib import Path\nfrom hmvlm.vision.video import read_video\n"
        "clip = read_video(sys.argv[1])\nassert clip.size == (960, 540)\n"
        "assert sum(frame.shape == (540, 960, 3) for frame in clip.frames) == clip.count == 18\n"
        "peak = re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())\n"
        "print(int(peak[1]) >> 10 if peak else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "4k.mp4"], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 500, "megabytes"


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    """No file beside the clip, no process, also of a walk that is given up in the middle."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    clip = read_video(make(tmp_path / "moving.gif", HALVES, rate=10))
    walk = iter(clip.frames)
    assert_halves(next(walk))
    walk.close()
    assert not list((tmp_path / "scratch").iterdir())
    assert not [child for child in children() if "decoder_process" in child]


def children() -> list[str]:
    """Command lines of this process's children, those that ended without being waited for included."""
    found = []
    for task in Path("/proc/self/task").glob("*/children"):
        for number in task.read_text().split():
            line = Path(f"/proc/{number}/cmdline").read_bytes().decode(errors="replace")
            found.append(line or "decoder_process (ended)")
    return found


@pytest.mark.slow
def test_truncated(tmp_path):
    """A clip cut off at the end gives what is there; without its index it gives a sentence."""
    data = make(tmp_path / "whole.mp4", "testsrc2=size=320x240:rate={rate}:duration={seconds}", seconds=2).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    with pytest.raises(MediaError) as error:
        read_video(tmp_path / "cut.mp4")
    assert "cut off" in sentence(error, "cut.mp4")
    ffmpeg("-i", tmp_path / "whole.mp4", "-c", "copy", "-movflags", "+faststart", tmp_path / "streamed.mp4")
    (tmp_path / "part.mp4").write_bytes((tmp_path / "streamed.mp4").read_bytes()[: len(data) // 2])
    clip = read_video(tmp_path / "part.mp4")
    assert 10 < clip.count < 60 and sum(1 for _ in clip.frames) == clip.count


@pytest.mark.slow
def test_damaged_in_the_middle(tmp_path):
    """Either all frames come, or one sentence."""
    path = make(tmp_path / "noisy.mp4", "testsrc2=size=320x240:rate={rate}:duration={seconds}", seconds=2)
    whole = path.read_bytes()
    generator = np.random.default_rng(0)
    for _ in range(12):
        data = np.frombuffer(whole, np.uint8).copy()
        data[generator.integers(48, len(data), 40)] = generator.integers(0, 256, 40)
        path.write_bytes(data.tobytes())
        try:
            clip = read_video(path)
            assert sum(frame.shape == (240, 320, 3) for frame in clip.frames) == clip.count
        except MediaError as error:
            assert "noisy.mp4" in str(error)


def test_bad_files(tmp_path):
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", tmp_path / "sound.mp4")
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", tmp_path / "song.wav")
    Image.new("RGB", (64, 48)).save(tmp_path / "photo.mp4", format="JPEG")
    (tmp_path / "text.mp4").write_text("WEBVTT, but no video\n" * 40)
    (tmp_path / "list.mp4").write_text("#EXTM3U\n/etc/passwd\n")
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "head.mp4").write_bytes(b"\0\0\0\x20ftypisom" + b"\0" * 20)
    (tmp_path / "head.webm").write_bytes(b"\x1a\x45\xdf\xa3" + bytes(range(200)))
    words = {
        "sound.mp4": "sound", "song.wav": "sound", "photo.mp4": "photo", "text.mp4": "neither", "list.mp4": "neither",
        "empty.mp4": "0 bytes", "folder.mp4": "folder", "head.mp4": "damaged", "head.webm": "damaged",
        "absent.mp4": "no file",
    }  # fmt: skip
    for name, word in words.items():
        with pytest.raises(MediaError) as error:
            read_video(tmp_path / name)
        assert word in sentence(error, name)
    assert read_video(make(tmp_path / "next.mp4")).count == 30  # and the next request works


def test_small_and_odd(tmp_path):
    one = read_video(make(tmp_path / "one.mp4", HALVES, "-frames:v", "1"))
    assert one.count == 1 and len(list(one.frames)) == 1 and one.fps > 0
    tiny = read_video(make(tmp_path / "tiny.mp4", "color=red:size=2x2:rate={rate}:duration={seconds}"))
    assert tiny.size == (2, 2) and next(iter(tiny.frames)).shape == (2, 2, 3)
    for side in (16, 17, 48):  # narrow frames have padded rows
        assert_halves(read_video(make(tmp_path / "halves.mp4"), max_side=side).frames[0])
    for limits in ({"max_seconds": 0}, {"max_fps": -1}, {"max_side": 0}, {"max_fps": float("nan")}):
        with pytest.raises(ValueError, match="positive"):
            read_video(tmp_path / "tiny.mp4", **limits)
    with pytest.raises(TypeError):
        tiny.frames[:2]
    with pytest.raises(IndexError):
        tiny.frames[30]


@pytest.mark.parametrize(("interval", "jumps"), [(500, 0), (25, 1)])
def test_only_key_frames_ahead_are_jumped_to(tmp_path, monkeypatch, interval, jumps):
    path = make(
        tmp_path / "a.mp4", GREY, "-g", str(interval), "-keyint_min", "1", "-sc_threshold", "0", rate=10, seconds=5
    )
    clip, jumped = read_video(path), []
    jump = clip_frames._jumped
    monkeypatch.setattr(clip_frames, "_jumped", lambda *arguments: jumped.append(arguments[2]) or jump(*arguments))
    job = {**clip.frames._file.job, "task": "frames", "wanted": clip.frames._file.places[[0, 3, 40]].tolist(),
           "size": [64, 48]}  # fmt: skip
    sent: list[tuple] = []
    clip_frames.frames(job, lambda tag, *content: sent.append((tag, b"".join(content))))
    pictures = [np.frombuffer(content, np.uint8).reshape(48, 64, 3) for tag, content in sent if tag == b"F"]
    assert numbers(pictures) == [0, 3, 40] and len(jumped) == jumps
