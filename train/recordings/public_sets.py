"""Data sets that a user brings: AMASS folders and HumanML3D folders (their licences forbid shipping them)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hmvlm.body.skeleton import JOINTS, PARENTS
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from train.recordings.feet import FEET_INDEX, floor_height, foot_contacts
from train.recordings.profiles import targets_from_clip
from train.recordings.retarget import calibrate, retarget
from train.recordings.solve import rest_joints
from train.recordings.source_clip import SourceClip
from train.recordings.store import Recording

HUMANML3D_JOINTS = 22
HUMANML3D_FPS = 20.0


def amass(folder: str | Path, split: str = "train") -> Iterator[Recording]:
    """Every SMPL, SMPL-H or SMPL-X sequence under an AMASS folder, at 20 fps, on the floor, facing +Z.

    Rotations are taken as they are; ``shape.npz`` files and other archives without poses are passed over.
    """
    for path in sorted(Path(folder).rglob("*.npz")):
        with np.load(path) as archive:
            if "poses" not in archive.files or "trans" not in archive.files:
                continue
        motion = Motion.load(path)
        motion = place_on_floor(Motion(motion.poses, motion.trans, fps=motion.fps).resample(MOTION_FPS))
        yield Recording(str(path.relative_to(folder).with_suffix("")), "amass", split, motion.text or "", motion)


def place_on_floor(motion: Motion) -> Motion:
    """The motion with its floor at 0, starting at the origin, facing +Z."""
    joints = motion.joints().astype(np.float64)
    drop = floor_height(joints, foot_contacts(joints[:, FEET_INDEX], motion.fps), rest_joints())
    return Motion(
        motion.poses, motion.trans - np.float32([0, drop, 0]), motion.betas, motion.fps, motion.text
    ).canonical()


def humanml3d(folder: str | Path) -> Iterator[Recording]:
    """Clips of a HumanML3D folder: ``new_joints`` or ``new_joint_vecs``, ``texts`` and the split lists.

    Joints are fitted with the body by the retargeter. Captions of the whole clip go into ``info`` as
    lines; those of a part of a clip are passed over.
    """
    folder = Path(folder)
    points, vectors = folder / "new_joints", folder / "new_joint_vecs"
    if not points.is_dir() and not vectors.is_dir():
        raise FileNotFoundError(f"{folder} is no HumanML3D folder: it needs new_joints or new_joint_vecs")
    calibration = None
    for split in ("train", "val", "test"):
        names = folder / f"{split}.txt"
        for name in names.read_text(encoding="utf-8").split() if names.is_file() else ():
            file = (points if points.is_dir() else vectors) / f"{name}.npy"
            if not file.is_file():
                continue
            joints = np.load(file).astype(np.float64)
            clip = SourceClip(
                name=name,
                joints=JOINTS[:HUMANML3D_JOINTS],
                parents=PARENTS[:HUMANML3D_JOINTS],
                positions=joints if joints.ndim == 3 else joints_from_features(joints),
                fps=HUMANML3D_FPS,
            )
            targets = targets_from_clip(clip)
            calibration = calibration or calibrate([targets])
            fit = retarget(targets, calibration)
            captions = _captions(folder / "texts" / f"{name}.txt")
            label = captions[0] if captions else ""
            yield Recording(
                name, "humanml3d", split, label, fit.motion, {"captions": "\n".join(captions)}, fit.summary()
            )


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
    """Captions of the whole clip from a HumanML3D text file (``caption#tokens#start#end`` lines)."""
    if not path.is_file():
        return []
    rows = [line.split("#") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row[0].strip() for row in rows if len(row) < 4 or (float(row[2] or 0) == 0 and float(row[3] or 0) == 0)]
