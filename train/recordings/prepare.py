"""Turn the recordings into one file of SMPL motions at 20 fps.

    python -m train.recordings.prepare --data data/recordings --out data/motions.npz

Groups of recordings that share a skeleton are calibrated together. Finished groups are kept beside
the output, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from train.recordings.marker_fit import fit_subject
from train.recordings.markers import read_markers
from train.recordings.profiles import Targets, targets_from_clip
from train.recordings.report import table
from train.recordings.retarget import RetargetResult, calibrate, retarget
from train.recordings.solve import Calibration
from train.recordings.sources import RecordingFile, bandai_namco, cmu, ui_prmd
from train.recordings.store import Recording, load_motions, save_motions

log = logging.getLogger(__name__)

CALIBRATION_CLIPS = 40
CHUNK = 160
SHORTEST = 10
LARGEST_RESIDUAL = 30.0
SOURCES = {"cmu": cmu, "bandai_namco": bandai_namco, "ui_prmd": ui_prmd}


def make_recording(recording: RecordingFile, result: RetargetResult) -> Recording:
    """A prepared clip with its quality figures."""
    return Recording(
        name=recording.name,
        source=recording.source,
        split=recording.split,
        label=recording.label,
        motion=result.motion,
        info=recording.info,
        quality=result.summary(),
    )


def _calibration(recordings: list[RecordingFile]) -> Calibration:
    every = max(1, len(recordings) // CALIBRATION_CLIPS)
    clips: list[Targets] = [
        targets_from_clip(r.read()) for r in islice(recordings, 0, None, every) if not r.split.startswith("test")
    ]
    return calibrate(clips or [targets_from_clip(recordings[0].read())])


def _jobs(recordings: list[RecordingFile]) -> list[tuple[str, list[RecordingFile], Calibration | None]]:
    """Chunks of recordings that share a skeleton, each with a name for its kept result."""
    groups: dict[str, list[RecordingFile]] = defaultdict(list)
    for recording in recordings:
        groups[recording.group].append(recording)
    jobs = []
    for group, members in groups.items():
        if members[0].source == "ui_prmd":
            jobs.append((group, members, None))
            continue
        calibration = _calibration(members)
        log.info("%s: %d recordings, scale %.3f", group, len(members), calibration.scale)
        for start in range(0, len(members), CHUNK):
            jobs.append((f"{group}_{start:05d}", members[start : start + CHUNK], calibration))
    return jobs


def _markers(recordings: list[RecordingFile]) -> list[Recording]:
    """One subject's marker clips, fitted together; those that fit badly are left out."""
    marked = read_markers(recordings[0].path, [recording.info["key"] for recording in recordings])
    pairs = [(recording, clip) for recording, clip in zip(recordings, marked) if len(clip.markers) >= SHORTEST]
    fit = fit_subject([clip for _, clip in pairs])
    calibration = calibrate(fit.targets[:: max(1, len(pairs) // CALIBRATION_CLIPS)])
    clips = []
    for (recording, _), targets, residual in zip(pairs, fit.targets, fit.residual):
        millimetres = 1000 * float(np.median(residual))
        if millimetres > LARGEST_RESIDUAL:
            log.warning("%s left out: its median marker residual is %.0f mm", recording.name, millimetres)
            continue
        clip = make_recording(recording, retarget(targets, calibration))
        clips.append(replace(clip, quality={**clip.quality, "marker_mm": millimetres}))
    return clips


def _run(job: tuple[str, list[RecordingFile], Calibration | None, Path]) -> list[Recording]:
    name, recordings, calibration, kept = job
    file = kept / f"{name}.npz"
    if file.is_file():
        return load_motions(file)
    torch.set_num_threads(1)
    if calibration is None:
        clips = _markers(recordings)
    else:
        clips = [
            make_recording(recording, retarget(targets_from_clip(recording.read()), calibration))
            for recording in recordings
        ]
    save_motions(file, clips)
    log.info("%s: %d clips", name, len(clips))
    return clips


def prepare(recordings: list[RecordingFile], kept: Path, processes: int = 2) -> list[Recording]:
    """Retarget recordings; results of finished chunks are kept in folder ``kept`` and used again."""
    kept.mkdir(parents=True, exist_ok=True)
    jobs = [(*job, kept) for job in _jobs(recordings)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        chunks = pool.map(_run, jobs, chunksize=1)
    return [clip for chunk in chunks for clip in chunk]


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m train.recordings.prepare", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--data", type=Path, default=Path("data/recordings"), help="folder with the recordings' archives"
    )
    parser.add_argument("--unpacked", type=Path, help="folder for unpacked archives (default: beside the output)")
    parser.add_argument("--out", type=Path, default=Path("data/motions.npz"))
    parser.add_argument("--sources", nargs="+", choices=sorted(SOURCES), default=sorted(SOURCES))
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    unpacked = options.unpacked or options.out.parent / "unpacked"
    recordings = [recording for name in options.sources for recording in SOURCES[name](options.data, unpacked)]
    clips = prepare(recordings, options.out.with_suffix(".parts"), options.processes)
    save_motions(options.out, clips)
    log.info("%s: %d clips, %.1f MB\n%s", options.out, len(clips), options.out.stat().st_size / 1e6, table(clips))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
