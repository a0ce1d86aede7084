"""Fit the activity classifier: activities and manners of the training motions from measured numbers.

python -m train.rankers.activity --segments data/stage2.npz --out out/rankers
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hmvlm.rankers.activity import ActivityClassifier
from train.loop.settings import option, parse_settings
from train.segments.activity_predictions import fit_classifier
from train.segments.segment import Segment, load_segments

log = logging.getLogger("train.rankers")


@dataclass(kw_only=True)
class ActivitySettings:
    """Fit the activity classifier in closed form; takes seconds."""

    segments: str = option("data/stage2.npz", "file of python -m train.segments.prepare")
    out: str = option(help="folder to add the classifier to")


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
    rows = torch.from_numpy(np.stack([segment.numbers for segment in chosen]))
    return rows, [segment.act for segment in chosen], [segment.manner for segment in chosen]


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(ActivitySettings, argv, __doc__)
    segments = load_segments(settings.segments)
    classifier = fit_classifier(*labelled(segments, "train"))
    for split in sorted({segment.split for segment in segments}):
        log.info("%s: activity %.3f, manner %.3f", split, *accuracy(classifier, *labelled(segments, split)))
    classifier.save_pretrained(settings.out)


if __name__ == "__main__":
    main()
