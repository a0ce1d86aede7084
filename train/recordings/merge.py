"""Join several files of recordings to one, which every later stage then takes as ``--data``.

python -m train.recordings.merge data/motions.npz data/own.npz data/authored.npz data/composed.npz --out data/all.npz
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from train.recordings.store import Recording, load_motions, save_motions

log = logging.getLogger(__name__)


def merge(files: Sequence[Path]) -> list[Recording]:
    """The recordings of all files, in order.

    Raises:
        ValueError: a name occurs twice, in one file or in two; it names the files.
    """
    merged: list[Recording] = []
    where: dict[str, Path] = {}
    for file in files:
        for clip in load_motions(file):
            if clip.name in where:
                raise ValueError(
                    f"the recording {clip.name!r} is in {where[clip.name]} and in {file}; names must be unique, "
                    "so leave one of the files out or make it again with other names"
                )
            where[clip.name] = file
            merged.append(clip)
    return merged


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Join several files of recordings to one.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files of recordings, at least two")
    parser.add_argument("--out", type=Path, required=True, help="file of recordings to write")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if len(options.files) < 2:
        parser.error(f"only {options.files[0]} is given; name at least two files")
    merged = merge(options.files)
    save_motions(options.out, merged)
    counts = Counter((clip.source, clip.split) for clip in merged)
    table = "\n".join(f"{source} {split}: {count}" for (source, split), count in sorted(counts.items()))
    log.info("%s: %d recordings\n%s", options.out, len(merged), table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
