"""Motion sets that a user has downloaded.

AMASS, HumanML3D, folders of BVH files (their licences forbid shipping them).
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from hmvlm.body.skeleton import JOINTS, PARENTS
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from hmvlm.motion_files import load_motion
from train.recordings.bvh import read_bvh
from train.recordings.feet import FEET_INDEX, floor_height, foot_contacts
from train.recordings.retarget import calibrate, retarget
from train.recordings.skipping import Skipped, check_finite
from train.recordings.solve import Calibration, rest_joints
from train.recordings.source_clip import SourceClip
from train.recordings.store import Recording
from train.recordings.targets import targets_from_clip

HUMANML3D_JOINTS = 22
HUMANML3D_FPS = 20.0
LOG_EVERY = 500
log = logging.getLogger(__name__)


def amass(folder: str | Path, val: float = 0.05, test: float = 0.05) -> Iterator[Recording]:
    """Every SMPL, SMPL-H or SMPL-X sequence under an AMASS folder, at 20 fps, on the floor, facing +Z.

    Rotations are taken as they are. Archives without poses, such as ``shape.npz``, are ignored; bad sequences are
    skipped with a logged reason. Shares ``val`` and ``test`` of the sequences become those splits, by a hash of the
    name.
    """
    folder = Path(folder)

    def read(path: Path) -> Recording | None:
        with np.load(path) as archive:
            if "poses" not in archive.files or "trans" not in archive.files:
                return None
        motion = load_motion(path)
        motion = place_on_floor(Motion(motion.poses, motion.trans, fps=motion.fps, text=motion.text))
        name = str(path.relative_to(folder).with_suffix(""))
        info = {"captions": motion.text} if motion.text else {}
        return Recording(name, "amass", assign_split(name, val, test), motion.text or "", motion, info)

    return _import(read, _files(folder, ".npz"))


def bvh(folder: str | Path, val: float = 0.05, test: float = 0.05) -> Iterator[Recording]:
    """Every BVH file under a folder whose skeleton has a profile (:mod:`.profiles`), retargeted to SMPL.

    Captions are the lines of the text file beside ``NAME.bvh``, ``NAME.txt``; else the label is the file's name. Files
    with the same skeleton share a calibration. Splits as in :func:`amass`.
    """
    folder = Path(folder)
    calibrations: dict[tuple, Calibration] = {}

    def read(path: Path) -> Recording:
        clip = read_bvh(path)
        check_finite(path.name, clip.positions)
        targets = targets_from_clip(clip)
        skeleton = (clip.joints, clip.rest.round(3).tobytes() if clip.rest is not None else b"")
        calibration = calibrations.get(skeleton) or calibrate([targets])
        result = retarget(targets, calibration)
        calibrations[skeleton] = calibration
        name = str(path.relative_to(folder).with_suffix(""))
        captions = _captions(path.with_suffix(".txt"))
        label = captions[0] if captions else path.stem.replace("_", " ").replace("-", " ")
        info = {"captions": "\n".join(captions)} if captions else {}
        return Recording(name, "bvh", assign_split(name, val, test), label, result.motion, info, result.summary())

    return _import(read, _files(folder, ".bvh"))


def assign_split(name: str, val: float, test: float) -> str:
    """``test``, ``val`` or ``train`` by a hash of the name, so that a clip keeps its split when others are added."""
    place = zlib.crc32(name.encode()) / 2**32
    return "test" if place < test else "val" if place < test + val else "train"


def _files(folder: Path, suffix: str) -> list[Path]:
    """The files under a folder with the suffix in small or capital letters, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() == suffix and path.is_file())


def _import(read: Callable[[Path], Recording | None], paths: Sequence[Path]) -> Iterator[Recording]:
    """The recordings of the readable files; logs progress, the reason of each skipped file and the counts."""
    skipped, count, names = Skipped(), 0, set[str]()
    for number, path in enumerate(paths, 1):
        recording = skipped.attempt(str(path), partial(read, path))
        if recording is not None and recording.name in names:
            skipped.add(str(path), f"another file gives a recording of the name {recording.name}")
        elif recording is not None:
            count += 1
            names.add(recording.name)
            yield recording
        if number % LOG_EVERY == 0:
            log.info("%d of %d files", number, len(paths))
    log.info("%d clips imported, %d files skipped", count, len(skipped.reasons))


def place_on_floor(motion: Motion) -> Motion:
    """The motion with its floor at 0, starting at the origin, facing +Z, at 20 fps."""
    motion = motion.resample(MOTION_FPS)
    joints = motion.joints().astype(np.float64)
    drop = floor_height(joints, foot_contacts(joints[:, FEET_INDEX], motion.fps), rest_joints())
    return Motion(
        motion.poses, motion.trans - np.array([0, drop, 0], np.float32), motion.betas, motion.fps, motion.text
    ).canonical()


