"""Model of BlazePose's errors: exact landmarks disturbed by residuals that were measured on similar pictures.

The residual of one picture has these parts, each relative to exact landmarks (:class:`ExactLandmarks`):

- left and right exchanged in the upper body or in the legs, which is undone before the rest is measured;
- the region: shift of its centre and logarithm of its side, relative to the exact side;
- the picture plane: ``(33, 2)`` relative to the exact side;
- depth and size: a rotation and a scale of the whole metric body, then the remaining ``(33, 3)`` metres;
- the visibilities as they were.

A whole residual keeps the correlation of errors between landmarks, above all in depth. It is sampled from the nearest
pictures of the same kind, by exact landmarks and by which joints are hidden; every picture is also used mirrored.
:mod:`train.views.fit_noise` measures the residuals.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import roma
import torch

from hmvlm.vision.landmarks import MIRROR
from train.views.cameras import KINDS, MAIN, ExactLandmarks
from train.views.columns import join_rows
from train.views.residuals import ResidualBank

UPPER = tuple(range(23))
LEGS = tuple(range(23, 33))
HIDDEN_WEIGHT = 0.35
"""Metres of pose difference that one differing hidden joint counts for in the distance between pictures."""
NEIGHBOURS = 8
"""Pictures among which a residual is sampled."""
SCALE_JITTER = 0.15
"""Standard deviation of the logarithm of a random factor on each residual."""
LIMBS = tuple(
    np.array([k for k in range(33) if k > 10 and k % 2 == side and (k < 23) == arm])
    for side in (0, 1)
    for arm in (True, False)
)
"""Landmarks of each arm and leg; errors correlate within a limb more than between limbs."""


def landmark_features(pixels: np.ndarray, region: np.ndarray, metric: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """``(N, 33, 6)``: :func:`hmvlm.vision.landmarks.features` of ``N`` people at once; region ``(N, 3+)``."""
    flat = (pixels - region[:, None, :2]) / (region[:, None, 2:3] / 2) * np.array([1.0, -1.0])
    return np.concatenate([flat, metric, seen[..., None]], axis=-1).astype(np.float32)


class NoiseModel:
    """Adds sampled residuals to exact landmarks.

    A network trained on thousands of views per residual overfits to the residuals. A share ``mixed`` of the samples is
    therefore recombined: each arm and leg, the body's rotation and its size come from one of two pictures.
    """

    def __init__(self, bank: ResidualBank, mixed: float = 0.0) -> None:
        self.offsets, self._mixed = bank.offsets, mixed
        self._bank = join_rows([bank, bank.mirrored()], shared="offsets")
        spread = np.median(np.abs(bank.plane), axis=0), np.median(np.abs(bank.rest), axis=0)
        self._jitter = tuple(0.3 * values.astype(np.float32) for values in spread)

    def nearest(self, truth: ExactLandmarks, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Row ``(N,)`` of the bank for each view: one of the nearest :data:`NEIGHBOURS` of its kind.

        Raises:
            ValueError: the bank holds no picture of a kind.
        """
        chosen = np.empty(len(kind), np.int64)
        for number in range(len(KINDS)):
            rows = np.flatnonzero(kind == number)
            stored = np.flatnonzero(self._bank.kind == number)
            if not len(rows):
                continue
            if not len(stored):
                raise ValueError(f"the bank holds no {KINDS[number]} pictures; render more of them")
            known = _distance_vector(self._bank.view[stored], self._bank.hidden[stored])
            view, hidden = picture_descriptor(truth)
            for part in np.array_split(rows, max(1, len(rows) // 2000)):
                wanted = _distance_vector(view[part], hidden[part])
                apart = (known**2).sum(axis=1) - 2 * wanted @ known.T
                count = min(NEIGHBOURS, len(stored))
                near = np.argpartition(apart, count - 1, axis=1)[:, :count]
                pick = near[np.arange(len(part)), rng.integers(0, count, len(part))]
                chosen[part] = stored[pick]
        return chosen

    def features(self, truth: ExactLandmarks, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Features ``(N, 33, 6)`` as BlazePose would give them for views whose exact landmarks are ``truth``."""
        drawn = self._bank[self.nearest(truth, kind, rng)]
        if self._mixed:
            drawn = self._recombined(drawn, self._bank[self.nearest(truth, kind, rng)], rng)
        return self.apply(truth, drawn, rng)

    def _recombined(self, one: ResidualBank, other: ResidualBank, rng: np.random.Generator) -> ResidualBank:
        """Residuals of which a share takes limbs, rotation and size from ``other``.

        Rows with exchanged sides are kept.
        """
        free = (rng.random(len(one)) < self._mixed) & ~one.swapped.any(axis=1) & ~other.swapped.any(axis=1)
        parts = {f.name: getattr(one, f.name).copy() for f in fields(ResidualBank) if f.name != "offsets"}
        for limb in LIMBS:
            rows = free & (rng.random(len(one)) < 0.5)
            for name in ("plane", "rest", "seen"):
                parts[name][np.ix_(rows, limb)] = getattr(other, name)[np.ix_(rows, limb)]
        for name in ("turn", "size"):
            rows = free & (rng.random(len(one)) < 0.5)
            parts[name][rows] = getattr(other, name)[rows]
        return ResidualBank(**parts, offsets=one.offsets)

    def apply(self, truth: ExactLandmarks, drawn: ResidualBank, rng: np.random.Generator | None) -> np.ndarray:
        """Features ``(N, 33, 6)`` of exact landmarks with one residual each; without a generator no jitter is added."""
        plane, rest = drawn.plane, drawn.rest
        if rng is not None:
            scale = np.exp(rng.normal(0, SCALE_JITTER, (len(plane), 1, 1))).astype(np.float32)
            plane = plane * scale + rng.standard_normal(plane.shape, np.float32) * self._jitter[0]
            rest = rest * scale + rng.standard_normal(rest.shape, np.float32) * self._jitter[1]
        side = truth.region[:, None, 2:]
        pixels = truth.pixels + plane * side * np.array([1, -1])
        turns = roma.rotvec_to_rotmat(torch.from_numpy(drawn.turn)).numpy()
        metric = (truth.metric + rest) @ turns.transpose(0, 2, 1) * np.exp(drawn.size[:, 1])[:, None, None]
        pixels, metric = exchange_sides(pixels, drawn.swapped), exchange_sides(metric, drawn.swapped)
        centre = truth.region[:, :2] + drawn.shift * truth.region[:, 2:] * np.array([1, -1])
        region = np.concatenate([centre, truth.region[:, 2:] * np.exp(drawn.size[:, :1])], axis=1)
        return landmark_features(pixels, region, metric, drawn.seen)


def picture_descriptor(truth: ExactLandmarks) -> tuple[np.ndarray, np.ndarray]:
    """``view`` ``(N, 39)`` and ``hidden`` ``(N, 13)`` of exact landmarks, as in :class:`ResidualBank`."""
    hidden = (truth.outside | truth.covered)[:, MAIN]
    return truth.metric[:, MAIN].reshape(len(hidden), -1).astype(np.float32), hidden


def _distance_vector(view: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    return np.concatenate([view, HIDDEN_WEIGHT * hidden], axis=1).astype(np.float32)


def exchange_sides(points: np.ndarray, swapped: np.ndarray) -> np.ndarray:
    """``(N, 33, ...)`` with left and right exchanged in the upper body or the legs where
    ``swapped`` ``(N, 2)`` is set.
    """
    result, other = points.copy(), points[:, MIRROR]
    for column, group in enumerate((UPPER, LEGS)):
        rows = np.flatnonzero(swapped[:, column])
        exchanged = np.ix_(rows, np.array(group))
        result[exchanged] = other[exchanged]
    return result
