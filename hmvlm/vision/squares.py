"""Parts of a picture in which people are looked for."""

from __future__ import annotations

import numpy as np

_WINDOW_SIDES = (1.0, 0.55)
"""Sides of the windows as shares of the picture's shorter side."""
_WINDOW_STEP = 0.6
_SMALLEST_WINDOW = 96


def search_squares(width: int, height: int) -> list[np.ndarray]:
    """Regions in which people are looked for: the whole picture, then overlapping windows from large to small."""
    squares = [np.array([width / 2, height / 2, max(width, height), 0.0], np.float32)]
    for share in _WINDOW_SIDES:
        side = share * min(width, height)
        columns, rows = (int(np.ceil((length / side - 1) / _WINDOW_STEP)) + 1 for length in (width, height))
        if side >= _SMALLEST_WINDOW and columns * rows > 1:
            for y in np.linspace(side / 2, height - side / 2, rows):
                squares += [
                    np.array([x, y, side, 0], np.float32) for x in np.linspace(side / 2, width - side / 2, columns)
                ]
    return squares
