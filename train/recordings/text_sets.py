"""HumanML3D and KIT-ML in the layout that HumanML3D's makers publish (Guo et al., CVPR 2022).

    HumanML3D/  new_joint_vecs/ or new_joints/ 000000.npy …   texts/000000.txt …   train.txt  val.txt  test.txt
    KIT-ML/     the same, 21 joints in millimetres at 12.5 fps

A text file has lines ``caption#tokens#start#end``. Captions of a span become recordings of that span.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hmvlm.body.skeleton import JOINTS, PARENTS
from hmvlm.motion.retarget.solve import Calibration
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import in_metres, targets_from_clip
from hmvlm.motion.retarget.transfer import calibrate, retarget
from train.recordings.caption_files import read_captions, told_spans
from train.recordings.imports import Imports
from train.recordings.skipping import check_finite
from train.recordings.store import Recording

HUMANML3D_JOINTS = 22
HUMANML3D_FPS = 20.0


@dataclass(frozen=True)
class TextSet:
    """Skeleton of a set: joint names (SMPL's where it has such a joint), their parents and the frame rate."""

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    fps: float

    @property
    def width(self) -> int:
        """Features a frame: root 4, positions, rotations and velocities of the joints, 4 contacts."""
        count = len(self.joints)
        return 4 + 9 * (count - 1) + 3 * count + 4


HUMANML3D = TextSet("humanml3d", tuple(JOINTS[:HUMANML3D_JOINTS]), tuple(PARENTS[:HUMANML3D_JOINTS]), HUMANML3D_FPS)
KIT = TextSet(
    "kit",
    (
        "pelvis", "spine1", "spine2", "neck", "head", "left_shoulder", "left_elbow", "left_wrist", "right_shoulder",
        "right_elbow", "right_wrist", "left_hip", "left_knee", "left_ankle", "left_foot", "left_toes", "right_hip",
        "right_knee", "right_ankle", "right_foot", "right_toes",
    ),
    (-1, 0, 1, 2, 3, 3, 5, 6, 3, 8, 9, 0, 11, 12, 13, 14, 0, 16, 17, 18, 19),
    12.5,
)  # fmt: skip
"""The joints of KIT's Master Motor Map in the published order (root, BP, BT, BLN, BUN, LS …)."""


def text_set(kind: TextSet, folder: str | Path) -> Iterator[Recording]:
    """Clips of a folder with human captions; bad ones are skipped, counted and named with the reason.

    Joints are retargeted to the body. Listed clips without a file are counted, not named.

    Raises:
        FileNotFoundError: another kind of folder, or one without split lists.
    """
    folder = Path(folder)
    source = next((folder / name for name in ("new_joints", "new_joint_vecs") if (folder / name).is_dir()), None)
    lists = {split: folder / f"{split}.txt" for split in ("train", "val", "test")}
    if source is None or not any(path.is_file() for path in lists.values()):
        raw = any(folder.glob("*_mmm.xml"))
        remedy = "; this is KIT's raw archive: use the version that HumanML3D's makers publish" if raw else ""
        raise FileNotFoundError(
            f"{folder} is no folder of {kind.name}: it needs new_joints or new_joint_vecs, and train.txt, val.txt or "
            f"test.txt{remedy}"
        )
    splits = {
        source / f"{name}.npy": split
        for split, path in lists.items()
        if path.is_file()
        for name in path.read_text(encoding="utf-8").split()
    }
    calibration: Calibration | None = None
    imports = Imports()

    def read(path: Path) -> list[Recording]:
        nonlocal calibration
        targets = targets_from_clip(_clip(kind, path))
        shared = calibration or calibrate([targets])
        result = retarget(targets, shared)
        calibration = shared
        recording = Recording(path.stem, kind.name, splits[path], "", result.motion, {}, result.summary())
        made, bad = told_spans(recording, read_captions(folder / "texts" / f"{path.stem}.txt"))
        for reason in bad:
            imports.skipped.add(path.name, reason)
        return made

    yield from imports.run(read, [path for path in splits if path.is_file()], sum(not p.is_file() for p in splits))


def _clip(kind: TextSet, path: Path) -> SourceClip:
    """The joints of one file in metres, left and right as the joints are named."""
    values = np.load(path).astype(np.float64)
    check_finite(path.name, values)
    count = len(kind.joints)
    if values.ndim == 2 and values.shape[1] == kind.width:
        joints = joints_from_features(values, count)
    elif values.ndim == 3 and values.shape[1:] == (count, 3):
        joints = values
    else:
        raise ValueError(
            f"{path.name} is {values.shape}; {kind.name} has (frames, {kind.width}) features or "
            f"(frames, {count}, 3) joints"
        )
    clip = SourceClip(name=path.stem, joints=kind.joints, parents=kind.parents, positions=joints, fps=kind.fps)
    return clip if kind is HUMANML3D else unreflected(in_metres(clip))


def unreflected(clip: SourceClip) -> SourceClip:
    """The clip, or its mirror image where the toes point backwards for the sides that the joints are named after.

    Another choice of axes turns some versions of KIT-ML into mirror images; captions name the true sides.
    """
    place = {name: clip.positions[:, clip.joints.index(name)] for name in clip.joints}
    toes = sum(place[f"{side}_foot"] - place[f"{side}_ankle"] for side in ("left", "right"))
    across = place["left_hip"] - place["right_hip"]
    forward = across[:, 2] * toes[:, 0] - across[:, 0] * toes[:, 2]  # (across × up) · toes: positive where toes lead
    if np.median(forward) >= 0:
        return clip
    return replace(clip, positions=clip.positions * np.array([-1.0, 1.0, 1.0]))


def joints_from_features(vectors: np.ndarray, count: int = HUMANML3D_JOINTS) -> np.ndarray:
    """Joints (T, count, 3) of HumanML3D's features a frame, (T, 263) or KIT-ML's (T, 251), not normalised.

    A frame holds the root's half turning rate about Y, its planar velocity in its own heading, its
    height, and the other joints relative to it in that heading (Guo et al., 2022, appendix).
    """
    if vectors.ndim != 2 or vectors.shape[1] < 4 + 3 * (count - 1):
        raise ValueError(f"HumanML3D features must be (T, 263), not {vectors.shape}")
    heading = -2 * np.concatenate([[0.0], np.cumsum(vectors[:-1, 0])])
    c, s = np.cos(heading), np.sin(heading)

    def turned(planar: np.ndarray, cosine: np.ndarray, sine: np.ndarray) -> np.ndarray:
        x, z = planar[..., 0], planar[..., 1]
        return np.stack([cosine * x + sine * z, -sine * x + cosine * z], axis=-1)

    steps = np.concatenate([np.zeros((1, 2)), vectors[:-1, 1:3]])
    path = np.cumsum(turned(steps, c, s), axis=0)
    joints = np.zeros((len(vectors), count, 3))
    others = vectors[:, 4 : 4 + 3 * (count - 1)].reshape(len(vectors), -1, 3)
    joints[:, 0, 1] = vectors[:, 3]
    joints[:, 1:, 1] = others[..., 1]
    joints[:, 1:, [0, 2]] = turned(others[..., [0, 2]], c[:, None], s[:, None])
    joints[..., [0, 2]] += path[:, None]
    return joints
