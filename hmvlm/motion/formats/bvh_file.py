"""Any BVH file as joints, rest pose and places in every frame: keywords in any case, white space anywhere.

Files in the wild are loose: names with spaces, several roots, comments, commas, lines between the parts, a frame count
that is off by a few, a last row that is cut off. These are read; what was odd is said in ``info["note"]`` of the clip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm import limits
from hmvlm.motion.formats import RateMissing
from hmvlm.motion.retarget.source_clip import SourceClip

_LONGEST_HEAD = 4 << 20
"""Bytes of a hierarchy: more than a thousand joints take."""
_PIECE = 1 << 20
"""Bytes of numbers that are converted at once."""
FPS_RANGE = (1.0, 1000.0)
RATES_AS_TIMES = (10.0, 240.0)
"""Frame times that are read as frames a second: nobody waits so many seconds for a frame."""
FEW_FRAMES = 5
"""Frames, or a twentieth, that may be missing at the end of a file that is cut off in a row."""
_KINDS = {f"{axis}{kind}".lower(): f"{axis}{kind}" for axis in "XYZ" for kind in ("position", "rotation", "scale")}
"""Channels; sizes are passed over: people do not grow."""
_MOTION = re.compile(rb"^[ \t]*MOTION[ \t\r]*:?[ \t\r]*(?=$|FRAME)", re.MULTILINE | re.IGNORECASE)
_COMMENT = re.compile(rb"^[ \t]*(?:#|//)[^\r\n]*", re.MULTILINE)
_SEPARATOR = re.compile(rb",(?=\s)")
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
    largest = limits.BVH_BYTES // limits.MEGABYTE
    if path.stat().st_size > limits.BVH_BYTES:
        raise ValueError(f"{path.name} is larger than {largest} MB; cut it into shorter clips")
    content = _plain(path.read_bytes())
    split = _MOTION.search(content)
    head = content[: min(split.start(), _LONGEST_HEAD)].decode("utf-8", "replace") if split else ""
    words = head.replace("{", " { ").replace("}", " } ").split()
    if split is None or not words or words[0].upper() != "HIERARCHY":
        raise ValueError(f"{path.name} is no BVH file: it needs a HIERARCHY and a MOTION part")
    try:
        nodes, columns = _hierarchy(words[1:])
        data, seconds, note = _frames(content[split.end() :], columns, len(nodes))
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


def _plain(content: bytes) -> bytes:
    """The text in UTF-8 with lines, without comments and what some systems put behind the end."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode()
    content = content.removeprefix(b"\xef\xbb\xbf").rstrip(b"\0\x1a\r\n\t ")
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return _SEPARATOR.sub(b" ", _COMMENT.sub(b"", content))


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
                raise ValueError(f"{word} {' '.join(name)[:40]} hangs nowhere")
            parent = open_nodes[-1] if open_nodes else -1
            nodes.append(_Node(f"{nodes[parent].name}_end" if end else " ".join(name), parent, end))
            if len(nodes) > limits.BVH_JOINTS:
                raise ValueError(f"it has more than {limits.BVH_JOINTS:,} joints")
            if not words[place : place + 1]:
                raise ValueError("the hierarchy stops in the middle")
            take(1)
            open_nodes.append(len(nodes) - 1)
        elif word == "}" and open_nodes:
            open_nodes.pop()
        elif key == "OFFSET" and open_nodes:
            nodes[open_nodes[-1]].offset = np.array([_number(value) for value in take(3)])
            if not np.isfinite(nodes[open_nodes[-1]].offset).all():
                raise ValueError(f"the offset of {nodes[open_nodes[-1]].name[:40]!r} is not finite")
        elif key == "CHANNELS" and open_nodes:
            kinds = take(_whole(take(1)[0], "number of channels", len(_KINDS)))
            if not {kind.lower() for kind in kinds} <= _KINDS.keys():
                raise ValueError(f"joint {nodes[open_nodes[-1]].name[:40]!r} has an unknown channel in {kinds}"[:150])
            nodes[open_nodes[-1]].channels = [(_KINDS[kind.lower()], columns + k) for k, kind in enumerate(kinds)]
            columns += len(kinds)
        else:
            raise ValueError(f"unexpected {word[:40]!r} in the hierarchy")
    if not nodes or open_nodes or columns == 0:
        raise ValueError("the hierarchy is empty or its braces do not match")
    return nodes, columns


