"""Faces, by which people are found whose body is seated, cut off, crowded or far away (BlazeFace, run by LiteRT).

Bazarevsky et al., "BlazeFace: Sub-millisecond neural face detection on mobile GPUs" (2019); the full-range model. A
face tells where the body below it can be, and a body is believed only if its own eyes come to lie on the face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.vision.blazepose import Network, cell_middles, cut, merged, region_from_keypoints, sigmoid, to_image
from hmvlm.vision.landmarks import INDEX, Landmarks

THRESHOLD, OVERLAP = 0.6, 0.3
SMALLEST = 12.0
"""Least side of a face in pixels; a smaller one is that of a body below 80 pixels."""
BODIES = ((4.3, 5.5), (3.2, 4.2))
"""Distance from the eyes to the middle of the hips and radius of the circle round the body, in sides of the face: of a
standing body seen from the front, and of a bent or foreshortened one. On labelled photos 2.9 to 5.0 and 3.7 to 6.5.
"""
LEAST_SCORE, FARTHEST = 0.85, 0.35
"""Presence of a body found by a face, and sides of the face between the eyes of both."""
_CELLS, _NUMBERS = 48, 16
_EYES, _MOUTH = slice(0, 2), 3
_BODY_EYES = [INDEX["left_eye"], INDEX["right_eye"]]


@dataclass(frozen=True)
class Face:
    """A face: ``score``; middle ``(2,)``, side, middle of the eyes ``(2,)`` and mouth ``(2,)`` in pixels."""

    score: float
    middle: np.ndarray
    side: float
    eyes: np.ndarray
    mouth: np.ndarray

    def regions(self) -> list[np.ndarray]:
        """Regions in which the body may be."""
        down = self.mouth - self.eyes
        down = down / max(float(np.linalg.norm(down)), 1e-6)
        places = [(self.eyes + hips * self.side * down, reach) for hips, reach in BODIES]
        return [region_from_keypoints(hips, hips - reach * self.side * down) for hips, reach in places]

    def belongs(self, one: Landmarks, farthest: float = FARTHEST) -> bool:
        """Whether the eyes of a body lie on those of the face."""
        return bool(np.linalg.norm(one.pixels[_BODY_EYES].mean(axis=0) - self.eyes) < farthest * self.side)


class FaceDetector:
    """Finds faces in square regions of a picture."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._network = Network(path, threads)
        self._anchors = cell_middles(_CELLS)

    def __call__(self, image: np.ndarray, squares: Sequence[np.ndarray]) -> list[Face]:
        """Faces of an ``(H, W, 3)`` uint8 picture, each once, largest first."""
        found = [face for square in squares for face in self._detect(image, square) if face.side >= SMALLEST]
        kept: list[Face] = []
        for face in sorted(found, key=lambda face: -face.score):
            if all(np.linalg.norm(face.middle - other.middle) > 0.5 * max(face.side, other.side) for other in kept):
                kept.append(face)
        return sorted(kept, key=lambda face: -face.side)

    def _detect(self, image: np.ndarray, square: np.ndarray) -> list[Face]:
        side, count = self._network.side, len(self._anchors)
        crop = cut(image, square, side)
        boxes, logits = self._network(crop * np.float32(2) - 1, (count, _NUMBERS), (count, 1))
        scores = sigmoid(logits[:, 0])
        sure = scores > THRESHOLD
        points = boxes[sure].reshape(-1, _NUMBERS // 2, 2) / side  # middle, size, eyes, nose, mouth, ears
        points[:, [0, *range(2, _NUMBERS // 2)]] += self._anchors[sure, None]
        faces = []
        for score, one in merged(points, scores[sure], OVERLAP, count):
            marks = to_image(one[2:], square)
            middle = to_image(one[:1], square)[0]
            faces.append(
                Face(score, middle, float(one[1].mean() * square[2]), marks[_EYES].mean(axis=0), marks[_MOUTH])
            )
        return faces
