"""glTF of other makers, written here by the specification: bones along Y, scaled armature, all interpolations."""

import base64
import json
import struct

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm.body.skeleton import INDEX, JOINTS, NUM_JOINTS, PARENTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import gltf_document, gltf_file
from tests import foreign, motions
from tests.hmvlm.motion.retarget.test_foreign import LIMBS, MIXAMO, UNKNOWN, off

ARMATURE = Rotation.from_euler("x", -90, degrees=True)


def write_gltf(path, motion, named, how="LINEAR", skin=True, rest="A", binary=True):
    """Joints as nodes whose frames are turned at random at rest, below an armature in centimetres with Z up."""
    own = Rotation.random(NUM_JOINTS, random_state=1).as_matrix()
    at_rest = foreign.resting(rest)
    bind = at_rest @ own  # global rest frames of the nodes, in the body's world
    offsets = BodyModel.load().offsets().double().numpy()
    rest_places = np.zeros((NUM_JOINTS, 3))
    for k in range(NUM_JOINTS):
        above = rest_places[PARENTS[k]] + at_rest[PARENTS[k]] @ offsets[k] if k else np.zeros(3)
        rest_places[k] = above
    turned = foreign.globals_of(motion) @ own  # frames of the posed nodes
    undo, unit = ARMATURE.inv().as_matrix(), 100.0
    data, views, accessors = bytearray(), [], []

    def add(values, kind):
        values = np.ascontiguousarray(values, "<f4")
        views.append({"buffer": 0, "byteOffset": len(data), "byteLength": values.nbytes})
        data.extend(values.tobytes())
        spec = {"bufferView": len(views) - 1, "componentType": 5126, "count": len(values), "type": kind}
        accessors.append(spec)
        return len(accessors) - 1

    def local(frames, k):
        above = np.swapaxes(frames[..., PARENTS[k], :, :], -1, -2) if k else undo
        return above @ frames[..., k, :, :]

    times = add(np.arange(len(motion)) / motion.fps, "SCALAR")
    nodes, samplers, channels = [], [], []
    for k, joint in enumerate(JOINTS):
        step = bind[PARENTS[k]].T @ (rest_places[k] - rest_places[PARENTS[k]]) * unit if k else np.zeros(3)
        children = [child for child, above in enumerate(PARENTS) if above == k]
        quaternion = Rotation.from_matrix(local(bind, k)).as_quat()
        node = {"name": named[joint], "translation": step.tolist(), "rotation": quaternion.tolist()}
        nodes.append(node | ({"children": children} if children else {}))
        values = Rotation.from_matrix(local(turned, k)).as_quat()
        if how == "CUBICSPLINE":
            zero = np.zeros_like(values)
            values = np.stack([zero, values, zero], axis=1).reshape(-1, 4)
        samplers.append({"input": times, "output": add(values, "VEC4"), "interpolation": how})
        channels.append({"sampler": k, "target": {"node": k, "path": "rotation"}})
    pelvis = motion.joints()[:, 0] @ undo.T * unit
    samplers.append({"input": times, "output": add(pelvis, "VEC3"), "interpolation": "LINEAR"})
    channels.append({"sampler": NUM_JOINTS, "target": {"node": 0, "path": "translation"}})
    turn = ARMATURE.as_quat().tolist()
    nodes.append({"name": "Armature", "rotation": turn, "scale": [0.01] * 3, "children": [0]})
    gltf = {
        "asset": {"version": "2.0"}, "scenes": [{"nodes": [NUM_JOINTS]}], "nodes": nodes, "bufferViews": views,
        "accessors": accessors, "animations": [{"samplers": samplers, "channels": channels}],
    }  # fmt: skip
    if skin:
        inverse = np.tile(np.eye(4), (NUM_JOINTS, 1, 1))
        inverse[:, :3, :3], inverse[:, :3, 3] = bind, rest_places
        columns = np.linalg.inv(inverse).transpose(0, 2, 1).reshape(-1, 16)
        gltf["skins"] = [{"joints": list(range(NUM_JOINTS)), "inverseBindMatrices": add(columns, "MAT4")}]
    if not binary:
        uri = "data:application/octet-stream;base64," + base64.b64encode(bytes(data)).decode()
        path.write_text(json.dumps(gltf | {"buffers": [{"byteLength": len(data), "uri": uri}]}))
        return path
    text = json.dumps(gltf | {"buffers": [{"byteLength": len(data)}]}).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(data), b"BIN\0") + bytes(data)
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
    return path


