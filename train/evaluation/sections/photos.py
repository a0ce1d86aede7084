"""Poses from real photos and clips that the user names: 3DPW, Human3.6M, COCO keypoints, and jitter of clips."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from hmvlm import HMVLM
from hmvlm.atomic import atomic_file
from hmvlm.body.skeleton import INDEX
from hmvlm.vision.image import read_image
from hmvlm.vision.landmarks import INDEX as LANDMARKS
from train.evaluation.context import EvaluationContext, TimeLimit
from train.evaluation.metrics import interval, percentage
from train.evaluation.published import coco, photo_sets
from train.evaluation.report.tables import Cell, Table

log = logging.getLogger(__name__)

MAX_PEOPLE, MINUTES, STRIDE = 500, 10.0, 25
"""Most people of 3DPW and Human3.6M, most minutes for each, and every how many frames one is taken."""
Prediction = tuple[np.ndarray, np.ndarray]
"""Landmarks ``(33, 2)`` of one person and predicted keypoints ``(K, 2)``, in pixels."""
SHEET_NAME, SHEET_SIDE, SHEET_COLUMNS = "coco_overlays.png", 420, 4


@dataclass(frozen=True)
class PhotoData:
    """Photos and clips to measure on; what is None or empty is left out.

    Attributes:
        threedpw: folder of 3DPW.
        human36m: prepared annotations and picture folder of Human3.6M.
        coco: folder of photos with ``keypoints.json``.
        clips: videos of one person.
    """

    threedpw: Path | None = None
    human36m: tuple[Path, Path] | None = None
    coco: Path | None = None
    clips: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return any((self.threedpw, self.human36m, self.coco, self.clips))


def run(context: EvaluationContext, data: PhotoData) -> list[Table]:
    """Tables of the data sets that are given."""
    model, made = context.assistant, []
    if data.threedpw is not None:
        people = photo_sets.threedpw(data.threedpw, stride=STRIDE)
        made.append(photo_table(model, "3DPW", people, False, MAX_PEOPLE, TimeLimit(MINUTES)))
    if data.human36m is not None:
        people = photo_sets.human36m(*data.human36m, stride=STRIDE)
        made.append(photo_table(model, "Human3.6M", people, True, MAX_PEOPLE, TimeLimit(MINUTES)))
    if data.coco is not None:
        made.append(coco_table(model, data.coco, context.figures))
    if data.clips:
        made.append(jitter_table(model, data.clips))
    return made


def photo_table(
    model: HMVLM, name: str, people: Iterable[photo_sets.Person], hips: bool, count: int, limit: TimeLimit
) -> Table:
    """Errors on a photo data set (``name``), of the first ``count`` labelled people that the limit allows.

    The model is given the crop of a person's box. A person who is not found is scored with the average upright body,
    so that a method cannot gain by finding fewer.
    """
    chosen, joints, found = [], [], []
    for person in islice(people, count):
        if limit.exceeded:
            break
        estimate = model.estimate_pose(crop(read_image(person.image), person.box)).estimate
        poses = np.zeros((24, 3)) if estimate is None else estimate.poses[0]
        chosen.append(person)
        joints.append(photo_sets.lsp_joints(poses, hips))
        found.append(estimate is not None)
    if not chosen:
        raise ValueError(f"{name} gave no labelled people; check the folder")
    plain, aligned = photo_sets.errors(np.stack(joints), chosen)
    row = (interval(plain), interval(aligned), 100 * float(np.mean(found)))
    notes = (
        (
            "14 joints, root-aligned; see train.evaluation.published.photo_sets for the protocol and how it differs "
            "from published tables."
        ),
    )
    return Table(
        f"photos_{name}", f"{name}, mm", ("MPJPE", "PA-MPJPE", "found %"), {"HMVLM": row}, "test", len(chosen),
        "none drawn", "95 % over people", notes,
    )  # fmt: skip


def crop(image: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """The part of ``(H, W, 3)`` inside a box; what lies outside the picture is cut off."""
    x, y, width, height = box
    top, left = max(0, int(y)), max(0, int(x))
    piece = image[top : max(top + 1, int(y + height)), left : max(left + 1, int(x + width))]
    if piece.size == 0:
        raise ValueError(f"the box {box} lies outside a picture of {image.shape[1]} x {image.shape[0]}")
    return np.ascontiguousarray(piece)


def keypoint_errors(
    labels: Sequence[coco.Label], predict: Callable[[str], list[Prediction]], first: int
) -> list[np.ndarray | None]:
    """Errors in torso lengths of each labelled person's keypoints from ``first`` on; None for a person who is not
    found.

    ``predict`` gives everyone found in a photo. A labelled person is matched with the prediction whose landmarks'
    bounding box overlaps most.
    """
    found = {name: predict(name) for name in sorted({label.file for label in labels})}
    errors = []
    for label in labels:
        overlaps = [label.overlap(landmarks) for landmarks, _ in found[label.file]]
        matched = bool(overlaps) and max(overlaps) >= coco.MIN_OVERLAP
        errors.append(label.errors(found[label.file][int(np.argmax(overlaps))][1], first) if matched else None)
    return errors


def coco_row(errors: Sequence[np.ndarray | None]) -> tuple[Cell, ...]:
    """Found rate, PCK of the body, PCK with the face (None without it), and the median error of the body."""
    people = [one for one in errors if one is not None]
    found = percentage([one is not None for one in errors])
    if not people:
        return found, None, None, None
    whole = np.concatenate(people)
    body = np.concatenate([one[-len(coco.BODY_NAMES) :] for one in people])
    whole, body = whole[~np.isnan(whole)], body[~np.isnan(body)]
    shares = [percentage(values < coco.HIT_DISTANCE) if len(values) else None for values in (body, whole)]
    with_face = shares[1] if len(people[0]) > len(coco.BODY_NAMES) else None
    return found, shares[0], with_face, float(np.median(body)) if len(body) else None


def coco_table(model: HMVLM, folder: Path, figures: Path) -> Table:
    """PCK on COCO photos of the body's projected joints and of the raw landmarks; overlays go to a contact sheet."""
    labels = [label for label in coco.read_labels(folder / "keypoints.json") if (folder / label.file).is_file()]
    pictures: list[Image.Image] = []

    def joints(name: str) -> list[Prediction]:
        estimates = model.estimate_pose(folder / name).estimates
        if estimates:
            pictures.append(overlaid(folder / name, estimates))
        return [(one.pixels[0], one.cameras[0].project(one.joints()[0][coco.BODY_JOINTS])) for one in estimates]

    def landmarks(averaging: bool) -> Callable[[str], list[Prediction]]:
        def predict(name: str) -> list[Prediction]:
            people = model.poses.landmarks()(read_image(folder / name), averaging).people
            return [(person.pixels, person.pixels[coco.LANDMARK_ROWS]) for person in people]

        return predict

    rows = {
        "HMVLM, projected joints": coco_row(keypoint_errors(labels, joints, coco.FACE)),
        "landmarks": coco_row(keypoint_errors(labels, landmarks(False), 0)),
        "landmarks, averaged over crops": coco_row(keypoint_errors(labels, landmarks(True), 0)),
    }
    shown = {}
    if pictures:
        with atomic_file(figures / SHEET_NAME) as partial:
            contact_sheet(pictures).save(partial)
        shown["Estimated bodies over the photos"] = SHEET_NAME
    columns = ("found %", "PCK@0.2 body %", "PCK@0.2 with the face %", "median error of the body, torso lengths")
    return Table(
        "photos_COCO", "COCO keypoints", columns, rows, f"{len({label.file for label in labels})} photos", len(labels),
        "none drawn", "95 %, Wilson's",
        (("A keypoint is hit within 0.2 torso lengths. A person counts as found when boxes overlap by 0.3 (IoU); PCK "
          "is over those found."),),
        shown,
    )  # fmt: skip


