"""Formats of motion files: :data:`FORMATS` lists them, and everything that names a suffix is derived from it.

A format is a module here with ``save(motion, path, export)`` where ``writes`` is True, and ``load(path, fps)`` where
``reads`` is; ``export`` is an :class:`hmvlm.motion.formats.options.Export`.
:mod:`hmvlm.motion_files` imports it when a file is written or read. This module imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Format:
    """A format: the file's suffix, the module that knows it, and an explanation for the page's download button.

    ``at_once``: cheap enough to be written with every motion; the page writes others when they are asked for.
    """

    suffix: str
    module: str
    text: str
    reads: bool = True
    writes: bool = True
    at_once: bool = True


FORMATS = (
    Format(".npz", "hmvlm.motion.formats.amass", "SMPL parameters in AMASS layout"),
    Format(".bvh", "hmvlm.motion.formats.bvh", "Skeleton animation for Blender, Maya and others"),
    Format(".glb", "hmvlm.motion.formats.glb", "Animated 3-D body for the web and game engines"),
    Format(
        ".fbx", "hmvlm.motion.formats.fbx", "Animated body for Unity, Unreal and Maya, made by Blender",
        reads=False, at_once=False,
    ),
    Format(".npy", "hmvlm.motion.formats.humanml", "HumanML3D's 263 features", at_once=False),
    Format(".amc", "hmvlm.motion.formats.asf_amc", "Acclaim motion, its .asf beside it", writes=False, at_once=False),
    Format(".gltf", "hmvlm.motion.formats.gltf", "Animated skeleton of any maker", writes=False, at_once=False),
    Format(".vrma", "hmvlm.motion.formats.gltf", "Motion of VRM avatars", writes=False, at_once=False),
    Format(".pkl", "hmvlm.motion.formats.pickled", "SMPL parameters of AIST++, WHAM", writes=False, at_once=False),
    Format(".pt", "hmvlm.motion.formats.pickled", "SMPL parameters of GVHMR", writes=False, at_once=False),
)  # fmt: skip
WRITTEN = tuple(one.suffix for one in FORMATS if one.writes)
"""Suffixes that a motion can be written with."""
AT_ONCE = tuple(one.suffix for one in FORMATS if one.writes and one.at_once)
"""Those that are written with every motion."""
READ = tuple(one.suffix for one in FORMATS if one.reads)
"""Suffixes that a motion can be read from."""
COMPANIONS = {".amc": ".asf", ".gltf": ".bin"}
"""Suffix of a motion file and of the one that it needs beside it: a skeleton; the numbers, unless they are inside."""
_MAKE = "export it as BVH or GLB, for example with Blender"
_UNPACK = "is an archive; unpack it and give the motion, photo or video in it"
_MARKERS = "holds markers and no skeleton; solve it for one and give BVH"
_ADVICE = {
    ".asf": "is a skeleton without a motion; give its .amc file, with the .asf beside it",
    ".bin": "is a part of a glTF file; give its .gltf file, with the .bin beside it, or a .glb",
    **dict.fromkeys((".fbx", ".blend", ".dae", ".usd", ".usda", ".usdz"), f"is no motion that is read; {_MAKE}"),
    **dict.fromkeys((".vmd", ".anim", ".uasset", ".ma", ".mb", ".max"), f"is no motion that is read; {_MAKE}"),
    ".vrm": "is a model without a motion; give its motion as .vrma, or as BVH or GLB",
    **dict.fromkeys((".c3d", ".trc", ".tsv"), _MARKERS),
    **dict.fromkeys((".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz"), _UNPACK),
}
KINDS = (
    "SMPL, SMPL-H or SMPL-X parameters (.npz, .pkl or .pt, as of AMASS, AIST++, GVHMR, WHAM, HY-Motion and Kimodo), "
    "joints in SMPL's order (.npz or .npy), features of HumanML3D and KIT-ML (.npy), and skeletons of any maker (.bvh, "
    ".glb, .gltf, .vrma, or .amc with its .asf)"
)
"""Everything that a motion can be read from, for messages and help."""


def advice(path: Path) -> str:
    """What to give instead of a file that holds a motion, or a part of one, and is not read; empty for other files."""
    advised = _ADVICE.get(path.suffix.lower())
    return f"{path.name} {advised}" if advised else ""


class RateMissing(ValueError):
    """A motion file does not say how many frames a second has."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name} has no frame rate; say how many frames a second it has: '30 fps' in a message, or --fps 30 on the "
            "command line"
        )


VIDEO, PICTURE = ".mp4", ".png"
"""Suffixes of the rendered motion, or of the body laid over a video or photo."""


def listed(suffixes: Iterable[str]) -> str:
    """The suffixes as words: ``.npz, .bvh or .glb``."""
    *first, last = suffixes
    return f"{', '.join(first)} or {last}" if first else last
