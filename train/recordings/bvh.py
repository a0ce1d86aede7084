"""Biovision BVH files with any hierarchy and any channels, position channels of every joint included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from train.recordings.source_clip import SourceClip

CHANNELS = {f"{axis}{kind}" for axis in "XYZ" for kind in ("position", "rotation")}


class _Node:
    """A joint while its file is read; ``offset`` in file units, ``first`` its first data column."""

    def __init__(self, name: str, parent: int, first: int) -> None:
        self.name, self.parent, self.first = name, parent, first
        self.offset = np.zeros(3)
        self.channels: list[str] = []


def _hierarchy(words: list[str], path: Path) -> tuple[list[_Node], int]:
    """Parse everything before MOTION; returns nodes, parents first, and the number of data columns."""
    nodes: list[_Node] = []
    stack: list[int] = []
    columns, at, opening = 0, 1, -1
    while at < len(words):
        word = words[at]
        if word in ("ROOT", "JOINT", "End"):
            parent = stack[-1] if stack else -1
            name = f"{nodes[parent].name}_end" if word == "End" else words[at + 1]
            nodes.append(_Node(name, parent, columns))
            opening = len(nodes) - 1
            at += 2
        elif word == "{":
            stack.append(opening)
            at += 1
        elif word == "}":
            stack.pop()
            at += 1
        elif word == "OFFSET":
            nodes[stack[-1]].offset = np.array(words[at + 1 : at + 4], dtype=float)
            at += 4
        elif word == "CHANNELS":
            count = int(words[at + 1])
            channels = words[at + 2 : at + 2 + count]
            if not set(channels) <= CHANNELS:
                raise ValueError(f"{path}: unknown channel in {channels} of joint {nodes[stack[-1]].name!r}")
            nodes[stack[-1]].channels = channels
            nodes[stack[-1]].first = columns
            columns += count
            at += 2 + count
        else:
            raise ValueError(f"{path}: unexpected {word!r} in the hierarchy")
    if not nodes or stack:
        raise ValueError(f"{path}: the hierarchy is empty or its braces do not match")
    return nodes, columns


def read_bvh(path: str | Path, unit: float = 0.01) -> SourceClip:
    """Read a BVH file into metres; ``unit`` is the length of one file unit (BVH files do not say).

    Position channels replace the joint's OFFSET, as in files that give six channels to every joint.
    End sites become joints called ``<parent>_end``. ``rest`` is the pose of all-zero rotations.
    """
    path = Path(path)
    head, separator, body = path.read_text(encoding="utf-8", errors="replace").partition("MOTION")
    words = head.split()
    if not separator or not words or words[0] != "HIERARCHY":
        raise ValueError(f"{path} is no BVH file: it needs a HIERARCHY and a MOTION part")
    nodes, columns = _hierarchy(words, path)
    lines = body.strip().split("\n", 2)
    try:
        frames, seconds = int(lines[0].split(":")[1]), float(lines[1].split(":")[1])
        data = np.array(lines[2].split(), dtype=np.float64)
    except (IndexError, ValueError) as error:
        raise ValueError(f"{path}: the MOTION part is malformed ({error})") from error
    if frames < 1 or data.size < frames * columns:
        raise ValueError(f"{path} promises {frames} frames of {columns} values but holds {data.size} values")
    data = data[: frames * columns].reshape(frames, columns)

    positions = np.zeros((frames, len(nodes), 3))
    rotations = np.zeros((frames, len(nodes), 3, 3))
    rest = np.zeros((len(nodes), 3))
    for index, node in enumerate(nodes):
        offset = np.broadcast_to(node.offset, (frames, 3)).copy()
        turns = []
        for column, channel in enumerate(node.channels, node.first):
            if channel.endswith("position"):
                offset[:, "XYZ".index(channel[0])] = data[:, column]
            else:
                turns.append((channel[0], column))
        local = np.broadcast_to(np.eye(3), (frames, 3, 3))
        if turns:
            order = "".join(axis for axis, _ in turns)
            angles = data[:, [column for _, column in turns]]
            local = Rotation.from_euler(order, angles if len(turns) > 1 else angles[:, 0], degrees=True).as_matrix()
        if node.parent < 0:
            positions[:, index], rotations[:, index], rest[index] = offset, local, node.offset
        else:
            above = rotations[:, node.parent]
            positions[:, index] = positions[:, node.parent] + (above @ offset[..., None])[..., 0]
            rotations[:, index] = above @ local
            rest[index] = rest[node.parent] + node.offset
    return SourceClip(
        name=path.stem,
        joints=tuple(node.name for node in nodes),
        parents=tuple(node.parent for node in nodes),
        positions=positions * unit,
        rotations=rotations,
        rest=rest * unit,
        fps=round(1.0 / seconds, 3),
    )
