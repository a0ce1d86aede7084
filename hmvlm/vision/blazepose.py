"""The two BlazePose networks, run by LiteRT: a person detector, and a landmark network (33 landmarks a person).

Bazarevsky et al., "BlazePose: On-device real-time body pose tracking" (2020), and Grishchenko et
al., "BlazePose GHUM Holistic" (2022). The detector sees the whole picture in a square of 224
pixels and predicts, for each person, the middle of the hips and a point on the circle round the
whole body. Together they give the *region*: a square, turned so that the body stands upright in
it. The landmark network sees that crop at 256 x 256.

Points are ``(x, y)`` in pixels, the origin at the top-left corner of the top-left pixel. A region
is ``(centre x, centre y, side, rotation)``, pixels and radians, clockwise on the screen.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from hmvlm.vision.squares import search_squares

POINTS = 39
"""33 landmarks, then six auxiliary points; the first two of them give the next region."""
_HIPS, _CIRCLE = 33, 34
_MARGIN = 1.25
_HEAT_REACH = 3
_HEAT_FLOOR = 0.5
WINDOW_THRESHOLD = 0.7
"""Score threshold in windows. Crops without context give more false positives than the whole picture."""


class Network:
    """A .tflite file and its interpreter, safe to call from several threads (one at a time runs)."""

    def __init__(self, path: Path, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(str(path), num_threads=threads)
        self._interpreter.allocate_tensors()
        details = self._interpreter.get_input_details()[0]
        self.side = int(details["shape"][1])
        self._input = details["index"]
        self._outputs = {tuple(one["shape"][1:]): one["index"] for one in self._interpreter.get_output_details()}
        self._lock = threading.Lock()

    def __call__(self, picture: np.ndarray, *shapes: tuple[int, ...]) -> list[np.ndarray]:
        """Outputs of the named shapes for one picture ``(side, side, 3)`` float32."""
        with self._lock:
            self._interpreter.set_tensor(self._input, picture[None])
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(self._outputs[shape])[0].copy() for shape in shapes]


@dataclass(frozen=True)
class Detection:
    """One person found by the detector: score, and the region to crop for the landmark network."""

    score: float
    region: np.ndarray


class Detector:
    """Finds people in a whole picture.

    Args:
        threshold: least score. overlap: boxes that share more than this (intersection over union)
            are one person and are averaged, weighted by score.
    """

    def __init__(self, path: Path, threads: int = 2, threshold: float = 0.5, overlap: float = 0.3) -> None:
        self._network = Network(path, threads)
        self.threshold = threshold
        self.overlap = overlap
        grids = [(28, 2), (14, 2), (7, 6)]  # cells a side of each feature map, anchors in a cell
        self._anchors = np.concatenate([cell_middles(cells).repeat(count, axis=0) for cells, count in grids])

    def __call__(
        self, image: np.ndarray, most: int = 8, thorough: bool = False, squares: Sequence[np.ndarray] | None = None
    ) -> list[Detection]:
        """At most ``most`` people a network call on an ``(H, W, 3)`` uint8 picture, highest score first.

        Args:
            thorough: also run on overlapping windows, where small people fill more of the network's input; a person may
                then be returned several times.
            squares: run on these regions of the picture instead.
        """
        height, width = image.shape[:2]
        if squares is None:
            squares = search_squares(width, height)[: None if thorough else 1]
        found = []
        for square in squares:
            threshold = self.threshold if square[2] >= max(width, height) else WINDOW_THRESHOLD
            found += self._detect(image, square, threshold, most)
        return sorted(found, key=lambda one: -one.score)

    def _detect(self, image: np.ndarray, square: np.ndarray, threshold: float, most: int) -> list[Detection]:
        side = self._network.side
        crop = cut(image, square, side)
        boxes, logits = self._network(crop * np.float32(2) - 1, (len(self._anchors), 12), (len(self._anchors), 1))
        scores = sigmoid(logits[:, 0])
        kept = scores > threshold
        points = boxes[kept].reshape(-1, 6, 2) / side  # centre, size, hips, circle, shoulders, upper circle
        points[:, [0, 2, 3, 4, 5]] += self._anchors[kept, None]
        return [
            Detection(score, region_from_keypoints(*to_image(merged[2:4], square)))
            for score, merged in merged(points, scores[kept], self.overlap, most)
        ]


@dataclass(frozen=True)
class LandmarkPrediction:
    """Output of the landmark network for one region.

    Attributes:
        pixels: ``(39, 2)``. metric: ``(39, 3)`` metres, x right, y down, z away from the viewer, as
            the picture is oriented. visibility: ``(39,)`` in 0..1. score: presence of a person in 0..1.
    """

    pixels: np.ndarray
    metric: np.ndarray
    visibility: np.ndarray
    score: float

    @property
    def next_region(self) -> np.ndarray:
        """Region for the next frame, or for a second, better centred crop of this one."""
        return region_from_keypoints(self.pixels[_HIPS], self.pixels[_CIRCLE])


class LandmarkNet:
    """Predicts the landmarks of the person in a region."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        self._network = Network(path, threads)

    def __call__(self, image: np.ndarray, region: np.ndarray, mirror: bool = False) -> LandmarkPrediction:
        """Landmarks of the person in ``region`` of an ``(H, W, 3)`` uint8 picture.

        ``mirror`` flips the crop; the prediction is flipped back, but its rows keep the network's
        order (left is still called right).
        """
        side = self._network.side
        crop = cut(image, region, side)
        if mirror:
            crop = np.ascontiguousarray(crop[:, ::-1])
        raw, score, heat, metric = self._network(crop, (POINTS * 5,), (1,), (64, 64, POINTS), (POINTS * 3,))
        raw, metric = raw.reshape(POINTS, 5), metric.reshape(POINTS, 3)
        places = _refined(raw[:, :2] / side, heat)
        if mirror:
            places = places * np.array([-1, 1], np.float32) + np.array([1, 0], np.float32)
            metric = metric * np.array([-1, 1, 1], np.float32)
        turned = np.concatenate([metric[:, :2] @ _rotation(region[3]).T, metric[:, 2:]], axis=1)
        return LandmarkPrediction(to_image(places, region), turned, sigmoid(raw[:, 3]), float(score[0]))


