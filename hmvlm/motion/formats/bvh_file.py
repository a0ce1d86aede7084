"""Any BVH file as joints, rest pose and places in every frame: keywords in any case, white space anywhere.

Files in the wild are loose: names with spaces, several roots, lines between the parts, a frame count that is off by a
few. These are read; what was odd is said in ``info["note"]`` of the clip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.motion.formats import RateMissing
from hmvlm.motion.retarget.source_clip import SourceClip

LARGEST_FILE = 256 * 2**20
FPS_RANGE = (1.0, 1000.0)
_KINDS = {f"{axis}{kind}".lower(): f"{axis}{kind}" for axis in "XYZ" for kind in ("position", "rotation")}
_MOTION = re.compile(r"^[ \t]*MOTION[ \t]*$", re.MULTILINE | re.IGNORECASE)
_COUNT = re.compile(r"\bframes\s*:?\s*(\S+)", re.IGNORECASE)
_TIME = re.compile(r"\bframe\s*time\s*:?\s*(\S+)", re.IGNORECASE)


@dataclass
class _Node:
    name: str
    parent: int
    end: bool = False
    offset: np.ndarray = field(default_factory=lambda: np.zeros(3))
    channels: list[tuple[str, int]] = field(default_factory=list)  # (kind, data column)


def read_bvh(path: str | Path, unit: float = 1.0, fps: float | None = None) -> SourceClip:
    """Read a BVH file with any hierarchy and any channels.

    Position channels take the place of the joint's OFFSET, as in files that give six channels to every joint. End sites
    become joints called ``<parent>_end``. ``rest`` is the pose of all-zero rotations.

    Args:
        unit: the length of one file unit, which BVH files do not say.
        fps: frames a second where the file does not give a frame time.

    Raises:
        ValueError: no BVH file, or a malformed one; one sentence says where. RateMissing: no frame time, no ``fps``.
    """
    path = Path(path)
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{path.name} is larger than {LARGEST_FILE >> 20} MB; cut it into shorter clips")
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    split = _MOTION.search(text)
    words = text[: split.start()].replace("{", " { ").replace("}", " } ").split() if split else []
    if split is None or not words or words[0].upper() != "HIERARCHY":
        raise ValueError(f"{path.name} is no BVH file: it needs a HIERARCHY and a MOTION part")
    try:
        nodes, columns = _hierarchy(words[1:])
        data, seconds, note = _frames(text[split.end() :], columns)
    except (ValueError, IndexError) as error:
        raise ValueError(f"{path.name} is a malformed BVH file: {error}") from None
    if seconds == 0 and fps is None:
        raise RateMissing(path.name)
    positions, rotations = _pose(nodes, data)
    rest = np.empty((len(nodes), 3))
    for joint, node in enumerate(nodes):
        rest[joint] = node.offset + (rest[node.parent] if node.parent >= 0 else 0.0)
    return SourceClip(
        name=path.stem,
        joints=tuple(node.name for node in nodes),
        parents=tuple(node.parent for node in nodes),
        positions=positions * unit,
        rotations=rotations,
        rest=rest * unit,
        fps=round(1 / seconds, 3) if seconds else float(fps or 0),
        info={"note": note} if note else {},
    )


def _hierarchy(words: list[str]) -> tuple[list[_Node], int]:
    """Joints, parents first, and the number of values a frame has."""
    nodes: list[_Node] = []
    open_nodes: list[int] = []
    columns = place = 0

    def take(count: int) -> list[str]:
        nonlocal place
        place += count
        if place > len(words):
            raise ValueError("the hierarchy stops in the middle")
        return words[place - count : place]

    while place < len(words):
        (word,) = take(1)
        key = word.upper()
        if key in ("ROOT", "JOINT") or key.startswith("END") and key in ("END", "ENDSITE"):
            name = []
            while place < len(words) and words[place] != "{":
                name += take(1)
            end = key.startswith("END")
            if key == "ROOT" and open_nodes or key != "ROOT" and not open_nodes:
                raise ValueError(f"{word} {' '.join(name)} hangs nowhere")
            parent = open_nodes[-1] if open_nodes else -1
            nodes.append(_Node(f"{nodes[parent].name}_end" if end else " ".join(name), parent, end))
            if not words[place : place + 1]:
                raise ValueError("the hierarchy stops in the middle")
            take(1)
            open_nodes.append(len(nodes) - 1)
        elif word == "}" and open_nodes:
            open_nodes.pop()
        elif key == "OFFSET" and open_nodes:
            nodes[open_nodes[-1]].offset = np.array([_number(value) for value in take(3)])
        elif key == "CHANNELS" and open_nodes:
            kinds = take(int(take(1)[0]))
            if not {kind.lower() for kind in kinds} <= _KINDS.keys():
                raise ValueError(f"joint {nodes[open_nodes[-1]].name!r} has an unknown channel in {kinds}")
            nodes[open_nodes[-1]].channels = [(_KINDS[kind.lower()], columns + k) for k, kind in enumerate(kinds)]
            columns += len(kinds)
        else:
            raise ValueError(f"unexpected {word[:40]!r} in the hierarchy")
    if not nodes or open_nodes or columns == 0:
        raise ValueError("the hierarchy is empty or its braces do not match")
    return nodes, columns


def _number(word: str) -> float:
    return float(word.replace(",", "."))


def _frames(body: str, columns: int) -> tuple[np.ndarray, float, str]:
    """Values ``(T, columns)``, seconds a frame (0 where the file gives none) and what was odd about them."""
    count, time = _COUNT.search(body[:2000]), _TIME.search(body[:2000])
    if count is None and time is None:
        raise ValueError("after MOTION come 'Frames:', 'Frame Time:' and the values")
    start = max(found.end() for found in (count, time) if found is not None)
    announced = int(float(count[1])) if count else 0
    seconds = abs(_number(time[1])) if time else 0.0
    if seconds and not 1 / FPS_RANGE[1] <= seconds <= 1 / FPS_RANGE[0]:
        raise ValueError(f"a frame time of {seconds} s is no recording's")
    values = body[start:].split()
    try:
        data = np.array(values, dtype=float)
    except ValueError:
        data = np.array([_number(value) for value in values])
    rows, over = divmod(data.size, columns)
    if rows == 0 or over:
        raise ValueError(f"{announced} frames of {columns} values are announced, but it holds {data.size} values")
    if not np.isfinite(data).all():
        raise ValueError("it holds values that are not finite")
    note = f"{announced} frames are announced, {rows} are there" if announced not in (0, rows) else ""
    return data[: rows * columns].reshape(rows, columns), seconds, note


def _pose(nodes: list[_Node], data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Global positions ``(T, J, 3)`` and rotations ``(T, J, 3, 3)``.

    Channels apply in the order they are listed, each about the axes that the ones before it turned;
    position channels take the place of the offset.
    """
    positions = np.empty((len(data), len(nodes), 3))
    rotations = np.empty((len(data), len(nodes), 3, 3))
    for index, node in enumerate(nodes):
        step = np.tile(node.offset, (len(data), 1))
        turns = [(kind[0], column) for kind, column in node.channels if kind.endswith("rotation")]
        for kind, column in node.channels:
            if kind.endswith("position"):
                step[:, "XYZ".index(kind[0])] = data[:, column]
        local = np.broadcast_to(np.eye(3), (len(data), 3, 3))
        for axis, column in turns:
            local = local @ Rotation.from_euler(axis, data[:, column, None], degrees=True).as_matrix()
        if node.parent < 0:
            positions[:, index], rotations[:, index] = step, local
        else:
            above = rotations[:, node.parent]
            positions[:, index] = positions[:, node.parent] + (above @ step[..., None])[..., 0]
            rotations[:, index] = above @ local
    return positions, rotations
