"""How often the activity classifier is sure, and how often it is right then.

    python -m benchmarks.activity data/segments.npz [more.npz ...] [--model embedded]

A file is one of ``python -m train.segments.prepare``. Segments without a label mostly show activities that the
classifier does not know; of these only the share that is told counts.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from hmvlm.paths import CHECKPOINTS
from hmvlm.rankers.activity import ActivityClassifier
from train.segments.segment import Segment, load_segments

LIMITS = (0.5, 0.7, 0.8, 0.9, 0.95)


def told(classifier: ActivityClassifier, segments: Sequence[Segment]) -> list[tuple[float, float, float, float]]:
    """For each limit: it, the share of labelled segments told, of these the share named rightly, and the share told of
    segments without a label; NaN where there are none.
    """
    found = classifier.likeliest(torch.from_numpy(np.stack([np.asarray(one.numbers, np.float32) for one in segments])))
    sure = np.array([probability for _, probability in found])
    right = np.array([name == one.act for (name, _), one in zip(found, segments, strict=True)])
    known = np.array([bool(one.act) for one in segments])
    rows = []
    for limit in LIMITS:
        over = sure >= limit
        rows.append((limit, _mean(over[known]), _mean(right[known & over]), _mean(over[~known])))
    return rows


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("segments", type=Path, nargs="+")
    options.add_argument("--model", default="embedded", help="preset or folder of a model")
    args = options.parse_args(argv)
    folder = CHECKPOINTS / args.model if (CHECKPOINTS / args.model).is_dir() else Path(args.model)
    classifier = ActivityClassifier.from_pretrained(folder / "rankers")
    for path in args.segments:
        everything = [one for one in load_segments(path) if one.numbers is not None]
        for split in sorted({one.split for one in everything}):
            chosen = [one for one in everything if one.split == split]
            print(f"{path.name} {split}: {len(chosen)} segments, {sum(bool(one.act) for one in chosen)} with a label")
            for limit, share, right, others in told(classifier, chosen):
                print(f"  limit {limit:.2f}  told {share:6.1%}  right {right:6.1%}  told without a label {others:6.1%}")


if __name__ == "__main__":
    main()
