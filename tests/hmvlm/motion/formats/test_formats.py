"""Exported motions come back with the same joints; anything else is refused in one sentence."""

import json
import struct

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from hmvlm import motion_files
from hmvlm.body.skeleton import INDEX, JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

MILLIMETRE = 1e-3


@pytest.fixture(scope="module")
def motion() -> Motion:
    """60 frames of every joint swinging by up to a radian along a curved path, on an unusual body."""
    generator = np.random.default_rng(0)
    time = np.linspace(0, 3, 60)[:, None, None]
    poses = np.sin(generator.uniform(0.5, 3, (1, 24, 3)) * time + generator.uniform(0, 6, (1, 24, 3)))
    poses[:, 0, 1] += np.linspace(0, 4, 60)
    trans = np.stack([np.sin(time[:, 0, 0]), 1.1 + 0.1 * time[:, 0, 0], 2 * time[:, 0, 0]], axis=-1)
    return Motion(poses, trans, generator.normal(size=10), fps=20.0, text="a person sways")


@pytest.fixture
def amass(motion, tmp_path):
    """Arrays of a valid AMASS file, to be spoilt; ``write`` makes a file of them."""
    motion.save(tmp_path / "good.npz")
    arrays = dict(np.load(tmp_path / "good.npz"))

    def write(**changes):
        kept = {name: value for name, value in (arrays | changes).items() if value is not None}
        np.savez(tmp_path / "changed.npz", **kept)
        return tmp_path / "changed.npz"

    write.arrays = arrays
    return write


@pytest.mark.parametrize("suffix", [".npz", ".bvh"])
def test_reimport_gives_the_same_joints(motion, tmp_path, suffix):
    path = motion.save(tmp_path / f"motion{suffix}")
    again = Motion.load(path)
    assert again.fps == motion.fps
    assert np.abs(again.joints() - motion.joints()).max() < MILLIMETRE
    np.testing.assert_allclose(again.betas, motion.betas, atol=1e-3)


@pytest.mark.parametrize("fps", [20.0, 30.0, 29.97, 120.0])
def test_frame_rates_survive(motion, tmp_path, fps):
    clip = Motion(motion.poses[:2], motion.trans[:2], fps=fps)
    for suffix in (".npz", ".bvh"):
        assert Motion.load(clip.save(tmp_path / f"clip{suffix}")).fps == pytest.approx(fps, abs=1e-3)


def test_amass_layout(amass, motion):
    arrays = amass.arrays
    assert arrays["poses"].shape == (60, 156) and arrays["trans"].shape == (60, 3)
    assert arrays["betas"].shape == (16,) and arrays["mocap_framerate"] == 20 and arrays["gender"] == "neutral"
    assert not arrays["poses"][:, 66:].any()


def test_amass_is_z_up_about_the_rest_pelvis(amass, motion):
    """Posing the body by the file's own numbers gives the joints turned by (x, y, z) -> (x, -z, y)."""
    poses = amass.arrays["poses"][:, :72].reshape(-1, 24, 3).copy()
    poses[:, 22:] = 0
    joints = BodyModel.load().joints(poses, amass.arrays["trans"], motion.betas).numpy()[:, :22]
    expected = motion.joints()[:, :22] * [1, 1, -1]
    np.testing.assert_allclose(joints, expected[..., [0, 2, 1]], atol=1e-5)


@pytest.mark.parametrize("name", ["mocap_frame_rate", "framerate", "fps"])
def test_amass_frame_rate_under_other_names(amass, name):
    assert Motion.load(amass(mocap_framerate=None, **{name: np.array([60.0])})).fps == 60


