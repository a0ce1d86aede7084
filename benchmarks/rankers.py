"""How often the reranker finds a sentence's motion among others: by weights of its scores.

    python -m benchmarks.rankers --segments data/segments.npz --model checkpoints/embedded

Two tables: validation recordings with one of their captions, and authored actions, one motion each, with a phrasing
that no training saw. A pool holds 24 motions. The weights are those of the facts ranker, the retrieval model and the
similarity of the described facts.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.config import preset
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion.facts import facts_of_features
from hmvlm.rankers.reranker import Reranker
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.phrasings import phrasings
from train.segments.segment import Segment, load_segments

POOL, DRAWS = 24, 80
WEIGHTS = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0.2, 0.2), (1, 0.5, 0.2), (1, 1, 0.2), (1, 2, 0.2))
AUTHORED = "authored: "


def recorded(segments: list[Segment], rng: random.Random) -> list[tuple[str, Segment]]:
    """Validation motions with one of their captions."""
    return [(rng.choice(one.captions), one) for one in segments if one.split == "val"]


def authored(segments: list[Segment], rng: random.Random) -> list[tuple[str, Segment]]:
    """A motion of each authored action with a held-out phrasing that names no side."""
    groups: dict[str, list[Segment]] = {}
    for one in segments:
        if one.group.startswith(AUTHORED):
            groups.setdefault(one.group.removeprefix(AUTHORED), []).append(one)
    pairs = []
    for action, known in sorted(groups.items()):
        lines = [line for line in phrasings(action, held_out=True) if "left" not in line and "right" not in line]
        if lines:
            pairs.append((rng.choice(lines), rng.choice(known)))
    return pairs


def top1(scores: np.ndarray, texts: list[str]) -> float:
    """Share of texts ``(N,)`` whose own motion, or one of the same text, is best in a pool; ``scores`` ``(N, N)``."""
    rng, hits = np.random.default_rng(0), []
    for _ in range(DRAWS):
        rows = rng.choice(len(texts), min(POOL, len(texts)), replace=False)
        best = rows[scores[np.ix_(rows, rows)].argmax(1)]
        hits += [texts[one] == texts[other] for one, other in zip(best, rows, strict=True)]
    return float(np.mean(hits))


@torch.inference_mode()
def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--segments", default="data/segments.npz", help="file of python -m train.segments.prepare")
    parser.add_argument("--model", default="checkpoints/embedded", help="folder of a checkpoint")
    options = parser.parse_args(argv)
    folder, segments = Path(options.model), load_segments(options.segments)
    tokenizer = BodyPartTokenizer.from_pretrained(folder / "tokenizer")
    reranker = Reranker.from_pretrained(folder / "rankers", TextEncoder.load(preset("embedded").text_encoder))
    for name, draw in (("recordings", recorded), ("authored actions", authored)):
        pairs = draw(segments, random.Random(0))
        texts = [text for text, _ in pairs]
        codes = [torch.as_tensor(one.codes[0]).long()[None] for _, one in pairs]
        raws: list[Tensor] = [tokenizer.decode_features(one)[0] for one in codes]
        parts = reranker.similarities(texts, raws, facts_of_features(raws))
        print(f"{name}: {len(texts)} motions, top-1 among {POOL} by weights")
        for weights in WEIGHTS:
            scores = sum(weight * part for weight, part in zip(weights, parts, strict=True))
            print(f"  {weights}  {top1(scores.numpy(), texts):.3f}")


if __name__ == "__main__":
    main()
