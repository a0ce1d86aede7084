"""Import a downloaded motion set into one file of recordings, with the captions that come with it.

    python -m train.recordings.import_set humanml3d HumanML3D --out data/humanml3d.npz
    python -m train.recordings.import_set amass AMASS --out data/amass.npz
    python -m train.recordings.import_set bvh FOLDER --out data/own.npz

Bad files are skipped with a logged reason. The last lines count what was imported and skipped.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from train.loop.settings import option, parse_settings
from train.recordings import public_sets
from train.recordings.report import quality_table
from train.recordings.store import Recording, save_motions

log = logging.getLogger(__name__)
SETS = ("humanml3d", "amass", "bvh")


@dataclass(kw_only=True)
class ImportSettings:
    """The set, its folder and the file to write; the first two may be given without their names."""

    kind: str = option(help="humanml3d, amass or bvh")
    folder: Path = option(help="folder of the set")
    out: Path = option(help="file of recordings to write")
    val: float = option(0.05, "share of amass and bvh clips for validation (humanml3d has lists of its own)")
    test: float = option(0.05, "share of amass and bvh clips for tests")

    def __post_init__(self) -> None:
        if self.kind not in SETS:
            raise ValueError(f"unknown set {self.kind!r}; known are {', '.join(SETS)}")
        if not self.folder.is_dir():
            raise ValueError(f"there is no folder {self.folder}")
        if min(self.val, self.test) < 0 or self.val + self.test >= 1:
            raise ValueError(f"val and test must be shares with a sum below 1, got {self.val} and {self.test}")

    def recordings(self) -> Iterator[Recording]:
        """The recordings of the set, one after the other."""
        if self.kind == "humanml3d":
            return public_sets.humanml3d(self.folder)
        read = public_sets.amass if self.kind == "amass" else public_sets.bvh
        return read(self.folder, self.val, self.test)


def import_set(settings: ImportSettings) -> list[Recording]:
    """Import the set and write it to ``out``; ValueError where no file of the folder can be imported."""
    recordings = list(settings.recordings())
    if not recordings:
        raise ValueError(f"no file under {settings.folder} can be imported as {settings.kind}; the log says why")
    save_motions(settings.out, recordings)
    log.info("%s written\n%s", settings.out, quality_table(recordings))
    return recordings


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    named = []
    for name in ("--kind", "--folder"):
        if arguments and not arguments[0].startswith("-"):
            named += [name, arguments.pop(0)]
    try:
        import_set(parse_settings(ImportSettings, [*named, *arguments], __doc__))
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
