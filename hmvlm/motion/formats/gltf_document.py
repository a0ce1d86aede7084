"""The JSON of a glTF 2.0 file and the numbers that its accessors describe, within limits."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from hmvlm import limits

_TYPES = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Document:
    """The JSON of a file and its accessors."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = path.read_bytes()
        self.binary = b""
        if data[:4] == b"glTF":
            offset, text = 12, b"{}"
            while offset + 8 <= len(data):
                size, kind = struct.unpack_from("<I4s", data, offset)
                chunk = data[offset + 8 : offset + 8 + size]
                if len(chunk) < size:
                    raise ValueError("the file is cut short")
                text, self.binary = (chunk, self.binary) if kind == b"JSON" else (text, self.binary or chunk)
                offset += 8 + size
            data = text
        if len(data) > limits.GLTF_TEXT_BYTES:
            raise ValueError(f"its JSON is larger than {limits.GLTF_TEXT_BYTES // limits.MEGABYTE} MB; give a .glb")
        self._buffers: dict[int, bytes] = {}
        self._accessors: dict[int, np.ndarray] = {}
        self._values_left, self._bytes_left = limits.NPZ_VALUES, limits.BVH_BYTES
        self.json: dict[str, Any] = json.loads(data.decode("utf-8"))
        if not isinstance(self.json, dict) or "asset" not in self.json:
            raise ValueError("it has no glTF asset")
        if len(self.list("nodes")) > limits.GLTF_NODES:
            raise ValueError(f"it has more than {limits.GLTF_NODES:,} nodes")

    def list(self, name: str) -> list[dict]:
        """The objects of a kind, such as ``"nodes"``."""
        return self.json.get(name, [])

    def humanoid(self) -> dict[int, str]:
        """Names of a body's bones by their nodes, as the extensions of VRM 1.0 and 0.x give them."""
        extensions = self.json.get("extensions", {})
        bones: dict[int, str] = {}
        for name in ("VRMC_vrm_animation", "VRMC_vrm", "VRM"):
            given = extensions.get(name, {}).get("humanoid", {}).get("humanBones", {})
            pairs = given.items() if isinstance(given, dict) else ((one["bone"], one) for one in given)
            bones |= {int(one["node"]): str(bone) for bone, one in pairs}
        return bones

    def accessor(self, index: int) -> np.ndarray:
        """Values ``(n, width)`` of an accessor as float64; normalised integers in -1..1.

        All accessors that are asked for hold at most :data:`hmvlm.limits.NPZ_VALUES` values together.
        """
        if index not in self._accessors:
            self._accessors[index] = self._values(index)
        return self._accessors[index]

    def _values(self, index: int) -> np.ndarray:
        spec = self.list("accessors")[index]
        if "sparse" in spec or "bufferView" not in spec:
            raise ValueError("sparse accessors are not read; export it again without them")
        view = self.list("bufferViews")[spec["bufferView"]]
        if view.get("extensions"):
            raise ValueError("its animation is compressed; export it again without compression")
        dtype = np.dtype(_TYPES[spec["componentType"]])
        width, count = _WIDTHS[spec["type"]], int(spec["count"])
        data = self._buffer(view["buffer"])
        start = view.get("byteOffset", 0) + spec.get("byteOffset", 0)
        stride = view.get("byteStride") or dtype.itemsize * width
        if stride < dtype.itemsize * width or start < 0:
            raise ValueError(f"an accessor of {count:,} x {width} values is not laid out one after the other")
        self._values_left -= max(count, 0) * width
        if self._values_left < 0:
            raise ValueError(f"it holds more than {limits.NPZ_VALUES // 10**6} million numbers")
        if count < 1 or start + stride * (count - 1) + dtype.itemsize * width > len(data):
            raise ValueError("an accessor reaches beyond its buffer")
        values = np.ndarray((count, width), dtype, data, start, (stride, dtype.itemsize)).astype(np.float64)
        if not np.isfinite(values).all():
            raise ValueError("it holds values that are not finite")
        if spec.get("normalized") and dtype.kind in "iu":
            values = np.maximum(values / np.iinfo(dtype).max, -1)
        return values

    def _buffer(self, index: int) -> bytes:
        if index not in self._buffers:
            self._buffers[index] = self._read(self.list("buffers")[index].get("uri"))
        return self._buffers[index]

    def _read(self, uri: str | None) -> bytes:
        if uri is None:
            return self.binary
        if uri.startswith("data:"):
            return base64.b64decode(uri.partition(",")[2])
        uri = unquote(uri)
        beside = self.path.parent / uri
        if Path(uri).name != uri or not beside.is_file() or beside.is_symlink():
            raise ValueError(
                f"its data {uri[:60]!r} is not beside it; attach both to one message of the page, or give a .glb, "
                "which holds everything"
            )
        self._bytes_left -= beside.stat().st_size
        if self._bytes_left < 0:
            raise ValueError(f"the files beside it are larger than {limits.BVH_BYTES // limits.MEGABYTE} MB")
        return beside.read_bytes()
