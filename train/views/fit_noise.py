"""Measure BlazePose's residuals on rendered pictures.

    python -m train.views.fit_noise --rendered data/rendered.npz --out train/views/noise.npz
    python -m train.views.fit_noise --rendered data/more_*.npz --append-to train/views/noise.npz --out data/noise.npz

The second command appends pictures of training clips to an existing noise file. The parts of a residual are described
in :mod:`train.views.noise`. ``offsets`` are BlazePose's systematic differences in where landmarks lie on the body.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
import roma
import torch

from hmvlm.vision.landmarks import MIRROR
from train.loop.settings import option, parse_settings
from train.views.cameras import MAIN, ExactLandmarks, exact_landmarks
from train.views.columns import join_rows
from train.views.noise import exchange_sides, picture_descriptor
from train.views.rendered import Rendered
from train.views.report import residual_report
from train.views.residuals import NOISE_FILE, ResidualBank
from train.views.sites import LANDMARKS, Sites

log = logging.getLogger(__name__)


def find_swaps(rows: Rendered, truth: ExactLandmarks) -> np.ndarray:
    """``(N, 2)`` bool: exchanging sides in the upper body or the legs more than halves the error there.

    The error combines picture and metres: seen from the side, left and right coincide in the picture and differ in
    depth.
    """
    swaps = np.zeros((len(rows), 2), bool)
    metric, side = rows.metric, truth.region[:, 2]
    for column, group in enumerate(((11, 12, 13, 14, 15, 16), (23, 24, 25, 26, 27, 28))):
        other = MIRROR[list(group)]
        errors = []
        for order in (list(group), other):
            flat = np.linalg.norm(rows.pixels[:, order] - truth.pixels[:, group], axis=-1) / side[:, None]
            deep = np.linalg.norm(metric[:, order] - truth.metric[:, group], axis=-1)
            errors.append((2 * flat + deep).mean(axis=1))  # a region is about two metres wide
        swaps[:, column] = (errors[1] < 0.5 * errors[0]) & (errors[0] > 0.15)
    return swaps


def fit(rows: Rendered, rounds: int = 2) -> ResidualBank:
    """Residuals of all rows in which a person was found; ``offsets`` are estimated on training clips only."""
    rows = rows[rows.found]
    training = rows[rows.split == 0]
    offsets = np.zeros((LANDMARKS, 3), np.float32)
    for _ in range(rounds):
        offsets = offsets + _offset_step(training, exact_landmarks(training.shots, Sites(offsets)))
    return residuals(rows, offsets)


def append_training_rows(bank: ResidualBank, rows: Rendered) -> ResidualBank:
    """``bank`` extended by the residuals, relative to its offsets, of training rows in which a person was found."""
    more = residuals(rows[rows.found & (rows.split == 0)], bank.offsets)
    return join_rows([bank, more], shared="offsets")


def _offset_step(rows: Rendered, truth: ExactLandmarks) -> np.ndarray:
    """Mean displacement ``(33, 3)`` in their joints' frames, from errors in the picture plane; sides averaged.

    An offset c in a joint's frame F moves a landmark by the first two rows of F c in the picture plane; pictures from
    all around determine c by robust least squares (Cauchy weights).
    """
    easy = rows.shots.kind == 0
    swaps = find_swaps(rows, truth)
    good = easy & ~swaps.any(axis=1)
    metres = truth.metric[:, [11, 12, 23, 24]]
    spread = np.linalg.norm(metres[..., :2] - metres[..., :2].mean(axis=1, keepdims=True), axis=(1, 2))
    pixels = truth.pixels[:, [11, 12, 23, 24]]
    scale = np.linalg.norm(pixels - pixels.mean(axis=1, keepdims=True), axis=(1, 2)) / np.maximum(spread, 1e-6)
    moved = (rows.pixels - truth.pixels) / scale[:, None, None] * [1, -1]
    hips = moved[:, [23, 24]].mean(axis=1, keepdims=True)
    moved = moved - np.median(hips[good], axis=0)
    steps = np.zeros((LANDMARKS, 3))
    for k in range(LANDMARKS):
        axes, target = truth.frames[good, k, :2], moved[good, k]
        place = np.zeros(3)
        for _ in range(8):
            left = np.linalg.norm(target - axes @ place, axis=1)
            weight = 1 / (1 + (left / 0.03) ** 2)
            normal = np.einsum("nai,naj,n->ij", axes, axes, weight) + 1e-3 * len(target) * np.eye(3)
            place = np.linalg.solve(normal, np.einsum("nai,na,n->i", axes, target, weight))
        steps[k] = place
    return (0.5 * (steps + steps[MIRROR] * [-1, 1, 1])).astype(np.float32)


def residuals(rows: Rendered, offsets: np.ndarray) -> ResidualBank:
    """Residuals of rows (all found) relative to landmarks moved by ``offsets`` ``(33, 3)``."""
    truth = exact_landmarks(rows.shots, Sites(offsets))
    swapped = find_swaps(rows, truth)
    pixels, metric = exchange_sides(rows.pixels, swapped), exchange_sides(rows.metric, swapped)
    side = truth.region[:, 2:]
    turn, scale = _align(truth.metric, metric)
    turns = roma.rotvec_to_rotmat(torch.from_numpy(turn)).numpy()
    rest = metric @ turns / scale[:, None, None] - truth.metric
    view, hidden = picture_descriptor(truth)
    return ResidualBank(
        kind=rows.shots.kind.astype(np.int8),
        view=view,
        hidden=hidden,
        swapped=swapped,
        shift=((rows.region[:, :2] - truth.region[:, :2]) / side * [1, -1]).astype(np.float32),
        size=np.log(np.stack([rows.region[:, 2] / side[:, 0], scale], axis=1)).astype(np.float32),
        plane=((pixels - truth.pixels) / side[..., None] * [1, -1]).astype(np.float32),
        turn=turn,
        rest=rest.astype(np.float32),
        seen=rows.visibility,
        held=rows.split != 0,
        offsets=offsets.astype(np.float32),
    )


def _align(truth: np.ndarray, measured: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rotation vectors ``(N, 3)`` and scales ``(N,)`` that align exact bodies with measured ones (Procrustes).

    Both have their origin between the hips, so there is no translation. A rotation beyond a right angle is a failed
    detection, not a rotation, and is set to zero.
    """
    a, b = torch.from_numpy(truth[:, MAIN].astype(np.float64)), torch.from_numpy(measured[:, MAIN].astype(np.float64))
    turns = roma.special_procrustes(b.transpose(1, 2) @ a)
    vector = roma.rotmat_to_rotvec(turns)
    angle = vector.norm(dim=-1, keepdim=True)
    vector = torch.where(angle > np.pi / 2, torch.zeros_like(vector), vector)
    turned = a @ roma.rotvec_to_rotmat(vector).transpose(1, 2)
    scale = ((turned * b).sum((1, 2)) / (turned**2).sum((1, 2))).clamp(0.5, 2.0)
    return vector.float().numpy(), scale.float().numpy()


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.views.fit_noise`."""

    rendered: list[str] = option(["data/rendered.npz"], "files of python -m train.views.rendered")
    append_to: str | None = option(None, "noise file to which the residuals of training clips are appended")
    out: str = option(str(NOISE_FILE), "file to write")


def main(argv: list[str] | None = None) -> None:
    """The command line: fit, write, print the report."""
    settings = parse_settings(Settings, argv, __doc__)
    rows = join_rows([Rendered.load(path) for path in settings.rendered])
    base = ResidualBank.load(settings.append_to) if settings.append_to else None
    bank = fit(rows) if base is None else append_training_rows(base, rows)
    bank.save(settings.out)
    new = bank[0 if base is None else len(base) :]
    log.info("%d residuals, %d of them for validation and test; of the others:", len(bank), bank.held.sum())
    log.info("%s", residual_report(rows[rows.split == 0], new[~new.held]))


if __name__ == "__main__":
    main()
