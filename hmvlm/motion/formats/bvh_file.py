"""Any BVH file as plain arrays: its joints, its rest pose, and where each joint is in every frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

LARGEST_FILE = 256 * 2**20
_KINDS = {f"{axis}{kind}" for axis in "XYZ" for kind in ("position", "rotation")}


@dataclass(frozen=True)
class BvhFile:
    """Contents of a BVH file, in its own units of length.

    Attributes:
        names, parents: joints, parents first; -1 for the root. End sites, if read, are called ``<parent>_end``.
        offsets: ``(J, 3)`` rest position of each joint relative to its parent.
        positions: ``(T, J, 3)`` global joint positions.
        rotations: ``(T, J, 3, 3)`` global rotations of the joints' frames; the identity in the rest pose.
        fps: frames a second.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: np.ndarray
    positions: np.ndarray
    rotations: np.ndarray
    fps: float


@dataclass
class _Node:
    name: str
    parent: int
    end: bool = False
    offset: np.ndarray = field(default_factory=lambda: np.zeros(3))
    channels: list[tuple[str, int]] = field(default_factory=list)  # (kind, data column)


def read(path: Path, end_sites: bool = False) -> BvhFile:
    """Read a BVH file with any hierarchy and any channels; with ``end_sites`` they become joints without channels.

    Raises:
        ValueError: no BVH file, or a malformed one; one sentence says where.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise ValueError(f"{path.name} is larger than {LARGEST_FILE >> 20} MB; cut it into shorter clips")
    head, separator, body = path.read_text(encoding="utf-8", errors="replace").partition("MOTION")
    words = head.split()
    if not separator or not words or words[0] != "HIERARCHY":
        raise ValueError(f"{path.name} is no BVH file: it needs a HIERARCHY and a MOTION part")
    try:
        nodes, columns = _hierarchy(words[1:], end_sites)
        data, fps = _frames(body, columns)
    except (ValueError, IndexError) as error:
        raise ValueError(f"{path.name} is a malformed BVH file: {error}") from None
    positions, rotations = _pose(nodes, data)
    return BvhFile(
        tuple(node.name for node in nodes),
        tuple(node.parent for node in nodes),
        np.array([node.offset for node in nodes]),
        positions,
        rotations,
        fps,
    )


def _hierarchy(words: list[str], end_sites: bool) -> tuple[list[_Node], int]:
    """Joints, parents first, and the number of values a frame has."""
    nodes: list[_Node] = []
    open_nodes: list[int | None] = []  # None is an end site that is skipped
    next_node: int | None = None
    columns = 0
    queue = iter(words)

    def take(count: int) -> list[str]:
        taken = [word for _, word in zip(range(count), queue, strict=False)]
        if len(taken) < count:
            raise ValueError("the hierarchy stops in the middle")
        return taken

    for word in queue:
        if word in ("ROOT", "JOINT"):
            parent = open_nodes[-1] if open_nodes else -1
            if parent is None or (parent < 0 and nodes) or (parent >= 0 and nodes[parent].end):
                raise ValueError("a joint hangs nowhere, or there are two roots")
            nodes.append(_Node(take(1)[0], parent))
            next_node = len(nodes) - 1
        elif word == "End":
            take(1)
            next_node = None
            if end_sites and open_nodes and (parent := open_nodes[-1]) is not None:
                nodes.append(_Node(f"{nodes[parent].name}_end", parent, end=True))
                next_node = len(nodes) - 1
        elif word == "{":
            open_nodes.append(next_node)
        elif word == "}" and open_nodes:
            open_nodes.pop()
        elif word == "OFFSET" and open_nodes:
            offset = np.array(take(3), dtype=float)
            if open_nodes[-1] is not None:
                nodes[open_nodes[-1]].offset = offset
        elif word == "CHANNELS" and open_nodes and open_nodes[-1] is not None and not nodes[open_nodes[-1]].end:
            kinds = take(int(take(1)[0]))
            if not set(kinds) <= _KINDS:
                raise ValueError(f"joint {nodes[open_nodes[-1]].name!r} has an unknown channel in {kinds}")
            nodes[open_nodes[-1]].channels = [(kind, columns + k) for k, kind in enumerate(kinds)]
            columns += len(kinds)
        else:
            raise ValueError(f"unexpected {word[:40]!r} in the hierarchy")
    if not nodes or open_nodes:
        raise ValueError("the hierarchy is empty or its braces do not match")
    return nodes, columns


def _frames(body: str, columns: int) -> tuple[np.ndarray, float]:
    """Values ``(T, columns)`` and frames a second."""
    lines = body.strip().split("\n", 2)
    if len(lines) < 3 or not lines[0].startswith("Frames:") or not lines[1].startswith("Frame Time:"):
        raise ValueError("after MOTION come 'Frames:', 'Frame Time:' and the values")
    frames, seconds = int(lines[0].split(":")[1]), float(lines[1].split(":")[1])
    if frames < 1 or not 1e-3 <= seconds <= 1:
        raise ValueError(f"{frames} frames of {seconds} s are no recording")
    data = np.array(lines[2].split(), dtype=float)
    if data.size != frames * columns:
        raise ValueError(f"{frames} frames of {columns} values are announced, but it holds {data.size} values")
    if not np.isfinite(data).all():
        raise ValueError("it holds values that are not finite")
    return data.reshape(frames, columns), round(1 / seconds, 3)


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
