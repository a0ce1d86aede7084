"""A reader of GLB files independent of the exporter."""

import json
import struct

import numpy as np
from scipy.spatial.transform import Rotation


def read_glb(path):
    """JSON and a reader of accessors of a GLB file, from its bytes alone."""
    data = path.read_bytes()
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size = struct.unpack_from("<I", data, 12)[0]
    gltf, binary = json.loads(data[20 : 20 + size]), data[20 + size + 8 :]

    def read(index):
        accessor = gltf["accessors"][index]
        view = gltf["bufferViews"][accessor["bufferView"]]
        dtype = {5121: "u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}[accessor["componentType"]]
        width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}[accessor["type"]]
        values = np.frombuffer(binary, dtype, accessor["count"] * width, view["byteOffset"])
        return values.reshape(accessor["count"], width)

    return gltf, read


def joint_matrices(gltf, read):
    """World matrices ``(T, 24, 4, 4)`` of the skin's joints in every key frame, by the file's own tree."""
    nodes, animation = gltf["nodes"], gltf["animations"][0]
    frames = gltf["accessors"][animation["samplers"][0]["input"]]["count"]
    local = np.tile(np.eye(4), (len(nodes), frames, 1, 1))
    for node, matrix in zip(nodes, local, strict=True):
        matrix[:, :3, 3] = node.get("translation", [0, 0, 0])
    for channel in animation["channels"]:
        values = read(animation["samplers"][channel["sampler"]]["output"])
        node = channel["target"]["node"]
        if channel["target"]["path"] == "rotation":
            local[node, :, :3, :3] = Rotation.from_quat(values).as_matrix()
        else:
            local[node, :, :3, 3] = values
    world = {}

    def place(node, above):
        world[node] = above @ local[node]
        for child in nodes[node].get("children", []):
            place(child, world[node])

    for node in gltf["scenes"][0]["nodes"]:
        place(node, np.eye(4))
    return np.stack([world[joint] for joint in gltf["skins"][0]["joints"]], axis=1)
