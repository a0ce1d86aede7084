"""Data of stage 2: segments with captions as part codes.

    python -m train.stage2_data --data data/motions.npz --tokenizer checkpoints/embedded/tokenizer --out data/stage2.npz

writes codes of every captioned segment, in two phases of the four-frame step and mirrored, with their
captions: a few megabytes that travel to any machine. :mod:`train.mixture` draws training examples from it.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.captions import Example, examples
from train.data.store import load_motions

log = logging.getLogger("train.stage2")

PHASES = (0, 2)
"""Frames cut from the start before encoding, so that codes do not depend on one alignment."""
MIN_STEPS, MAX_STEPS = 3, 50
_tokenizer: BodyPartTokenizer | None = None


@dataclass(eq=False)
class Segment:
    """A captioned piece of motion: codes ``(S, 5)`` in several variants of the same text.

    ``mirror`` is its mirror image, whose codes and captions correspond to these one by one.
    """

    codes: tuple[np.ndarray, ...]
    captions: tuple[str, ...]
    group: str
    split: str
    mirror: Segment | None = None


def prepare(examples: Iterable[Example], tokenizer: str, out: str, workers: int = 1) -> None:
    """Encode captioned examples and their mirror images with the ``tokenizer`` folder and write them to ``out``."""
    if workers > 1:
        with multiprocessing.get_context("spawn").Pool(workers, _load_tokenizer, (tokenizer,)) as pool:
            encoded = list(pool.imap(_encode, examples, chunksize=16))
    else:
        _load_tokenizer(tokenizer)
        encoded = [_encode(example) for example in examples]
    rows = [row for pairs in encoded for row, _ in pairs]
    pieces = [codes for pairs in encoded for _, variants in pairs for codes in variants]
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    meta = np.frombuffer(json.dumps(rows, ensure_ascii=False).encode(), np.uint8)
    np.savez_compressed(out, codes=np.concatenate(pieces), meta=meta)
    log.info("%d segments, %d steps in all", len(rows), sum(map(len, pieces)))


def _load_tokenizer(folder: str) -> None:
    global _tokenizer
    torch.set_num_threads(1)
    _tokenizer = BodyPartTokenizer.from_pretrained(folder)


def _encode(example: Example) -> list[tuple[dict, list[np.ndarray]]]:
    """Rows and code variants of an example and its mirror image."""
    made = []
    for one in (example, example.mirrored()):
        raw = features.encode(one.motion)
        variants = [
            _tokenizer.encode_features(raw[phase:])[:MAX_STEPS].numpy().astype(np.int16)
            for phase in PHASES
            if len(raw) - phase >= MIN_STEPS * TEMPORAL_STRIDE
        ]
        if variants:
            steps = [len(variant) for variant in variants]
            group = f"{one.source}: {one.action}"
            made.append(({"captions": one.captions, "group": group, "split": one.split, "steps": steps}, variants))
    return made


def load_segments(path: str | Path) -> list[Segment]:
    """Read a file of :func:`prepare`."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} is missing; make it with: python -m train.stage2_data --out {path}")
    with np.load(path) as archive:
        codes, rows = archive["codes"], json.loads(archive["meta"].tobytes())
    segments, start = [], 0
    for row in rows:
        variants = []
        for count in row["steps"]:
            variants.append(codes[start : start + count])
            start += count
        segments.append(Segment(tuple(variants), tuple(row["captions"]), row["group"], row["split"]))
    for one, other in zip(segments[::2], segments[1::2], strict=True):  # written in pairs
        one.mirror, other.mirror = other, one
    return segments


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--tokenizer", default="checkpoints/embedded/tokenizer")
    options.add_argument("--out", default="data/stage2.npz")
    options.add_argument("--captions", type=int, default=8, help="sentences a segment")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=2)
    arguments = options.parse_args()
    captioned = examples(
        load_motions(arguments.data), None, random.Random(arguments.seed), n=arguments.captions, crops=True
    )
    prepare(captioned, arguments.tokenizer, arguments.out, arguments.workers)