def test_amass_rows_of_other_bodies(amass, motion):
    full = amass.arrays["poses"]
    for poses in (full[:, :66], full[:, :72], np.pad(full, ((0, 0), (0, 9))), full.reshape(-1, 52, 3)):
        assert np.abs(Motion.load(amass(poses=poses)).joints()[:, :22] - motion.joints()[:, :22]).max() < MILLIMETRE
    halves = Motion.load(amass(poses=None, root_orient=full[:, :3], pose_body=full[:, 3:66]))
    assert np.abs(halves.joints()[:, :22] - motion.joints()[:, :22]).max() < MILLIMETRE


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"poses": None}, "no 'poses'"),
        ({"trans": None}, "no 'trans'"),
        ({"mocap_framerate": None}, "no frame rate"),
        ({"mocap_framerate": np.array(0.0)}, "from 1 to 1000"),
        ({"mocap_framerate": np.array("fast")}, "must hold numbers"),
        ({"poses": np.zeros((60, 70))}, r"got \(60, 70\)"),
        ({"poses": np.zeros((0, 156)), "trans": np.zeros((0, 3))}, "got"),
        ({"poses": np.full((60, 156), np.nan)}, "not finite"),
        ({"poses": np.full((60, 156), 1e6)}, "radians"),
        ({"trans": np.zeros((59, 3))}, r"must be \(60, 3\)"),
        ({"trans": np.full((60, 3), 1e9)}, "metres"),
        ({"betas": np.zeros((2, 2, 2))}, "'betas'"),
        ({"poses": np.array([{"a": 1}], dtype=object)}, "pickled"),
    ],
)
def test_spoilt_amass_files_are_refused_in_one_sentence(amass, changes, complaint):
    with pytest.raises(ValueError, match=complaint) as caught:
        Motion.load(amass(**changes))
    assert "\n" not in str(caught.value) and "changed.npz" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 broken", b"\x93NUMPY\x01\x00"])
@pytest.mark.parametrize("suffix", [".npz", ".bvh"])
def test_garbage_is_refused(tmp_path, content, suffix):
    path = tmp_path / f"garbage{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="garbage"):
        Motion.load(path)


def test_truncated_files_are_refused(motion, tmp_path):
    for suffix in (".npz", ".bvh"):
        path = motion.save(tmp_path / f"cut{suffix}")
        path.write_bytes(path.read_bytes()[:-3000])
        with pytest.raises(ValueError, match="cut"):
            Motion.load(path)


def test_other_suffixes_and_missing_files(motion, tmp_path):
    with pytest.raises(ValueError, match=r"\.fbx"):
        motion_files.save_motion(motion, tmp_path / "motion.fbx")
    with pytest.raises(ValueError, match=r"\.glb"):
        motion_files.load_motion(motion.save(tmp_path / "motion.glb"))
    with pytest.raises(FileNotFoundError, match="absent"):
        Motion.load(tmp_path / "absent.npz")


def test_bvh_rests_in_the_t_pose(tmp_path):
    """All-zero channels are SMPL's T-pose, so a joint's channels are its SMPL rotation."""
    still = Motion(np.zeros((1, 24, 3)), np.zeros((1, 3)))
    text = still.save(tmp_path / "still.bvh").read_text()
    values = np.array(text.splitlines()[-1].split(), dtype=float)
    assert len(values) == 75 and not values[3:].any()
    np.testing.assert_allclose(values[:3] / 100, still.joints()[0, 0], atol=1e-6)
    assert text.count("Zrotation Xrotation Yrotation") == 24 and "Frame Time: 0.05" in text


@pytest.mark.parametrize(
    "spelling",
    [
        lambda name: name.replace("left_", "L_").replace("right_", "R_").title(),
        lambda name: "m_avg_" + name.replace("left_", "L_").replace("right_", "R_").title(),
        lambda name: "".join(word.title() for word in name.split("_")),
    ],
)
@pytest.mark.parametrize("metres", [1.0, 0.01, 0.001])
def test_bvh_with_other_spellings_and_units(motion, tmp_path, spelling, metres):
    path = motion.save(tmp_path / "motion.bvh")
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        words = line.split()
        if words[0] in ("ROOT", "JOINT"):
            lines[number] = f"{words[0]} {spelling(words[1])}"
        elif words[0] == "OFFSET":
            lines[number] = "OFFSET " + " ".join(str(float(word) * 0.01 / metres) for word in words[1:])
        elif len(words) == 75:
            words[:3] = [str(float(word) * 0.01 / metres) for word in words[:3]]
            lines[number] = " ".join(words)
    path.write_text("\n".join(lines))
    assert np.abs(Motion.load(path).joints() - motion.joints()).max() < MILLIMETRE


def test_bvh_of_a_larger_body_is_scaled_to_ours(motion, tmp_path):
    """Twenty per cent longer bones and path: our body takes the same steps at its own size."""
    small = Motion(motion.poses, motion.trans)
    path = small.save(tmp_path / "motion.bvh")
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        words = line.split()
        if words[0] == "OFFSET":
            lines[number] = "OFFSET " + " ".join(str(float(word) * 1.2) for word in words[1:])
        elif len(words) == 75:
            lines[number] = " ".join([*(str(float(word) * 1.2) for word in words[:3]), *words[3:]])
    path.write_text("\n".join(lines))
    again = Motion.load(path)
    assert np.abs(again.joints() - small.joints()).max() < MILLIMETRE
    assert not again.betas.any()


