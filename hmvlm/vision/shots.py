"""Cuts of a clip: frames that show another scene than the frame before."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

LEAST_CHANGE = 16.0
"""Mean change of hue, saturation and value (0 to 255) from which two frames may lie on both sides of a cut."""
RATIO = 3.0
"""A cut changes the picture this many times as much as the frames before it changed; a pan does so all the time."""
_HISTOGRAM_CHANGE = 0.25
"""Least distance (Hellinger) of the colour histograms; what only moves keeps its colours."""
_SIDE = 64
_MEMORY = 8


class CutDetector:
    """Told one frame after the other, says whether a new shot begins (the measure of PySceneDetect's adaptive detector,
    and a comparison of colour histograms).
    """

    def __init__(self) -> None:
        self._last: np.ndarray | None = None
        self._changes: deque[float] = deque(maxlen=_MEMORY)

    def __call__(self, frame: np.ndarray) -> bool:
        """Whether ``frame`` ``(H, W, 3)`` uint8 RGB is the first of another shot."""
        step = max(1, min(frame.shape[:2]) // (2 * _SIDE))
        small = cv2.resize(frame[::step, ::step], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        now = cv2.cvtColor(small, cv2.COLOR_RGB2HSV_FULL)
        last, self._last = self._last, now
        if last is None:
            return False
        change = _change(last, now)
        usual = float(np.median(self._changes)) if self._changes else 0.0
        cut = change > max(LEAST_CHANGE, RATIO * usual) and _histogram_change(last, now) > _HISTOGRAM_CHANGE
        if cut:
            self._changes.clear()
        else:
            self._changes.append(change)
        return cut


def _change(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference of two HSV pictures; hue is an angle and counts by its saturation."""
    difference = np.abs(one.astype(np.int16) - other.astype(np.int16)).astype(np.float32)
    hue = np.minimum(difference[..., 0], 256 - difference[..., 0]) * 2
    colourful = np.minimum(one[..., 1], other[..., 1]).astype(np.float32) / 255
    return float(((hue * colourful) + difference[..., 1] + difference[..., 2]).mean() / 3)


def _histogram_change(one: np.ndarray, other: np.ndarray) -> float:
    histograms = [cv2.calcHist([picture], [0, 1, 2], None, [8, 4, 8], [0, 256] * 3) for picture in (one, other)]
    return float(cv2.compareHist(histograms[0], histograms[1], cv2.HISTCMP_BHATTACHARYYA))
