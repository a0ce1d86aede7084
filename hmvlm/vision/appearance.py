"""How a person's clothes look: a colour histogram of the trunk, by which people are told apart."""

from __future__ import annotations

import cv2
import numpy as np

from hmvlm.vision.landmarks import INDEX, Landmarks

_CORNERS = [INDEX[name] for name in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")]
_BINS = (12, 4, 6)
_LEAST_PIXELS = 40
_SIDE = 48
"""Longest side of the trunk's picture in pixels; larger ones are shrunk first."""


def appearance(image: np.ndarray, one: Landmarks) -> np.ndarray | None:
    """Colour histogram ``(12 · 4 · 6,)`` of a person's trunk (hue, saturation, value); it sums to 1.

    None where the picture shows too little of the trunk.

    Args:
        image: ``(H, W, 3)`` uint8 RGB.
    """
    corners = one.pixels[_CORNERS]
    middle = corners.mean(axis=0)
    extent = max(float(np.ptp(corners, axis=0).max()), 1.0)
    low = np.floor(np.clip(middle - 0.6 * extent, 0, [image.shape[1], image.shape[0]])).astype(int)
    high = np.ceil(np.clip(middle + 0.6 * extent, 0, [image.shape[1], image.shape[0]])).astype(int)
    if (high - low < 3).any():
        return None
    crop = image[low[1] : high[1], low[0] : high[0]]
    scale = min(1.0, _SIDE / max(crop.shape[:2]))
    if scale < 1:
        size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
        crop = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
    width = float(np.linalg.norm(corners[0] - corners[1]))
    mask = np.zeros(crop.shape[:2], np.uint8)
    outline = _at_least(corners, middle, width, 0.35 * extent)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.rint((outline - low) * scale).astype(np.int32)), 255)
    if np.count_nonzero(mask) < _LEAST_PIXELS:
        return None
    colours = cv2.cvtColor(cv2.GaussianBlur(crop, (3, 3), 0), cv2.COLOR_RGB2HSV_FULL)
    histogram = cv2.calcHist([colours], [0, 1, 2], mask, list(_BINS), [0, 256] * 3)
    histogram = cv2.GaussianBlur(histogram.reshape(_BINS[0], -1), (1, 3), 0).reshape(-1)
    return histogram / histogram.sum()


def similarity(one: np.ndarray | None, other: np.ndarray | None) -> float | None:
    """Bhattacharyya coefficient of two histograms, 0 to 1; None where one is unknown."""
    if one is None or other is None:
        return None
    return float(np.sqrt(one * other).sum())


def _at_least(corners: np.ndarray, middle: np.ndarray, width: float, least: float) -> np.ndarray:
    """The trunk's corners; of a body in profile, moved apart to a strip that is ``least`` wide."""
    if width >= least:
        return corners
    return np.concatenate([corners + [least / 2, 0], corners - [least / 2, 0]])
