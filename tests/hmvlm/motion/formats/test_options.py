"""Options of written motions: frame rate, names, floor and skin, layouts for other programs."""

import numpy as np
import pytest

from hmvlm.body.joint_names import NAMES
from hmvlm.body.skeleton import JOINTS
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.bvh_file import read_bvh
from hmvlm.motion.rates import at_rate
from tests.hmvlm.motion.formats.glb_reader import joint_matrices, read_glb
from tests.motions import MILLIMETRE


@pytest.mark.parametrize("names", NAMES)
def test_bvh_with_the_names_of_other_programs(motion, tmp_path, names):
    file = read_bvh(motion.save(tmp_path / "motion.bvh", names=names, fps=30), unit=0.01)
    expected = at_rate(motion, 30)
    order = [file.joints.index(NAMES[names][joint]) for joint in JOINTS]
    assert file.fps == 30 and len({one for one in file.joints if not one.endswith("_end")}) == 24
    assert np.abs(file.positions[:, order] - expected.joints()).max() < MILLIMETRE


@pytest.mark.parametrize(("floor", "skin"), [(True, True), (False, True), (True, False), (False, False)])
def test_glb_with_and_without_floor_and_skin(motion, tmp_path, floor, skin):
    gltf, read = read_glb(motion.save(tmp_path / "motion.glb", floor=floor, skin=skin, names="mixamo", fps=60))
    meshes = [mesh["name"] for mesh in gltf.get("meshes", [])]
    assert meshes == ["body"] * skin + ["floor"] * floor
    used = [primitive["material"] for mesh in gltf.get("meshes", []) for primitive in mesh["primitives"]]
    assert [gltf["materials"][index]["name"] for index in used] == meshes
    assert gltf["nodes"][gltf["skins"][0]["joints"][0]]["name"] == "mixamorig:Hips"
    places = joint_matrices(gltf, read)[..., :3, 3]
    assert np.abs(places - at_rate(motion, 60).joints()).max() < MILLIMETRE


@pytest.mark.parametrize("layout", ["amass", "smplx"])
@pytest.mark.parametrize("fps", [30, 60, 120])
def test_npz_has_what_readers_of_amass_and_smplx_ask_for(motion, tmp_path, layout, fps):
    """Each condition is one of a public reader, named beside it."""
    path = motion.save(tmp_path / "motion.npz", fps=fps, npz=layout)
    data = np.load(path, allow_pickle=True)
    frames = len(at_rate(motion, fps))
    # General Motion Retargeting, utils/smpl.py
    assert data["pose_body"].shape == (frames, 63) and data["root_orient"].shape == (frames, 3)
    assert data["trans"].shape == (frames, 3) and data["mocap_frame_rate"].item() == fps
    assert str(data["gender"]) == "neutral" and data["betas"].ndim == 1
    assert int(data["num_betas"]) == len(data["betas"]) and "left_hand_pose" not in data
    # SMPL-X Blender add-on, SMPLXAddAnimation: at least the target rate (30 by default), joints by number
    assert int(data["mocap_frame_rate"]) >= 30 and int(data["mocap_framerate"]) == fps
    joints = data["poses"][0].reshape(-1, 3)
    assert len(joints) == {"amass": 52, "smplx": 55}[layout]
    # AMASS: the parts are the whole
    parts = ["root_orient", "pose_body", *(["pose_jaw", "pose_eye"] if layout == "smplx" else []), "pose_hand"]
    np.testing.assert_array_equal(np.concatenate([data[part] for part in parts], axis=1), data["poses"])
    assert str(data["surface_model_type"]) == {"amass": "smplh", "smplx": "smplx"}[layout]
    assert len(data["poses"]) == pytest.approx(data["mocap_time_length"] * fps)
    assert all(data[name].dtype != object for name in data.files)
    again = Motion.load(path)
    assert np.abs(again.joints()[:, :22] - at_rate(motion, fps).joints()[:, :22]).max() < MILLIMETRE


def test_options_out_of_range_are_refused(motion, tmp_path):
    for wrong, named in (({"fps": 0.5}, "0.5"), ({"names": "maya"}, "maya"), ({"npz": "star"}, "star")):
        with pytest.raises(ValueError, match=named):
            motion.save(tmp_path / "motion.bvh", **wrong)
    assert not list(tmp_path.iterdir())
