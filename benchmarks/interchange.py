"""Exported motions opened in Blender: is every joint where it was, in every frame?

    python -m benchmarks.interchange --blender /path/to/blender        # or a Python that has the package bpy
    python -m benchmarks.interchange --motion walk.npz --rates 24 60

Writes a motion as BVH, GLB and FBX with different names and frame rates, opens each file in an empty scene of Blender
and compares the joints of all frames with the motion's. One line a file: largest error in millimetres, frames. Blender
also writes BVH again, and this package reads that; its error is in the column "back".
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from hmvlm.body.joint_names import NAMES
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import fbx
from hmvlm.motion.rates import at_rate
from hmvlm.paths import EXAMPLE_MOTION

SCRIPT = Path(__file__).with_name("blender_joints.py")
SUFFIXES = (".bvh", ".glb", ".fbx")


def main() -> int:
    """Print the table; 1 if a file is more than a millimetre off or has other frames."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--motion", type=Path, default=EXAMPLE_MOTION, help="motion file (default: the example)")
    parser.add_argument("--blender", help=f"Blender, or a Python with bpy (default: ${fbx.SETTING}, then the path)")
    parser.add_argument("--rates", type=float, nargs="+", default=[24, 30, 60])
    options = parser.parse_args()
    if options.blender:
        os.environ[fbx.SETTING] = options.blender
    if fbx.command() is None:
        print(fbx.MISSING, file=sys.stderr)
        return 2
    motion = Motion.load(options.motion)
    print(f"{'file':26}{'mm':>10}{'back':>10}{'frames':>8}{'fps':>8}  Blender")
    good = True
    for number, (fps, suffix) in enumerate((fps, suffix) for fps in options.rates for suffix in SUFFIXES):
        names = list(NAMES)[(number + number // 3) % len(NAMES)]
        with tempfile.TemporaryDirectory() as folder:
            path = motion.save(Path(folder) / f"{names}-{fps:g}{suffix}", fps=fps, names=names)
            found = in_blender(path, list(NAMES[names].values()))
            expected = at_rate(motion, fps).joints()
            back = error_of(Motion.load(f"{path}.back.bvh").joints(), expected) if suffix == ".bvh" else 0.0
        same = len(found["joints"]) == len(expected) and abs(found["fps"] - fps) < 0.01
        error = error_of(np.array(found["joints"]), expected)
        good &= bool(same and max(error, back) <= 1.0)
        shown = f"{back:10.4f}" if suffix == ".bvh" else f"{'':10}"
        print(
            f"{path.name:26}{error:10.4f}{shown}{len(found['joints']):8}{found['fps']:8.2f}  {found['version']}",
            flush=True,
        )
    return 0 if good else 1


def error_of(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest difference of joints ``(T, 24, 3)`` in millimetres, in the frames that both have."""
    frames = min(len(found), len(expected))
    return float(1000 * np.abs(found[:frames] - expected[:frames]).max())


def in_blender(path: Path, names: list[str]) -> dict:
    """Joints of every frame as Blender has them, Y up, metres; its frame rate and version."""
    program, out = fbx.command() or [], path.with_suffix(".json")
    program = [str(SCRIPT) if part == str(fbx.SCRIPT) else part for part in program]
    arguments = [str(path), str(out), *names]
    subprocess.run([*program, *arguments], check=True, capture_output=True, timeout=600)
    return json.loads(out.read_text())


if __name__ == "__main__":
    sys.exit(main())
