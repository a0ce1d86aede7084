"""Clips made by ffmpeg."""

import subprocess
from pathlib import Path

import imageio_ffmpeg

HALVES = "color=blue:size=160x120:rate={rate}:duration={seconds},drawbox=x=80:w=80:h=120:c=red:t=fill"
GREY = "color=black:size=64x48:rate={rate}:duration={seconds},geq=lum='16+4*N':cb=128:cr=128"
"""Frame N is as bright as 4 N (in video levels)."""


def ffmpeg(*arguments: str | Path) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True)


def make(path: Path, source: str = HALVES, *options: str, rate: int = 30, seconds: float = 1.0) -> Path:
    ffmpeg("-f", "lavfi", "-i", source.format(rate=rate, seconds=seconds), "-pix_fmt", "yuv420p", *options, path)
    return path


def numbers(frames) -> list[int]:
    """Which frame of ``GREY`` each picture is."""
    return [round(float(frame.mean()) * 219 / 255 / 4) for frame in frames]
