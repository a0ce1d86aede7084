"""Poses from landmarks on synthetic test views, beside the floor of the pose codes and two baselines; photo data sets."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from hmvlm import HMVLM
from hmvlm.body import rotations
from hmvlm.language import pose_head
from hmvlm.language.decoding import pose_states
from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.motion import features
from hmvlm.vision.fitting import fit
from hmvlm.vision.image import read_image
from train.evaluation.bench import Bench, Clock
from train.evaluation.metrics import interval
from train.evaluation.published import photo_sets
from train.evaluation.report.tables import Cell, Table
from train.evaluation.sections.forgetting import gates
from train.pose.body_encoder import BodyReader
from train.pose.task import static_features
from train.views.baselines import row_errors, train_perceptron
from train.views.inverse_kinematics import solve_poses
from train.views.store import KINDS, ViewStore, load_views

log = logging.getLogger(__name__)

BATCH = 32


@torch.inference_mode()
def read_views(model: HMVLM, seen: np.ndarray) -> dict[str, np.ndarray]:
    """Axis-angle ``(N, 24, 3)`` a readout, of features ``(N, 33, 6)``, through the language model."""
    language = model.language
    alpha = gates(model, [POSE_PROMPT], "image").to(language.device)
    hidden = []
    with folded(language.backbone, alpha):
        for part in torch.from_numpy(seen).split(BATCH):
            hidden.append(pose_states(language, [language.builder.pose_answer(POSE_PROMPT, one) for one in part]))
    states = torch.cat(hidden)
    found = {}
    for readout in pose_head.READOUTS:
        local, _ = pose_head.read_poses(language, model.tokenizer, states, readout)
        found[readout] = rotations.matrix_to_axis_angle(local).cpu().numpy()
    return found


def floor(model: HMVLM, poses: np.ndarray) -> np.ndarray:
    """What the pose tokens can say at best: true poses encoded and decoded, with the true orientation."""
    tokenizer = model.tokenizer
    raw = static_features(torch.from_numpy(poses))
    again = rotations.matrix_to_axis_angle(features.local_rotations(tokenizer.decode_pose(tokenizer.encode_pose(raw))))
    return np.concatenate([poses[:, :1], again.numpy()[:, 1:]], axis=1)


def fitted(poses: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Poses ``(N, 24, 3)`` after the fit to landmark features ``(N, 33, 6)`` that photos and clips get."""
    local, _ = fit(rotations.axis_angle_to_matrix(torch.from_numpy(poses)), torch.from_numpy(seen))
    return rotations.matrix_to_axis_angle(local).numpy()


def methods(
    model: HMVLM, views: ViewStore, rows: int, seconds: float, encoder: Path | None = None
) -> tuple[ViewStore, dict[str, np.ndarray]]:
    """``rows`` test views drawn by lot, and the poses ``(N, 24, 3)`` that each method reads from them.

    ``encoder`` is the file of ``train.pose.body_encoder``, if it is there: what its head reads without a language model.
    """
    test = views.rows(split="test")
    if rows < len(test):
        test = test[np.sort(np.random.default_rng(0).permutation(len(test))[:rows])]
    found = {
        "floor": floor(model, test.poses),
        **(read := read_views(model, test.features)),
        "fitted": fitted(read["expected"], test.features),
        "analytic": solve_poses(test.features),
    }
    if encoder is not None and encoder.is_file():
        found["encoder"] = BodyReader.load(encoder).poses(test.features)
    if seconds > 0:
        found["perceptron"] = train_perceptron(views.rows(split="train"), 10**9, seconds=seconds).poses(test.features)
    return test, found


NAMES = {
    "floor": "floor of the pose codes", "expected": "HMVLM", "fitted": "HMVLM, fitted to the landmarks", "argmax": "HMVLM, likeliest codes", "analytic": "analytic IK",
    "perceptron": "perceptron", "encoder": "body encoder's own head, no language model",
}  # fmt: skip


def run(bench: Bench) -> list[Table]:
    """The table of this section: MPJPE / PA-MPJPE a method and kind of view."""
    budget = bench.budget
    views = load_views(bench.views)
    test, found = methods(bench.assistant, views, budget.views, budget.perceptron_seconds, bench.encoder)
    groups = [(kind, (test.kind == number) & ~test.measured) for number, kind in enumerate(KINDS)]
    groups += [("all drawn", ~test.measured), ("read by the landmark nets", test.measured)]
    groups = [(name, rows) for name, rows in groups if rows.any()]
    columns = tuple(f"{name}, {measure}" for name, _ in groups for measure in ("MPJPE", "PA"))
    rows: dict[str, tuple[Cell, ...]] = {}
    for method, poses in found.items():
        errors = row_errors(poses, test.poses)
        rows[NAMES[method]] = tuple(interval(values[kept]) for _, kept in groups for values in errors)
    return [
        Table(
            "pose_views", "Poses from landmarks, mm", columns, rows, "test views of test clips", len(test), "0",
            "95 % over views",
            (
                "24 joints of the average body relative to the pelvis, in the camera's axes.",
                f"The perceptron trained for {budget.perceptron_seconds:g} s on the training views.",
            )
        )
    ]  # fmt: skip


def photo_table(
    model: HMVLM, name: str, people: Iterable[photo_sets.Person], hips: bool, count: int, clock: Clock
) -> Table:
    """Errors on a photo data set (``name``), of the first ``count`` labelled people that the clock allows.

    The crop of a person's box is what the model sees. Who is not found counts with the average upright body,
    so that a method cannot gain by finding fewer.
    """
    chosen, joints, found = [], [], []
    for person in islice(people, count):
        if clock.over:
            break
        estimate = model.estimate_pose(crop(read_image(person.image), person.box)).estimate
        poses = np.zeros((24, 3)) if estimate is None else estimate.poses[0]
        chosen.append(person)
        joints.append(photo_sets.fourteen(poses, hips))
        found.append(estimate is not None)
    if not chosen:
        raise ValueError(f"{name} gave no people to look at; check the folder and the minutes")
    plain, aligned = photo_sets.errors(np.stack(joints), chosen)
    row = (interval(plain), interval(aligned), 100 * float(np.mean(found)))
    notes = (
        "14 joints, root-aligned; see train.evaluation.published.photo_sets for the protocol and how it differs from published tables.",
    )
    return Table(
        f"photos_{name}",
        f"{name}, mm",
        ("MPJPE", "PA-MPJPE", "found %"),
        {"HMVLM": row},
        "test",
        len(chosen),
        "none drawn",
        "95 % over people",
        notes,
    )


def crop(image: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    """The part of ``(H, W, 3)`` inside a box; what lies outside the picture is cut off."""
    x, y, width, height = box
    top, left = max(0, int(y)), max(0, int(x))
    piece = image[top : max(top + 1, int(y + height)), left : max(left + 1, int(x + width))]
    if piece.size == 0:
        raise ValueError(f"the box {box} lies outside a picture of {image.shape[1]} x {image.shape[0]}")
    return np.ascontiguousarray(piece)
