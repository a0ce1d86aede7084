"""The activity classifier fitted by cross-validation: the predictions that go into the training data as notes.

Every training motion gets the prediction of a classifier that was not fitted on its recording, so that the language
model learns how far such notes can be trusted. :mod:`train.rankers.activity` fits the released classifier, on all
training motions.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.rankers.activity import PLAIN, WEIGHTS_FILE, ActivityClassifier
from train.loop.objective import Objective, RandomBatches
from train.loop.record import read_record
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option

NOISE = 0.5
"""Standard deviation of the noise added to each number in fitting, relative to that of the number."""


@dataclass(kw_only=True)
class FittingSettings(LoopSettings):
    """Fit the activity classifier on all motions at once; takes seconds."""

    steps: int = option(400, "optimiser steps of the whole run")
    lr: float = option(0.05, "peak learning rate")
    warmup: int = option(0, "steps over which the learning rate rises")
    lr_floor: float = option(0.0, "share of the peak learning rate at the end of the cosine decay")
    clip_norm: float = option(100.0, "largest norm of the gradient")
    log_every: int = option(100, "steps between lines of the log")


class WholeSet(RandomBatches):
    """Every batch is the whole training set.

    Args:
        rows: measured numbers ``(N, F)``.
        labels: class numbers ``(N,)`` of activities and of manners; -1 is unknown.
    """

    def __init__(self, rows: Tensor, labels: Sequence[Tensor]) -> None:
        super().__init__()
        self.rows, self.labels = rows, labels

    def draw(self, rng: random.Random) -> tuple[Tensor, ...]:
        """Rows and labels."""
        return self.rows, *self.labels


class ClassifierFitting(Objective):
    """An activity classifier with a cross-entropy for each of its heads, its inputs augmented by noise.

    Classes are weighted by the inverse square root of their frequency.

    Args:
        rows: measured numbers ``(N, F)``.
        activities: their activities; an empty one is unknown and ignored.
        manners: their manners.
    """

    loss_weights = {"activity": 1.0, "manner": 1.0}
    outputs = (WEIGHTS_FILE,)

    def __init__(self, rows: Tensor, activities: Sequence[str], manners: Sequence[str]) -> None:
        super().__init__()
        known = sorted({name for name in activities if name}), sorted({*manners, PLAIN})
        self.classifier = ActivityClassifier(*known, rows.shape[1])
        self.classifier.mean.copy_(rows.mean(0))
        self.classifier.std.copy_(rows.std(0).clamp_min(1e-3))
        labels = []
        for head, names, given in zip(self.loss_weights, known, (activities, manners), strict=True):
            counts = Counter(given)
            weights = torch.tensor([max(counts[name], 1) ** -0.5 for name in names])
            self.register_buffer(f"{head}_weights", weights, persistent=False)
            labels.append(torch.tensor([names.index(name) if name else -1 for name in given]))
        self.batches = WholeSet(rows, labels)

    def forward(self, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Both cross-entropies of a batch of :class:`WholeSet`."""
        std = self.classifier.std
        rows, *labels = (part.to(std.device) for part in batch)
        logits = self.classifier(rows + NOISE * std * torch.randn_like(rows))
        return {
            head: F.cross_entropy(found, wanted, self.get_buffer(f"{head}_weights"), ignore_index=-1)
            for head, found, wanted in zip(self.loss_weights, logits, labels, strict=True)
        }

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with a small weight decay."""
        return torch.optim.AdamW(self.parameters(), lr=settings.lr, weight_decay=1e-3)

    def save(self, out: Path) -> None:
        """Write the classifier."""
        self.classifier.save_pretrained(out)


def fit_classifier(
    rows: Tensor, activities: Sequence[str], manners: Sequence[str], steps: int = 400, seed: int = 0
) -> ActivityClassifier:
    """A classifier fitted on measured numbers ``(N, F)``, of which nothing stays on the disk.

    Raises:
        KeyboardInterrupt: the process received a stop signal.
    """
    torch.manual_seed(seed)
    objective = ClassifierFitting(rows, activities, manners)
    with tempfile.TemporaryDirectory() as folder:
        settings = FittingSettings(out=f"{folder}/out", state=f"{folder}/state", steps=steps, seed=seed)
        out = TrainingLoop("activity", objective, objective.batches, settings).run()
        if not read_record(out)["activity"]["finished"]:
            raise KeyboardInterrupt("the activity classifier was not fitted to the end")
    return objective.classifier.eval()


def held_out_predictions(
    rows: Tensor,
    activities: Sequence[str],
    manners: Sequence[str],
    owners: Sequence[str],
    usable: np.ndarray,
    folds: int = 4,
) -> list[str]:
    """Predictions for numbers ``(N, F)`` as notes, each by a classifier fitted on ``usable`` ``(N,)`` rows of other
    folds.

    ``owners`` name the recordings; rows of one recording stay in one fold.
    """
    predicted = [""] * len(owners)
    order = {owner: index % folds for index, owner in enumerate(sorted(set(owners)))}
    fold = np.array([order[owner] for owner in owners])
    for number in range(folds):
        inside, others = np.flatnonzero(fold == number), np.flatnonzero((fold != number) & usable)
        if len(inside) and any(activities[i] for i in others.tolist()):
            chosen = others.tolist()
            classifier = fit_classifier(rows[others], [activities[i] for i in chosen], [manners[i] for i in chosen])
            for index, note in zip(inside, classifier.notes(rows[inside]), strict=True):
                predicted[index] = note
    return predicted
