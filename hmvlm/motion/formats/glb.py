"""Animated, skinned glTF 2.0 in one ``.glb``: the coloured body moves over a floor in any glTF viewer.

The skeleton's joints are nodes whose rotations are the SMPL rotations, so forward kinematics of the
file gives the motion's joints. Pose-dependent corrections of the skin are left out: glTF skins are
linear blends. The bind pose stands on the floor, so that viewers frame the scene well.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.joint_names import NAMES
from hmvlm.body.rig import Rig, rig
from hmvlm.body.skeleton import JOINTS, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import gltf
from hmvlm.motion.formats.options import AS_IS, Export
from hmvlm.motion.rates import at_rate

FLOOR_MARGIN = 0.7
"""Metres of floor around the path."""
FLOOR_SHADES = (0.34, 0.26)
"""Light and dark tiles, linear grey."""
TILE, MOST_TILES = 0.5, 40
"""Side of a tile in metres, and tiles along a side before they grow."""
_COMPONENTS = {"u1": 5121, "<u2": 5123, "<u4": 5125, "<f4": 5126}
_KINDS = {1: "SCALAR", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
_VERTEX_BUFFER, _INDEX_BUFFER = 34962, 34963


class _Buffer:
    """The binary chunk and the accessors into it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict] = []
        self.accessors: list[dict] = []

    def add(self, array: np.ndarray, dtype: str, *, target: int = 0, bounds: bool = False, unit: bool = False) -> int:
        """Append ``(n,)`` or ``(n, k)`` values; ``unit`` scales 0..1 to all of an integer. Returns the accessor."""
        values = np.asarray(array)
        if unit:
            values = np.round(values * np.iinfo(dtype).max)
        values = np.ascontiguousarray(values.astype(dtype))
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": values.nbytes}
        self.views.append(view | ({"target": target} if target else {}))
        self.data += values.tobytes() + b"\0" * (-values.nbytes % 4)
        accessor = {
            "bufferView": len(self.views) - 1,
            "componentType": _COMPONENTS[dtype],
            "count": len(values),
            "type": _KINDS[values[0].size],
        }
        if unit:
            accessor["normalized"] = True
        if bounds:
            rows = values.reshape(len(values), -1)
            accessor |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def load(path: Path, fps: float | None = None) -> Motion:
    """The motion of the first human skeleton of a ``.glb``; see :mod:`.gltf`."""
    return gltf.load(path, fps)


def save(motion: Motion, path: Path, export: Export = AS_IS) -> None:
    """Write a motion as a self-contained animated ``.glb``."""
    save_all([motion], path, export=export)


def save_all(
    motions: Sequence[Motion], path: Path, starts: Sequence[int] | None = None, export: Export = AS_IS
) -> None:
    """Write several people in one scene, with a skeleton, a skin and an animation track each.

    Args:
        starts: frames at which the motions begin; None begins all at 0. Before and after, a body has no size.
        export: frame rate, joint names, whether there are a floor and a mesh.
    """
    buffer = _Buffer()
    starts = [0] * len(motions) if starts is None else list(starts)
    if export.fps is not None:
        starts = [round(start * export.fps / motion.fps) for start, motion in zip(starts, motions, strict=True)]
        motions = [at_rate(motion, export.fps) for motion in motions]
    stop = max(start + len(motion) for start, motion in zip(starts, motions, strict=True))
    nodes: list[dict] = []
    meshes: list[dict] = []
    skins: list[dict] = []
    channels: list[dict] = []
    samplers: list[dict] = []
    roots: list[int] = []
    paths: list[np.ndarray] = []
    for number, (motion, start) in enumerate(zip(motions, starts, strict=True), start=1):
        suffix = f" {number}" if len(motions) > 1 else ""
        body = rig(BodyModel.load(), motion.betas)
        rest = body.rest
        lift = np.array([0.0, -body.vertices[:, 1].min(), 0.0], np.float32)
        paths.append(motion.trans + rest[0])
        first = len(nodes)
        nodes += _joint_nodes(rest + lift, first, NAMES[export.names])
        roots.append(first)
        skins.append(_skin(buffer, rest + lift, first))
        if export.skin:
            meshes.append({"name": f"body{suffix}", "primitives": [_body_primitive(buffer, body, lift)]})
            nodes.append({"name": f"body{suffix}", "mesh": number - 1, "skin": number - 1})
            roots.append(len(nodes) - 1)
        outputs = _animation(buffer, motion, paths[-1], start, stop)
        for joint, kind, sampler in outputs:
            channels.append({"sampler": len(samplers), "target": {"node": first + joint, "path": kind}})
            samplers.append(sampler)
    if export.floor:
        meshes.append(
            {"name": "floor", "primitives": [_floor_primitive(buffer, np.concatenate(paths), int(export.skin))]}
        )
        nodes.append({"name": "floor", "mesh": len(meshes) - 1})
        roots.append(len(nodes) - 1)
    gltf = {
        "asset": {"version": "2.0", "generator": "hmvlm"},
        "scene": 0,
        "scenes": [{"nodes": roots, "name": motions[0].text or "motion"}],
        "nodes": nodes,
        "skins": skins,
        "animations": [{"name": "motion", "samplers": samplers, "channels": channels}],
    }
    materials = [_material("body", 0.75)] * export.skin + [_material("floor", 1.0)] * export.floor
    gltf |= {"meshes": meshes, "materials": materials} if meshes else {}
    gltf |= {"accessors": buffer.accessors, "bufferViews": buffer.views, "buffers": [{"byteLength": len(buffer.data)}]}
    path.write_bytes(_container(gltf, bytes(buffer.data)))


