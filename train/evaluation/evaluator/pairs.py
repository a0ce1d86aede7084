"""Motions of 1–10 s with their captions, cut and captioned once; text-to-motion is evaluated on them.

    python -m train.evaluation.evaluator.pairs --data data/motions.npz --out data/pairs.npz

The file is one of :mod:`train.recordings.store`; every clip's ``info`` holds ``captions`` (lines) and ``action``. Clips
of :func:`train.recordings.text_sets.text_set` have captions in the same form, so they can be measured in the same
way.
"""

from __future__ import annotations

import logging
import multiprocessing
import random
from dataclasses import dataclass
from pathlib import Path

from hmvlm.motion.clip import Motion
from train.captions import examples
from train.loop.settings import option, parse_settings
from train.recordings.store import Recording, load_motions, save_motions

log = logging.getLogger("train.pairs")

MIN_FRAMES, MAX_FRAMES = 24, 200
"""Range of a pair's length in frames at 20 fps.

HumanML3D's protocol has 40 to 196; many recordings here are shorter.
"""
CAPTIONS = 6
CHUNK = 100


@dataclass(frozen=True)
class Pair:
    """A motion at 20 fps and captions that are true of it; balanced sampling is over ``action``."""

    name: str
    motion: Motion
    captions: tuple[str, ...]
    action: str

    def __post_init__(self) -> None:
        if not self.captions:
            raise ValueError(f"{self.name} has no caption; remove it")

    def mirrored(self) -> Pair:
        """The mirrored motion with mirrored captions."""
        from train.captions import mirror_text

        captions = tuple(mirror_text(text) for text in self.captions)
        return Pair(f"{self.name}|mirrored", self.motion.mirrored(), captions, mirror_text(self.action))


def cut_and_caption(clips: list[Recording], seed: int) -> list[Recording]:
    """Pieces of recordings with :data:`CAPTIONS` captions each; the same seed gives the same captions."""
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
        return [piece for job in jobs for piece in cut_and_caption(*job)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return [piece for chunk in pool.starmap(cut_and_caption, jobs, chunksize=1) for piece in chunk]


def load_pairs(path: str | Path, split: str) -> list[Pair]:
    """Pairs of the splits whose name begins with ``split``, within the lengths that are measured.

    ``"test"`` therefore takes ``test_unseen_combination`` too.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing; make it with: python -m train.evaluation.evaluator.pairs --out {path}"
        )
    return select_pairs(load_motions(path), split)


def select_pairs(clips: list[Recording], split: str) -> list[Pair]:
    """Pairs among ``clips``; those of other splits, without captions, or too short are skipped."""
    chosen = []
    for clip in clips:
        captions = tuple(line for line in clip.info.get("captions", "").split("\n") if line)
        if clip.split.startswith(split) and captions and len(clip.motion) >= MIN_FRAMES:
            motion = clip.motion.slice(0, MAX_FRAMES)
            chosen.append(Pair(clip.name, motion, captions, clip.info.get("action", clip.source)))
    return chosen


@dataclass(kw_only=True)
class PairSettings:
    """Cut and caption recordings."""

    data: str = option("data/motions.npz", "file of python -m train.recordings.prepare")
    out: str = option("data/pairs.npz", "file to write")
    seed: int = option(0, "of the captions")
    processes: int = option(2, "processes that work in parallel")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(PairSettings, argv, __doc__)
    pieces = prepare(load_motions(settings.data), settings.seed, settings.processes)
    save_motions(settings.out, pieces)
    log.info("%d pairs in %s", len(pieces), settings.out)


if __name__ == "__main__":
    main()