def overlaid(path: Path, estimates: list) -> Image.Image:
    """A photo with all its estimated bodies drawn over it."""
    from hmvlm.render.overlay import overlay_image

    return Image.fromarray(overlay_image(read_image(path), estimates))


def contact_sheet(pictures: list[Image.Image]) -> Image.Image:
    """Pictures side by side, each within a square of :data:`SHEET_SIDE` pixels."""
    rows = -(-len(pictures) // SHEET_COLUMNS)
    sheet = Image.new("RGB", (SHEET_COLUMNS * SHEET_SIDE, rows * SHEET_SIDE), "white")
    for index, picture in enumerate(pictures):
        picture.thumbnail((SHEET_SIDE, SHEET_SIDE))
        sheet.paste(picture, (index % SHEET_COLUMNS * SHEET_SIDE, index // SHEET_COLUMNS * SHEET_SIDE))
    return sheet


def jitter_table(model: HMVLM, clips: Sequence[Path]) -> Table:
    """Mean acceleration of 12 joints and of the 12 corresponding raw landmarks, mm a frame²,
    and the share of frames with a person.
    """
    joints = [INDEX[name] for name in coco.BODY_NAMES]
    points = [LANDMARKS[name] for name in coco.BODY_NAMES]
    rows: dict[str, tuple[Cell, ...]] = {}
    for path in clips:
        estimate = model.estimate_pose(path).estimate
        if estimate is None or estimate.sight is None:
            raise ValueError(f"no person was found in {path}; give a clip that shows one")
        raw = estimate.sight.metric[estimate.found]
        accelerations = [
            1e3 * float(np.linalg.norm(np.diff(places, n=2, axis=0), axis=-1).mean())
            for places in (estimate.joints()[:, joints], raw[:, points])
        ]
        rows[path.name] = (len(estimate), 100 * float(estimate.found.mean()), *accelerations)
    columns = ("frames", "found %", "acceleration of joints", "acceleration of landmarks")
    return Table(
        "clips", "Jitter of poses from clips, mm/frame²", columns, rows, "clips given", len(rows), "none drawn"
    )
