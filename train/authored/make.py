"""Perform authored actions and write them as recordings.

python -m train.authored.make --recordings motions.npz --out authored.npz --actions clap wave --per-action 20
"""

from __future__ import annotations

import argparse
import logging
import zlib
from pathlib import Path

import numpy as np

from train.authored.bases import default_recordings, load_bases
from train.authored.registry import load_actions, make
from train.recordings.store import Recording, save_motions

log = logging.getLogger(__name__)


def perform(
    keys: list[str], per_action: int, seed: int, recordings: Path, tempo: tuple[float, float] | None = None
) -> list[Recording]:
    """``per_action`` performances of each action; each action has its own random stream.

    ``tempo`` is the range that their tempo is drawn from instead of the action's own: the tokenizer flattens strokes
    that are over in a step or two, and keeps them where they are slower.
    """
    bases = load_bases(str(recordings))
    clips = []
    for key in keys:
        rng = np.random.default_rng([seed, zlib.crc32(key.encode())])
        clips += [
            make(key, rng, bases, tempo=None if tempo is None else float(rng.uniform(*tempo)))
            for _ in range(per_action)
        ]
        log.info("%s: %d performances", key, per_action)
    return clips


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Perform authored actions and write them as recordings.")
    parser.add_argument("--recordings", type=Path, help="recordings file for the base bodies")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--actions", nargs="*", help="keys; all by default")
    parser.add_argument("--per-action", type=int, default=10)
    parser.add_argument("--tempo", type=float, nargs=2, help="least and largest tempo instead of each action's own")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    keys = options.actions or sorted(load_actions())
    clips = perform(keys, options.per_action, options.seed, options.recordings or default_recordings(), options.tempo)
    save_motions(options.out, clips)


if __name__ == "__main__":
    main()
