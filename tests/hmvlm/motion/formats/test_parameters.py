"""Motion files of other projects, written here by their definitions; the truth is the motion they were made of."""

import pickle
import zipfile

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from hmvlm import limits
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import KINDS, RateMissing
from hmvlm.motion.formats.parameters import SMPLX_PELVIS
from tests import foreign, motions
from tests.hmvlm.motion.retarget.test_foreign import off

PELVIS = BodyModel.load().rest_joints()[0].double().numpy()


def parts(motion, world=None):
    """Root rotation (T, 3), body rotations (T, 63) and translation (T, 3) in a world turned from ours."""
    turn = np.eye(3) if world is None else world
    root = (Rotation.from_matrix(turn) * Rotation.from_rotvec(motion.poses[:, 0])).as_rotvec()
    trans = (motion.trans + PELVIS) @ turn.T - PELVIS
    return root, motion.poses[:, 1:22].reshape(len(motion), -1).astype(float), trans


def kinds(motion):
    """Layout → the file's content and suffix."""
    root, body, trans = parts(motion)
    zroot, _, ztrans = parts(motion, foreign.Z_UP)
    turned = foreign.globals_of(motion)
    local = Rotation.from_rotvec(motion.poses.reshape(-1, 3)).as_matrix().reshape(-1, 24, 3, 3)
    full = np.concatenate([root, body, np.zeros((len(motion), 90))], axis=1)
    gvhmr = {"global_orient": root, "body_pose": body, "transl": trans, "betas": np.zeros((len(motion), 10))}
    return {
        "hymotion.npz": {"poses": full, "trans": trans, "betas": np.zeros(16), "num_frames": np.array(len(motion))},
        "amass.npz": {"poses": np.c_[zroot, body, np.zeros((len(motion), 90))], "trans": ztrans, "mocap_framerate": 20},
        "y_up.npz": {"poses": full, "trans": trans, "mocap_framerate": 20.0},
        "gvhmr.npz": gvhmr,
        "gvhmr.pt": {"smpl_params_global": {k: torch.tensor(v) for k, v in gvhmr.items()}, "smpl_params_incam": {}},
        "wham.pkl": {0: {"pose_world": np.c_[root, body, np.zeros((len(motion), 6))], "trans_world": trans}},
        "aist.pkl": {"smpl_poses": np.c_[root, body, np.zeros((len(motion), 6))],
                     "smpl_trans": (trans) * 93.7, "smpl_scaling": np.array([93.7])},
        "kimodo.npz": {"local_rot_mats": local[:, :22], "global_rot_mats": turned[:, :22],
                       "posed_joints": motion.joints()[:, :22], "root_positions": motion.joints()[:, 0]},
        "smplx_y_up.npz": {"root_orient": root, "pose_body": body, "trans": trans + PELVIS - SMPLX_PELVIS,
                           "mocap_frame_rate": 20.0, "surface_model_type": "smplx"},
        "joints.npy": motion.joints()[:, :22],
        "joints_of_a_batch.npy": motion.joints()[None, :, :22],
        "joints_z_up_in_millimetres.npy": motion.joints() @ foreign.Z_UP.T * 1000,
    }  # fmt: skip


def write(folder, name, content):
    path = folder / name
    if path.suffix == ".npz":
        np.savez(path, **content)
    elif path.suffix == ".npy":
        np.save(path, content)
    elif path.suffix == ".pt":
        torch.save(content, path)
    else:
        path.write_bytes(pickle.dumps(content))
    return path


@pytest.mark.parametrize("name", kinds(motions.walk(1)))
def test_layouts_of_other_projects(name, tmp_path):
    motion = motions.walk(2)
    path = write(tmp_path, name, kinds(motion)[name])
    read = Motion.load(path, fps=20.0)
    if name.startswith("joints"):
        limbs = [
            INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("knee", "ankle", "elbow", "wrist")
        ]
        assert np.median(off(read, motion)[:, limbs]) < 10
    else:
        assert np.abs(read.joints()[:, :22] - motion.joints()[:, :22]).max() < 0.02
    assert abs(read.joints()[..., 1].min() - motion.joints()[..., 1].min()) < 0.06
    if name in ("amass.npz", "y_up.npz", "smplx_y_up.npz"):
        assert Motion.load(path).fps == 20
    elif name in ("aist.pkl", "gvhmr.pt"):
        assert Motion.load(path).fps == {"aist.pkl": 60, "gvhmr.pt": 30}[name]
    else:
        with pytest.raises(RateMissing, match=rf"{name} has no frame rate; .*30 fps.*--fps 30"):
            Motion.load(path)


@pytest.mark.parametrize(("height", "further"), [(0.12, {}), (0.6, {"surface_model_type": "smplh"})])
def test_a_body_that_lies_is_not_stood_up(height, further, tmp_path):
    """On the floor or, in a file of AMASS, on a bed."""
    motion = motions.still(2)
    lying = Rotation.from_euler("x", -90, degrees=True)
    poses = motion.poses.copy()
    poses[:, 0] = lying.as_rotvec()
    trans = np.tile([0.0, height, 1.7], (len(motion), 1)) - PELVIS
    down = Motion(poses, trans)
    root, body, zero = parts(down, foreign.Z_UP)
    content = {"poses": np.c_[root, body, np.zeros((len(motion), 90))], "trans": zero, "mocap_framerate": 20.0}
    read = Motion.load(write(tmp_path, "lying.npz", content | further))
    assert np.ptp(read.joints()[..., 1]) < 0.5


