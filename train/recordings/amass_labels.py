"""Captions and splits of AMASS sequences: BABEL's labels, or HumanML3D's index with its texts.

    babel/       train.json  val.json  (test.json)   feat_p, seq_ann and frame_ann of each sequence
    HumanML3D/   index.csv   texts/   train.txt  val.txt  test.txt

AMASS was published in several layouts. A sequence is therefore found by its folder and its name without the suffix:
``CMU/CMU/88/88_05_poses.npz`` and ``CMU/88/88_05_stageii.npz`` are both ``88/88_05``.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from train.recordings.caption_files import WHOLE, Captions, read_captions

INDEX_FPS = 20.0
LEADS = {
    "Eyes_Japan_Dataset": 3.0,
    "MPI_HDM05": 3.0,
    "HDM05": 3.0,
    "TotalCapture": 1.0,
    "MPI_Limits": 1.0,
    "PosePrior": 1.0,
    "Transitions_mocap": 0.5,
    "Transitions": 0.5,
}
"""Seconds at the start of a sequence that HumanML3D leaves out before its frames are counted."""


@dataclass
class Labels:
    """What is known of one sequence: captions by span in seconds, and its split, None where the lists do not tell."""

    captions: Captions
    split: str | None = None


def sequence_key(path: str | Path) -> str:
    """Folder and name of a sequence, the same in all layouts of AMASS."""
    parts = str(path).replace("\\", "/").split("/")
    stem = re.sub(r"\.\w+$", "", parts[-1])
    stem = re.sub(r"_(poses|stageii)$", "", stem)
    return "/".join([*parts[-2:-1], stem]).replace(" ", "_").lower()


def find_labels(folder: Path, given: Path | None) -> dict[str, Labels]:
    """Labels by :func:`sequence_key`: of ``given`` (a folder or file of BABEL or HumanML3D), else beside the sequences.

    Raises:
        ValueError: ``given`` holds neither.
    """
    places = [given] if given else [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    for place in places:
        if place.is_file():
            return from_index(place) if place.suffix == ".csv" else from_babel([place])
        if (place / "index.csv").is_file():
            return from_index(place / "index.csv")
        lists = [place / f"{name}.json" for name in ("train", "val", "test", "extra_train", "extra_val")]
        if any(path.is_file() for path in lists):
            return from_babel([path for path in lists if path.is_file()])
    if given:
        raise ValueError(f"{given} holds neither HumanML3D's index.csv nor BABEL's train.json")
    return {}


def from_babel(files: list[Path]) -> dict[str, Labels]:
    """Labels of BABEL: those of a sequence tell all of it, those of frames a span."""
    found: dict[str, Labels] = {}
    for file in files:
        split = file.stem.removeprefix("extra_")
        for entry in json.loads(file.read_text(encoding="utf-8")).values():
            labels = Labels(Captions(), split if split in ("train", "val", "test") else None)
            for annotation, spans in _annotations(entry):
                for label in annotation.get("labels") or ():
                    text = label.get("raw_label") or label.get("proc_label") or ""
                    if text.strip().lower() not in ("", "transition"):
                        span = (float(label["start_t"]), float(label["end_t"])) if spans else WHOLE
                        if spans and span[1] <= span[0]:
                            continue
                        labels.captions.add(text, *span)
            found[sequence_key(entry["feat_p"])] = labels
    return found


def _annotations(entry: dict) -> list[tuple[dict, bool]]:
    """Annotations of a sequence, and whether each is of spans; the extra lists have several of each."""
    made: list[tuple[dict, bool]] = []
    for name, spans in (("seq_ann", False), ("frame_ann", True)):
        one, many = entry.get(name), entry.get(f"{name}s") or []
        made += [(annotation, spans) for annotation in [one, *many] if annotation]
    return made


def from_index(file: Path) -> dict[str, Labels]:
    """Labels of HumanML3D's ``index.csv``: every clip is a span of an AMASS sequence."""
    folder = file.parent
    splits = {
        name: split
        for split in ("train", "val", "test")
        if (folder / f"{split}.txt").is_file()
        for name in (folder / f"{split}.txt").read_text(encoding="utf-8").split()
    }
    found: dict[str, Labels] = defaultdict(lambda: Labels(Captions()))
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            name, path = Path(row["new_name"]).stem, row["source_path"].replace("\\", "/")
            lead = next((seconds for part, seconds in LEADS.items() if f"/{part}/" in f"/{path}"), 0.0)
            start = lead + float(row["start_frame"]) / INDEX_FPS
            end = lead + float(row["end_frame"]) / INDEX_FPS
            labels = found[sequence_key(path)]
            for span, texts in read_captions(folder / "texts" / f"{name}.txt").spans.items():
                place = (start, end) if span == WHOLE else (start + span[0], min(end, start + span[1]))
                for text in texts:
                    labels.captions.add(text, *place)
            labels.split = labels.split or splits.get(name)
    return dict(found)
