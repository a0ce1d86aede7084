"""Biovision BVH recordings with any hierarchy as :class:`SourceClip`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hmvlm.motion.formats import bvh_file
from train.recordings.source_clip import SourceClip


def read_bvh(path: str | Path, unit: float = 0.01) -> SourceClip:
    """Read a BVH file into metres; ``unit`` is the length of one file unit (BVH files do not say).

    Position channels replace the joint's OFFSET, as in files that give six channels to every joint.
    End sites become joints called ``<parent>_end``. ``rest`` is the pose of all-zero rotations.

    Raises:
        ValueError: no BVH file, or a malformed one; one sentence says where.
    """
    path = Path(path)
    file = bvh_file.read(path, end_sites=True)
    rest = np.empty_like(file.offsets)
    for joint, parent in enumerate(file.parents):
        rest[joint] = file.offsets[joint] + (rest[parent] if parent >= 0 else 0.0)
    return SourceClip(
        name=path.stem,
        joints=file.names,
        parents=file.parents,
        positions=file.positions * unit,
        rotations=file.rotations,
        rest=rest * unit,
        fps=file.fps,
    )
