"""Decoding in a process of its own: whatever happens to that process, the caller gets pictures or one sentence."""

import os
import struct
import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from hmvlm import limits
from hmvlm.vision import decoder
from hmvlm.vision.decoder import Decoding, DecodingStopped, job_for
from hmvlm.vision.image import read_image
from hmvlm.vision.media import MediaError, demuxer, media_kind
from hmvlm.vision.video import read_video


def gif(width: int, height: int, pictures: int) -> bytes:
    """A GIF of a claimed size whose pictures are one pixel each."""
    picture = b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    colours = b"\0\0\0\xff\xff\xff"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + colours + picture * pictures + b";"


@pytest.mark.parametrize(
    ("program", "word"),
    [
        ("import os; os.abort()", "fail (signal 6)"),
        ("import os; os.kill(os.getpid(), 9)", "too long"),
        ("import os; os.kill(os.getpid(), 27)", "too long"),
        ("import sys; sys.exit(4)", "fail (status 4)"),
        ("import sys; sys.stdout.buffer.write(b'X\\5\\0\\0\\0junk!')", "damaged"),
        ("import sys; sys.stdout.buffer.write(b'J\\xff\\0\\0\\0{')", "fail"),
    ],
)
def test_death_is_a_sentence(monkeypatch, tmp_path, program, word):
    monkeypatch.setattr(decoder, "_START", program)
    with Decoding(job_for(tmp_path / "a.mp4", "stamps"), "a.mp4") as decoding, pytest.raises(MediaError) as error:
        decoding.message()
    assert word in str(error.value) and "a.mp4" in str(error.value) and "\n" not in str(error.value)


def test_a_caller_that_leaves_does_not_wait(monkeypatch, tmp_path):
    monkeypatch.setattr(decoder, "_START", "import time; time.sleep(600)")
    cancel = threading.Event()
    with Decoding(job_for(tmp_path / "a.mp4", "stamps"), "a.mp4", cancel) as decoding:
        cancel.set()
        with pytest.raises(DecodingStopped):
            decoding.message()
    with pytest.raises(ProcessLookupError):
        os.kill(decoding._process.pid, 0)  # gone, and waited for


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know the limits by name only")
def test_memory_and_files_are_limited():
    program = (
        "from hmvlm.vision.decoder_process import confine\nconfine()\n"
        f"try:\n    bytearray({limits.DECODER_BYTES})\nexcept MemoryError:\n    print('memory')\n"
        "import signal, tempfile\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n    f = tempfile.TemporaryFile()\n    f.write(b'x'); f.flush()\nexcept OSError:\n    print('file')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["memory", "file"], done.stderr


def test_nothing_but_the_file_is_opened(tmp_path):
    """A manifest that passes for a clip is given to the one demuxer of its first bytes, which knows no manifests."""
    Image.new("RGB", (16, 16)).save(tmp_path / "victim.gif")
    manifest = f"<!--free--><MPD><Period><BaseURL>{tmp_path / 'victim.gif'}</BaseURL></Period></MPD>"
    lists = {
        "dash.mp4": manifest, "concat.mp4": f"ffconcat version 1.0\nfile {tmp_path / 'victim.gif'}\n",
        "list.mp4": f"#EXTM3U\n{tmp_path / 'victim.gif'}\n",
    }  # fmt: skip
    for name, text in lists.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(MediaError, match=name):
            read_video(tmp_path / name)
    assert demuxer(tmp_path / "dash.mp4") == "mov" and demuxer(tmp_path / "list.mp4") is None


def test_size_is_checked_before_decoding(tmp_path):
    (tmp_path / "wide.gif").write_bytes(gif(9_990, 9_990, 2))
    assert media_kind(tmp_path / "wide.gif") == "video"
    with pytest.raises(MediaError, match="9990 x 9990 pixels"):
        read_video(tmp_path / "wide.gif")
    (tmp_path / "still.gif").write_bytes(gif(20_000, 20_000, 1))
    assert media_kind(tmp_path / "still.gif") == "image"
    with pytest.raises(MediaError, match="too many pixels"):
        read_image(tmp_path / "still.gif")


def test_photos_with_large_decoders_are_read_apart(tmp_path, monkeypatch):
    """TIFF, JPEG 2000 and others give the same pixels as in the process."""
    from hmvlm.vision import image

    pixels = np.arange(48 * 64 * 3, dtype=np.uint8).reshape(48, 64, 3)
    Image.fromarray(pixels).save(tmp_path / "a.tiff")
    opened = []
    monkeypatch.setattr(image, "_opened", opened.append)
    assert (read_image(tmp_path / "a.tiff") == pixels).all() and not opened
