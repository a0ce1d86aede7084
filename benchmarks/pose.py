"""How well poses are estimated: synthetic test views, real photos, and a real clip.

    python -m benchmarks.pose --views data/views.npz                         # errors beside floor and baselines
    python -m benchmarks.pose --photos FOLDER --sheet overlays.png           # projected joints against COCO keypoints
    python -m benchmarks.pose --clip CLIP.mp4                                # jitter, speed, share of each stage

The photo folder, its labels, who counts as found, and the distance that counts as a hit (PCK at 0.2 torso) are
those of ``benchmarks.landmarks``, so that both tables can be compared: there raw landmarks, here the body's joints.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.landmarks import CLOSE, OVERLAP, overlap, read_labels
from hmvlm import HMVLM
from hmvlm.body.skeleton import INDEX
from hmvlm.render.overlay import overlay_video
from hmvlm.tasks import pose_estimation
from hmvlm.vision.video import read_video
from train.evaluation.sections.pose import methods
from train.views.baselines import table
from train.views.store import ViewStore, load_views

COCO = {
    "left_shoulder": 5, "right_shoulder": 6, "left_elbow": 7, "right_elbow": 8, "left_wrist": 9, "right_wrist": 10,
    "left_hip": 11, "right_hip": 12, "left_knee": 13, "right_knee": 14, "left_ankle": 15, "right_ankle": 16,
}  # fmt: skip
"""SMPL joint -> COCO keypoint; the face has none."""


def score_views(model: HMVLM, views: ViewStore, seconds: float, rows: int) -> str:
    """Table of the language model's readouts, their floor, and the baselines on ``rows`` test rows drawn by lot."""
    test, found = methods(model, views, rows, seconds)
    return table(test, found)


def score_photos(model: HMVLM, folder: Path, sheet: Path | None) -> dict[str, float]:
    """Found rate and PCK of projected joints over the labelled people, and a contact sheet of all overlays."""
    labels, hits, found, pictures = read_labels(folder / "keypoints.json"), [], 0, []
    for name in sorted({label.file for label in labels}):
        first = model.estimate_pose(folder / name).estimate
        others = range(2, first.people + 1) if first else ()
        estimates = [first] if first else []
        estimates += [model.estimate_pose(folder / name, person=number).estimate for number in others]
        for label in (label for label in labels if label.file == name):
            best = max(estimates, key=lambda one: overlap(one.pixels[0], label), default=None)
            if best is None or overlap(best.pixels[0], label) < OVERLAP:
                print(f"{name}: not found ({len(estimates)} people found)", flush=True)
                continue
            joints = best.joints()[0][[INDEX[name] for name in COCO]]
            known = label.points[list(COCO.values()), 2] > 0
            apart = np.linalg.norm(best.cameras[0].project(joints) - label.points[list(COCO.values()), :2], axis=1)
            close = (apart / label.torso < CLOSE)[known]
            hits.extend(close)
            found += 1
            print(f"{name}: {close.mean():.2f} of {len(close)} joints, {len(estimates)} people found", flush=True)
        if sheet is not None and estimates:
            pictures.append(_overlay(folder / name, estimates))
    if sheet is not None:
        _contact_sheet(pictures).save(sheet)
    return {"people": len(labels), "found": found / len(labels), "pck": float(np.mean(hits)) if hits else 0.0}


def _overlay(path: Path, estimates: list) -> Image.Image:
    from hmvlm.render.overlay import overlay_image
    from hmvlm.vision.image import read_image

    image = read_image(path)
    for estimate in estimates:
        image = overlay_image(image, estimate)
    return Image.fromarray(image)


def _contact_sheet(pictures: list[Image.Image], side: int = 420, columns: int = 4) -> Image.Image:
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side), "white")
    for index, picture in enumerate(pictures):
        picture.thumbnail((side, side))
        sheet.paste(picture, (index % columns * side, index // columns * side))
    return sheet


def score_clip(model: HMVLM, path: Path) -> dict[str, float | dict[str, float]]:
    """Frames a second up to the finished overlay video, the share of each stage, and the mean acceleration (m/frame²) of joints
    beside that of the raw metric landmarks."""
    spent: dict[str, float] = {}
    landmarks = model.poses.landmarks  # loaded before the clock starts
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as watched:
        watched.enter_context(timed(model.poses, "_followed", spent, "reading and landmarks"))
        watched.enter_context(timed(model.poses, "poses", spent, "language model"))
        watched.enter_context(timed(pose_estimation, "assemble", spent, "fit and cameras"))
        estimate = model.estimate_pose(path).estimate
        drawing = time.monotonic()
        overlay_video(path, estimate, Path(folder) / "overlay.mp4")
        spent["overlay"] = time.monotonic() - drawing
    whole = time.monotonic() - started
    clip = read_video(path)
    raw = [one.metric for one in landmarks.track(clip.frames) if one is not None]
    limbs = [INDEX[name] for name in COCO]
    bend = np.linalg.norm(np.diff(estimate.joints()[:, limbs], n=2, axis=0), axis=-1).mean()
    marks = [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
    rough = np.linalg.norm(np.diff(np.stack(raw)[:, marks], n=2, axis=0), axis=-1).mean()
    return {
        "frames": len(estimate), "frames_per_second": len(estimate) / whole,
        "shares": {stage: round(seconds / whole, 3) for stage, seconds in spent.items()},
        "found": float(estimate.found.mean()), "jitter_mm": 1e3 * float(bend), "raw_jitter_mm": 1e3 * float(rough),
    }  # fmt: skip


@contextmanager
def timed(owner: object, name: str, spent: dict[str, float], stage: str) -> Iterator[None]:
    """Within it the seconds that calls of ``owner.name`` take, or between the items that it yields, are added to ``spent[stage]``."""
    inner = getattr(owner, name)

    def stopped(step: Callable):
        began = time.monotonic()
        try:
            return step()
        finally:
            spent[stage] = spent.get(stage, 0.0) + time.monotonic() - began

    def items(steps: Iterator) -> Iterator:
        end = object()
        while (item := stopped(lambda: next(steps, end))) is not end:
            yield item

    def call(*args, **options):
        result = stopped(lambda: inner(*args, **options))
        return items(result) if isinstance(result, Iterator) else result

    setattr(owner, name, call)
    try:
        yield
    finally:
        setattr(owner, name, inner)


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="embedded")
    options.add_argument("--views")
    options.add_argument(
        "--seconds", type=float, default=150.0, help="training time of the perceptron; 0 leaves it out"
    )
    options.add_argument("--rows", type=int, default=10**9, help="test rows to look at, drawn by lot; by default all")
    options.add_argument("--photos", type=Path)
    options.add_argument("--sheet", type=Path, help="write a contact sheet of the photos' overlays there")
    options.add_argument("--clip", type=Path)
    args = options.parse_args()
    model = HMVLM.from_pretrained(args.model)
    if args.views:
        print(score_views(model, load_views(args.views), args.seconds, args.rows))
    if args.photos:
        print(json.dumps(score_photos(model, args.photos, args.sheet)))
    if args.clip:
        print(json.dumps(score_clip(model, args.clip)))


if __name__ == "__main__":
    main()
