"""How a camera turns during a clip, from the sparse flow of what is behind the people.

Corners of one frame are followed to the next (Shi and Tomasi, Lucas and Kanade; OpenCV). A camera that turns in its
place moves all of them by one rotation, whatever their distance; it is fitted robustly to the rays. Where no rotation
explains the flow of most corners, the camera moves from its place; how, is not said.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from scipy.spatial.transform import Rotation

SIDE = 320
"""Longer side of the pictures in which corners are followed, pixels."""
MOST, LEAST = 120, 12
"""Corners of a frame; fewer than the least give no rotation."""
MARGIN = 0.15
"""Share of a person's box by which it is widened; corners inside are people's."""
AGREE = 0.8
"""Pixels (of :data:`SIDE`) within which a corner follows the rotation."""
LEAST_SHARE = 0.6
"""Share of corners that must agree."""
STILL = np.radians(2.0)
"""Farthest turn in a clip up to which a camera is taken to stand still: the sum of small errors."""
FEWEST = 10
"""Steps from which a camera may be said to move."""
TRUSTED = 0.9
"""Share of a shot's steps that must be known."""


class BackgroundFlow:
    """Follows corners of the background from frame to frame.

    Attributes:
        steps: for each frame the corners of the frame before and where they are in it, each ``(N, 2)`` in pixels from
            the middle of the picture; None where too few are seen.
    """

    def __init__(self) -> None:
        self.steps: list[tuple[np.ndarray, np.ndarray] | None] = []
        self._last: np.ndarray | None = None
        self._fitted: dict[tuple[float, float, int], list[Rotation | None]] = {}

    def add(self, frame: np.ndarray, people: Iterable[np.ndarray] = ()) -> None:
        """The next frame ``(H, W, 3)`` uint8, and the boxes ``(4,)`` of the people in the frame before it."""
        scale = min(1.0, SIDE / max(frame.shape[:2]))
        grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        if scale < 1:
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        last, self._last = self._last, grey
        self.steps.append(None if last is None else _followed(last, grey, [scale * np.asarray(box) for box in people]))
        if (step := self.steps[-1]) is not None:
            self.steps[-1] = (step[0] / scale, step[1] / scale)

    def moves(self, focal: float, size: tuple[int, int]) -> bool:
        """Whether the camera moves from its place: no rotation explains most steps in which corners were followed.

        Args:
            focal: pixels. size: of the frames.
        """
        pairs = zip(self.steps, self._rotations(focal, size), strict=True)
        turned = [turn is not None for step, turn in pairs if step is not None]
        return len(turned) >= FEWEST and float(np.mean(turned)) < 0.5

    def turns(self, focal: float, size: tuple[int, int], cuts: Iterable[int] = ()) -> np.ndarray | None:
        """Rotations ``(T, 3, 3)`` from each frame's camera axes (x right, y up, z to the viewer) to those of the first
        frame of its shot, or None where the camera stands still or does not merely turn.

        Args:
            focal: pixels. size: of the frames. cuts: first frames of the later shots.
        """
        starts = {0, *cuts}
        total, turns, known = Rotation.identity(), [], 0
        for frame, turn in enumerate(self._rotations(focal, size)):
            if frame in starts:
                total = Rotation.identity()
            elif turn is not None:
                total, known = total * turn, known + 1
            turns.append(total.as_matrix())
        steps = max(len(self.steps) - len(starts), 1)
        found = np.stack(turns) if turns else np.zeros((0, 3, 3))
        if not len(found) or known < TRUSTED * steps or Rotation.from_matrix(found).magnitude().max() < STILL:
            return None
        return found

    def _rotations(self, focal: float, size: tuple[int, int]) -> list[Rotation | None]:
        """The rotation of each step, None where none explains it."""
        agree = AGREE / min(1.0, SIDE / max(size))
        key = focal, agree, len(self.steps)
        if key not in self._fitted:
            self._fitted = {key: [None if step is None else _rotation(*step, focal, agree) for step in self.steps]}
        return self._fitted[key]


def _followed(last: np.ndarray, grey: np.ndarray, people: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray] | None:
    """Corners of one grey picture and where they are in the next, relative to its middle."""
    mask = np.full(last.shape, 255, np.uint8)
    for left, top, right, bottom in people:
        x, y = MARGIN * (right - left), MARGIN * (bottom - top)
        low = np.clip([left - x, top - y], 0, None).astype(int)
        mask[low[1] : max(int(bottom + y), 0), low[0] : max(int(right + x), 0)] = 0
    corners = cv2.goodFeaturesToTrack(last, MOST, 0.01, 8, mask=mask)
    if corners is None or len(corners) < LEAST:
        return None
    there, good, _ = cv2.calcOpticalFlowPyrLK(last, grey, corners, corners.copy(), winSize=(15, 15), maxLevel=3)
    kept = good[:, 0] == 1
    if kept.sum() < LEAST:
        return None
    middle = np.array(last.shape[::-1]) / 2
    return corners[kept, 0] - middle, there[kept, 0] - middle


def _rotation(before: np.ndarray, after: np.ndarray, focal: float, agree: float) -> Rotation | None:
    """The rotation from the later camera's axes to the earlier one's, or None where too few corners follow it."""
    rays = [np.c_[points * [1, -1], np.full(len(points), -focal)] for points in (before, after)]
    one, other = (ray / np.linalg.norm(ray, axis=1, keepdims=True) for ray in rays)
    weights = np.ones(len(one))
    turn = Rotation.identity()
    for _ in range(8):
        turn = Rotation.align_vectors(one, other, weights=weights)[0]
        off = np.linalg.norm(turn.apply(other) - one, axis=1) * focal
        spread = max(float(np.median(off)), 0.25 * agree)
        weights = 1 / (1 + (off / spread) ** 2) ** 2 + 1e-9
    return turn if np.mean(off < agree) >= LEAST_SHARE else None
