"""Fit the activity classifier: activities and manners of the training motions from measured numbers.

python -m train.rankers.activity --segments data/segments.npz --out out/rankers
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.rankers.activity import ActivityClassifier
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import option, parse_settings
from train.segments.activity_predictions import ClassifierFitting, FittingSettings
from train.segments.segment import Segment, load_segments

log = logging.getLogger("train.rankers")


@dataclass(kw_only=True)
class ActivitySettings(FittingSettings):
    """Fit the activity classifier; takes seconds."""

    segments: str = option("data/segments.npz", "file of python -m train.segments.prepare")


@torch.inference_mode()
def accuracy(
    classifier: ActivityClassifier, rows: Tensor, acts: Sequence[str], manners: Sequence[str]
) -> tuple[float, float]:
    """Share of motions whose known activity, and whose manner, is the likeliest."""
    act, manner = (logits.argmax(-1).tolist() for logits in classifier(rows))
    right = [classifier.activities[guess] == truth for guess, truth in zip(act, acts, strict=True) if truth]
    return float(np.mean(right)), float(
        np.mean([classifier.manners[guess] == truth for guess, truth in zip(manner, manners, strict=True)])
    )


def labelled(segments: Sequence[Segment], split: str) -> tuple[Tensor, list[str], list[str]]:
    """Measured numbers ``(N, F)``, activities and manners of a split."""
    chosen = [segment for segment in segments if segment.split == split]
    rows = torch.from_numpy(np.stack([np.asarray(segment.numbers) for segment in chosen]))
    return rows, [segment.act for segment in chosen], [segment.manner for segment in chosen]


def train(settings: ActivitySettings) -> Path:
    """Fit the classifier on the training split and log its accuracy on each split.

    Returns the folder it was added to.
    """
    if finished(settings, "activity"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    segments = load_segments(settings.segments)
    objective = ClassifierFitting(*labelled(segments, "train"))
    out = TrainingLoop("activity", objective, objective.batches, settings, [settings.segments]).run()
    classifier = ActivityClassifier.from_pretrained(out)
    for split in sorted({segment.split for segment in segments}):
        log.info("%s: activity %.3f, manner %.3f", split, *accuracy(classifier, *labelled(segments, split)))
    return out


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(ActivitySettings, argv, __doc__))


if __name__ == "__main__":
    main()