def humanml3d(folder: str | Path) -> Iterator[Recording]:
    """Clips of a HumanML3D folder: ``new_joints`` or ``new_joint_vecs``, ``texts`` and the split lists.

    Joints are retargeted to the body. Captions of the whole clip are kept in ``info`` as lines; those of a part of a
    clip are not. Listed clips without a file are ignored; bad ones are skipped with a logged reason.

    Raises FileNotFoundError for another kind of folder or one without split lists.
    """
    folder = Path(folder)
    source = next((folder / name for name in ("new_joints", "new_joint_vecs") if (folder / name).is_dir()), None)
    lists = {split: folder / f"{split}.txt" for split in ("train", "val", "test")}
    if source is None or not any(path.is_file() for path in lists.values()):
        raise FileNotFoundError(
            f"{folder} is no HumanML3D folder: it needs new_joints or new_joint_vecs, and train.txt, val.txt or "
            "test.txt"
        )
    splits = {
        source / f"{name}.npy": split
        for split, path in lists.items()
        if path.is_file()
        for name in path.read_text(encoding="utf-8").split()
    }
    calibration: Calibration | None = None

    def read(path: Path) -> Recording:
        nonlocal calibration
        joints = np.load(path).astype(np.float64)
        check_finite(path.name, joints)
        clip = SourceClip(
            name=path.stem,
            joints=JOINTS[:HUMANML3D_JOINTS],
            parents=PARENTS[:HUMANML3D_JOINTS],
            positions=joints if joints.ndim == 3 else joints_from_features(joints),
            fps=HUMANML3D_FPS,
        )
        targets = targets_from_clip(clip)
        shared = calibration or calibrate([targets])
        result = retarget(targets, shared)
        calibration = shared
        captions = _captions(folder / "texts" / f"{path.stem}.txt")
        info = {"captions": "\n".join(captions)} if captions else {}
        label = captions[0] if captions else ""
        return Recording(path.stem, "humanml3d", splits[path], label, result.motion, info, result.summary())

    return _import(read, [path for path in splits if path.is_file()])


def joints_from_features(vectors: np.ndarray) -> np.ndarray:
    """Joints (T, 22, 3) in metres of HumanML3D's 263 features a frame (T, 263), not normalised.

    A frame holds the root's half turning rate about Y, its planar velocity in its own heading, its
    height, and the other joints relative to it in that heading (Guo et al., 2022, appendix).
    """
    if vectors.ndim != 2 or vectors.shape[1] < 4 + 3 * (HUMANML3D_JOINTS - 1):
        raise ValueError(f"HumanML3D features must be (T, 263), not {vectors.shape}")
    heading = -2 * np.concatenate([[0.0], np.cumsum(vectors[:-1, 0])])
    c, s = np.cos(heading), np.sin(heading)

    def turned(planar: np.ndarray, cosine: np.ndarray, sine: np.ndarray) -> np.ndarray:
        x, z = planar[..., 0], planar[..., 1]
        return np.stack([cosine * x + sine * z, -sine * x + cosine * z], axis=-1)

    steps = np.concatenate([np.zeros((1, 2)), vectors[:-1, 1:3]])
    path = np.cumsum(turned(steps, c, s), axis=0)
    joints = np.zeros((len(vectors), HUMANML3D_JOINTS, 3))
    others = vectors[:, 4 : 4 + 3 * (HUMANML3D_JOINTS - 1)].reshape(len(vectors), -1, 3)
    joints[:, 0, 1] = vectors[:, 3]
    joints[:, 1:, 1] = others[..., 1]
    joints[:, 1:, [0, 2]] = turned(others[..., [0, 2]], c[:, None], s[:, None])
    joints[..., [0, 2]] += path[:, None]
    return joints


def _captions(path: Path) -> list[str]:
    """Captions of the whole clip from a text file of ``caption#tokens#start#end`` lines
    (HumanML3D) or bare captions.
    """
    if not path.is_file():
        return []
    rows = [line.split("#") for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    rows = [row for row in rows if row[0].strip()]
    return [row[0].strip() for row in rows if len(row) < 4 or not any(_seconds(value) for value in row[2:4])]


def _seconds(text: str) -> float:
    """A time of a HumanML3D line; 0 where it is missing or ``nan``, as in the official loader."""
    seconds = float(text or 0)
    return 0.0 if np.isnan(seconds) else seconds
