"""The body: agrees with smplx, stays silent, and reads SMPL pickles without running them."""

import pickle

import numpy as np
import pytest
import scipy.sparse
import torch

from hmvlm.body.skeleton import INDEX, MIRROR, NUM_JOINTS, PARENTS, PART_JOINTS
from hmvlm.body.smpl import FIELDS, BodyModel


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return BodyModel.load()


def test_parts_divide_the_joints():
    assert sorted(j for joints in PART_JOINTS.values() for j in joints) == list(range(NUM_JOINTS))
    assert all(MIRROR[MIRROR[j]] == j for j in range(NUM_JOINTS))
    assert all(PARENTS[j] < j for j in range(NUM_JOINTS))


def test_rest_pose_is_a_t_pose_facing_forward(body):
    rest = body.rest_joints()
    assert rest[INDEX["left_wrist"], 0] > 0.5 > -0.5 > rest[INDEX["right_wrist"], 0]
    assert rest[INDEX["left_foot"], 2] > rest[INDEX["left_ankle"], 2] + 0.1
    assert rest[INDEX["head"], 1] - rest[INDEX["left_foot"], 1] == pytest.approx(1.477, abs=0.01)


def test_joints_follow_the_skin(body):
    torch.manual_seed(0)
    poses, trans = torch.randn(3, 24, 3) * 0.3, torch.randn(3, 3)
    out = body._skin(
        betas=torch.zeros(3, 10), global_orient=poses[:, 0], body_pose=poses[:, 1:].flatten(1), transl=trans
    )
    assert (out.joints[:, :24] - body.joints(poses, trans)).abs().max() < 1e-5


def test_raising_the_left_arm_moves_the_left_side_only(body):
    poses = torch.zeros(1, 24, 3)
    poses[0, INDEX["left_shoulder"], 2] = 1.2
    still, raised = body.vertices(torch.zeros(1, 24, 3), torch.zeros(1, 3)), body.vertices(poses, torch.zeros(1, 3))
    moved = (raised - still).norm(dim=-1)[0] > 0.05
    assert body.template[moved.numpy(), 0].min() > 0.05
    assert body.joints(poses, torch.zeros(1, 3))[0, INDEX["left_wrist"], 1] > 0.4


def test_skinning_prints_nothing(capfd):
    BodyModel(BodyModel.load()._arrays).vertices(np.zeros((1, 24, 3)), np.zeros((1, 3)))
    assert capfd.readouterr().out == ""


def test_shape_changes_the_body(body):
    taller = body.rest_joints(np.array([2.0] + [0.0] * 9))
    assert (taller - body.rest_joints()).abs().max() > 0.005


def test_a_users_npz_and_pickle_load_alike(body, tmp_path):
    arrays = {name: body._arrays[name] for name in FIELDS}
    np.savez(tmp_path / "mine.npz", **arrays)
    with (tmp_path / "mine.pkl").open("wb") as file:
        pickle.dump(arrays | {"J_regressor": scipy.sparse.csc_matrix(arrays["J_regressor"])}, file, protocol=2)
    for name in ("mine.npz", "mine.pkl"):
        assert torch.allclose(BodyModel.load(tmp_path / name).rest_joints(), body.rest_joints(), atol=1e-5)


class _Evil:
    def __reduce__(self):
        return (print, ("ran",))


def test_a_pickle_with_code_is_refused_and_never_run(tmp_path, capsys):
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps({"v_template": _Evil()}))
    with pytest.raises(ValueError, match="print"):
        BodyModel.load(tmp_path / "evil.pkl")
    assert "ran" not in capsys.readouterr().out


@pytest.mark.parametrize(("name", "content"), [("a.pkl", b""), ("a.pkl", b"garbage"), ("a.obj", b"x")])
def test_files_that_are_no_body_are_one_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError):
        BodyModel.load(tmp_path / name)


def test_a_missing_field_and_a_missing_file_are_named(body, tmp_path):
    np.savez(tmp_path / "part.npz", v_template=body.template)
    with pytest.raises(ValueError, match="weights"):
        BodyModel.load(tmp_path / "part.npz")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        BodyModel.load(tmp_path / "nowhere.npz")
