"""Requests and events as lines of JSON.

Objects of the classes in ``KINDS`` are ``{"$": name, "of": fields}``, arrays ``{"$": "array", ...}`` with their bytes.
Nothing else is made of what comes over the network, and nothing of it is run.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
from typing import Any

import numpy as np

from hmvlm.motion.clip import Motion
from hmvlm.tasks.checks import Check, ClauseReport
from hmvlm.tasks.events import FrameEvent, GateEvent, MotionEvent, Reply, ReplyEvent, TextEvent
from hmvlm.vision.camera import Perspective
from hmvlm.vision.estimate import PoseEstimate
from hmvlm.vision.sight import Sight


@dataclasses.dataclass(frozen=True)
class Picture:
    """A photo or clip that is sent: the name and the bytes of its file."""

    name: str
    data: bytes


@dataclasses.dataclass(frozen=True)
class Failure:
    """An answer that ended with an error; ``mistake`` of the one who asked, or else of the server."""

    message: str
    mistake: bool


KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        GateEvent, TextEvent, MotionEvent, FrameEvent, ReplyEvent, Reply, ClauseReport, Check, Motion, PoseEstimate,
        Perspective, Sight, Picture, Failure,
    )
}  # fmt: skip
NUMERIC = "biuf"
"""Kinds of numpy's types that an array may have."""


def encode(value: Any) -> bytes:
    """One line."""
    return json.dumps(_plain(value)).encode() + b"\n"


def decode(line: bytes | str) -> Any:
    """What :func:`encode` was given. Raises ValueError for anything else, in one sentence."""
    try:
        return _made(json.loads(line))
    except (TypeError, KeyError, AttributeError, RecursionError, ValueError) as error:
        raise ValueError(f"what was sent is not of this program's format: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in NUMERIC:
            raise ValueError(f"arrays of {value.dtype} are not sent")
        about = {"type": value.dtype.str, "shape": list(value.shape)}
        return {"$": "array", **about, "of": base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()}
    if isinstance(value, bytes):
        return {"$": "bytes", "of": base64.b64encode(value).decode()}
    if isinstance(value, (list, tuple)):
        items = [_plain(one) for one in value]
        return items if isinstance(value, list) else {"$": "tuple", "of": items}
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if type(value).__name__ in KINDS:
        fields = {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"$": type(value).__name__, "of": fields}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ValueError(f"{type(value).__name__} is not sent")


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return [_made(one) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("$")
    if kind is None:
        return {name: _made(one) for name, one in value.items()}
    if kind == "tuple":
        return tuple(_made(one) for one in value["of"])
    if kind == "bytes":
        return base64.b64decode(value["of"], validate=True)
    if kind == "array":
        return _array(value)
    return KINDS[kind](**{name: _made(one) for name, one in value["of"].items()})


def _array(value: dict[str, Any]) -> np.ndarray:
    dtype, shape = np.dtype(value["type"]), tuple(int(size) for size in value["shape"])
    data = base64.b64decode(value["of"], validate=True)
    if dtype.kind not in NUMERIC or min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError(f"an array of {dtype} and shape {shape} has not {len(data)} bytes")
    return np.frombuffer(data, dtype).reshape(shape).copy()
