"""Data sets whose recordings are all for training: no validation or test split is drawn from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from train.recordings.cmu_sentences import cmu_sentences
from train.recordings.recording_file import RecordingFile, read_manifest, unpack

CONVERTED = "converted"
"""Word in a manifest's ``source`` for files converted from FBX, whose joint frames follow no known convention."""


def cmu_extra(data: Path, into: Path) -> Iterator[RecordingFile]:
    """Further CMU trials, as AMC or as BVH files of several conversions, listed in ``cmu_extra_manifest.json``.

    A conversion has its own skeleton, so recordings are grouped by subject and conversion.
    """
    folder = unpack(data, "cmu_extra", into)
    sentences = cmu_sentences(data)
    for entry in read_manifest(data, "cmu_extra_manifest.json"):
        subject = entry["trial"].split("_")[0]
        conversion = entry["source"].split("/")[0]
        human = sentences.get(entry["trial"])
        yield RecordingFile(
            name=f"cmu_extra_{entry['trial']}",
            source="cmu_extra",
            group=f"cmu_extra_{subject}_{conversion}",
            path=str(folder / entry["file"]),
            label=entry["text"],
            split="train",
            fps=float(entry["fps"]),
            info={"subject": subject, "licence": entry["licence"]} | ({"captions": human} if human else {}),
            unit=None,
            rotations=CONVERTED not in entry["source"],
            lock=True,
        )


def utd_mhad(data: Path, into: Path) -> Iterator[RecordingFile]:
    """UTD-MHAD's 27 actions of eight people; the Kinect joints of all recordings are one archive."""
    del into
    archive = data / "utd_mhad_30hz_mm.npz"
    if not archive.is_file():
        raise FileNotFoundError(f"{archive} is missing; give the data folder with --data")
    manifest = read_manifest(data, "utd_mhad_manifest.json")
    for entry in manifest["clips"]:
        subject = str(entry["subject"])
        yield RecordingFile(
            name=f"utd_mhad_{entry['key']}",
            source="utd_mhad",
            group=f"utd_mhad_s{subject}",
            path=str(archive),
            label=entry["text"],
            split="train",
            fps=float(entry["fps"]),
            info={"key": entry["key"], "subject": subject, "licence": manifest["licence"]},
            lock=True,
        )


def deepmimic(data: Path, into: Path) -> Iterator[RecordingFile]:
    """The reference motions of DeepMimic and of Isaac Gym's AMP, on DeepMimic's humanoid."""
    return _archive(data, into, "deepmimic", "deepmimic_sie_manifest.json", lock=True)


def sie(data: Path, into: Path) -> Iterator[RecordingFile]:
    """Sony Interactive Entertainment's runs and punches, on DeepMimic's humanoid."""
    return _archive(data, into, "sie", "deepmimic_sie_manifest.json", lock=True)


def snu(data: Path, into: Path) -> Iterator[RecordingFile]:
    """Walks of Seoul National University's DataDrivenBipedController.

    One performer on two skeletons: only files called ``woddy2_*`` have hands and toes.
    """
    return _archive(
        data, into, "snu", "snu_manifest.json", lambda stem: "full" if stem.startswith("woddy2") else "reduced"
    )


def reactidle(data: Path, into: Path) -> Iterator[RecordingFile]:
    """ReActIdle's standing idle motions, genuine and acted; every file has a skeleton of its own."""
    return _archive(data, into, "reactidle", "reactidle_manifest.json", lambda stem: stem)


def _archive(
    data: Path,
    into: Path,
    name: str,
    manifest: str,
    skeleton: Callable[[str], str] | None = None,
    lock: bool = False,
) -> Iterator[RecordingFile]:
    """The BVH files of the archive ``name``: manifest entries whose ``file`` lies in that folder.

    ``skeleton`` names the skeleton of a file from its stem; recordings with the same name are calibrated together.
    """
    folder = unpack(data, name, into)
    for entry in read_manifest(data, manifest):
        root, _, file = entry["file"].partition("/")
        if root != name:
            continue
        stem = Path(file).stem
        yield RecordingFile(
            name=f"{name}_{stem}",
            source=name,
            group=f"{name}_{skeleton(stem)}" if skeleton else name,
            path=str(folder / file),
            label=entry["text"],
            split="train",
            fps=float(entry["fps"]),
            info={"licence": entry["licence"]},
            unit=None,
            lock=lock,
        )
