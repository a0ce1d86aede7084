"""BlazePose's errors: learnt from rendered pictures as a bank of whole residuals, drawn for alike views.

    python -m train.views.noise --rendered data/rendered.npz --out train/views/noise.npz
    python -m train.views.noise --rendered data/more_*.npz --onto train/views/noise.npz --out data/noise.npz

The second adds further pictures, of training clips alone, to a bank that stays what it is.
The residual of one picture has these parts, each relative to exact landmarks (:class:`Seen`):

- sides: upper body or legs exchanged, which is undone before the rest is measured;
- the region: shift of its centre and logarithm of its side, relative to the exact side;
- the picture plane: ``(33, 2)`` relative to the exact side;
- depth and size: a rotation and a scale of the whole metric body, then ``(33, 3)`` metres that remain;
- the visibilities as such.

A whole residual keeps how errors go together over landmarks, depth above all. It is drawn from pictures
of the same kind whose exact landmarks and hidden joints are nearest; every picture also serves mirrored.
``offsets`` are BlazePose's systematic differences in where landmarks lie on the body.
"""

from __future__ import annotations

import argparse
from dataclasses import fields

import numpy as np
import roma
import torch

from hmvlm.vision.landmarks import MIRROR
from train.views.bank import NOISE, Bank
from train.views.cameras import KINDS, MAIN, Seen, see
from train.views.columns import join_rows
from train.views.rendered import Rendered
from train.views.sites import LANDMARKS, Sites

UPPER = tuple(range(23))
LEGS = tuple(range(23, 33))
HIDDEN_WEIGHT = 0.35
"""Metres of pose difference that one hidden joint more or less is worth in choosing alike pictures."""
NEIGHBOURS = 8
SCALE_JITTER = 0.15
LIMBS = tuple(
    [k for k in range(33) if k > 10 and k % 2 == side and (k < 23) == arm] for side in (0, 1) for arm in (True, False)
)
"""Landmarks of each arm and leg, whose errors hang together more than those of two limbs."""


