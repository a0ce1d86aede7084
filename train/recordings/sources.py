"""The data sets that can be prepared: their recordings with labels and splits, licences and expected files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from train.recordings.cmu_sentences import cmu_sentences
from train.recordings.recording_file import RecordingFile, read_manifest, unpack
from train.recordings.training_sources import cmu_extra, deepmimic, reactidle, sie, snu, utd_mhad

MOVEMENTS = {
    "m01": "deep squat",
    "m02": "hurdle step",
    "m03": "inline lunge",
    "m04": "side lunge",
    "m05": "sit to stand",
    "m06": "standing active straight leg raise",
    "m07": "standing shoulder abduction",
    "m08": "standing shoulder extension",
    "m09": "standing shoulder internal-external rotation",
    "m10": "standing shoulder scaption",
}
WRONG_FLOORS = ("05_05",)
"""Training trials of CMU whose stances lie at several heights on a level floor."""
PRMD_SPLITS = {"s08": "val", "s09": "test", "s10": "test"}


def cmu(data: Path, into: Path) -> Iterator[RecordingFile]:
    """CMU motion capture trials listed in ``cmu_manifest.json``; those for training have their human sentences."""
    folder = unpack(data, "cmu", into)
    sentences = cmu_sentences(data)
    for entry in read_manifest(data, "cmu_manifest.json"):
        subject = entry["trial"].split("_")[0]
        path = folder / entry["file"]
        if not path.is_file():
            path = path.with_suffix(".amc")  # the makers have every trial as AMC
        human = sentences.get(entry["trial"]) if entry["split"] == "train" else None
        yield RecordingFile(
            name=f"cmu_{entry['trial']}",
            source="cmu",
            group=f"cmu_{subject}_{path.suffix[1:]}",
            path=str(path),
            label=entry["text"],
            split=entry["split"],
            fps=float(entry["fps"]),
            frames=entry.get("frames"),
            info={"subject": subject, **({"captions": human} if human else {})},
            lock=entry["trial"] in WRONG_FLOORS,
        )


def bandai_namco(data: Path, into: Path) -> Iterator[RecordingFile]:
    """Bandai-Namco-Research motion datasets 1 and 2, listed in ``bandai_namco_split.json``."""
    folder = unpack(data, "bandai_namco", into)
    files = {path.stem: path for path in folder.rglob("*.bvh")}
    for name, split in read_manifest(data, "bandai_namco_split.json").items():
        if name not in files:
            raise FileNotFoundError(f"{name}.bvh is in the split list but not under {folder}; unpack the archive again")
        dataset, content, style, _ = name.split("_")
        yield RecordingFile(
            name=name,
            source="bandai_namco",
            group="bandai_namco",
            path=str(files[name]),
            label=f"{content.replace('-', ' ')}, {style.replace('-', ' ')}",
            split=split,
            info={"dataset": dataset, "content": content, "style": style},
        )


def ui_prmd(data: Path, into: Path) -> Iterator[RecordingFile]:
    """UI-PRMD marker clips; ``path`` is the archive and ``name`` after the prefix the key in it."""
    del into
    archive = data / "ui_prmd_25hz_mm.npz"
    if not archive.is_file():
        raise FileNotFoundError(
            f"{archive} is missing; make it from the makers' text files with hmvlm-train ui-prmd-archive, "
            "or give the data folder with --data"
        )
    with np.load(archive) as clips:
        keys = list(clips.files)
    for key in keys:
        correctness, rest = key.split("/")
        movement, subject, episode = rest.split("_")
        yield RecordingFile(
            name=f"ui_prmd_{correctness}_{rest}",
            source="ui_prmd",
            group=f"ui_prmd_{subject}",
            path=str(archive),
            label=MOVEMENTS[movement],
            split=PRMD_SPLITS.get(subject, "train"),
            fps=25.0,
            markers=True,
            info={"key": key, "movement": movement, "correctness": correctness, "subject": subject, "episode": episode},
        )


@dataclass(frozen=True)
class Source:
    """A data set: ``files`` lists its recordings from the data folder and the folder of unpacked archives.

    ``licence`` is the makers'; ``expected`` names the files that must be in the data folder.
    """

    files: Callable[[Path, Path], Iterator[RecordingFile]]
    licence: str
    expected: tuple[str, ...]


CMU_LICENCE = "free for research and products; the data itself may not be resold"
SOURCES = {
    "cmu": Source(cmu, CMU_LICENCE, ("cmu.tar.xz",)),
    "bandai_namco": Source(bandai_namco, "CC BY-NC 4.0", ("bandai_namco.tar.xz",)),
    "ui_prmd": Source(ui_prmd, "PDDL", ("ui_prmd_25hz_mm.npz",)),
    "cmu_extra": Source(cmu_extra, CMU_LICENCE, ("cmu_extra.tar.xz", "cmu_extra_manifest.json")),
    "utd_mhad": Source(utd_mhad, "free for research with citation", ("utd_mhad_30hz_mm.npz", "utd_mhad_manifest.json")),
    "deepmimic": Source(deepmimic, "MIT; six files BSD-3-Clause", ("deepmimic.tar.xz", "deepmimic_sie_manifest.json")),
    "sie": Source(sie, "CC BY-NC 4.0", ("sie.tar.xz", "deepmimic_sie_manifest.json")),
    "snu": Source(snu, "MIT", ("snu.tar.xz", "snu_manifest.json")),
    "reactidle": Source(reactidle, "MIT", ("reactidle.tar.xz", "reactidle_manifest.json")),
}
"""Every data set that :mod:`train.recordings.prepare` knows."""
DEFAULT_SOURCES = ("bandai_namco", "cmu", "ui_prmd")
"""The data sets with validation and test splits; all others are for training alone and must be asked for."""
