"""Poses from landmarks on synthetic test views, beside the quantisation error of the pose codes and two baselines."""

from __future__ import annotations

import logging
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
from train.evaluation.context import EvaluationContext
from train.evaluation.gating import gate_weights
from train.evaluation.metrics import interval
from train.evaluation.report.tables import Cell, Table
from train.pose.body_encoder import PoseRegressor
from train.pose.task import static_features
from train.views.baselines import row_errors, train_perceptron
from train.views.inverse_kinematics import solve_poses
from train.views.store import KINDS, ViewStore, load_views

log = logging.getLogger(__name__)

BATCH = 32


@torch.inference_mode()
def estimate_poses(model: HMVLM, landmarks: np.ndarray) -> dict[str, np.ndarray]:
    """Poses ``(N, 24, 3)`` in axis-angle by readout, from landmark features ``(N, 33, 6)``, by the language model."""
    language = model.language
    alpha = gate_weights(model, [POSE_PROMPT], "image").to(language.device)
    hidden = []
    with folded(language.backbone, alpha):
        for part in torch.from_numpy(landmarks).split(BATCH):
            hidden.append(pose_states(language, [language.builder.pose_answer(POSE_PROMPT, one) for one in part]))
    states = torch.cat(hidden)
    found = {}
    for readout in pose_head.READOUTS:
        local, _ = pose_head.decode_poses(language, model.tokenizer, states, readout)
        found[readout] = rotations.matrix_to_axis_angle(local).cpu().numpy()
    return found


def quantised(model: HMVLM, poses: np.ndarray) -> np.ndarray:
    """True poses ``(N, 24, 3)`` encoded to pose tokens and decoded, with the true orientation.

    The best that tokens allow.
    """
    tokenizer = model.tokenizer
    raw = static_features(torch.from_numpy(poses))
    again = rotations.matrix_to_axis_angle(features.local_rotations(tokenizer.decode_pose(tokenizer.encode_pose(raw))))
    return np.concatenate([poses[:, :1], again.numpy()[:, 1:]], axis=1)


def fitted(poses: np.ndarray, landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Poses ``(N, 24, 3)`` and shapes ``(N, 10)`` after the fit to landmark features ``(N, 33, 6)`` that is applied to
    photos and clips.
    """
    found = fit(rotations.axis_angle_to_matrix(torch.from_numpy(poses)), torch.from_numpy(landmarks))
    return rotations.matrix_to_axis_angle(found.local).numpy(), found.betas.numpy()


def predictions(
    model: HMVLM, views: ViewStore, rows: int, steps: int, encoder: Path | None = None
) -> tuple[ViewStore, dict[str, np.ndarray], np.ndarray]:
    """``rows`` test views sampled uniformly at random, the poses ``(N, 24, 3)`` that each method estimates
    from them, and the shapes ``(N, 10)`` of the fit.

    ``encoder`` is the file of ``train.pose.body_encoder``, if it exists: the poses of its own head, without the
    language model.
    """
    test = views.rows(split="test")
    if rows < len(test):
        test = test[np.sort(np.random.default_rng(0).permutation(len(test))[:rows])]
    estimated = estimate_poses(model, test.features)
    poses, betas = fitted(estimated["expected"], test.features)
    found = {
        "quantised": quantised(model, test.poses),
        **estimated,
        "fitted": poses,
        "analytic": solve_poses(test.features),
    }
    if encoder is not None and encoder.is_file():
        found["encoder"] = PoseRegressor.load(encoder).poses(test.features)
    if steps > 0:
        found["perceptron"] = train_perceptron(views.rows(split="train"), steps).poses(test.features)
    return test, found, betas


NAMES = {
    "quantised": "true poses through the pose codes", "expected": "HMVLM", "fitted": "HMVLM, fitted to the landmarks",
    "argmax": "HMVLM, most likely codes", "analytic": "analytic IK", "perceptron": "perceptron",
    "encoder": "body encoder's own head, no language model",
}  # fmt: skip
SHAPED = "HMVLM, fitted, estimated and true shapes"
"""The row in which a wrong size counts."""


def run(context: EvaluationContext) -> list[Table]:
    """The table of this section: MPJPE and PA-MPJPE by method and kind of view."""
    budget = context.budget
    views = load_views(context.views)
    test, found, betas = predictions(
        context.assistant, views, budget.views, budget.perceptron_steps, context.body_encoder
    )
    groups = [(kind, (test.kind == number) & ~test.measured) for number, kind in enumerate(KINDS)]
    groups += [("all synthetic", ~test.measured), ("rendered, landmark nets", test.measured)]
    groups = [(name, rows) for name, rows in groups if rows.any()]
    columns = tuple(f"{name}, {measure}" for name, _ in groups for measure in ("MPJPE", "PA"))
    rows: dict[str, tuple[Cell, ...]] = {}
    for method, poses in found.items():
        errors = row_errors(poses, test.poses)
        rows[NAMES[method]] = tuple(interval(values[kept]) for _, kept in groups for values in errors)
    if np.isfinite(test.betas).all():
        errors = row_errors(found["fitted"], test.poses, betas, test.betas)
        rows[SHAPED] = tuple(interval(values[kept]) for _, kept in groups for values in errors)
    return [
        Table(
            "pose_views", "Poses from landmarks, mm", columns, rows, "test views of test clips", len(test), "0",
            "95 % over views",
            (
                "24 joints relative to the pelvis, in the camera's axes; average body but for the row with shapes.",
                f"The perceptron trained for {budget.perceptron_steps} steps on the training views.",
            )
        )
    ]  # fmt: skip
