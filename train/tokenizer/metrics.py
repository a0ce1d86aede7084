"""Reconstruction error of a tokenizer: joint error, path and heading drift, codebook use.

python -m train.tokenizer.metrics --tokenizer checkpoints/embedded/tokenizer --data data/motions.npz --split test
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import torch

from hmvlm.config import MOTION_FPS, TEMPORAL_STRIDE
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.joint_errors import joint_errors
from train.loop.settings import option, parse_settings

DRIFT_SECONDS = 8.0
"""Time at which path and heading drift are measured."""


@torch.no_grad()
def measure(model: BodyPartTokenizer, clips: list) -> dict[str, dict[str, float]]:
    """Metrics by source and over ``all`` clips (objects with ``motion`` and ``source``).

    ``mpjpe_mm`` is the root-relative and heading-free mean over frames and 24 joints, ``pa_mpjpe_mm`` the same
    after the best similarity transform of every frame, ``pose_mpjpe_mm`` that of pose tokens in the pelvis frame
    (they hold no orientation); ``acceleration_mm`` is the mean acceleration error of those joints in mm/frame²;
    ``path_percent`` is the final pelvis error over the distance travelled (clips that travel over 1 m),
    ``heading_degrees`` the final heading error, both at 8 s or the clip's end; ``use_percent`` the least used
    codebook's share of codes seen over all clips. ``…_95`` is the half width of a mean's 95 % interval over clips.
    """
    rows: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    device = model.mean.device
    motion_seen = torch.zeros(model.num_parts, model.config.codebook_size, dtype=torch.bool)
    pose_seen = motion_seen.clone()
    for clip in clips:
        raw = features.encode(clip.motion).to(device)
        frames = len(raw) // TEMPORAL_STRIDE * TEMPORAL_STRIDE
        if frames == 0:
            continue
        raw = raw[:frames]
        codes = model.encode_features(raw)
        again = model.decode_features(codes)
        pose_codes = model.encode_pose(raw)
        pose = model.decode_pose(pose_codes)
        for part in range(model.num_parts):
            motion_seen[part, codes[:, part].cpu()] = True
            pose_seen[part, pose_codes[:, part].cpu()] = True
        truth, bent = features.heading_free_joints(raw), features.heading_free_joints(features.pose_features(raw))
        joints = features.heading_free_joints(again)
        plain, aligned = joint_errors(joints, truth)
        row = {
            "mpjpe_mm": plain.mul(1e3).tolist(),
            "pa_mpjpe_mm": aligned.mul(1e3).tolist(),
            "pose_mpjpe_mm": (features.heading_free_joints(pose) - bent).norm(dim=-1).mean(-1).mul(1e3).tolist(),
        }
        if frames > 2:
            bend = (joints - truth).diff(n=2, dim=0).norm(dim=-1).mean(-1)
            row["acceleration_mm"] = bend.mul(1e3).tolist()
        row |= _drift(raw, again)
        for group in (clip.source, "all"):
            for name, values in row.items():
                rows[group][name].append(values)
    table = {group: _summary(row) for group, row in rows.items()}
    table["all"]["use_percent"] = float(motion_seen.float().mean(1).min() * 100)
    table["all"]["pose_use_percent"] = float(pose_seen.float().mean(1).min() * 100)
    table["all"]["clips"] = len(clips)
    return table


def _summary(row: dict[str, list[list[float]]]) -> dict[str, float]:
    """Means over all values of all clips, and 95 % intervals of the ratio estimate with clips as units."""
    table: dict[str, float] = {}
    for name, clips in row.items():
        sums, counts = np.array([sum(values) for values in clips]), np.array([len(values) for values in clips])
        mean = sums.sum() / counts.sum()
        table[name] = float(mean)
        table[f"{name}_95"] = float(1.96 * (sums - mean * counts).std() * np.sqrt(len(clips)) / counts.sum())
    return table


def _drift(raw: torch.Tensor, again: torch.Tensor) -> dict[str, list[float]]:
    last = min(len(raw), int(DRIFT_SECONDS * MOTION_FPS)) - 1
    pelvis, yaw = features.trajectory(raw)
    got_pelvis, got_yaw = features.trajectory(again)
    ground = [0, 2]
    travelled = float(pelvis[: last + 1, ground].diff(dim=0).norm(dim=-1).sum())
    apart = float((pelvis[last, ground] - got_pelvis[last, ground]).norm())
    row = {
        "heading_degrees": [float((yaw[last] - got_yaw[last]).abs() * 180 / np.pi)],
        "path_m": [apart],
    }
    if travelled > 1.0:
        row["path_percent"] = [100 * apart / travelled]
    return row


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.tokenizer.metrics`."""

    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the tokenizer")
    data: str = option("data/motions.npz", "recordings of python -m train.recordings.prepare")
    split: str = option("test", "split to measure")


def main(argv: list[str] | None = None) -> None:
    """Print the table of one split as JSON."""
    from train.recordings.store import load_motions

    settings = parse_settings(Settings, argv, __doc__)
    clips = [clip for clip in load_motions(settings.data) if clip.split == settings.split]
    if not clips:
        raise SystemExit(f"{settings.data} has no clips of the split {settings.split!r}")
    print(json.dumps(measure(BodyPartTokenizer.from_pretrained(settings.tokenizer), clips), indent=2))


if __name__ == "__main__":
    main()