def region_from_keypoints(hips: np.ndarray, circle: np.ndarray) -> np.ndarray:
    """Region of a body from the middle of its hips and the top of the circle round it (pixels)."""
    across, down = np.asarray(circle, np.float64) - hips
    turn = np.arctan2(across, -down)  # zero when the body stands upright
    return np.array([*hips, max(2 * _MARGIN * np.hypot(across, down), 1.0), turn], np.float32)


def to_image(places: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Pixels ``(N, 2)`` float32 of places given as shares of a region's side, ``(0, 0)`` its top left."""
    return ((places - 0.5) * region[2] @ _rotation(region[3]).T + region[:2]).astype(np.float32)


def cut(image: np.ndarray, region: np.ndarray, side: int) -> np.ndarray:
    """The region as ``(side, side, 3)`` float32 in 0..1. Large ones are averaged down, not sampled."""
    shrink = int(region[2] / side / 1.5)
    if shrink > 1:
        small = (max(1, image.shape[1] // shrink), max(1, image.shape[0] // shrink))
        scale = np.array([small[0] / image.shape[1], small[1] / image.shape[0]], np.float32)
        image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
    else:
        scale = np.ones(2, np.float32)
    turn = _rotation(region[3]) * (region[2] / side)
    shift = region[:2] - turn @ np.full(2, side / 2)
    turn, shift = turn * scale[:, None], shift * scale
    shift = shift + turn @ np.full(2, 0.5) - 0.5  # OpenCV counts from the middle of a pixel
    matrix = np.concatenate([turn, shift[:, None]], axis=1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(image, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    return crop.astype(np.float32) / 255


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """The logistic function, without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * logits))


def _rotation(angle: float) -> np.ndarray:
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])


def cell_middles(cells: int) -> np.ndarray:
    """Middles ``(cells², 2)`` of the cells of a unit square, row by row."""
    middle = (np.arange(cells, dtype=np.float32) + 0.5) / cells
    return np.stack(np.meshgrid(middle, middle), axis=-1).reshape(-1, 2)


def merged(points: np.ndarray, scores: np.ndarray, overlap: float, most: int) -> list[tuple[float, np.ndarray]]:
    """Weighted non-maximum suppression over ``(N, 6, 2)`` detections that begin with centre and size."""
    low, high = points[:, 0] - points[:, 1] / 2, points[:, 0] + points[:, 1] / 2
    area = np.prod(high - low, axis=1)
    left = np.argsort(-scores)
    people: list[tuple[float, np.ndarray]] = []
    while len(left) and len(people) < most:
        best = left[0]
        shared = np.clip(np.minimum(high[left], high[best]) - np.maximum(low[left], low[best]), 0, None).prod(axis=1)
        same = shared > overlap * (area[left] + area[best] - shared)
        same[0] = True
        group = left[same]
        people.append((float(scores[best]), np.average(points[group], axis=0, weights=scores[group])))
        left = left[~same]
    return people


def _refined(places: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """Points moved to the centre of mass of the heat maps ``(S, S, N)`` near them, where a
    peak exceeds ``_HEAT_FLOOR``.
    """
    side = heat.shape[0]
    refined = places.copy()
    cells = np.floor(places * side).astype(int)
    for index in np.flatnonzero(((cells >= 0) & (cells < side)).all(axis=1)):
        x, y = np.maximum(cells[index] - _HEAT_REACH, 0)
        window = sigmoid(heat[y : cells[index, 1] + _HEAT_REACH + 1, x : cells[index, 0] + _HEAT_REACH + 1, index])
        if window.max() >= _HEAT_FLOOR:
            total = window.sum()
            refined[index, 0] = (x + window.sum(axis=0) @ np.arange(window.shape[1]) / total) / side
            refined[index, 1] = (y + window.sum(axis=1) @ np.arange(window.shape[0]) / total) / side
    return refined
