"""Hostile glTF files. None has a human skeleton, so that all are refused in the end."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

from benchmarks.robustness.corpus.case import REFUSED, Case, altered, content


def glb(text: bytes, binary: bytes = b"") -> bytes:
    """The container of a JSON text and binary data."""
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def described(times: tuple[float, ...] = (0.0, 1.0), **changes: Any) -> bytes:
    """One node that an animation turns between two times; ``changes`` replace parts of the JSON."""
    binary = struct.pack(f"<{len(times)}f", *times) + struct.pack("<4f", 0, 0, 0, 1) * len(times)
    accessor = {"componentType": 5126, "count": len(times)}
    gltf: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "nodes": [{"name": "a"}],
        "buffers": [{"byteLength": len(binary)}],
        "bufferViews": [{"buffer": 0, "byteOffset": 0}, {"buffer": 0, "byteOffset": 4 * len(times)}],
        "accessors": [accessor | {"bufferView": 0, "type": "SCALAR"}, accessor | {"bufferView": 1, "type": "VEC4"}],
        "animations": [
            {
                "samplers": [{"input": 0, "output": 1}],
                "channels": [{"sampler": 0, "target": {"node": 0, "path": "rotation"}}],
            }
        ],
    }
    return glb(json.dumps(gltf | changes).encode(), binary)


def cases(seed: int = 0) -> Iterator[Case]:
    """glTF files, altered, and with claims."""
    good = described()
    yield from (Case(one.name, one.data, REFUSED) for one in altered("motion.glb", good, seed, 4))
    yield from content("glb")
    scalar = {"componentType": 5126, "bufferView": 0, "type": "SCALAR"}
    claims: dict[str, Any] = {
        "nodes": [{"name": str(number)} for number in range(6000)],
        "accessors": [scalar | {"count": 2**31}, scalar | {"count": 2**31}],
        "bufferViews": [{"buffer": 0, "byteStride": 1}, {"buffer": 9}],
        "buffers": [{"uri": "../../etc/passwd"}],
        "animations": [{"channels": 7}],
    }
    for name, value in claims.items():
        yield Case(f"{name}.glb", described(**{name: value}), REFUSED)
    yield Case("circle.glb", described(nodes=[{"children": [1]}, {"children": [0]}]), REFUSED)
    yield Case("long.glb", described((0.0, 1e30)), REFUSED)
    yield Case("backwards.glb", described((5.0, 1.0)), REFUSED)
    for number, text in enumerate((b"[]", b"{}", b"[" * 100_000, b'{"asset": 1}', b"nothing", b"\xff\xfe")):
        yield Case(f"json{number}.glb", glb(text), REFUSED)
    yield Case("chunk.glb", good[:12] + struct.pack("<I", 2**32 - 1) + good[16:], REFUSED)
