"""How far a solved body is from the source's joints once proportions and joint definitions are set aside."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import INDEX, PARENTS
from hmvlm.motion.retarget.solve import Calibration, Placed


def bones(placed: Placed) -> tuple[np.ndarray, np.ndarray]:
    """Bones (T, 24, 3) of source and body in the body's parent frames; NaN where the source has no joint."""
    targets, joints, rotations = placed.targets, placed.joints, placed.rotations
    theirs, ours = np.full_like(targets, np.nan), np.full_like(targets, np.nan)
    for joint, (start, base) in _chain(targets, joints).items():
        undo = np.swapaxes(rotations[:, max(PARENTS[joint], 0)], -1, -2)
        theirs[:, joint] = (undo @ (targets[:, joint] - start)[..., None])[..., 0]
        ours[:, joint] = (undo @ (joints[:, joint] - base)[..., None])[..., 0]
    return theirs, ours


def _chain(targets: np.ndarray, joints: np.ndarray) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """For each joint that the source has, the points (T, 3) that its bone starts from: the source's and ours.

    Bones start at the nearest joint up the tree that the source has, below the pelvis; else between the hips.
    """
    known = np.isfinite(targets).all((0, 2))
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    starts = {}
    for joint in np.flatnonzero(known):
        parent = PARENTS[joint]
        while parent > 0 and not known[parent]:
            parent = PARENTS[parent]
        middle = (targets[:, hips].mean(1), joints[:, hips].mean(1))
        starts[int(joint)] = middle if parent <= 0 else (targets[:, parent], joints[:, parent])
    return starts


def bone_scaled_error(placed: Placed, calibration: Calibration) -> np.ndarray:
    """Distance (T, 24) in metres to the source laid out with our bone lengths, NaN where it has no joint.

    From the point between the hips outwards, every bone keeps the source's direction and takes our
    length, less the constant difference in where the two skeletons define the joint.
    """
    off = np.full_like(placed.targets, np.nan)
    theirs, ours = bones(placed)
    stray = theirs * calibration.ratio[:, None] - ours - calibration.definition
    known = np.isfinite(placed.targets).all((0, 2))
    for joint in np.flatnonzero(known):
        parent = PARENTS[joint]
        while parent > 0 and not known[parent]:
            parent = PARENTS[parent]
        bone = (placed.rotations[:, max(PARENTS[joint], 0)] @ stray[:, joint, :, None])[..., 0]
        off[:, joint] = bone if parent <= 0 else off[:, parent] + bone
    return np.linalg.norm(off, axis=-1)
