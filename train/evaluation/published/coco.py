"""COCO's labelled keypoints, and which of them are hit by predicted points (PCK at 0.2 torso lengths).

A labels file is COCO's own annotation file or a list of rows with ``file``, ``bbox`` and ``keypoints`` in COCO's order.
A torso is the distance in pixels from the middle of the shoulders to the middle of the hips.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.body.skeleton import INDEX as JOINTS
from hmvlm.vision.landmarks import INDEX as LANDMARKS

FACE = 5
"""COCO's first keypoints are nose, eyes and ears."""
BODY_NAMES = tuple(
    f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
"""COCO's keypoints of the body in their order, by their SMPL names."""
BODY_JOINTS = [JOINTS[name] for name in BODY_NAMES]
"""SMPL's joint of each of COCO's 12 keypoints of the body."""
LANDMARK_ROWS = [LANDMARKS[name] for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear", *BODY_NAMES)]
"""BlazePose's landmark of each of COCO's 17 keypoints."""
HIT_DISTANCE = 0.2
"""Torso lengths within which a keypoint counts as hit."""
MIN_OVERLAP = 0.3
"""Intersection over union from which a predicted person is matched with a labelled one."""


@dataclass(frozen=True)
class Label:
    """One labelled person: ``box`` is x, y, width, height; ``points`` ``(17, 3)`` end in 0 where not labelled."""

    file: str
    box: np.ndarray
    points: np.ndarray

    @property
    def torso(self) -> float:
        """Pixels of a torso; half the root of the box's area where shoulders or hips are not labelled."""
        shoulders, hips = (rows[rows[:, 2] > 0, :2] for rows in (self.points[5:7], self.points[11:13]))
        if len(shoulders) and len(hips):
            return float(np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0)))
        return 0.5 * float(np.sqrt(self.box[2] * self.box[3]))

    def overlap(self, pixels: np.ndarray) -> float:
        """Intersection over union of the labelled box and the bounding box of points ``(N, 2)``."""
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        start, stop = self.box[:2], self.box[:2] + self.box[2:]
        shared = np.clip(np.minimum(high, stop) - np.maximum(low, start), 0, None).prod()
        return float(shared / ((high - low).prod() + (stop - start).prod() - shared))

    def errors(self, pixels: np.ndarray, first: int = 0) -> np.ndarray:
        """Distances in torso lengths, NaN where not labelled, of points ``(17 - first, 2)`` to
        the keypoints from ``first`` on.
        """
        apart = np.linalg.norm(pixels - self.points[first:, :2], axis=1) / self.torso
        return np.where(self.points[first:, 2] > 0, apart, np.nan)


def read_labels(path: Path) -> list[Label]:
    """Labelled people with at least one keypoint; FileNotFoundError names the file that is missing."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; put COCO's annotations or a list of labelled people there")
    table = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(table, dict):
        names = {image["id"]: image["file_name"] for image in table["images"]}
        table = [{**row, "file": names[row["image_id"]]} for row in table["annotations"]]
    labels = [
        Label(row["file"], np.array(row["bbox"], float), np.array(row["keypoints"], float).reshape(17, 3))
        for row in table
    ]
    return [label for label in labels if (label.points[:, 2] > 0).any()]
