"""ffmpeg for clips that decord does not read reliably: which they are, and their transcoded beginning."""

from __future__ import annotations

import logging
import re
import subprocess
from pathlib import Path

from hmvlm.vision.image import READABLE, MediaError

logger = logging.getLogger(__name__)

_RELIABLE = re.compile(r"Input #0, (?:mov,|matroska,).*?Video: (?:h264|hevc|vp8|vp9|prores|mjpeg|av1)\b", re.DOTALL)
"""ffmpeg's description of clips in which decord seeks to the right frame. In others (AVI, MPEG, WMV, MPEG-4 with
B-frames) it returns frames that lie up to a second away, or has no time stamps."""
_PATIENCE = 600.0
_THREADS = 2


def _ffmpeg(path: Path) -> str:
    """The ffmpeg program; MediaError names the clip that needs it."""
    import imageio_ffmpeg

    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise MediaError(f"{path.name} needs ffmpeg to be read; on Debian run: apt-get install ffmpeg.") from error


def read_reliably(path: Path) -> bool:
    """Whether decord finds every frame of a file, by its container and codec."""
    command = [_ffmpeg(path), "-hide_banner", "-nostdin", "-protocol_whitelist", "file", "-i", str(path.resolve())]
    try:
        told = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_PATIENCE).stderr
    except subprocess.TimeoutExpired:
        return False
    return _RELIABLE.search(told) is not None


def transcode(path: Path, copy: Path, max_seconds: float, max_side: int) -> None:
    """Write the beginning of a clip, scaled down, as H.264 that decord reads; frames keep their times."""
    side = max_side - max_side % 2
    filters = f"scale='min({side},iw)':'min({side},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2"
    filters += ",setsar=1,format=yuv420p"
    command = [_ffmpeg(path), "-hide_banner", "-nostdin", "-loglevel", "error", "-protocol_whitelist", "file"]
    command += ["-i", str(path.resolve()), "-map", "0:V:0", "-t", f"{max_seconds + 1:g}", "-vf", filters]
    command += [
        "-fps_mode",
        "vfr",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "16",
        "-threads",
        str(_THREADS),
        str(copy),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise MediaError(f"{path.name} takes too long to decode; save it as MP4 with H.264 first.") from error
    logger.debug("ffmpeg on %s: status %d, %s", path, done.returncode, done.stderr[-500:])
    if "matches no streams" in done.stderr:
        raise MediaError(f"{path.name} holds no moving picture, perhaps only sound; choose a video of a person.")
    if not copy.is_file() or not copy.stat().st_size:
        raise MediaError(unreadable(path.name))


def unreadable(name: str) -> str:
    """What a user is told of a file that no decoder reads."""
    return f"{name} cannot be read as a video: it is damaged, cut off or of an unknown kind; use {READABLE}."