def features_of(pixels: np.ndarray, region: np.ndarray, metric: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """``(N, 33, 6)``: :func:`hmvlm.vision.landmarks.features` of many people at once; region ``(N, 3+)``."""
    flat = (pixels - region[:, None, :2]) / (region[:, None, 2:3] / 2) * np.array([1.0, -1.0])
    return np.concatenate([flat, metric, seen[..., None]], axis=-1).astype(np.float32)


class Noise:
    """Disturbs exact landmarks as the bank's pictures were.

    A network that is taught on thousands of views a residual learns the residuals by heart. So a share ``mixed`` of what is
    drawn is made of several: each arm and leg, the turn of the body and its size are of one picture or of another.
    """

    def __init__(self, bank: Bank, mixed: float = 0.0) -> None:
        self.offsets, self._mixed = bank.offsets, mixed
        self._bank = join_rows([bank, bank.mirrored()], shared="offsets")
        spread = np.median(np.abs(bank.plane), axis=0), np.median(np.abs(bank.rest), axis=0)
        self._jitter = tuple(0.3 * values.astype(np.float32) for values in spread)

    def choose(self, truth: Seen, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Row ``(N,)`` of the bank for each view: one of the nearest eight of its kind."""
        chosen = np.empty(len(kind), np.int64)
        for number in range(len(KINDS)):
            rows = np.flatnonzero(kind == number)
            stored = np.flatnonzero(self._bank.kind == number)
            if not len(rows):
                continue
            if not len(stored):
                raise ValueError(f"the bank holds no {KINDS[number]} pictures; render more of them")
            known = _condition(self._bank.view[stored], self._bank.hidden[stored])
            view, hidden = describe(truth)
            for part in np.array_split(rows, max(1, len(rows) // 2000)):
                asked = _condition(view[part], hidden[part])
                apart = (known**2).sum(axis=1) - 2 * asked @ known.T
                count = min(NEIGHBOURS, len(stored))
                near = np.argpartition(apart, count - 1, axis=1)[:, :count]
                pick = near[np.arange(len(part)), rng.integers(0, count, len(part))]
                chosen[part] = stored[pick]
        return chosen

    def features(self, truth: Seen, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Features ``(N, 33, 6)`` as BlazePose would give them for views of which ``truth`` is exact."""
        drawn = self._bank[self.choose(truth, kind, rng)]
        if self._mixed:
            drawn = self._mixture(drawn, self._bank[self.choose(truth, kind, rng)], rng)
        return self.apply(truth, drawn, rng)

    def _mixture(self, one: Bank, other: Bank, rng: np.random.Generator) -> Bank:
        """Residuals of which a share takes limbs, turn and size from ``other``; rows whose sides are exchanged stay."""
        free = (rng.random(len(one)) < self._mixed) & ~one.swapped.any(axis=1) & ~other.swapped.any(axis=1)
        parts = {f.name: getattr(one, f.name).copy() for f in fields(Bank) if f.name != "offsets"}
        for limb in LIMBS:
            rows = free & (rng.random(len(one)) < 0.5)
            for name in ("plane", "rest", "seen"):
                parts[name][np.ix_(rows, limb)] = getattr(other, name)[np.ix_(rows, limb)]
        for name in ("turn", "size"):
            rows = free & (rng.random(len(one)) < 0.5)
            parts[name][rows] = getattr(other, name)[rows]
        return Bank(**parts, offsets=one.offsets)

    def apply(self, truth: Seen, drawn: Bank, rng: np.random.Generator | None) -> np.ndarray:
        """Exact landmarks disturbed by one residual each; without a generator exactly as stored."""
        plane, rest = drawn.plane, drawn.rest
        if rng is not None:
            scale = np.exp(rng.normal(0, SCALE_JITTER, (len(plane), 1, 1))).astype(np.float32)
            plane = plane * scale + rng.standard_normal(plane.shape, np.float32) * self._jitter[0]
            rest = rest * scale + rng.standard_normal(rest.shape, np.float32) * self._jitter[1]
        side = truth.region[:, None, 2:]
        pixels = truth.pixels + plane * side * np.array([1, -1])
        turns = roma.rotvec_to_rotmat(torch.from_numpy(drawn.turn)).numpy()
        metric = (truth.metric + rest) @ turns.transpose(0, 2, 1) * np.exp(drawn.size[:, 1])[:, None, None]
        pixels, metric = exchanged(pixels, drawn.swapped), exchanged(metric, drawn.swapped)
        centre = truth.region[:, :2] + drawn.shift * truth.region[:, 2:] * np.array([1, -1])
        region = np.concatenate([centre, truth.region[:, 2:] * np.exp(drawn.size[:, :1])], axis=1)
        return features_of(pixels, region, metric, drawn.seen)


def describe(truth: Seen) -> tuple[np.ndarray, np.ndarray]:
    """``view`` and ``hidden`` of exact landmarks."""
    hidden = (truth.outside | truth.covered)[:, MAIN]
    return truth.metric[:, MAIN].reshape(len(hidden), -1).astype(np.float32), hidden


def _condition(view: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    return np.concatenate([view, HIDDEN_WEIGHT * hidden], axis=1).astype(np.float32)


def exchanged(points: np.ndarray, swapped: np.ndarray) -> np.ndarray:
    """``(N, 33, ...)`` with left and right exchanged in the upper body or the legs where ``(N, 2)`` says so."""
    result, other = points.copy(), points[:, MIRROR]
    for column, group in enumerate((UPPER, LEGS)):
        rows = np.flatnonzero(swapped[:, column])
        result[np.ix_(rows, group)] = other[np.ix_(rows, group)]
    return result


def find_swaps(rows: Rendered, truth: Seen) -> np.ndarray:
    """``(N, 2)`` bool: exchanging sides in the upper body or the legs more than halves the error there.

    The error is measured in the picture and in metres, so that a person seen from the side, whose sides
    fall together in the picture, is judged by depth.
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


def fit(rows: Rendered, rounds: int = 2) -> Bank:
    """Residuals of all rows in which a person was found; the offsets are learnt from training clips alone."""
    rows = rows[rows.found]
    training = rows[rows.split == 0]
    offsets = np.zeros((LANDMARKS, 3), np.float32)
    for _ in range(rounds):
        offsets = offsets + _offset_step(training, see(training.shots, Sites(offsets)))
    return residuals(rows, offsets)


def added(bank: Bank, rows: Rendered) -> Bank:
    """``bank`` and, relative to its offsets, the residuals of the rows of training clips in which a person was found."""
    more = residuals(rows[rows.found & (rows.split == 0)], bank.offsets)
    return join_rows([bank, more], shared="offsets")


def _offset_step(rows: Rendered, truth: Seen) -> np.ndarray:
    """Mean displacement ``(33, 3)`` in the carriers' frames that the picture planes tell, sides averaged.

    A place c in a carrier's frame F moves by the first two rows of F c in the picture plane; pictures
    from all around make this solvable. Residuals count less the larger they are (Cauchy's weight).
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


def residuals(rows: Rendered, offsets: np.ndarray) -> Bank:
    """The bank of rows (all found) relative to landmarks moved by ``offsets``."""
    truth = see(rows.shots, Sites(offsets))
    swapped = find_swaps(rows, truth)
    pixels, metric = exchanged(rows.pixels, swapped), exchanged(rows.metric, swapped)
    side = truth.region[:, 2:]
    turn, scale = _align(truth.metric, metric)
    turns = roma.rotvec_to_rotmat(torch.from_numpy(turn)).numpy()
    rest = metric @ turns / scale[:, None, None] - truth.metric
    view, hidden = describe(truth)
    return Bank(
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
    """Rotation vectors ``(N, 3)`` and scales ``(N,)`` that bring exact bodies nearest to measured ones.

    Both have their origin between the hips, so there is no translation to solve; rotations stop at a
    right angle, beyond which they would only be another name for a failure.
    """
    a, b = torch.from_numpy(truth[:, MAIN].astype(np.float64)), torch.from_numpy(measured[:, MAIN].astype(np.float64))
    turns = roma.special_procrustes(b.transpose(1, 2) @ a)
    vector = roma.rotmat_to_rotvec(turns)
    angle = vector.norm(dim=-1, keepdim=True)
    vector = torch.where(angle > np.pi / 2, torch.zeros_like(vector), vector)
    turned = a @ roma.rotvec_to_rotmat(vector).transpose(1, 2)
    scale = ((turned * b).sum((1, 2)) / (turned**2).sum((1, 2))).clamp(0.5, 2.0)
    return vector.float().numpy(), scale.float().numpy()


def main() -> None:
    """The command line: fit, write, print the report."""
    from train.views.report import print_report

    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rendered", nargs="+", default=["data/rendered.npz"])
    options.add_argument("--onto", help="bank to which the residuals of training clips are added")
    options.add_argument("--out", default=str(NOISE))
    args = options.parse_args()
    rows = join_rows([Rendered.load(path) for path in args.rendered])
    known = Bank.load(args.onto) if args.onto else None
    bank = fit(rows) if known is None else added(known, rows)
    bank.save(args.out)
    fresh = bank[0 if known is None else len(known) :]
    print(f"{len(bank)} residuals, {bank.held.sum()} of them for validation and test; of the others:")
    print_report(rows[rows.split == 0], fresh[~fresh.held])


if __name__ == "__main__":
    main()
