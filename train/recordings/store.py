"""The prepared data file: every recording as SMPL motion at 20 fps, compressed.

Axis-angle values are stored as int16 steps of 4e-4 rad (error ≤ 2e-4 rad, 0.012°), translations as
int32 steps of 0.1 mm, both as differences from the frame before so that the archive compresses;
integer sums undo this exactly.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from train.npz_files import open_npz, save_npz
from train.recordings.skipping import check_finite

ANGLE_STEP = 4e-4
LENGTH_STEP = 1e-4


@dataclass(frozen=True)
class Recording:
    """One prepared recording.

    ``label`` is the data set's own description; ``info`` holds its other annotations (content and style, movement and
    correctness, subject; ``captions``: human captions, one a line); ``quality`` the figures of retargeting:
    ``error_mm`` median joint error, ``slide`` and ``source_slide`` mean foot speed in contact (m/s).
    """

    name: str
    source: str
    split: str
    label: str
    motion: Motion
    info: dict[str, str] = field(default_factory=dict)
    quality: dict[str, float] = field(default_factory=dict)


def save_motions(path: str | Path, clips: list[Recording]) -> None:
    """Write clips to one compressed ``.npz``; every motion must be at 20 fps and finite, else ValueError."""
    if not clips:
        raise ValueError("there is no clip to save")
    for clip in clips:
        if clip.motion.fps != MOTION_FPS:
            raise ValueError(f"{clip.name} has {clip.motion.fps} fps, not {MOTION_FPS}; resample it first")
        check_finite(clip.name, clip.motion.poses)
        check_finite(clip.name, clip.motion.trans)
    poses = _in_range(np.concatenate([clip.motion.poses for clip in clips])).reshape(-1, 72)
    trans = np.concatenate([clip.motion.trans for clip in clips])
    steps = np.round(poses / ANGLE_STEP).astype(np.int16)
    places = np.round(trans / LENGTH_STEP).astype(np.int32)
    meta = [
        {
            "name": c.name,
            "source": c.source,
            "split": c.split,
            "label": c.label,
            "frames": len(c.motion),
            "info": c.info,
            "quality": c.quality,
        }
        for c in clips
    ]
    save_npz(
        path,
        poses=np.diff(steps, axis=0, prepend=np.zeros((1, 72), np.int16)).T.copy(),
        trans=np.diff(places, axis=0, prepend=np.zeros((1, 3), np.int32)).T.copy(),
        meta=np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), np.uint8),
    )


def _in_range(poses: np.ndarray) -> np.ndarray:
    """Rotation vectors ``(..., 3)``, those longer than a turn replaced by the same rotation's shortest vector."""
    long = np.linalg.norm(poses, axis=-1) > 2 * np.pi
    if long.any():
        poses = poses.copy()
        poses[long] = Rotation.from_rotvec(poses[long]).as_rotvec()
    return poses


def load_motions(path: str | Path) -> list[Recording]:
    """Read a file of :func:`save_motions`; FileNotFoundError names the command that makes one."""
    with open_npz(path, "train.recordings.prepare") as archive:
        steps = np.cumsum(archive["poses"], axis=1, dtype=np.int16).T
        places = np.cumsum(archive["trans"], axis=1, dtype=np.int32).T
        meta = json.loads(archive["meta"].tobytes())
        frames = sum(entry["frames"] for entry in meta)
        if not len(steps) == len(places) == frames:
            raise ValueError(f"it lists {frames} frames but holds {len(steps)} poses and {len(places)} places")
    poses = (steps.astype(np.float32) * ANGLE_STEP).reshape(-1, 24, 3)
    trans = places.astype(np.float32) * LENGTH_STEP
    clips, start = [], 0
    for entry in meta:
        stop = start + entry["frames"]
        motion = Motion(poses[start:stop], trans[start:stop], fps=float(MOTION_FPS), text=entry["label"])
        clips.append(
            Recording(
                entry["name"], entry["source"], entry["split"], entry["label"], motion, entry["info"], entry["quality"]
            )
        )
        start = stop
    return clips
