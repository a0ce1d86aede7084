"""Acclaim ASF skeletons and AMC motions, as the CMU motion capture database writes them.

Angles are degrees and lengths are inches divided by the skeleton's ``length`` unit (0.45 at CMU).
Each bone rotates about its own ``axis``: with C the axis rotation and M the frame's dof rotation, a
bone's rotation relative to its parent is C M C⁻¹, Euler angles applied X first, then Y, then Z.
A motion ``07_01.amc`` needs its skeleton beside it: ``07_01.asf``, ``07.asf`` or the only ``.asf`` of the folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm import limits
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import RateMissing
from hmvlm.motion.retarget.foreign import motion_from_clip
from hmvlm.motion.retarget.source_clip import SourceClip

INCH = 0.0254
LARGEST_FILE = 64 * limits.MEGABYTE
_MALFORMED = (LookupError, TypeError, ValueError, OverflowError, ZeroDivisionError)


@dataclass(frozen=True)
class Bone:
    """One ASF bone: unit ``direction`` and ``length`` (metres) at rest, ``axis`` (3, 3), dof names."""

    name: str
    direction: np.ndarray
    length: float
    axis: np.ndarray
    dof: tuple[str, ...]


@dataclass(frozen=True)
class Skeleton:
    """An ASF skeleton: bones with parents first; ``parents`` indexes bones, -1 is the root."""

    bones: tuple[Bone, ...]
    parents: tuple[int, ...]
    root_order: tuple[str, ...]
    root_axis: np.ndarray
    scale: float
    degrees: bool


def load(path: Path, fps: float | None = None) -> Motion:
    """Read a motion with the skeleton beside it; no AMC file says its rate, so ``fps`` must.

    Raises:
        ValueError: malformed, no skeleton beside it, or no human one; one sentence. RateMissing: no ``fps``.
    """
    skeleton = skeleton_beside(path)
    if fps is None:
        raise RateMissing(path.name)
    for one in (path, skeleton):
        if one.stat().st_size > LARGEST_FILE:
            raise ValueError(f"{one.name} is larger than {LARGEST_FILE // limits.MEGABYTE} MB; cut it into parts")
    try:
        clip = read_amc(path, skeleton, fps)
    except _MALFORMED as error:
        reason = str(error) if isinstance(error, ValueError) else "one of them is malformed"
        raise ValueError(f"{path.name} with {skeleton.name} cannot be read as AMC: {reason}") from None
    return motion_from_clip(clip, up="Y")


def skeleton_beside(path: Path) -> Path:
    """The ASF file of an AMC file, from the same folder; ValueError where there is none."""
    stem = path.stem
    beside = {one.stem: one for one in sorted(path.parent.iterdir()) if one.suffix.lower() == ".asf" and one.is_file()}
    found = beside.get(stem) or beside.get(stem.rpartition("_")[0]) or beside.get(stem.partition("_")[0])
    if found is None and len(beside) == 1:
        (found,) = beside.values()
    if found is None:
        raise ValueError(
            f"{path.name} needs its skeleton, an .asf file called {stem}.asf or {stem.partition('_')[0]}.asf, in the "
            "same folder; on the page, attach both to one message"
        )
    return found


def _euler(angles: list[float], order: str, degrees: bool) -> np.ndarray:
    return Rotation.from_euler(order.lower(), angles, degrees=degrees).as_matrix()


def _sections(lines: list[str]) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines:
        text = line.split("#", 1)[0].strip()
        if text.startswith(":"):
            current = sections.setdefault(text[1:].split()[0].lower(), [])
        elif text:
            current.append(text)
    return sections


def _bone(fields: dict[str, list[str]], scale: float, degrees: bool) -> Bone:
    axis = fields["axis"]
    direction = np.array(fields["direction"], dtype=float)
    if direction.shape != (3,) or not np.linalg.norm(direction) > 0:
        raise ValueError(f"the bone {fields['name'][0][:40]!r} has no direction")
    return Bone(
        name=fields["name"][0],
        direction=direction / np.linalg.norm(direction),
        length=float(fields["length"][0]) * scale,
        axis=_euler([float(value) for value in axis[:3]], axis[3], degrees),
        dof=tuple(name.lower() for name in fields.get("dof", [])),
    )


def read_asf(path: str | Path) -> Skeleton:
    """Read a skeleton; raises ValueError naming the file where a section is missing or malformed."""
    path = Path(path)
    sections = _sections(path.read_text(encoding="latin-1").splitlines())
    missing = {"units", "root", "bonedata", "hierarchy"} - sections.keys()
    if missing:
        raise ValueError(f"{path.name} is no ASF skeleton: section {sorted(missing)[0]!r} is missing")
    units = {line.split()[0]: line.split()[1] for line in sections["units"]}
    degrees = units.get("angle", "deg") == "deg"
    scale = INCH / float(units.get("length", "1.0"))
    bones: dict[str, Bone] = {}
    fields: dict[str, list[str]] = {}
    for line in sections["bonedata"]:
        key, *values = line.split()
        if key == "begin":
            fields = {}
        elif key == "end":
            bone = _bone(fields, scale, degrees)
            bones[bone.name] = bone
        elif key[0].isalpha():
            fields[key] = values
    parent_of: dict[str, str] = {}
    order: list[str] = []
    for line in sections["hierarchy"]:
        if line in ("begin", "end"):
            continue
        parent, *children = line.split()
        for child in children:
            parent_of[child] = parent
            order.append(child)
    if len(bones) > limits.BVH_JOINTS or len(set(order)) < len(order):
        raise ValueError(f"{path.name} has more than {limits.BVH_JOINTS:,} bones, or one that hangs on two others")
    unknown = [name for name in order if name not in bones]
    if unknown:
        raise ValueError(f"{path.name}: the hierarchy names {unknown[0]!r}, which has no bone data")
    root = {line.split()[0]: line.split()[1:] for line in sections["root"]}
    angles = [float(value) for value in root.get("orientation", ["0", "0", "0"])]
    return Skeleton(
        bones=tuple(bones[name] for name in order),
        parents=tuple(order.index(parent_of[name]) if parent_of[name] in order else -1 for name in order),
        root_order=tuple(name.lower() for name in root["order"]),
        root_axis=_euler(angles, root.get("axis", ["XYZ"])[0], degrees),
        scale=scale,
        degrees=degrees,
    )


def _frames(path: Path, skeleton: Skeleton) -> dict[str, np.ndarray]:
    """Channel values of every frame: name → (T, channels), in the file's units."""
    values: dict[str, list[list[float]]] = {}
    degrees = skeleton.degrees
    count = 0
    for number, line in enumerate(path.read_text(encoding="latin-1").splitlines(), 1):
        words = line.split()
        if not words or words[0][0] in "#:":
            if words and words[0].lower() == ":radians":
                degrees = False
            continue
        if len(words) == 1 and words[0].isdigit():
            count += 1
            continue
        try:
            values.setdefault(words[0], []).append([float(word) for word in words[1:]])
        except ValueError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from error
    for name, rows in values.items():
        if len(rows) != count:
            raise ValueError(f"{path.name}: {name!r} has {len(rows)} rows for {count} frames; the file is cut short")
    if count == 0:
        raise ValueError(f"{path.name} holds no frames")
    if degrees != skeleton.degrees:
        raise ValueError(f"{path.name} and its skeleton disagree on degrees or radians")
    return {name: np.array(rows) for name, rows in values.items()}