@pytest.mark.parametrize("how", ["LINEAR", "STEP", "CUBICSPLINE"])
def test_skins_of_other_makers(how, tmp_path):
    motion = motions.walk(2)
    read = Motion.load(write_gltf(tmp_path / "walk.glb", motion, MIXAMO, how))
    assert (len(read), read.fps) == (len(motion), motion.fps)
    error = off(read, motion)[:, LIMBS]
    assert np.median(error) < 10 and error.max() < 60
    assert np.abs(read.poses[:, INDEX["head"]] - motion.poses[:, INDEX["head"]]).max() < 0.1


def test_nodes_without_a_skin_and_without_known_names(tmp_path):
    motion = motions.walk(2)
    read = Motion.load(write_gltf(tmp_path / "walk.gltf", motion, UNKNOWN, skin=False, rest="T", binary=False))
    assert np.median(off(read, motion)[:, LIMBS]) < 10 and "by the shape" in read.note


@pytest.mark.parametrize("version", ["VRMC_vrm_animation", "VRM"])
def test_bones_of_vrm_have_the_names_of_the_extension(version, tmp_path):
    motion = motions.walk(1)
    path = write_gltf(tmp_path / "walk.vrma", motion, UNKNOWN, skin=False, rest="T", binary=False)
    named = foreign.names(
        pelvis="hips", spine1="spine", spine2="chest", spine3="upperChest", hip="{side}UpperLeg", ankle="{side}Foot",
        knee="{side}LowerLeg", foot="{side}Toes", collar="{side}Shoulder", shoulder="{side}UpperArm",
        elbow="{side}LowerArm", wrist="{side}Hand", hand="{side}MiddleProximal",
    )  # fmt: skip
    bones = {named[joint]: {"node": k} for k, joint in enumerate(JOINTS)}
    listed = [{"bone": name, **bone} for name, bone in bones.items()]
    humanoid = {"humanBones": listed if version == "VRM" else bones}
    path.write_text(json.dumps({**json.loads(path.read_text()), "extensions": {version: {"humanoid": humanoid}}}))
    read = Motion.load(path)
    assert "by their names" in read.note and np.median(off(read, motion)[:, LIMBS]) < 10


def test_our_own_file_comes_back(tmp_path):
    motion = motions.walk(2)
    assert np.abs(Motion.load(motion.save(tmp_path / "walk.glb")).joints() - motion.joints()).max() < 1e-3


def test_broken_files_are_refused_in_one_sentence(tmp_path):
    whole = write_gltf(tmp_path / "walk.glb", motions.walk(1), MIXAMO).read_bytes()
    for number, content in enumerate((b"", b"glTF", whole[:-5000], b"{}", b'{"asset": {"version": "2.0"}}')):
        path = tmp_path / f"bad{number}.glb"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=f"bad{number}") as caught:
            Motion.load(path)
        assert "\n" not in str(caught.value)


def test_one_cubic_key_is_its_value_and_not_a_tangent():
    values = np.array([[9.0, 9, 9], [1, 2, 3], [7, 7, 7]])
    sampled = gltf_file._sampled("translation", "CUBICSPLINE", np.array([0.0]), values, np.array([0.0, 0.5]))
    assert np.allclose(sampled, [[1, 2, 3], [1, 2, 3]])


def test_all_accessors_have_one_budget_and_each_is_read_once(tmp_path, monkeypatch):
    path = write_gltf(tmp_path / "walk.glb", motions.walk(2), MIXAMO)
    frames = len(motions.walk(2))
    needed = frames * (1 + 4 * NUM_JOINTS + 3) + 16 * NUM_JOINTS  # the times are shared by all channels
    monkeypatch.setattr(gltf_document.limits, "NPZ_VALUES", needed)
    assert len(Motion.load(path)) == frames
    monkeypatch.setattr(gltf_document.limits, "NPZ_VALUES", needed - 1)
    with pytest.raises(ValueError, match=r"walk.glb .*numbers"):
        Motion.load(path)
