"""Fit the activity classifier: activities and manners of the training motions from measured numbers.

python -m train.rankers.activity --segments data/stage2.npz --out checkpoints/embedded/rankers
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from hmvlm.rankers.activity import ActivityClassifier
from train.segments.activity_predictions import fit_classifier
from train.segments.segment import load_segments

log = logging.getLogger("train.rankers.activity")


@torch.inference_mode()
def accuracy(
    probe: ActivityClassifier, rows: Tensor, acts: Sequence[str], manners: Sequence[str]
) -> tuple[float, float]:
    """Share of motions whose known activity, and whose manner, is the likeliest."""
    act, manner = (logits.argmax(-1).tolist() for logits in probe(rows))
    right = [probe.activities[guess] == truth for guess, truth in zip(act, acts, strict=True) if truth]
    return float(np.mean(right)), float(
        np.mean([probe.manners[guess] == truth for guess, truth in zip(manner, manners, strict=True)])
    )


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--segments", default="data/stage2.npz", help="file of python -m train.segments.prepare")
    options.add_argument("--out", default="checkpoints/embedded/rankers")
    args = options.parse_args()
    segments = load_segments(args.segments)

    def of(*splits: str) -> tuple[Tensor, list[str], list[str]]:
        chosen = [segment for segment in segments if segment.split in splits]
        rows = torch.from_numpy(np.stack([segment.numbers for segment in chosen]))
        return rows, [segment.act for segment in chosen], [segment.manner for segment in chosen]

    probe = fit_classifier(*of("train"))
    for split in sorted({segment.split for segment in segments}):
        log.info("%s: activity %.3f, manner %.3f", split, *accuracy(probe, *of(split)))
    probe.save_pretrained(args.out)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
