"""Exported GLB files in three.js and Khronos' glTF validator: is every joint where it was, and is the file valid?

    npm install --prefix FOLDER three gltf-validator
    python -m benchmarks.gltf_viewers --packages FOLDER

Writes a motion as GLB at several rates with each naming, with and without floor and skin. One line a file: largest
error of a joint in millimetres over all frames, the validator's errors, warnings, infos and hints.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.interchange import error_of
from hmvlm.body.joint_names import NAMES
from hmvlm.motion.clip import Motion
from hmvlm.motion.rates import at_rate
from hmvlm.paths import EXAMPLE_MOTION

SCRIPT = Path(__file__).with_name("gltf_joints.mjs")
LARGEST = 0.1
"""Millimetres up to which a joint is where it was."""


def main() -> int:
    """Print the table; 1 if a joint is off, a frame is missing or the validator finds an error or a warning."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True, help="folder with node_modules")
    parser.add_argument("--motion", type=Path, default=EXAMPLE_MOTION, help="motion file (default: the example)")
    parser.add_argument("--rates", type=float, nargs="+", default=[24, 25, 30, 60])
    options = parser.parse_args()
    motion, good = Motion.load(options.motion), True
    print(f"{'file':32}{'mm':>10}{'frames':>8}  errors, warnings, infos, hints")
    for fps, names, floor, skin in itertools.product(options.rates, NAMES, (True, False), (True, False)):
        expected = at_rate(motion, fps).joints()
        with tempfile.TemporaryDirectory() as folder:
            path = motion.save(Path(folder) / "a.glb", fps=fps, names=names, floor=floor, skin=skin)
            found = in_three(path, options.packages, np.arange(len(expected)) / fps, list(NAMES[names].values()))
        error = error_of(np.array(found["joints"]), expected)
        frames = round(found["duration"] * fps) + 1
        good &= error <= LARGEST and frames == len(expected) and found["issues"][:2] == [0, 0]
        parts = ("" if floor else ", no floor") + ("" if skin else ", no skin")
        notes = f"  {'; '.join(sorted(set(found['messages'])))}" if found["messages"] else ""
        print(f"{f'{names} {fps:g} fps{parts}':32}{error:10.4f}{frames:8}  {found['issues']}{notes}", flush=True)
    print(f"three.js r{found['three']}, glTF validator {found['validator']}")
    return 0 if good else 1


def in_three(path: Path, packages: Path, times: np.ndarray, names: list[str]) -> dict:
    """Joints of a GLB at times in seconds as three.js has them, and what the validator says."""
    out = path.with_suffix(".json")
    given = [str(packages.resolve()), str(path), str(out), json.dumps(times.tolist()), json.dumps(names)]
    subprocess.run(["node", str(SCRIPT), *given], check=True, timeout=600)
    return json.loads(out.read_text())


if __name__ == "__main__":
    sys.exit(main())