def _number(word: str) -> float:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        raise ValueError(f"{word[:40]!r} is no number") from None


def _whole(word: str, name: str, most: int) -> int:
    """A whole number up to ``most`` that the file gives."""
    value = _number(word)
    if not 0 <= value <= most:
        raise ValueError(f"the {name} is {word[:20]}; {most:,} is the most")
    return int(value)


def _values(text: bytes) -> np.ndarray:
    """All numbers of a text, a piece at a time: words take ten times the memory of numbers."""
    if b"," in text:  # between numbers with points, or in the place of the points
        text = text.replace(b",", b" " if b"." in text else b".")
    pieces, place = [np.zeros(0)], 0
    while place < len(text):
        end = place + _PIECE
        while end < len(text) and not text[end : end + 1].isspace():
            end += 1
        words = text[place:end].split()
        try:
            pieces.append(np.array(words, dtype=float))
        except ValueError:
            pieces.append(np.array([_number(word.decode("utf-8", "replace")) for word in words]))
        place = end
    return np.concatenate(pieces)


def _frames(body: bytes, columns: int, joints: int) -> tuple[np.ndarray, float, str]:
    """Values ``(T, columns)``, seconds a frame (0 where the file gives none) and what was odd about them."""
    start_of_body = body[:2000].decode("latin-1")
    count, time = _COUNT.search(start_of_body), _TIME.search(start_of_body)
    if count is None and time is None:
        raise ValueError("after MOTION come 'Frames:', 'Frame Time:' and the values")
    start = max(found.end() for found in (count, time) if found is not None)
    announced = _whole(count[1], "number of frames", limits.MOTION_FRAMES) if count else 0
    seconds = abs(_number(time[1])) if time else 0.0
    notes = []
    if RATES_AS_TIMES[0] <= seconds <= RATES_AS_TIMES[1]:
        notes.append(f"the frame time {seconds:g} was read as {seconds:g} frames a second")
        seconds = 1 / seconds
    if seconds and not 1 / FPS_RANGE[1] <= seconds <= 1 / FPS_RANGE[0]:
        raise ValueError(f"a frame time of {seconds} s is no recording's")
    data = _values(body[start:])
    rows, over = divmod(data.size, columns)
    if over and rows and over == len(body[body.rfind(b"\n") + 1 :].split()):
        if announced - rows > max(FEW_FRAMES, announced // 20):
            raise ValueError(f"it is cut off: {rows} of {announced} frames are there")
        notes.append("the last frame is cut off and left out")
    elif rows == 0 or over:
        wide = len(body[start:].lstrip().partition(b"\n")[0].split())
        raise ValueError(
            f"{announced} frames of {columns} values are announced, but it holds {data.size} values, {wide} in a row"
        )
    data = data[: rows * columns]
    if not np.isfinite(data).all():
        raise ValueError("it holds values that are not finite")
    if rows > limits.MOTION_FRAMES or rows * seconds > limits.MOTION_SECONDS or rows * joints > limits.BVH_PLACES:
        most = (
            f"{limits.BVH_PLACES:,} together, {limits.MOTION_FRAMES:,} frames, {limits.MOTION_SECONDS / 60:g} minutes"
        )
        raise ValueError(f"{joints:,} joints in {rows:,} frames are too many ({most} at most); cut it into parts")
    if announced not in (0, rows):
        notes.append(f"{announced} frames are announced, {rows} are there")
    return data.reshape(rows, columns), seconds, "; ".join(notes)


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