def test_humanml3d_features_by_their_definition(tmp_path):
    """A straight walk: root rows and relative joints as ``motion_representation.py`` lays them out."""
    motion = motions.walk(2)
    joints = motion.joints()[:, :22].astype(float)
    step = np.diff(joints[:, 0], axis=0)
    vectors = np.zeros((len(step), 263))
    vectors[:, 1:3], vectors[:, 3] = step[:, [0, 2]], joints[:-1, 0, 1]
    vectors[:, 4:67] = (joints[:-1, 1:] - joints[:-1, :1] * [1, 0, 1]).reshape(len(step), -1)
    read = Motion.load(write(tmp_path, "features.npy", vectors))
    assert read.fps == 20
    assert np.array_equal(Motion.load(write(tmp_path, "batch.npy", vectors[None])).poses, read.poses)
    assert np.median(off(read, motion.slice(0, len(read)))[:, [INDEX["left_wrist"], INDEX["right_ankle"]]]) < 10
    noise = np.random.default_rng(0).normal(size=vectors.shape)
    for bad in ((vectors - vectors.mean(0)) / (vectors.std(0) + 1), noise + [0, 0, 0, 1, *[0] * 259]):
        with pytest.raises(ValueError, match="normalised.*Mean"):
            Motion.load(write(tmp_path, "scaled.npy", bad))


def test_an_array_of_objects_is_refused_by_what_it_holds(tmp_path):
    np.save(tmp_path / "results.npy", np.array({"motion": np.zeros((22, 3, 5))}, dtype=object))
    with pytest.raises(ValueError, match="results.npy cannot be read as .npy: it holds pickled objects"):
        Motion.load(tmp_path / "results.npy")


def test_what_is_no_motion_is_told_what_is(tmp_path):
    for name, content in (
        ("bad.npz", {"weights": np.zeros(3)}), ("bad.npy", np.zeros((5, 7))), ("bad.pkl", [1, 2]), ("bad.pt", {"a": 1}),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="bad") as caught:
            Motion.load(write(tmp_path, name, content))
        assert KINDS in str(caught.value)


def test_a_pickle_that_asks_for_code_is_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return (print, ("ran",))

    for name in ("evil.pkl", "evil.pt"):
        path = tmp_path / name
        path.write_bytes(pickle.dumps({"poses": Evil()}))
        with pytest.raises(ValueError, match="evil|print"):
            Motion.load(path)


def test_tensors_that_claim_more_than_they_hold_are_refused(tmp_path):
    path = tmp_path / "wide.pt"
    torch.save({"poses": torch.zeros(1).expand(10**9, 156)}, path)
    with pytest.raises(ValueError, match="more than 30 million numbers"):
        Motion.load(path)


def test_tensors_of_training_are_read(tmp_path):
    motion = motions.walk(2)
    root, body, trans = parts(motion)
    kept = {"global_orient": root, "body_pose": body, "transl": trans}
    torch.save(
        {"smpl_params_global": {key: torch.tensor(value, requires_grad=True) for key, value in kept.items()}},
        tmp_path / "trained.pt",
    )
    assert len(Motion.load(tmp_path / "trained.pt")) >= len(motion)


@pytest.mark.parametrize("name", ["joints.npy", "aist.pkl", "gvhmr.pt", "kimodo.npz", "features.npy"])
def test_a_motion_that_is_too_long_is_refused_before_anything_is_solved(name, tmp_path, monkeypatch):
    motion = motions.walk(2)
    content = np.ones((50, 263)) if name == "features.npy" else kinds(motion)[name]
    path = write(tmp_path, name, content)
    monkeypatch.setattr(limits, "MOTION_FRAMES", 30)
    monkeypatch.delattr("hmvlm.motion.retarget.foreign.place")
    monkeypatch.delattr(BodyModel, "joints")
    with pytest.raises(ValueError, match=rf"{name}.* frames.*30 (frames )?are the most"):
        Motion.load(path, fps=20)


def test_a_packed_archive_of_tensors_is_refused_by_its_unpacked_size(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "NPZ_BYTES", 1 << 20)
    path = tmp_path / "bomb.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb/data.pkl", bytes(3 << 20))
    with pytest.raises(ValueError, match=r"bomb.pt .*unpacked it is larger than 1 MB"):
        Motion.load(path)


def test_dictionaries_that_hold_themselves_and_ragged_rows_are_refused(tmp_path):
    endless: dict = {}
    endless["a"] = endless
    torch.save(endless, tmp_path / "endless.pt")
    with pytest.raises(ValueError, match="endless.pt .*deep"):
        Motion.load(tmp_path / "endless.pt")
    path = write(tmp_path, "ragged.pkl", {"smpl_poses": [[1.0], [1.0, 2.0]], "smpl_trans": np.zeros((2, 3))})
    with pytest.raises(ValueError, match=r"ragged.pkl: the rows of 'smpl_poses'"):
        Motion.load(path)


def test_long_and_blank_names_of_arrays_are_told_shortly(tmp_path):
    for name in ("x" * 400, "\xa0" * 200 + "]"):
        np.savez(tmp_path / "a.npz", **{name: np.zeros(3)})
        with pytest.raises(ValueError, match="no 'poses' array") as told:
            Motion.load(tmp_path / "a.npz")
        assert len(str(told.value)) < 400 and "\xa0" not in str(told.value)