def _joint_nodes(rest: np.ndarray, first: int, names: dict[str, str]) -> list[dict]:
    """Nodes of a skeleton whose pelvis is node ``first``."""
    nodes = []
    for joint, parent in enumerate(PARENTS):
        step = rest[joint] - (rest[parent] if parent >= 0 else 0.0)
        node = {"name": names[JOINTS[joint]], "translation": step.astype(float).tolist()}
        children = [first + child for child, above in enumerate(PARENTS) if above == joint]
        nodes.append(node | ({"children": children} if children else {}))
    return nodes


def _body_primitive(buffer: _Buffer, body: Rig, lift: np.ndarray) -> dict:
    """The skin with smooth normals, colours by region and the four strongest influences a vertex."""
    return {
        "attributes": {
            "POSITION": buffer.add(body.vertices + lift, "<f4", bounds=True, target=_VERTEX_BUFFER),
            "NORMAL": buffer.add(body.normals, "<f4", target=_VERTEX_BUFFER),
            "COLOR_0": buffer.add(
                np.c_[body.colors, np.ones(len(body.colors))], "<u2", unit=True, target=_VERTEX_BUFFER
            ),
            "JOINTS_0": buffer.add(body.joints, "u1", target=_VERTEX_BUFFER),
            "WEIGHTS_0": buffer.add(body.weights, "<f4", target=_VERTEX_BUFFER),
        },
        "indices": buffer.add(body.faces.ravel(), "<u4", target=_INDEX_BUFFER),
        "material": 0,
    }


def _floor_primitive(buffer: _Buffer, pelvis: np.ndarray, material: int) -> dict:
    """Two-coloured tiles of floor at y = 0 under the whole path."""
    low = pelvis[:, [0, 2]].min(axis=0) - FLOOR_MARGIN
    high = pelvis[:, [0, 2]].max(axis=0) + FLOOR_MARGIN
    tile = TILE * np.ceil((high - low).max() / (TILE * MOST_TILES))
    first, last = np.floor(low / tile).astype(int), np.ceil(high / tile).astype(int)
    column, row = (axis.ravel() for axis in np.meshgrid(*map(np.arange, first, last), indexing="ij"))
    square = np.array([[0, 0], [0, 1], [1, 1], [1, 0]])
    ground = (np.stack([column, row], axis=-1)[:, None] + square).reshape(-1, 2) * tile
    corners = np.stack([ground[:, 0], np.zeros(len(ground)), ground[:, 1]], axis=-1)
    shades = np.array(FLOOR_SHADES, np.float32)[np.repeat((column + row) % 2, 4)]
    triangles = np.arange(len(column))[:, None] * 4 + [0, 1, 2, 0, 2, 3]
    return {
        "attributes": {
            "POSITION": buffer.add(corners, "<f4", bounds=True, target=_VERTEX_BUFFER),
            "NORMAL": buffer.add(np.tile([0.0, 1.0, 0.0], (len(corners), 1)), "<f4", target=_VERTEX_BUFFER),
            "COLOR_0": buffer.add(
                np.c_[shades, shades, shades, np.ones(len(shades))], "<u2", unit=True, target=_VERTEX_BUFFER
            ),
        },
        "indices": buffer.add(triangles.ravel(), "<u4", target=_INDEX_BUFFER),
        "material": material,
    }


def _material(name: str, roughness: float) -> dict:
    return {
        "name": name,
        "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": roughness},
        "doubleSided": name == "floor",
    }


def _skin(buffer: _Buffer, rest: np.ndarray, first: int) -> dict:
    matrices = np.tile(np.eye(4), (NUM_JOINTS, 1, 1))
    matrices[:, :3, 3] = -rest
    columns = buffer.add(matrices.transpose(0, 2, 1).reshape(NUM_JOINTS, 16), "<f4")
    return {"joints": list(range(first, first + NUM_JOINTS)), "skeleton": first, "inverseBindMatrices": columns}


def _animation(
    buffer: _Buffer, motion: Motion, pelvis: np.ndarray, start: int, stop: int
) -> list[tuple[int, str, dict]]:
    """Joint, property and sampler of every rotation and of the pelvis' translation, linear between frames.

    A body that is there for a part of the ``stop`` frames only has the scale 0 in the others.
    """
    turns = Rotation.from_rotvec(motion.poses.reshape(-1, 3)).as_quat().reshape(-1, NUM_JOINTS, 4)
    flips = np.cumprod(np.where((turns[1:] * turns[:-1]).sum(axis=-1) < 0, -1, 1), axis=0)
    turns[1:] *= flips[..., None]  # neighbours on the same half of the sphere interpolate the short way
    times = buffer.add((start + np.arange(len(motion))) / motion.fps, "<f4", bounds=True)

    def sampler(output: int, inputs: int = times, kind: str = "LINEAR") -> dict:
        return {"input": inputs, "output": output, "interpolation": kind}

    outputs = [(joint, "rotation", sampler(buffer.add(turns[:, joint], "<f4"))) for joint in range(NUM_JOINTS)]
    outputs.append((0, "translation", sampler(buffer.add(pelvis, "<f4"))))
    end = start + len(motion)
    changes = [(0, 0.0)] * (start > 0) + [(start, 1.0)] + [(end, 0.0)] * (end < stop)
    if len(changes) > 1:
        moments = buffer.add(np.array([frame / motion.fps for frame, _ in changes]), "<f4", bounds=True)
        sizes = buffer.add(np.array([[size] * 3 for _, size in changes]), "<f4")
        outputs.append((0, "scale", sampler(sizes, moments, "STEP")))
    return outputs


def _container(gltf: dict, binary: bytes) -> bytes:
    """The GLB container: a header, the JSON chunk padded by spaces, the binary chunk."""
    text = json.dumps(gltf, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
