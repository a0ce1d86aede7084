"""Many sheets in a few small pictures, for the repository."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from benchmarks.blind.drawing import encode
from hmvlm.atomic import atomic_file

logger = logging.getLogger(__name__)
SHEETS, COLUMNS = 20, 2
WIDTH = 720
"""Pixels of a sheet in a montage."""
LABEL = 16
LARGEST = 400_000
"""Bytes of one montage, so that a hundred sheets stay below 2 MB."""


def store(folder: Path, key: dict[str, Any], results: Path, name: str) -> list[Path]:
    """Write ``NAME_1.webp`` and so on: the sheets in the order of their prompts' ids, each below its id."""
    sheets = sorted((row["prompt"], folder / "sheets" / f"{sheet}.webp") for sheet, row in key["sheets"].items())
    paths = []
    for number, first in enumerate(range(0, len(sheets), SHEETS), start=1):
        picture = montage({prompt: Image.open(path) for prompt, path in sheets[first : first + SHEETS]})
        with atomic_file(results / f"{name}_{number}.webp") as file:
            file.write_bytes(encode(picture, LARGEST))
        paths.append(results / f"{name}_{number}.webp")
    logger.info("%d montages, %d kB", len(paths), sum(path.stat().st_size for path in paths) // 1000)
    return paths


def montage(sheets: dict[str, Image.Image]) -> Image.Image:
    """Sheets by their label in rows of two, all of one width."""
    small = [
        (
            label,
            sheet.convert("RGB").resize((WIDTH, round(WIDTH * sheet.height / sheet.width)), Image.Resampling.LANCZOS),
        )
        for label, sheet in sheets.items()
    ]
    rows = [small[index : index + COLUMNS] for index in range(0, len(small), COLUMNS)]
    heights = [LABEL + max(sheet.height for _, sheet in row) for row in rows]
    whole = Image.new("RGB", (COLUMNS * WIDTH, sum(heights)), "white")
    ink, top = ImageDraw.Draw(whole), 0
    for row, height in zip(rows, heights, strict=True):
        for column, (label, sheet) in enumerate(row):
            ink.text((column * WIDTH + 6, top + 1), label, fill=(20, 20, 20), font_size=12)
            whole.paste(sheet, (column * WIDTH, top + LABEL))
        top += height
    return whole
