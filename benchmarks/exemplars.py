"""How often the exemplar nearest to a sentence shows its action.

    python -m benchmarks.exemplars --segments data/segments.npz --model checkpoints/embedded

The sentences are up to three phrasings of each authored action that no training and no caption of the store saw. The
shares are by similarity of the nearest caption, since exemplars below ``hmvlm.tasks.guides.LEAST`` are not used.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np

from hmvlm.config import preset
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.lookups import fitting, lookups
from train.phrasings import phrasings
from train.segments.segment import load_segments

AUTHORED = "authored: "
PHRASINGS = 3
BINS = (0.0, 0.55, 0.65, 0.75, 0.85, 1.01)


def inner(codes: np.ndarray) -> bytes:
    """Codes ``(S, P)`` without their ends, which :func:`train.rankers.exemplars.at_rest` may change."""
    return codes[1:-1].astype(np.int16).tobytes()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--segments", nargs="+", default=["data/segments.npz"], help="files of python -m train.segments.prepare"
    )
    parser.add_argument("--model", default="checkpoints/embedded", help="folder of a checkpoint")
    options = parser.parse_args(argv)
    reranker = Reranker.from_pretrained(
        Path(options.model) / "rankers", TextEncoder.load(preset("embedded").text_encoder)
    )
    segments = [one for path in options.segments for one in load_segments(path)]
    actions = {inner(one.own_codes()): one.group.partition(": ")[2] for one in segments if one.split == "train"}
    rng, similarities, hits = random.Random(0), [], []
    for group in sorted({one.group for one in segments if one.group.startswith(AUTHORED)}):
        action = group.removeprefix(AUTHORED)
        lines = list(phrasings(action, held_out=True))
        for line in rng.sample(lines, min(PHRASINGS, len(lines))):
            first = reranker.nearest(lookups(line), 1, 0.0, -1.0, fitting(line))[0]
            similarities.append(first.similarity)
            hits.append(actions.get(inner(first.codes.numpy())) == action)
    known, shown = np.array(similarities), np.array(hits)
    print(f"{len(shown)} phrasings: the nearest exemplar shows the action for {shown.mean():.1%}")
    for low, high in zip(BINS, BINS[1:]):
        inside = (known >= low) & (known < high)
        share = shown[inside].mean() if inside.any() else 0.0
        print(f"  similarity {low:.2f} to {high:.2f}: {inside.sum()} phrasings, {share:.1%}")


if __name__ == "__main__":
    main()
