"""Import a downloaded motion set into one file of recordings, with the captions that come with it.

    hmvlm-train import humanml3d HumanML3D --out data/humanml3d.npz
    hmvlm-train import kit KIT-ML --out data/kit.npz --weight 0.5
    hmvlm-train import amass AMASS --labels babel_v1.0_release --out data/amass.npz
    hmvlm-train import bvh FOLDER --out data/own.npz --source own --weight 2

Bad files are skipped with a logged reason. The last lines count what was imported and skipped, and name what was
skipped.
"""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hmvlm.motion.formats.points import HUMANML3D, KIT
from train.loop.settings import option, parse_settings
from train.recordings import public_sets
from train.recordings.report import quality_table
from train.recordings.store import Recording, save_motions
from train.recordings.text_sets import text_set

log = logging.getLogger(__name__)
SETS = ("humanml3d", "kit", "amass", "bvh")


@dataclass(kw_only=True)
class ImportSettings:
    """The set, its folder and the file to write; the first two may be given without their names."""

    kind: str = option(help="humanml3d, kit, amass or bvh")
    folder: Path = option(help="folder of the set, laid out as it is published")
    out: Path = option(help="file of recordings to write")
    source: str | None = option(
        None, "name of the set in later stages and before the names of its clips; by default its kind"
    )
    weight: float = option(1.0, "share of the set in the batches of both stages, relative to the other sets'")
    labels: Path | None = option(
        None, "captions and splits of amass: a folder of BABEL, or of HumanML3D with index.csv, texts and split lists"
    )
    val: float = option(0.05, "share of amass and bvh clips for validation, where no list splits them")
    test: float = option(0.05, "share of amass and bvh clips for tests, where no list splits them")

    def __post_init__(self) -> None:
        if self.kind not in SETS:
            raise ValueError(f"unknown set {self.kind!r}; known are {', '.join(SETS)}")
        if not self.folder.is_dir():
            raise ValueError(f"there is no folder {self.folder}")
        if not (0 < self.weight < math.inf):
            raise ValueError(f"weight must be a positive number, got {self.weight}")
        if self.labels and self.kind != "amass":
            raise ValueError(f"labels are for amass; {self.kind} has its own captions")
        if self.labels and not self.labels.exists():
            raise ValueError(f"there is no file or folder {self.labels}")
        if min(self.val, self.test) < 0 or self.val + self.test >= 1:
            raise ValueError(f"val and test must be shares with a sum below 1, got {self.val} and {self.test}")

    def recordings(self) -> Iterator[Recording]:
        """The recordings of the set, one after the other, with its name and weight."""
        if self.kind in (HUMANML3D.name, KIT.name):
            found = text_set(HUMANML3D if self.kind == HUMANML3D.name else KIT, self.folder)
        elif self.kind == "amass":
            found = public_sets.amass(self.folder, self.val, self.test, self.labels)
        else:
            found = public_sets.bvh(self.folder, self.val, self.test)
        about = {"imported": self.kind, "weight": f"{self.weight:g}"}
        for one in found:
            name = f"{self.source}/{one.name}" if self.source else one.name
            yield replace(one, name=name, source=self.source or self.kind, info=one.info | about)


def import_set(settings: ImportSettings) -> list[Recording]:
    """Import the set and write it to ``out``; ValueError where no file of the folder can be imported."""
    recordings = list(settings.recordings())
    if not recordings:
        raise ValueError(f"no file under {settings.folder} can be imported as {settings.kind}; the log says why")
    save_motions(settings.out, recordings)
    captioned = sum("captions" in one.info for one in recordings)
    sentences = sum(len(one.info.get("captions", "").splitlines()) for one in recordings)
    log.info("%d clips have human captions, %d sentences", captioned, sentences)
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
