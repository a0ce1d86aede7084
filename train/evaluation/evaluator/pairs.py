"""Motions of 1–10 s with their captions, cut and captioned once: what text-to-motion is measured on.

    python -m train.evaluation.evaluator.pairs --data data/motions.npz --out data/pairs.npz

The file is one of :mod:`train.recordings.store`; every clip's ``info`` holds ``captions`` (lines) and ``action``. Clips of
:func:`train.recordings.public_sets.humanml3d` carry captions in the same form, so they can be measured in the same way.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import random
from dataclasses import dataclass
from pathlib import Path

from hmvlm.motion.clip import Motion
from train.captions import examples
from train.recordings.store import Recording, load_motions, save_motions

log = logging.getLogger("train.pairs")

SHORTEST, LONGEST = 24, 200
"""Frames at 20 fps that a pair may last. The protocol for HumanML3D takes 40 to 196; many recordings here are shorter."""
CAPTIONS = 6
CHUNK = 100


@dataclass(frozen=True)
class Pair:
    """A motion at 20 fps and sentences that are true of it; ``action`` is what balanced sampling goes by."""

    name: str
    motion: Motion
    captions: tuple[str, ...]
    action: str

    def __post_init__(self) -> None:
        if not self.captions:
            raise ValueError(f"{self.name} has no caption; leave it out")

    def mirrored(self) -> Pair:
        """The pair seen in a mirror."""
        from train.captions import mirror_text

        said = tuple(mirror_text(text) for text in self.captions)
        return Pair(f"{self.name}|mirrored", self.motion.mirrored(), said, mirror_text(self.action))


def captioned(clips: list[Recording], seed: int) -> list[Recording]:
    """Pieces of recordings with :data:`CAPTIONS` sentences each; the same seed gives the same sentences."""
    made = []
    for clip in clips:
        for one in examples([clip], None, random.Random(f"{seed} {clip.name}"), n=CAPTIONS):
            info = {"captions": "\n".join(one.captions), "action": f"{one.source}: {one.action}"}
            made.append(Recording(one.name, one.source, one.split, one.captions[0], one.motion.canonical(), info))
    return made


def prepare(clips: list[Recording], seed: int = 0, processes: int = 2) -> list[Recording]:
    """Pieces of all recordings, in their order."""
    jobs = [(clips[start : start + CHUNK], seed) for start in range(0, len(clips), CHUNK)]
    if processes < 2:
        return [piece for job in jobs for piece in captioned(*job)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return [piece for chunk in pool.starmap(captioned, jobs, chunksize=1) for piece in chunk]


def load_pairs(path: str | Path, split: str) -> list[Pair]:
    """Pairs of the splits whose name begins with ``split``, within the lengths that are measured.

    ``"test"`` therefore takes ``test_unseen_combination`` too.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing; make it with: python -m train.evaluation.evaluator.pairs --out {path}"
        )
    return pairs_of(load_motions(path), split)


def pairs_of(clips: list[Recording], split: str) -> list[Pair]:
    """Pairs among ``clips``; those of other splits, without captions, or of other lengths are passed over."""
    chosen = []
    for clip in clips:
        said = tuple(line for line in clip.info.get("captions", "").split("\n") if line)
        if clip.split.startswith(split) and said and len(clip.motion) >= SHORTEST:
            motion = clip.motion.slice(0, LONGEST)
            chosen.append(Pair(clip.name, motion, said, clip.info.get("action", clip.source)))
    return chosen


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--out", default="data/pairs.npz")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    args = options.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    pieces = prepare(load_motions(args.data), args.seed, args.processes)
    save_motions(args.out, pieces)
    log.info("%d pairs in %s", len(pieces), args.out)


if __name__ == "__main__":
    main()
