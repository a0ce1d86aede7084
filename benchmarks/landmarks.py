"""Time of the landmark nets: each stage on a photo, and frames a second of tracking.

    python -m benchmarks.landmarks [--video CLIP] [--rounds 5] [--json]

``cpu`` is processor time of all threads. How well landmarks hit labelled keypoints is measured by
``python -m train.evaluation.run --only pose --coco FOLDER``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hmvlm.vision.image import read_image
from hmvlm.vision.landmark_model import LandmarkModel
from hmvlm.vision.video import read_video

EXAMPLE = Path(__file__).resolve().parents[1] / "assets/examples/leaning.jpg"


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
    """Frames a second of decoding a clip, and of decoding and tracking its largest person."""
    clip = read_video(path)
    started = time.perf_counter()
    for _ in clip.frames:
        pass
    decoding = time.perf_counter() - started
    started = time.perf_counter()
    found = list(model.track(clip.frames))
    both = time.perf_counter() - started
    return {
        "frames": clip.count,
        "found": sum(one is not None for one in found) / clip.count,
        "decode_fps": clip.count / decoding,
        "decode_and_track_fps": clip.count / both,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--video", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    model = LandmarkModel.from_pretrained()
    results: dict[str, dict] = {"times": stages(model, EXAMPLE, options.rounds)}
    if options.video:
        results["tracking"] = tracking(model, options.video)
    if options.json:
        print(json.dumps(results))
        return
    for name, row in results["times"].items():
        print(f"{name:24} {row['wall_ms']:7.1f} ms   {row['cpu_ms']:7.1f} ms cpu")
    for name, value in results.get("tracking", {}).items():
        print(f"{name:24} {value:.3g}")


if __name__ == "__main__":
    main()
