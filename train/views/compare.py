"""Classifier two-sample test of sampled noise against real noise, on pictures that the noise was not fitted on.

    python -m train.views.compare --rendered data/rendered.npz

Fits the noise on four fifths of the training clips and adds noise to the exact landmarks of the rest: none, Gaussian
(mean and full covariance for each kind of view) and sampled residuals. Prints the ROC AUC of a classifier that
separates sampled from real features (0.5: indistinguishable) and quantiles of the landmarks' distance from the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import rankdata

from train.loop.settings import option, parse_settings
from train.views.cameras import KINDS, ExactLandmarks, exact_landmarks
from train.views.fit_noise import fit
from train.views.noise import NoiseModel, landmark_features
from train.views.rendered import Rendered
from train.views.residuals import LARGEST, ResidualBank
from train.views.sites import Sites

HELD_OUT = 0.2
FOLDS = 5
_PARTS = tuple(LARGEST)
"""Fields of the bank that Gaussians are fitted to, ``view`` aside."""


def gaussian(bank: ResidualBank, kind: np.ndarray, rng: np.random.Generator) -> ResidualBank:
    """Residuals sampled from one Gaussian for each kind of view ``(N,)``."""
    names = [name for name in _PARTS if name != "view"]
    flat = np.concatenate([getattr(bank, name).reshape(len(bank), -1) for name in names], axis=1)
    drawn = np.empty((len(kind), flat.shape[1]), np.float32)
    for number in range(len(KINDS)):
        rows, own = kind == number, flat[bank.kind == number]
        drawn[rows] = rng.multivariate_normal(own.mean(axis=0), np.cov(own.T), rows.sum(), method="eigh")
    columns, start = {}, 0
    for name in names:
        shape = getattr(bank, name).shape[1:]
        width = int(np.prod(shape))
        columns[name] = drawn[:, start : start + width].reshape(-1, *shape)
        start += width
    columns["seen"] = columns["seen"].clip(0, 1)
    blank = bank[np.zeros(len(kind), int)]
    rest = {name: getattr(blank, name) for name in ("kind", "view", "hidden", "held")}
    return ResidualBank(**columns, **rest, swapped=np.zeros((len(kind), 2), bool), offsets=bank.offsets)


def separability(real: np.ndarray, drawn: np.ndarray, seed: int = 0) -> float:
    """ROC AUC of a small perceptron that separates real from sampled rows ``(N, F)``, cross-validated.

    Row k of both stands for the same picture; both are in the same fold.
    """
    torch.manual_seed(seed)
    fold = np.random.default_rng(seed).permutation(len(real)) % FOLDS
    rows = torch.from_numpy(np.concatenate([real, drawn])).float()
    rows = (rows - rows.mean(0)) / rows.std(0).clamp_min(1e-6)
    rows = rows.clamp(-5, 5)
    label = torch.cat([torch.ones(len(real)), torch.zeros(len(drawn))])
    folds = torch.from_numpy(np.concatenate([fold, fold]))
    score = torch.zeros(len(rows))
    for number in range(FOLDS):
        known, asked = folds != number, folds == number
        net = torch.nn.Sequential(torch.nn.Linear(rows.shape[1], 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
        optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.3)
        a, b = rows[known], label[known]
        for _ in range(25):
            for part in torch.randperm(len(a)).split(64):
                noisy = a[part] + 0.1 * torch.randn_like(a[part])
                loss = torch.nn.functional.binary_cross_entropy_with_logits(net(noisy)[:, 0], b[part])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        with torch.no_grad():
            score[asked] = torch.from_numpy(rankdata(net(rows[asked])[:, 0].numpy()) / asked.sum().item()).float()
    positive = rankdata(score.numpy())[: len(real)].sum() - len(real) * (len(real) + 1) / 2
    return float(positive / (len(real) * len(drawn)))


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.views.compare`."""

    rendered: str = option("data/rendered.npz", "file of python -m train.views.rendered")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    rows = Rendered.load(parse_settings(Settings, argv, __doc__).rendered)
    rows = rows[(rows.split == 0) & rows.found]
    rng = np.random.default_rng(0)
    names = rng.permutation(np.unique(rows.clip))
    held = np.isin(rows.clip, names[: int(HELD_OUT * len(names))])
    bank, asked = fit(rows[~held]), rows[held]
    noise = NoiseModel(bank)
    truth, kind = exact_landmarks(asked.shots, Sites(bank.offsets)), asked.shots.kind
    real = landmark_features(asked.pixels, asked.region, asked.metric, asked.visibility)
    exact = _exact(truth)
    print(f"fitted on {len(bank)} pictures, compared on {len(asked)} of other clips")
    drawn = {
        "none": exact,
        "Gaussian": noise.apply(truth, gaussian(bank, kind, rng), None),
        "bank": noise.features(truth, kind, rng),
    }
    print(f"{'':10s}  AUC  distance of landmarks in metres: 10 %  50 %  90 %   in the square: 10 %  50 %  90 %")
    for name, values in {**drawn, "real": real}.items():
        auc = "    " if name == "real" else f"{_auc(real, values, exact):.2f}"
        deep = np.percentile(np.linalg.norm((values - exact)[..., 2:5], axis=-1), (10, 50, 90))
        flat = np.percentile(np.linalg.norm((values - exact)[..., :2], axis=-1), (10, 50, 90))
        print(f"{name:10s}  {auc} {'':32s} {deep.round(3)} {'':14s} {flat.round(3)}")


def _exact(truth: ExactLandmarks) -> np.ndarray:
    hidden = truth.outside | truth.covered
    return landmark_features(truth.pixels, truth.region, truth.metric, 1.0 - hidden)


def _auc(real: np.ndarray, drawn: np.ndarray, exact: np.ndarray) -> float:
    def differences(values: np.ndarray) -> np.ndarray:
        return np.concatenate([(values - exact).reshape(len(values), -1), exact.reshape(len(values), -1)], axis=1)

    return separability(differences(real), differences(drawn))


if __name__ == "__main__":
    main()
