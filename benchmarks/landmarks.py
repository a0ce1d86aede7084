"""Landmarks measured: time of each stage, frames a second of tracking, and hits against labels.

    python -m benchmarks.landmarks [FOLDER] [--video CLIP] [--labels FILE] [--rounds 5] [--json]

FOLDER holds photos and ``keypoints.json`` (or another file, by ``--labels``): either COCO's own
annotation file or a list of rows with ``file``, ``bbox`` and ``keypoints`` in COCO's order. Without
a folder only the times of the example photo are measured. ``cpu`` is processor time of all threads.

PCK@0.2: the share of labelled joints that lie within 0.2 torso lengths (middle of the shoulders to
middle of the hips; half the root of the box's area where those are not labelled) of the landmark,
over the labelled people who are found. A person is found when the box round the landmarks of
someone overlaps the labelled box (intersection over union) by more than 0.3. ``body`` leaves out
the five points of the face.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm.vision.image import read_image
from hmvlm.vision.landmark_model import LandmarkModel
from hmvlm.vision.landmarks import INDEX
from hmvlm.vision.video import read_video

EXAMPLE = Path(__file__).resolve().parents[1] / "assets/examples/leaning.jpg"
COCO = [INDEX[name] for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]
COCO += [
    INDEX[f"{side}_{joint}"]
    for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    for side in ("left", "right")
]
"""The landmark of each of COCO's 17 keypoints."""
FACE = 5
CLOSE = 0.2
OVERLAP = 0.3


@dataclass(frozen=True)
class Label:
    """One labelled person: ``box`` is x, y, width, height; ``points`` ``(17, 3)`` end in 0 where not labelled."""

    file: str
    box: np.ndarray
    points: np.ndarray

    @property
    def torso(self) -> float:
        """Pixels from the middle of the shoulders to the middle of the hips."""
        shoulders, hips = (rows[rows[:, 2] > 0, :2] for rows in (self.points[5:7], self.points[11:13]))
        if len(shoulders) and len(hips):
            return float(np.linalg.norm(shoulders.mean(axis=0) - hips.mean(axis=0)))
        return 0.5 * float(np.sqrt(self.box[2] * self.box[3]))


def read_labels(path: Path) -> list[Label]:
    """Labelled people with at least one keypoint, from COCO's annotation file or a plain list of rows."""
    table = json.loads(path.read_text())
    if isinstance(table, dict):
        names = {image["id"]: image["file_name"] for image in table["images"]}
        table = [{**row, "file": names[row["image_id"]]} for row in table["annotations"]]
    labels = [
        Label(row["file"], np.array(row["bbox"], float), np.array(row["keypoints"], float).reshape(17, 3))
        for row in table
    ]
    return [label for label in labels if (label.points[:, 2] > 0).any()]


def hits(labels: list[Label], folder: Path, model: LandmarkModel, averaging: bool) -> dict[str, float]:
    """Found rate and PCK over the labelled people of the photos that lie in ``folder``."""
    face: list[np.ndarray] = []
    body: list[np.ndarray] = []
    people = {
        file: model(read_image(folder / file), averaging).people
        for file in sorted({label.file for label in labels})
        if (folder / file).is_file()
    }
    labels = [label for label in labels if label.file in people]
    for label in labels:
        best = max(people[label.file], key=lambda one: overlap(one.pixels, label), default=None)
        if best is None or overlap(best.pixels, label) < OVERLAP:
            continue
        errors = np.linalg.norm(best.pixels[COCO] - label.points[:, :2], axis=1) / label.torso
        seen = label.points[:, 2] > 0
        face.append(errors[:FACE][seen[:FACE]])
        body.append(errors[FACE:][seen[FACE:]])
    errors = np.concatenate(body)
    return {
        "labelled": len(labels),
        "found": len(body) / len(labels),
        "pck_all": float((np.concatenate([*face, errors]) < CLOSE).mean()),
        "pck_body": float((errors < CLOSE).mean()),
        "median_error": float(np.median(errors)),
    }


def overlap(pixels: np.ndarray, label: Label) -> float:
    """Intersection over union of the box round points ``(N, 2)`` and the labelled box."""
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    start, stop = label.box[:2], label.box[:2] + label.box[2:]
    shared = np.clip(np.minimum(high, stop) - np.maximum(low, start), 0, None).prod()
    return float(shared / ((high - low).prod() + (stop - start).prod() - shared))


def timed(task: Callable[[], object], rounds: int) -> dict[str, float]:
    """Median wall time and processor time of a task in milliseconds, after one round to warm up."""
    task()
    rows = []
    for _ in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        task()
        rows.append((time.perf_counter() - wall, time.process_time() - processor))
    return dict(zip(("wall_ms", "cpu_ms"), (1e3 * np.median(rows, axis=0)).tolist(), strict=True))


def stages(model: LandmarkModel, photo: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Times a photo of one person takes."""
    image = read_image(photo)
    person = model(image).people[0]
    return {
        "read the photo": timed(lambda: read_image(photo), rounds),
        "whole call": timed(lambda: model(image), rounds),
        "whole call, averaging": timed(lambda: model(image, averaging=True), rounds),
        "one tracked frame": timed(lambda: list(model.track([image], person)), rounds),
    }


def tracking(model: LandmarkModel, path: Path) -> dict[str, float]:
    """Decode and follow the largest person of a clip."""
    clip = read_video(path)
    wall = time.perf_counter()
    for _ in clip.frames:
        pass
    decoding = time.perf_counter() - wall
    wall = time.perf_counter()
    found = list(model.track(clip.frames))
    both = time.perf_counter() - wall
    metric = [one.metric if one else np.full((33, 3), np.nan) for one in found]
    shake = np.linalg.norm(np.diff(metric, 2, axis=0), axis=-1) * clip.fps**2
    return {
        "frames": clip.count,
        "found": sum(one is not None for one in found) / clip.count,
        "decode_fps": clip.count / decoding,
        "decode_and_track_fps": clip.count / both,
        "acceleration": float(np.nanmean(shake)),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--video", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    model = LandmarkModel.from_pretrained()
    results: dict[str, dict] = {"times": stages(model, EXAMPLE, options.rounds)}
    if options.folder:
        labels = read_labels(options.labels or options.folder / "keypoints.json")
        results["hits"] = {
            name: hits(labels, options.folder, model, averaging)
            for name, averaging in (("plain", False), ("averaging", True))
        }
    if options.video:
        results["tracking"] = tracking(model, options.video)
    if options.json:
        print(json.dumps(results))
        return
    for name, row in results["times"].items():
        print(f"{name:24} {row['wall_ms']:7.1f} ms   {row['cpu_ms']:7.1f} ms cpu")
    for name, row in results.get("hits", {}).items():
        print(
            f"{name:24} found {row['found']:.0%} of {row['labelled']}   PCK@0.2 all {row['pck_all']:.3f}   "
            f"body {row['pck_body']:.3f}   median error {row['median_error']:.3f} torsos"
        )
    for name, value in results.get("tracking", {}).items():
        print(f"{name:24} {value:.3g}")


if __name__ == "__main__":
    main()
