"""Pack UI-PRMD's segmented marker files into the archive that :mod:`train.recordings.sources` reads.

    python -m train.recordings.ui_prmd_archive UI-PRMD --out data/recordings/ui_prmd_25hz_mm.npz

The makers ship text files ``mMM_sSS_eEE_positions.txt`` (movement, subject, episode; ``..._positions_inc.txt`` for
movements done wrongly) in folders ``Vicon/Positions``. A line is a frame at 100 Hz: 117 numbers with commas, X, Y and Z
of 39 markers in millimetres, Z up, in the order of :data:`train.recordings.markers.MARKERS`.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from train.npz_files import save_npz
from train.recordings.markers import MARKERS
from train.recordings.skipping import Skipped

log = logging.getLogger(__name__)

FILE = re.compile(r"(m\d\d_s\d\d_e\d\d)_positions(_inc)?\.txt")
EVERY = 4
"""Frames from one that is kept to the next: 100 Hz to 25 Hz."""


def read_positions(path: Path) -> np.ndarray:
    """Markers (T, 39, 3) of one file, int16 millimetres at 25 Hz; a missing marker is (0, 0, 0).

    Raises:
        ValueError: the lines do not have 117 numbers, or a number does not fit.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").replace(",", " ").splitlines()
    rows = np.loadtxt(lines, ndmin=2)
    if rows.shape[1] != 3 * len(MARKERS):
        raise ValueError(f"{path.name} has {rows.shape[1]} columns, not {3 * len(MARKERS)}: no file of Vicon/Positions")
    values = np.rint(np.nan_to_num(rows[::EVERY], nan=0.0))
    if np.abs(values).max() > np.iinfo(np.int16).max:
        raise ValueError(f"{path.name} has the value {np.abs(values).max():.0f}; positions must be in millimetres")
    return values.astype(np.int16).reshape(len(values), len(MARKERS), 3)


def marker_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Key in the archive (``correct/m01_s01_e01``) and path of every marker file below ``folder``, none of Kinect."""
    for path in sorted(folder.rglob("*.txt")):
        found = FILE.fullmatch(path.name)
        if found and "kinect" not in str(path.relative_to(folder)).lower():
            yield f"{'incorrect' if found[2] else 'correct'}/{found[1]}", path


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Pack UI-PRMD's segmented marker files into one archive.")
    parser.add_argument("folder", type=Path, help="folder of the unpacked data set")
    parser.add_argument(
        "--out", type=Path, default=Path("data/recordings/ui_prmd_25hz_mm.npz"), help="archive to write"
    )
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    skipped, clips = Skipped(), dict[str, np.ndarray]()
    for key, path in marker_files(options.folder):
        if key in clips:
            raise ValueError(f"{key} is there twice, the second time in {path}; give a folder with one copy")
        clip = skipped.attempt(str(path), partial(read_positions, path))
        if clip is not None:
            clips[key] = clip
    if not clips:
        raise ValueError(f"no file mMM_sSS_eEE_positions.txt with 39 markers is below {options.folder}")
    save_npz(options.out, **clips)
    log.info("%s: %d clips, %d files skipped", options.out, len(clips), len(skipped.reasons))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
