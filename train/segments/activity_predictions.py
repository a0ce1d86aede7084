"""The activity classifier fitted by cross-validation: the predictions that go into the training data as notes.

Every training motion gets the prediction of a classifier that was not fitted on its recording, so that the language model
learns how far such notes can be trusted. :mod:`train.rankers.activity` fits the released classifier on all training motions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.rankers.activity import PLAIN, ActivityClassifier

NOISE = 0.5
"""Standard deviation of the noise added to each number in fitting, relative to that of the number."""


def fit_classifier(
    rows: Tensor, acts: Sequence[str], manners: Sequence[str], steps: int = 400, seed: int = 0
) -> ActivityClassifier:
    """Fit a classifier of measured numbers ``(N, F)``; an empty activity is unknown and ignored.

    Classes are weighted by the inverse square root of their frequency.
    """
    torch.manual_seed(seed)
    names = sorted({act for act in acts if act}), sorted({*manners, PLAIN})
    probe = ActivityClassifier(*names, rows.shape[1])
    probe.mean.copy_(rows.mean(0))
    probe.std.copy_(rows.std(0).clamp_min(1e-3))
    labels = [
        torch.tensor([known.index(one) if one else -1 for one in given]) for known, given in zip(names, (acts, manners))
    ]
    weights = []
    for known, given in zip(names, (acts, manners)):
        counts = Counter(given)
        weights.append(torch.tensor([max(counts[name], 1) ** -0.5 for name in known]))
    optimiser = torch.optim.AdamW(probe.parameters(), lr=0.05, weight_decay=1e-3)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 0.05 * (1 - step / steps)
        logits = probe(rows + NOISE * probe.std * torch.randn_like(rows))
        loss = sum(F.cross_entropy(*one, ignore_index=-1) for one in zip(logits, labels, weights, strict=True))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return probe.eval()


def held_out_predictions(
    rows: Tensor, acts: Sequence[str], manners: Sequence[str], owners: Sequence[str], usable: np.ndarray, folds: int = 4
) -> list[str]:
    """Predictions for numbers ``(N, F)`` as notes, each by a classifier fitted on ``usable`` ``(N,)`` rows of other folds.

    ``owners`` name the recordings; rows of one recording stay in one fold.
    """
    predicted = [""] * len(owners)
    order = {owner: index % folds for index, owner in enumerate(sorted(set(owners)))}
    fold = np.array([order[owner] for owner in owners])
    for number in range(folds):
        inside, others = np.flatnonzero(fold == number), np.flatnonzero((fold != number) & usable)
        if len(inside) and any(acts[i] for i in others):
            probe = fit_classifier(rows[others], [acts[i] for i in others], [manners[i] for i in others])
            for index, words in zip(inside, probe.notes(rows[inside]), strict=True):
                predicted[index] = words
    return predicted
