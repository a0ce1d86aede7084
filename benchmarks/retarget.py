"""How far motions read from skeleton files are from the files' own joints, over a folder.

    python -m benchmarks.retarget FOLDER [--every 30] [--frames 300]

The source's joints are laid over ours by one rotation, one scale and one shift for the whole clip. ``raw`` is the
distance then; it contains the difference of proportions. ``bones`` sets that aside: from the middle of the hips
outwards, every bone keeps the source's direction and takes our length, less the constant difference in where two
skeletons define a joint. Lengths are metres of our body; both are medians over joints and frames, ``p95`` the 95th
percentile of ``bones``. A mirrored or overturned result shows, because the rotation is a proper one.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.bvh_file import read_bvh
from hmvlm.motion.retarget.error import bone_scaled_error, bones
from hmvlm.motion.retarget.foreign import motion_from_clip
from hmvlm.motion.retarget.solve import Calibration, Placed
from hmvlm.motion.retarget.source_clip import SourceClip
from hmvlm.motion.retarget.targets import find_mapping

log = logging.getLogger(__name__)


def source_joints(clip: SourceClip) -> np.ndarray:
    """The clip's joints in SMPL's order ``(T, 24, 3)``, NaN where it has none."""
    mapping, _ = find_mapping(clip)
    places = np.full((len(clip), NUM_JOINTS, 3), np.nan)
    for name, joint in mapping.joints.items():
        places[:, INDEX[name]] = clip.positions[:, joint]
    return places


def overlaid(source: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """``source`` (T, 24, 3) moved onto ``ours`` by the best similarity of the whole clip (Umeyama, 1991)."""
    known = np.isfinite(source).all(-1)
    a, b = source[known], ours[known]
    mean_a, mean_b = a.mean(0), b.mean(0)
    u, d, v = np.linalg.svd((b - mean_b).T @ (a - mean_a))
    fix = np.array([1, 1, np.sign(np.linalg.det(u @ v))])
    scale = (d * fix).sum() / ((a - mean_a) ** 2).sum()
    return (source - mean_a) @ (u * fix @ v).T * scale + mean_b


def errors(clip: SourceClip, motion: Motion) -> tuple[np.ndarray, np.ndarray]:
    """Distances ``(T, 24)`` in metres: ``raw`` and ``bones``, NaN where the source has no joint."""
    matrices = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses)).double().numpy()
    turned = matrices.copy()
    for joint in range(1, NUM_JOINTS):
        turned[:, joint] = turned[:, PARENTS[joint]] @ matrices[:, joint]
    joints = motion.joints(BodyModel.load()).astype(np.float64)
    targets = overlaid(source_joints(clip), joints)
    placed = Placed(targets, joints, turned, matrices, motion.trans, np.zeros((len(motion), 4), bool))
    theirs, own = bones(placed)
    with np.errstate(invalid="ignore"):
        ratio = np.linalg.norm(own, axis=-1).mean(0) / np.maximum(np.linalg.norm(theirs, axis=-1).mean(0), 1e-6)
    calibration = Calibration(1.0, ratio=ratio, definition=(theirs * ratio[:, None] - own).mean(0))
    return np.linalg.norm(targets - joints, axis=-1), bone_scaled_error(placed, calibration)


def measure(paths: Sequence[Path], frames: int) -> dict[str, list[tuple[float, float, float]]]:
    """``raw``, ``bones`` and ``p95`` in mm of every readable file, by folder."""
    table = defaultdict(list)
    for path in paths:
        try:
            clip = read_bvh(path)
            step = max(1, len(clip) // frames)
            motion = motion_from_clip(clip)
            raw, scaled = (part[::step] for part in errors(clip, motion))
        except ValueError as error:
            log.warning("%s: %s", path, error)
            continue
        row = tuple(1000 * float(v) for v in (np.nanmedian(raw), np.nanmedian(scaled), np.nanpercentile(scaled, 95)))
        log.info("%-60s raw %5.1f  bones %5.1f  p95 %5.1f mm", path.name, *row)
        table[str(path.parent)].append(row)
    return table


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--every", type=int, default=1, help="read every n-th file only")
    parser.add_argument("--frames", type=int, default=300, help="measure on about so many frames of a file")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    start = time.monotonic()
    files = [path for folder in options.folders for path in sorted(folder.rglob("*.[bB][vV][hH]"))][:: options.every]
    table = measure(files, options.frames)
    for folder, rows in table.items():
        worst = max(rows, key=lambda row: row[1])
        middle = np.median(rows, axis=0)
        log.info("%s: %d files, raw %.1f, bones %.1f (worst file %.1f), p95 %.1f mm", folder, len(rows), middle[0],
                 middle[1], worst[1], middle[2])  # fmt: skip
    read = sum(len(rows) for rows in table.values())
    log.info("%d of %d files read in %.0f s", read, len(files), time.monotonic() - start)


if __name__ == "__main__":
    main()
