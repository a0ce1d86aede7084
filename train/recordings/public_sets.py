"""AMASS and folders of BVH files that a user has downloaded (the licences of many sets forbid shipping them)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.bvh_file import read_bvh
from hmvlm.motion.retarget.feet import FEET_INDEX, floor_height, foot_contacts
from hmvlm.motion.retarget.foreign import normalised
from hmvlm.motion.retarget.orient import rest_joints
from hmvlm.motion.retarget.solve import Calibration
from hmvlm.motion.retarget.targets import targets_from_mapping
from hmvlm.motion.retarget.transfer import calibrate, retarget
from hmvlm.motion_files import load_motion
from train.recordings.amass_labels import find_labels, sequence_key
from train.recordings.caption_files import WHOLE, Captions, read_captions, told_spans
from train.recordings.imports import Imports, assign_split, files_under
from train.recordings.skipping import check_finite
from train.recordings.store import Recording

log = logging.getLogger(__name__)


def amass(
    folder: str | Path, val: float = 0.05, test: float = 0.05, labels: str | Path | None = None
) -> Iterator[Recording]:
    """Every SMPL, SMPL-H or SMPL-X sequence under an AMASS folder, at 20 fps, on the floor, facing +Z.

    Rotations are taken as they are. Archives without poses, such as ``shape.npz``, are ignored; bad sequences are
    skipped with a logged reason. Captions and splits are those of ``labels`` (:mod:`.amass_labels`); a sequence that
    they do not split goes by a hash of its name, shares ``val`` and ``test``.
    """
    folder = Path(folder)
    known = find_labels(folder, Path(labels) if labels else None)
    used, imports = set[str](), Imports()

    def read(path: Path) -> list[Recording]:
        with np.load(path) as archive:
            if "trans" not in archive.files or not {"poses", "pose_body"} & set(archive.files):
                return []
        motion = load_motion(path)
        motion = place_on_floor(Motion(motion.poses, motion.trans, fps=motion.fps, text=motion.text))
        name, key = str(path.relative_to(folder).with_suffix("")), sequence_key(path)
        found = known.get(key)
        captions = found.captions if found else Captions()
        if motion.text and WHOLE not in captions.spans:
            captions.add(motion.text)
        used.add(key)
        split = (found.split if found else None) or assign_split(name, val, test)
        made, bad = told_spans(Recording(name, "amass", split, "", motion), captions)
        for reason in bad:
            imports.skipped.add(f"{path} (a span)", reason)
        return made

    yield from imports.run(read, files_under(folder, ".npz"))
    if known:
        log.info("labels: %d of %d labelled sequences are here", len(used & known.keys()), len(known))


def bvh(folder: str | Path, val: float = 0.05, test: float = 0.05) -> Iterator[Recording]:
    """Every BVH file under a folder, of any human skeleton, unit and axis up, retargeted to SMPL.

    Captions are the lines of the text file beside ``NAME.bvh``, ``NAME.txt``; else the label is the file's name. Files
    with the same skeleton share a calibration. The split is that of a folder ``train``, ``val`` or ``test`` on the
    way to the file, else as in :func:`amass`.
    """
    folder = Path(folder)
    calibrations: dict[tuple, Calibration] = {}
    imports = Imports()

    def read(path: Path) -> list[Recording]:
        clip = read_bvh(path)
        check_finite(path.name, clip.positions)
        skeleton = (clip.joints, clip.rest.round(3).tobytes() if clip.rest is not None else b"")
        targets = targets_from_mapping(*normalised(clip))
        calibration = calibrations.get(skeleton) or calibrate([targets])
        result = retarget(targets, calibration)
        calibrations[skeleton] = calibration
        place = path.relative_to(folder)
        name = str(place.with_suffix(""))
        folders = [part.lower() for part in place.parts[:-1]]
        split = next((part for part in folders if part in ("train", "val", "test")), assign_split(name, val, test))
        label = path.stem.replace("_", " ").replace("-", " ")
        recording = Recording(name, "bvh", split, label, result.motion, {}, result.summary())
        made, bad = told_spans(recording, read_captions(path.with_suffix(".txt")))
        for reason in bad:
            imports.skipped.add(f"{path} (a span)", reason)
        return made

    return imports.run(read, files_under(folder, ".bvh"))


def place_on_floor(motion: Motion) -> Motion:
    """The motion with its floor at 0, starting at the origin, facing +Z, at 20 fps."""
    motion = motion.resample(MOTION_FPS)
    joints = motion.joints().astype(np.float64)
    drop = floor_height(joints, foot_contacts(joints[:, FEET_INDEX], motion.fps), rest_joints())
    return Motion(
        motion.poses, motion.trans - np.array([0, drop, 0], np.float32), motion.betas, motion.fps, motion.text
    ).canonical()
