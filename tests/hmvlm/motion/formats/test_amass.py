"""AMASS npz files."""

import numpy as np
import pytest

from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from tests.motions import MILLIMETRE


@pytest.fixture
def amass(motion, tmp_path):
    """Arrays of a valid AMASS file, to be spoilt; ``write`` makes a file of them."""
    motion.save(tmp_path / "good.npz")
    wanted = ("poses", "trans", "betas", "gender", "mocap_framerate", "text")
    with np.load(tmp_path / "good.npz") as file:
        arrays = {name: file[name] for name in wanted}

    def write(**changes):
        kept = {name: value for name, value in (arrays | changes).items() if value is not None}
        np.savez(tmp_path / "changed.npz", **kept)
        return tmp_path / "changed.npz"

    write.arrays = arrays
    return write


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
