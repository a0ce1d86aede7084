"""Turn the recordings into one file of SMPL motions at 20 fps.

    python -m train.recordings.prepare --data data/recordings --out data/motions.npz

Groups of recordings that share a skeleton are calibrated together. Finished groups are kept beside
the output, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from hmvlm.motion.foot_lock import lock_feet
from hmvlm.motion.retarget.solve import Calibration
from hmvlm.motion.retarget.targets import Targets, targets_from_clip
from hmvlm.motion.retarget.transfer import RetargetResult, calibrate, retarget
from train.loop.settings import option, parse_settings
from train.recordings.marker_fit import fit_subject
from train.recordings.markers import read_markers
from train.recordings.recording_file import RecordingFile
from train.recordings.report import quality_table
from train.recordings.skipping import Skipped, check_finite
from train.recordings.sources import DEFAULT_SOURCES, SOURCES
from train.recordings.store import Recording, load_motions, save_motions
from train.recordings.support import MODES, apply_support

log = logging.getLogger(__name__)

CALIBRATION_CLIPS = 40
CHUNK = 160
SHORTEST = 10
LARGEST_RESIDUAL = 30.0


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


def _calibration(recordings: list[RecordingFile]) -> Calibration | None:
    """Calibration from about ``CALIBRATION_CLIPS`` training recordings; None where none can be read."""
    every = max(1, len(recordings) // CALIBRATION_CLIPS)
    chosen = [r for r in islice(recordings, 0, None, every) if not r.split.startswith("test")] or recordings[:1]
    skipped = Skipped()
    read = [skipped.attempt(recording.name, partial(_targets, recording)) for recording in chosen]
    clips = [targets for targets in read if targets is not None]
    return calibrate(clips) if clips else None


def _targets(recording: RecordingFile) -> Targets:
    clip = recording.read()
    check_finite(recording.name, clip.positions)
    return targets_from_clip(clip)


def _jobs(recordings: list[RecordingFile]) -> list[tuple[str, list[RecordingFile], Calibration | None]]:
    """Chunks of recordings that share a skeleton, each with a name for its kept result."""
    groups: dict[str, list[RecordingFile]] = defaultdict(list)
    for recording in recordings:
        groups[recording.group].append(recording)
    jobs: list[tuple[str, list[RecordingFile], Calibration | None]] = []
    for group, members in groups.items():
        if members[0].markers:
            jobs.append((group, members, None))
            continue
        calibration = _calibration(members)
        if calibration is None:
            log.warning("%s: %d recordings skipped, none can be read for calibration", group, len(members))
            continue
        log.info("%s: %d recordings, scale %.3f", group, len(members), calibration.scale)
        for start in range(0, len(members), CHUNK):
            jobs.append((f"{group}_{start:05d}", members[start : start + CHUNK], calibration))
    return jobs


def _markers(recordings: list[RecordingFile]) -> list[Recording]:
    """One subject's marker clips, fitted together; those with a large residual are left out."""
    marked = read_markers(recordings[0].path, [recording.info["key"] for recording in recordings])
    pairs = [(recording, clip) for recording, clip in zip(recordings, marked) if len(clip.markers) >= SHORTEST]
    fit = fit_subject([clip for _, clip in pairs])
    calibration = calibrate(fit.targets[:: max(1, len(pairs) // CALIBRATION_CLIPS)])
    clips, skipped = [], Skipped()
    for (recording, _), targets, residual in zip(pairs, fit.targets, fit.residual):
        millimetres = 1000 * float(np.median(residual))
        if millimetres > LARGEST_RESIDUAL:
            log.warning("%s left out: its median marker residual is %.0f mm", recording.name, millimetres)
            continue
        clip = skipped.attempt(recording.name, partial(_retarget, recording, targets, calibration))
        if clip is None:
            continue
        clips.append(replace(clip, quality={**clip.quality, "marker_mm": millimetres}))
    return clips


def _run(job: tuple[str, list[RecordingFile], Calibration | None, Path]) -> list[Recording]:
    """Retarget one chunk and keep the result; bad files are skipped."""
    name, recordings, calibration, kept = job
    file = kept / f"{name}.npz"
    if file.is_file():
        return load_motions(file)
    torch.set_num_threads(1)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")  # a spawned process has no handler yet
    skipped = Skipped()
    if calibration is None:
        clips = skipped.attempt(name, partial(_markers, recordings)) or []
    else:
        made = [skipped.attempt(one.name, partial(_read_and_retarget, one, calibration)) for one in recordings]
        clips = [clip for clip in made if clip is not None]
    if clips:
        save_motions(file, clips)
    return clips


def _read_and_retarget(recording: RecordingFile, calibration: Calibration) -> Recording:
    return _retarget(recording, _targets(recording), calibration)


def _retarget(recording: RecordingFile, targets: Targets, calibration: Calibration) -> Recording:
    clip = make_recording(recording, retarget(targets, calibration))
    return replace(clip, motion=lock_feet(clip.motion).canonical()) if recording.lock else clip


def prepare(recordings: list[RecordingFile], kept: Path, processes: int = 2) -> list[Recording]:
    """Retarget recordings; results of finished chunks are kept in folder ``kept`` and used again.

    Logs progress after each chunk, the reason of each skipped recording and the final counts.
    """
    kept.mkdir(parents=True, exist_ok=True)
    jobs = [(*job, kept) for job in _jobs(recordings)]
    total = sum(len(job[1]) for job in jobs)
    done, start, clips = 0, time.monotonic(), []
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for (name, members, *_), chunk in zip(jobs, pool.imap(_run, jobs)):
            clips += chunk
            done += len(members)
            minutes = (time.monotonic() - start) / 60
            left = minutes / done * (total - done)
            log.info("%d of %d recordings, %.0f min, about %.0f left (%s)", done, total, minutes, left, name)
    log.info("%d recordings prepared, %d skipped", len(clips), len(recordings) - len(clips))
    return clips


@dataclass(kw_only=True)
class PrepareSettings:
    """Which recordings to prepare, from where and to where."""

    data: Path = option(Path("data/recordings"), "folder with the archives of recordings")
    unpacked: Path | None = option(None, "folder for unpacked archives; by default beside --out")
    out: Path = option(Path("data/motions.npz"), "file to write; finished chunks are kept in a folder beside it")
    sources: list[str] = option(list(DEFAULT_SOURCES), "sources to prepare: " + ", ".join(sorted(SOURCES)))
    processes: int = option(2, "processes that retarget side by side")
    floating: str = option(
        "drop", "training clips without a floor under them (ladders, stools): keep, drop, or cut to the rest"
    )

    def __post_init__(self) -> None:
        unknown = set(self.sources) - set(SOURCES)
        if unknown:
            raise ValueError(f"unknown source {sorted(unknown)[0]!r}; known are {', '.join(sorted(SOURCES))}")
        if self.floating not in MODES:
            raise ValueError(f"--floating must be one of {', '.join(MODES)}, not {self.floating!r}")


def main(argv: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    settings = parse_settings(PrepareSettings, argv, __doc__)
    unpacked = settings.unpacked or settings.out.parent / "unpacked"
    log.info("listing %s in %s", ", ".join(settings.sources), settings.data)
    recordings = [recording for name in settings.sources for recording in SOURCES[name].files(settings.data, unpacked)]
    clips = prepare(recordings, settings.out.with_suffix(".parts"), settings.processes)
    clips = apply_support(clips, settings.floating)
    save_motions(settings.out, clips)
    size = settings.out.stat().st_size / 1e6
    log.info("%s: %d clips, %.1f MB\n%s", settings.out, len(clips), size, quality_table(clips))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
