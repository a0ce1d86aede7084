"""HumanML3D and KIT-ML in the layout that HumanML3D's makers publish (Guo et al., CVPR 2022).

    HumanML3D/  new_joint_vecs/ or new_joints/ 000000.npy …   texts/000000.txt …   train.txt  val.txt  test.txt
    KIT-ML/     the same, 21 joints in millimetres at 12.5 fps

A text file has lines ``caption#tokens#start#end``. Captions of a span become recordings of that span.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hmvlm.motion.formats.points import HUMANML3D, TextSet, joints_from_features, unreflected
from hmvlm.motion.retarget.solve import Calibration
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import in_metres, targets_from_clip
from hmvlm.motion.retarget.transfer import calibrate, retarget
from train.recordings.caption_files import read_captions, told_spans
from train.recordings.imports import Imports
from train.recordings.skipping import check_finite
from train.recordings.store import Recording


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