def test_bvh_of_another_skeleton_names_the_missing_joints(motion, tmp_path):
    path = motion.save(tmp_path / "motion.bvh")
    path.write_text(path.read_text().replace("left_knee", "LeftLeg").replace("neck", "Neck1"))
    with pytest.raises(ValueError, match="lacks left_knee, neck;"):
        Motion.load(path)


def test_bvh_in_another_rest_pose_is_refused(motion, tmp_path):
    path = motion.save(tmp_path / "motion.bvh")
    lines = path.read_text().splitlines()
    number = next(k for k, line in enumerate(lines) if "left_elbow" in line) + 2
    lines[number] = "OFFSET 0 -28 0"
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match="T-pose .* left_elbow is .* degrees off"):
        Motion.load(path)


def _read_glb(path):
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


def _glb_joints(gltf, read):
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


def test_glb_moves_the_same_joints(motion, tmp_path):
    gltf, read = _read_glb(motion.save(tmp_path / "motion.glb"))
    world = _glb_joints(gltf, read)
    assert [gltf["nodes"][joint]["name"] for joint in gltf["skins"][0]["joints"]] == list(JOINTS)
    assert np.abs(world[..., :3, 3] - motion.joints()).max() < MILLIMETRE
    times = read(gltf["animations"][0]["samplers"][0]["input"])[:, 0]
    np.testing.assert_allclose(times, np.arange(60) / 20, atol=1e-6)


def test_glb_skin_follows_the_body(motion, tmp_path):
    """Linear blending by the file's own skin puts the vertices where SMPL does, but for pose corrections."""
    gltf, read = _read_glb(motion.save(tmp_path / "motion.glb"))
    parts = gltf["meshes"][0]["primitives"][0]["attributes"]
    points, joints, weights = (read(parts[name]) for name in ("POSITION", "JOINTS_0", "WEIGHTS_0"))
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
    inverse = read(gltf["skins"][0]["inverseBindMatrices"]).reshape(24, 4, 4).transpose(0, 2, 1)
    frame = 30
    moves = _glb_joints(gltf, read)[frame] @ inverse
    blended = (weights[:, :, None, None] * moves[joints]).sum(axis=1)
    skinned = (blended[:, :3, :3] @ points[:, :, None])[..., 0] + blended[:, :3, 3]
    clip = motion.slice(frame, frame + 1)
    expected = BodyModel.load().vertices(clip.poses, clip.trans, clip.betas)[0].numpy()
    assert np.median(np.linalg.norm(skinned - expected, axis=-1)) < 5 * MILLIMETRE
    normals = read(parts["NORMAL"])
    np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
    outward = ((points - points.mean(axis=0)) * normals)[:, [0, 2]].sum(axis=1)
    assert (outward > 0).mean() > 0.6


def test_glb_is_coloured_by_region_and_stands_on_a_floor(motion, tmp_path):
    gltf, read = _read_glb(motion.save(tmp_path / "motion.glb"))
    body, floor = (mesh["primitives"][0]["attributes"] for mesh in gltf["meshes"])
    colors = read(body["COLOR_0"]).astype(float) / 65535
    assert len(np.unique(colors.round(2), axis=0)) > 4
    feet = BodyModel.load().weights[:, [INDEX["left_foot"], INDEX["right_foot"]]].sum(axis=1) > 0.9
    assert colors[feet, :3].min() > 0.6  # white shoes
    assert read(body["POSITION"])[:, 1].min() == pytest.approx(0, abs=1e-6)
    corners = read(floor["POSITION"])
    path = motion.joints()[:, 0]
    assert not corners[:, 1].any()
    assert (corners.min(axis=0)[[0, 2]] < path.min(axis=0)[[0, 2]]).all()
    assert (corners.max(axis=0)[[0, 2]] > path.max(axis=0)[[0, 2]]).all()


def test_one_frame_is_a_motion_too(tmp_path):
    still = Motion(np.zeros((1, 24, 3)), np.zeros((1, 3)))
    for suffix in (".npz", ".bvh"):
        assert len(Motion.load(still.save(tmp_path / f"still{suffix}"))) == 1
    gltf, read = _read_glb(still.save(tmp_path / "still.glb"))
    assert np.abs(_glb_joints(gltf, read)[..., :3, 3] - still.joints()).max() < MILLIMETRE
