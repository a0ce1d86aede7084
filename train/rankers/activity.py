"""Fit the recogniser: activities and manners of the training motions from measured numbers.

    python -m train.rankers.activity --segments data/stage2.npz --out checkpoints/embedded/matcher

:func:`held_out_looks` gives every training motion the note of a probe that was not fitted on its recording, so that the
language model learns how far such notes can be trusted.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.rankers.activity import PLAIN, Recognizer

log = logging.getLogger("train.rankers.activity")

NOISE = 0.5
"""Deviation of what is added to each number in fitting, in the numbers' own."""


def fit(rows: Tensor, acts: Sequence[str], manners: Sequence[str], steps: int = 400, seed: int = 0) -> Recognizer:
    """A recogniser for numbers ``(N, F)`` whose names are given; an empty act is unknown and does not count.

    Classes weigh as the square root of their number, so that rare ones are not drowned.
    """
    torch.manual_seed(seed)
    names = sorted({act for act in acts if act}), sorted({*manners, PLAIN})
    probe = Recognizer(*names, rows.shape[1])
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


def held_out_looks(
    rows: Tensor, acts: Sequence[str], manners: Sequence[str], owners: Sequence[str], usable: np.ndarray, folds: int = 4
) -> list[str]:
    """Notes on numbers ``(N, F)``, each by a recogniser fitted on the ``usable`` ``(N,)`` ones of other folds.

    ``owners`` name the recordings, which stay within one fold.
    """
    said = [""] * len(owners)
    order = {owner: index % folds for index, owner in enumerate(sorted(set(owners)))}
    fold = np.array([order[owner] for owner in owners])
    for one in range(folds):
        inside, others = np.flatnonzero(fold == one), np.flatnonzero((fold != one) & usable)
        if len(inside) and any(acts[i] for i in others):
            probe = fit(rows[others], [acts[i] for i in others], [manners[i] for i in others])
            for index, words in zip(inside, probe.looks(rows[inside]), strict=True):
                said[index] = words
    return said


@torch.inference_mode()
def accuracy(probe: Recognizer, rows: Tensor, acts: Sequence[str], manners: Sequence[str]) -> tuple[float, float]:
    """Share of motions whose known activity, and whose manner, is the likeliest."""
    act, manner = (logits.argmax(-1).tolist() for logits in probe(rows))
    right = [probe.acts[guess] == truth for guess, truth in zip(act, acts, strict=True) if truth]
    return float(np.mean(right)), float(
        np.mean([probe.manners[guess] == truth for guess, truth in zip(manner, manners, strict=True)])
    )


def main() -> None:
    """The command line."""
    from train.segments.prepare import load_segments

    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--segments", default="data/stage2.npz", help="file of python -m train.segments.prepare")
    options.add_argument("--out", default="checkpoints/embedded/matcher")
    args = options.parse_args()
    segments = load_segments(args.segments)

    def of(*splits: str) -> tuple[Tensor, list[str], list[str]]:
        chosen = [segment for segment in segments if segment.split in splits]
        rows = torch.from_numpy(np.stack([segment.numbers for segment in chosen]))
        return rows, [segment.act for segment in chosen], [segment.manner for segment in chosen]

    probe = fit(*of("train"))
    for split in sorted({segment.split for segment in segments}):
        log.info("%s: activity %.3f, manner %.3f", split, *accuracy(probe, *of(split)))
    probe.save_pretrained(args.out)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
