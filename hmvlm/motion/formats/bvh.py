"""BVH on SMPL's skeleton: T-pose at zero rotations, centimetres, Y up, ``ZXY`` Euler channels.

Because the rest pose is SMPL's, a joint's channels are its SMPL rotation. Body shape travels in the
offsets. Read back: such files exactly, and those of any other human skeleton by :mod:`hmvlm.motion.retarget`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.joint_names import NAMES
from hmvlm.body.skeleton import JOINTS, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.bvh_file import read_bvh
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.rates import at_rate
from hmvlm.motion.retarget.foreign import motion_from_clip

CENTIMETRES = 100.0
_EULER = "ZXY"
_LONGEST_REASON = 200
"""Characters of an error that may repeat joints' names."""
_END_SITES = {
    "head": (0.0, 0.17, 0.02),
    "left_foot": (0.0, 0.0, 0.06),
    "right_foot": (0.0, 0.0, 0.06),
    "left_hand": (0.09, 0.0, 0.0),
    "right_hand": (-0.09, 0.0, 0.0),
}


def save(motion: Motion, path: Path, export: Export = AS_IS) -> None:
    """Write a motion as BVH; the root's position channels are the pelvis in centimetres."""
    motion, names = at_rate(motion, export.fps), NAMES[export.names]
    body = BodyModel.load()
    offsets = body.offsets(motion.betas).double().numpy()
    pelvis = (motion.trans + offsets[0]) * CENTIMETRES
    offsets[0] = 0.0
    lines = ["HIERARCHY"]
    order: list[int] = []
    _write_joint(0, 0, offsets * CENTIMETRES, names, lines, order)
    turns = Rotation.from_rotvec(motion.poses.reshape(-1, 3)).as_euler(_EULER, degrees=True)
    values = turns.reshape(len(motion), NUM_JOINTS, 3)[:, order].reshape(len(motion), -1)
    lines += ["MOTION", f"Frames: {len(motion)}", f"Frame Time: {1 / motion.fps:.12f}"]
    lines += [" ".join(f"{value:.5f}" for value in row) for row in np.concatenate([pelvis, values], axis=1)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def load(path: Path, fps: float | None = None) -> Motion:
    """Read a BVH file of any maker; ``fps`` is for files without a frame time.

    Raises:
        ValueError: malformed, or no human skeleton; one sentence names what is wrong. RateMissing: no rate, no ``fps``.
    """
    clip = read_bvh(path, fps=fps)
    try:
        return motion_from_clip(clip)
    except ValueError as error:  # it knows the clip by its name, which is the file's without the suffix
        told = str(error)[:_LONGEST_REASON]
        named = told.removeprefix(clip.name) if told.startswith(clip.name) else f": {told}"
        raise ValueError(path.name + named) from error


def _write_joint(
    joint: int, depth: int, offsets: np.ndarray, names: dict[str, str], lines: list[str], order: list[int]
) -> None:
    indent, name = "\t" * depth, JOINTS[joint]
    place = "Xposition Yposition Zposition " if joint == 0 else ""
    turns = " ".join(f"{axis}rotation" for axis in _EULER)
    order.append(joint)
    lines += [
        f"{indent}{'JOINT' if joint else 'ROOT'} {names[name]}",
        f"{indent}{{",
        f"{indent}\tOFFSET {_triple(offsets[joint])}",
        f"{indent}\tCHANNELS {3 if joint else 6} {place}{turns}",
    ]
    for child, parent in enumerate(PARENTS):
        if parent == joint:
            _write_joint(child, depth + 1, offsets, names, lines, order)
    if name in _END_SITES:
        tip = _triple(np.array(_END_SITES[name]) * CENTIMETRES)
        lines += [f"{indent}\tEnd Site", f"{indent}\t{{", f"{indent}\t\tOFFSET {tip}", f"{indent}\t}}"]
    lines.append(f"{indent}}}")


def _triple(vector: np.ndarray) -> str:
    return " ".join(f"{value:.6f}" for value in vector)
