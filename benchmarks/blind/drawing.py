"""The contact sheet that a reader sees: twelve frames, the path from above and heights over time."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.blind.ground import ground_frames
from benchmarks.blind.plots import INK, height_plot, top_view
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts.signals import Signals

FRAMES, COLUMNS = 12, 4
TILE = (280, 210)
PANEL = 330
"""Width in pixels of the diagrams."""
HEADER = 20
LARGEST = 40_000
"""Bytes of a sheet as WebP."""
LEGEND = (
    "red: left limbs   blue: right limbs   light: chest   dark: back   green cross: start   floor: squares of 0.5 m"
)


def draw_sheet(motion: Motion) -> Image.Image:
    """The sheet of a motion, which shows nothing but the motion and its length.

    Raises:
        RenderError: no OpenGL here.
    """
    chosen = np.unique(np.linspace(0, len(motion) - 1, FRAMES).round().astype(int))
    pictures = ground_frames(motion, chosen, TILE)
    signals = Signals(motion.joints())
    rows = -(-FRAMES // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * TILE[0] + PANEL, rows * TILE[1] + HEADER), "white")
    ink = ImageDraw.Draw(sheet)
    ink.text((6, 4), f"length {motion.duration:.1f} s   {LEGEND}", fill=INK, font_size=12)
    for number, (frame, picture) in enumerate(zip(chosen, pictures, strict=True)):
        row, column = divmod(number, COLUMNS)
        corner = column * TILE[0], HEADER + row * TILE[1]
        sheet.paste(picture, corner)
        ink.rectangle([*corner, corner[0] + TILE[0] - 1, corner[1] + TILE[1] - 1], outline=(225, 228, 235))
        label = f"{number + 1}   {frame / motion.fps:.2f} s"
        ink.text((corner[0] + 6, corner[1] + 4), label, fill=INK, font_size=13)
    half = rows * TILE[1] // 2
    sheet.paste(top_view(signals, chosen, (PANEL, half)), (COLUMNS * TILE[0], HEADER))
    times, end = chosen / motion.fps, (len(motion) - 1) / motion.fps
    sheet.paste(height_plot(signals, times, end, (PANEL, half)), (COLUMNS * TILE[0], HEADER + half))
    return sheet


def blank_sheet() -> Image.Image:
    """The sheet of an answer without a motion."""
    sheet = Image.new("RGB", (COLUMNS * TILE[0] + PANEL, 60), "white")
    ImageDraw.Draw(sheet).text((6, 20), "The answer was text; no motion was made.", fill=INK, font_size=14)
    return sheet


def encode(sheet: Image.Image, largest: int = LARGEST) -> bytes:
    """The sheet as WebP of at most ``largest`` bytes, at the highest quality of a few that fits.

    Raises:
        ValueError: it does not fit at the lowest quality.
    """
    for quality in (80, 65, 50, 35, 20, 8):
        buffer = io.BytesIO()
        sheet.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= largest:
            return buffer.getvalue()
    raise ValueError(f"the sheet has {buffer.tell()} bytes at the lowest quality, more than {largest}; draw it smaller")
