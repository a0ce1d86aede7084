"""Animated, skinned glTF 2.0 in one ``.glb``: the coloured body moves over a floor in any glTF viewer.

The skeleton's joints are nodes whose rotations are the SMPL rotations, so forward kinematics of the
file gives the motion's joints. Pose-dependent corrections of the skin are left out: glTF skins are
linear blends. The bind pose stands on the floor, so that viewers frame the scene well.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body.clothing import vertex_colors
from hmvlm.body.skeleton import JOINTS, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

INFLUENCES = 4
FLOOR_MARGIN = 0.9
"""Metres of floor around the path."""
FLOOR_COLOR = (0.80, 0.82, 0.86)
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
        """Append ``(n,)`` or ``(n, k)`` values; ``unit`` scales 0..1 to the whole integer range. Returns the accessor."""
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


def save(motion: Motion, path: Path) -> None:
    """Write a motion as a self-contained animated ``.glb``."""
    body = BodyModel.load()
    buffer = _Buffer()
    vertices = body.vertices(np.zeros((1, NUM_JOINTS, 3)), np.zeros((1, 3)), motion.betas)[0].numpy()
    rest = body.rest_joints(motion.betas).numpy()
    lift = np.float32([0.0, -vertices[:, 1].min(), 0.0])
    pelvis = motion.trans + rest[0]
    nodes = _joint_nodes(rest + lift)
    gltf = {
        "asset": {"version": "2.0", "generator": "hmvlm"},
        "scene": 0,
        "scenes": [{"nodes": [0, NUM_JOINTS, NUM_JOINTS + 1], "name": motion.text or "motion"}],
        "nodes": [*nodes, {"name": "body", "mesh": 0, "skin": 0}, {"name": "floor", "mesh": 1}],
        "meshes": [
            {"name": "body", "primitives": [_body_primitive(buffer, body, vertices + lift)]},
            {"name": "floor", "primitives": [_floor_primitive(buffer, pelvis)]},
        ],
        "materials": [_material("body", (1.0, 1.0, 1.0), 0.75), _material("floor", FLOOR_COLOR, 1.0)],
        "skins": [
            {"joints": list(range(NUM_JOINTS)), "skeleton": 0, "inverseBindMatrices": _inverse_bind(buffer, rest + lift)}
        ],
        "animations": [_animation(buffer, motion, pelvis)],
    }
    gltf |= {"accessors": buffer.accessors, "bufferViews": buffer.views, "buffers": [{"byteLength": len(buffer.data)}]}
    path.write_bytes(_container(gltf, bytes(buffer.data)))


def _joint_nodes(rest: np.ndarray) -> list[dict]:
    nodes = []
    for joint, parent in enumerate(PARENTS):
        step = rest[joint] - (rest[parent] if parent >= 0 else 0.0)
        node = {"name": JOINTS[joint], "translation": step.astype(float).tolist()}
        children = [child for child, above in enumerate(PARENTS) if above == joint]
        nodes.append(node | ({"children": children} if children else {}))
    return nodes


def _body_primitive(buffer: _Buffer, body: BodyModel, vertices: np.ndarray) -> dict:
    """The skin with smooth normals, colours by region and the four strongest influences a vertex."""
    import trimesh

    normals = trimesh.Trimesh(vertices, body.faces, process=False).vertex_normals
    joints = np.argsort(-body.weights, axis=1)[:, :INFLUENCES]
    weights = np.take_along_axis(body.weights, joints, axis=1)
    joints[weights <= 0] = 0
    weights = weights / weights.sum(axis=1, keepdims=True)
    linear = vertex_colors(body) ** 2.2  # glTF colours are linear
    vertex = {"target": _VERTEX_BUFFER}
    return {
        "attributes": {
            "POSITION": buffer.add(vertices, "<f4", bounds=True, **vertex),
            "NORMAL": buffer.add(normals, "<f4", **vertex),
            "COLOR_0": buffer.add(np.c_[linear, np.ones(len(linear))], "<u2", unit=True, **vertex),
            "JOINTS_0": buffer.add(joints, "u1", **vertex),
            "WEIGHTS_0": buffer.add(weights, "<f4", **vertex),
        },
        "indices": buffer.add(body.faces.ravel(), "<u4", target=_INDEX_BUFFER),
        "material": 0,
    }


def _floor_primitive(buffer: _Buffer, pelvis: np.ndarray) -> dict:
    """A square of floor at y = 0 under the whole path."""
    low, high = pelvis[:, [0, 2]].min(axis=0), pelvis[:, [0, 2]].max(axis=0)
    middle, half = (low + high) / 2, (high - low).max() / 2 + FLOOR_MARGIN
    corners = np.array([[-1, 0, -1], [-1, 0, 1], [1, 0, 1], [1, 0, -1]]) * half
    corners += [middle[0], 0.0, middle[1]]
    return {
        "attributes": {
            "POSITION": buffer.add(corners, "<f4", target=_VERTEX_BUFFER, bounds=True),
            "NORMAL": buffer.add(np.tile([0.0, 1.0, 0.0], (4, 1)), "<f4", target=_VERTEX_BUFFER),
        },
        "indices": buffer.add(np.array([0, 1, 2, 0, 2, 3]), "<u2", target=_INDEX_BUFFER),
        "material": 1,
    }


def _material(name: str, color: tuple[float, float, float], roughness: float) -> dict:
    factors = {"baseColorFactor": [*color, 1.0], "metallicFactor": 0.0, "roughnessFactor": roughness}
    return {"name": name, "pbrMetallicRoughness": factors, "doubleSided": name == "floor"}


def _inverse_bind(buffer: _Buffer, rest: np.ndarray) -> int:
    matrices = np.tile(np.eye(4), (NUM_JOINTS, 1, 1))
    matrices[:, :3, 3] = -rest
    return buffer.add(matrices.transpose(0, 2, 1).reshape(NUM_JOINTS, 16), "<f4")  # column by column


def _animation(buffer: _Buffer, motion: Motion, pelvis: np.ndarray) -> dict:
    """Rotation of every joint and translation of the pelvis, linear between frames."""
    turns = Rotation.from_rotvec(motion.poses.reshape(-1, 3)).as_quat().reshape(-1, NUM_JOINTS, 4)
    flips = np.cumprod(np.where((turns[1:] * turns[:-1]).sum(axis=-1) < 0, -1, 1), axis=0)
    turns[1:] *= flips[..., None]  # neighbours on the same half of the sphere interpolate the short way
    times = buffer.add(np.arange(len(motion)) / motion.fps, "<f4", bounds=True)
    outputs = [("rotation", joint, buffer.add(turns[:, joint], "<f4")) for joint in range(NUM_JOINTS)]
    outputs.append(("translation", 0, buffer.add(pelvis, "<f4")))
    return {
        "name": "motion",
        "samplers": [{"input": times, "output": output, "interpolation": "LINEAR"} for _, _, output in outputs],
        "channels": [
            {"sampler": index, "target": {"node": joint, "path": kind}} for index, (kind, joint, _) in enumerate(outputs)
        ],
    }


def _container(gltf: dict, binary: bytes) -> bytes:
    """The GLB container: a header, the JSON chunk padded by spaces, the binary chunk."""
    text = json.dumps(gltf, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
