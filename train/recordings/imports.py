"""What reading a downloaded set file by file has in common: progress, bad files counted and named, unique names."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from train.recordings.skipping import Skipped
from train.recordings.store import Recording

LOG_EVERY = 500
NAMED = 20
"""Skipped files that the last lines name again."""
log = logging.getLogger(__name__)


@dataclass
class Imports:
    """One import: what was made of the files and why some were skipped."""

    skipped: Skipped = field(default_factory=Skipped)
    count: int = 0

    def run(
        self, read: Callable[[Path], list[Recording]], paths: Sequence[Path], missing: int = 0
    ) -> Iterator[Recording]:
        """The recordings of the readable files; ``missing`` files that a list names are counted only.

        Logs progress, the reason of each skipped file and, at the end, the counts.
        """
        names = set[str]()
        for number, path in enumerate(paths, 1):
            for recording in self.skipped.attempt(str(path), partial(read, path)) or ():
                if recording.name in names:
                    self.skipped.add(str(path), f"another file gives a recording of the name {recording.name}")
                    continue
                self.count += 1
                names.add(recording.name)
                yield recording
            if number % LOG_EVERY == 0:
                log.info("%d of %d files", number, len(paths))
        self._report(missing)

    def _report(self, missing: int) -> None:
        log.info("%d clips imported, %d files skipped", self.count, len(self.skipped.reasons))
        reasons = list(self.skipped.reasons.items())
        for name, reason in reasons[:NAMED]:
            log.info("  %s: %s", name, reason)
        if len(reasons) > NAMED:
            log.info("  and %d more, named above", len(reasons) - NAMED)
        if missing:
            log.info("%d clips of the split lists have no file", missing)


def files_under(folder: Path, suffix: str) -> list[Path]:
    """The files under a folder with the suffix in small or capital letters, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() == suffix and path.is_file())


def assign_split(name: str, val: float, test: float) -> str:
    """``test``, ``val`` or ``train`` by a hash of the name, so that a clip keeps its split when others are added."""
    place = zlib.crc32(name.encode()) / 2**32
    return "test" if place < test else "val" if place < test + val else "train"
