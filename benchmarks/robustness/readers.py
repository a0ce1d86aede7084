"""The readers that hostile files are given to, in this process: the same code as in the decoder's process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hmvlm.vision import clip_frames
from hmvlm.vision.decoder import job_for, sentence
from hmvlm.vision.image import decode_here, read_image
from hmvlm.vision.media import MediaError, demuxer, media_kind
from hmvlm.vision.video import read_video


def clip_here(path: Path) -> None:
    """Read the time stamps of a clip and decode three frames."""
    if media_kind(path) == "image":
        decode_here(path)
        return
    job = job_for(path, "stamps", demuxer=demuxer(path), seconds=30.0)
    sent: list[bytes] = []

    def send(tag: bytes, *pieces: Any) -> None:
        sent.append(b"".join(bytes(piece) for piece in pieces) if tag == b"J" else b"")

    try:
        clip_frames.stamps(job, send)
        clip_frames.frames({**job, "wanted": [0, 1, 2], "by_time": False, "size": [16, 12]}, send)
    except clip_frames.Refused as error:
        raise MediaError(sentence(path.name, error.reason, **error.details)) from error
    except Exception as error:  # as the process's main does
        raise MediaError(sentence(path.name, "damaged")) from error


def clip_apart(path: Path) -> None:
    """Read a clip as the product does."""
    if media_kind(path) == "image":
        read_image(path)
        return
    for _ in read_video(path).frames:
        continue


def motion(path: Path) -> None:
    """Read a motion file."""
    from hmvlm.motion.clip import Motion  # heavy

    Motion.load(path)


MOTIONS = ("npz", "npy", "bvh", "glb", "pickles")
READERS = {"photos": decode_here, "clips": clip_here, **dict.fromkeys(MOTIONS, motion)}
"""Readers in this process, by kind of file."""
PRODUCT = {"photos": read_image, "clips": clip_apart, **dict.fromkeys(MOTIONS, motion)}
"""Readers as the product uses them."""
