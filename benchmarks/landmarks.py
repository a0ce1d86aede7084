"""Time of the landmark nets: each stage on a photo, and frames a second of tracking; their errors on pictures.

    python -m benchmarks.landmarks [--net heavy] [--video CLIP] [--photos FOLDER]
        [--recordings data/motions.npz --views 128] [--rounds 5] [--json]

``cpu`` is processor time of all threads. FOLDER holds photos and ``keypoints.json``, labelled people as
``train.evaluation.published.coco`` reads them. Of ``--recordings`` poses of the test split are rendered: errors of the
metric landmarks, and of the trunk's direction, on pictures that no network was trained on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hmvlm.vision.image import read_image
from hmvlm.vision.landmark_model import NETS, LandmarkModel
from hmvlm.vision.video import read_video
from train.evaluation.published.coco import FACE, HIT_DISTANCE, LANDMARK_ROWS, MIN_OVERLAP, read_labels
from train.recordings.store import load_motions
from train.views.cameras import exact_landmarks
from train.views.rendered import SPLITS, render
from train.views.sites import Sites

EXAMPLE = Path(__file__).resolve().parents[1] / "assets/examples/leaning.jpg"

CLEAR_HEIGHT, CLEAR_JOINTS = 64, 8


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
        "one tracked frame": timed(lambda: model.predict(image, person.region), rounds),
    }


def hits(model: LandmarkModel, folder: Path) -> dict[str, float]:
    """Labelled people that were found (box recall), and the share of their body joints hit, by averaged landmarks.

    Somebody is clear whose box is ``CLEAR_HEIGHT`` pixels high and of whose body ``CLEAR_JOINTS`` joints are labelled.
    """
    labels = read_labels(folder / "keypoints.json")
    people = {file: model(read_image(folder / file), averaging=True).people for file in {one.file for one in labels}}
    errors, clear = [], []
    for label in labels:
        best = max(people[label.file], key=lambda one: label.overlap(one.pixels[LANDMARK_ROWS]), default=None)
        found = best is not None and label.overlap(best.pixels[LANDMARK_ROWS]) >= MIN_OVERLAP
        if label.box[3] >= CLEAR_HEIGHT and (label.points[FACE:, 2] > 0).sum() >= CLEAR_JOINTS:
            clear.append(found)
        if best is not None and found:
            errors.append(label.errors(best.pixels[LANDMARK_ROWS[FACE:]], FACE))
    apart = np.concatenate(errors)
    apart = apart[~np.isnan(apart)]
    return {
        "labelled people": len(labels),
        "found people": len(errors),
        "box recall": len(errors) / len(labels),
        "clear people": len(clear),
        "box recall of clear people": float(np.mean(clear)) if clear else float("nan"),
        "joints": len(apart),
        "joints hit": float((apart < HIT_DISTANCE).mean()),
        "median error (torsos)": float(np.median(apart)),
    }


def depth(model: LandmarkModel, recordings: str, views: int) -> dict[str, float]:
    """Errors of the metric landmarks of shoulders, elbows, wrists, hips, knees and ankles on rendered test poses.

    They are in mm from the middle of the hips; the trunk's direction is in degrees, and its slope that of the share
    along the line of sight as read, over the true one.
    """
    clips = [clip for clip in load_motions(recordings) if clip.split == "test"]
    rows = render(clips, SPLITS.index("test"), views, seed=0, thorough=False, model=model)
    rows = rows[rows.found]
    true, read = (_limbs(one) for one in (exact_landmarks(rows.shots, Sites()).metric, rows.metric))
    trunks = [one[:, :2].mean(1) - one[:, 6:8].mean(1) for one in (true, read)]
    trunks = [one / np.linalg.norm(one, axis=1, keepdims=True) for one in trunks]
    off = np.linalg.norm(read - true, axis=2).mean(1)
    return {
        "rendered views": len(rows),
        "mean error (mm)": 1e3 * float(off.mean()),
        "median of views (mm)": 1e3 * float(np.median(off)),
        "trunk off (degrees)": float(np.degrees(np.arccos((trunks[0] * trunks[1]).sum(1).clip(-1, 1))).mean()),
        "slope of its lean": float(np.polyfit(trunks[0][:, 2], trunks[1][:, 2], 1)[0]),
    }


def _limbs(metric: np.ndarray) -> np.ndarray:
    """Metric landmarks ``(N, 33, 3)`` of the limbs' joints ``(N, 12, 3)`` from the middle of the hips."""
    limbs = metric[:, [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]]
    return limbs - limbs[:, 6:8].mean(axis=1, keepdims=True)


def tracking(model: LandmarkModel, path: Path) -> dict[str, float]:
    """Frames a second of decoding a clip, and of decoding and tracking everybody; share that shows who is seen most."""
    clip = read_video(path)
    started = time.perf_counter()
    for _ in clip.frames:
        pass
    decoding = time.perf_counter() - started
    started = time.perf_counter()
    tracker = model.follow()
    for _ in tracker.run(clip.frames):
        pass
    both = time.perf_counter() - started
    people = tracker.people(clip.count, clip.fps)
    return {
        "frames": clip.count,
        "people": len(people),
        "found": max((sum(one is not None for one in person.seen) for person in people), default=0) / clip.count,
        "decode_fps": clip.count / decoding,
        "decode_and_track_fps": clip.count / both,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--net", choices=NETS, default="both", help="landmark network")
    parser.add_argument("--video", type=Path)
    parser.add_argument("--photos", type=Path, metavar="FOLDER", help="labelled photos")
    parser.add_argument("--recordings", metavar="FILE", help="of python -m train.recordings.prepare")
    parser.add_argument("--views", type=int, default=128, help="rendered test poses")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    model = LandmarkModel.from_pretrained(net=options.net)
    results: dict[str, dict] = {"times": stages(model, EXAMPLE, options.rounds)}
    if options.video:
        results["tracking"] = tracking(model, options.video)
    if options.photos:
        results["photos"] = hits(model, options.photos)
    if options.recordings:
        results["views"] = depth(model, options.recordings, options.views)
    if options.json:
        print(json.dumps(results))
        return
    for name, row in results["times"].items():
        print(f"{name:24} {row['wall_ms']:7.1f} ms   {row['cpu_ms']:7.1f} ms cpu")
    for name, value in (row for key in ("tracking", "photos", "views") for row in results.get(key, {}).items()):
        print(f"{name:24} {value:.3g}")


if __name__ == "__main__":
    main()
