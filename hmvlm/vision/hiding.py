"""Pictures in which some people are painted over, so that a detector sees the others."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from hmvlm.vision.landmarks import BONES, INDEX, Landmarks

LIMB, HEAD = 0.4, 0.35
"""Width of a limb and radius of a head, as shares of the trunk's length."""
_SHOULDERS = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
_HIPS = [INDEX["left_hip"], INDEX["right_hip"]]


def hidden(image: np.ndarray, people: Sequence[Landmarks]) -> np.ndarray:
    """A copy of a picture ``(H, W, 3)`` with the people covered by its mean colour."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for one in people:
        shoulders, hips = one.pixels[_SHOULDERS], one.pixels[_HIPS]
        length = np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0))
        trunk = float(max(length, np.linalg.norm(shoulders[0] - shoulders[1]), 0.1 * one.region[2]))
        places = np.clip(np.rint(one.pixels), -20000, 20000).astype(int)
        for start, end in BONES:
            cv2.line(mask, places[start].tolist(), places[end].tolist(), 255, max(2, round(LIMB * trunk)))
        cv2.fillConvexPoly(mask, cv2.convexHull(places[[*_SHOULDERS, *_HIPS]].astype(np.int32)), 255)
        cv2.circle(mask, places[:11].mean(axis=0).astype(int).tolist(), max(1, round(HEAD * trunk)), 255, -1)
    covered = image.copy()
    covered[mask > 0] = image.reshape(-1, 3).mean(axis=0).astype(np.uint8)
    return covered