def read_amc(path: str | Path, skeleton: Skeleton | str | Path, fps: float) -> SourceClip:
    """Read a motion with its skeleton.

    Each bone gives a joint at the bone's start, named after the bone, whose rotation moves the bone;
    a bone without children adds ``<name>_end``. AMC files do not state their rate, so ``fps`` must.
    """
    path = Path(path)
    if not isinstance(skeleton, Skeleton):
        skeleton = read_asf(skeleton)
    values = _frames(path, skeleton)
    if "root" not in values:
        raise ValueError(f"{path.name} does not move the root")
    root = values["root"]
    frames = len(root)
    limits.check_motion_length(path.name, frames, fps)
    if frames * len(skeleton.bones) > limits.BVH_PLACES:
        raise ValueError(f"{path.name} has too many bones times frames; {limits.BVH_PLACES:,} are the most")
    columns = {name: root[:, index] for index, name in enumerate(skeleton.root_order)}
    start = np.stack([columns[name] for name in ("tx", "ty", "tz")], axis=1) * skeleton.scale
    turn = Rotation.from_euler("xyz", np.stack([columns[n] for n in ("rx", "ry", "rz")], 1), degrees=skeleton.degrees)
    root_rotation = skeleton.root_axis @ turn.as_matrix() @ skeleton.root_axis.T

    names, parents = ["root"], [-1]
    positions, rotations, rest = [start], [root_rotation], [np.zeros(3)]
    ends: list[np.ndarray] = []
    rest_ends: list[np.ndarray] = []
    joint_rotations: list[np.ndarray] = []
    for bone, parent in zip(skeleton.bones, skeleton.parents):
        angles = np.zeros((frames, 3))
        for column, dof in enumerate(d for d in bone.dof if d in ("rx", "ry", "rz")):
            if bone.name in values:
                angles[:, "xyz".index(dof[1])] = values[bone.name][:, column]
        dof_rotation = Rotation.from_euler("xyz", angles, degrees=skeleton.degrees).as_matrix()
        above = root_rotation if parent < 0 else joint_rotations[parent]
        rotation = above @ (bone.axis @ dof_rotation @ bone.axis.T)
        offset = bone.direction * bone.length
        names.append(bone.name)
        parents.append(parent + 1)
        positions.append(start if parent < 0 else ends[parent])
        rest.append(np.zeros(3) if parent < 0 else rest_ends[parent])
        rotations.append(rotation)
        joint_rotations.append(rotation)
        ends.append(positions[-1] + rotation @ offset)
        rest_ends.append(rest[-1] + offset)
    for index, bone in enumerate(skeleton.bones):
        if index not in skeleton.parents:
            names.append(f"{bone.name}_end")
            parents.append(index + 1)
            positions.append(ends[index])
            rotations.append(joint_rotations[index])
            rest.append(rest_ends[index])
    return SourceClip(
        name=path.stem,
        joints=tuple(names),
        parents=tuple(parents),
        positions=np.stack(positions, axis=1),
        rotations=np.stack(rotations, axis=1),
        rest=np.stack(rest),
        fps=fps,
    )
