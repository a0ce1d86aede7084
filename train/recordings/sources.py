"""Where each recording comes from: file lists, labels and splits of the three data sets."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from train.recordings.asf_amc import read_amc
from train.recordings.bvh import read_bvh
from train.recordings.source_clip import SourceClip

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
PRMD_SPLITS = {"s08": "val", "s09": "test", "s10": "test"}


@dataclass(frozen=True)
class RecordingFile:
    """One file to read: ``group`` names the recordings that share a skeleton."""

    name: str
    source: str
    group: str
    path: str
    label: str
    split: str
    fps: float = 30.0
    info: dict[str, str] = field(default_factory=dict)

    def read(self) -> SourceClip:
        """Read the file in its own format."""
        path = Path(self.path)
        if path.suffix == ".amc":
            return read_amc(path, path.parent / f"{path.parent.name}.asf", self.fps)
        if path.suffix == ".bvh":
            return read_bvh(path)
        raise ValueError(f"{path}: no reader for {path.suffix!r}; known are .amc and .bvh")


def unpack(data: Path, name: str, into: Path) -> Path:
    """The folder ``name`` of recordings: in ``data`` or ``into``, else unpacked there from ``name.tar.xz``."""
    for folder in (data / name, into / name):
        if folder.is_dir():
            return folder
    archive = data / f"{name}.tar.xz"
    if not archive.is_file():
        raise FileNotFoundError(
            f"neither a folder {data / name} nor {archive} exists; give the data folder with --data"
        )
    with tarfile.open(archive) as tar:
        wanted = [m for m in tar.getmembers() if m.name.endswith((".bvh", ".asf", ".amc"))]
        tar.extractall(into, members=wanted, filter="data")
    return into / name


def cmu(data: Path, into: Path) -> Iterator[RecordingFile]:
    """CMU motion capture trials listed in ``cmu_manifest.json``."""
    folder = unpack(data, "cmu", into)
    for entry in json.loads((data / "cmu_manifest.json").read_text(encoding="utf-8")):
        subject = entry["trial"].split("_")[0]
        kind = entry["file"].rsplit(".", 1)[1]
        yield RecordingFile(
            name=f"cmu_{entry['trial']}",
            source="cmu",
            group=f"cmu_{subject}_{kind}",
            path=str(folder / entry["file"]),
            label=entry["text"],
            split=entry["split"],
            fps=float(entry["fps"]),
            info={"subject": subject},
        )


def bandai_namco(data: Path, into: Path) -> Iterator[RecordingFile]:
    """Bandai-Namco-Research motion datasets 1 and 2, listed in ``bandai_namco_split.json``."""
    folder = unpack(data, "bandai_namco", into)
    files = {path.stem: path for path in folder.rglob("*.bvh")}
    for name, split in json.loads((data / "bandai_namco_split.json").read_text(encoding="utf-8")).items():
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
        raise FileNotFoundError(f"{archive} is missing; give the data folder with --data")
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
            info={"key": key, "movement": movement, "correctness": correctness, "subject": subject, "episode": episode},
        )
