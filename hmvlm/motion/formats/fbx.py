"""FBX by Blender: the motion is written as GLB, and Blender converts it without a window.

Blender is looked for in ``$HMVLM_BLENDER`` (the program, or a Python that has the package ``bpy``), as ``blender`` on
the path, and as the package ``bpy`` beside this one (``pip install bpy``). The script that it runs,
:mod:`hmvlm.motion.formats.blender_fbx`, can be run by hand too; see ``docs/interchange.md``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import glb
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.rates import at_rate

SETTING = "HMVLM_BLENDER"
SCRIPT = Path(__file__).with_name("blender_fbx.py")
PATIENCE = 600
"""Seconds for one conversion; it takes about three."""
MISSING = (
    "FBX files are made by Blender, which is not installed here; install Blender or run pip install bpy, "
    f"or set {SETTING} to the program"
)


def command() -> list[str] | None:
    """How the script is run, without its arguments; None where there is no Blender."""
    given = os.environ.get(SETTING)
    program = shutil.which(given or "blender")
    if program and "python" in Path(program).name:
        return [program, str(SCRIPT)]
    if program:
        return [program, "--background", "--factory-startup", "--python-exit-code", "1", "--python", str(SCRIPT), "--"]
    if not given and importlib.util.find_spec("bpy") is not None:
        return [sys.executable, str(SCRIPT)]
    return None


def save(motion: Motion, path: Path, export: Export = AS_IS) -> None:
    """Write a motion as FBX: metres, one skeleton, and the skin unless ``export.skin`` is False.

    Raises:
        OSError: no Blender here, or it failed; one sentence.
    """
    program = command()
    if program is None:
        raise OSError(MISSING)
    motion = at_rate(motion, export.fps)
    with tempfile.TemporaryDirectory(prefix="hmvlm-fbx-") as folder:
        source, target = Path(folder) / "motion.glb", Path(folder) / "motion.fbx"
        glb.save(motion, source, replace(export, fps=None, floor=False))
        arguments = [str(source), str(target), str(motion.fps), str(len(motion))]
        try:
            done = subprocess.run([*program, *arguments], capture_output=True, text=True, timeout=PATIENCE)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OSError(f"Blender could not convert the motion to FBX: {error}") from error
        if done.returncode or not target.is_file():
            lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
            raise OSError(f"Blender could not convert the motion to FBX: {lines[-1] if lines else 'no reason given'}")
        shutil.copyfile(target, path)
