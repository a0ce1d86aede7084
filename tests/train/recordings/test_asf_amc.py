"""ASF/AMC: a three-bone skeleton written here, known angles to known positions."""

import numpy as np
import pytest

from train.recordings.asf_amc import read_amc, read_asf

ASF = """:version 1.10
:name test
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name thigh
     direction 0 -1 0
     length 9.0
     axis 0 0 0 XYZ
     dof rx ry rz
     limits (-160.0 20.0)
            (-70.0 70.0)
            (-60.0 70.0)
  end
  begin
     id 2
     name shin
     direction 0 -1 0
     length 4.5
     axis 0 90 0 XYZ
     dof rx
     limits (-10.0 170.0)
  end
:hierarchy
  begin
    root thigh
    thigh shin
  end
"""
AMC = """#!OML:ASF test.ASF
:FULLY-SPECIFIED
:DEGREES
1
root 0 18 0 0 0 0
thigh 0 0 0
shin 0
2
root 0 18 9 0 90 0
thigh -90 0 0
shin 90
"""
METRE = 0.0254 / 0.45


@pytest.fixture
def files(tmp_path):
    (tmp_path / "t.asf").write_text(ASF)
    (tmp_path / "t.amc").write_text(AMC)
    return tmp_path / "t.asf", tmp_path / "t.amc"


def test_skeleton(files):
    skeleton = read_asf(files[0])
    assert [bone.name for bone in skeleton.bones] == ["thigh", "shin"]
    assert skeleton.parents == (-1, 0)
    assert skeleton.bones[0].length == pytest.approx(9 * METRE)


def test_rest_frame_hangs_straight(files):
    clip = read_amc(files[1], files[0], 30.0)
    assert clip.joints == ("root", "thigh", "shin", "shin_end")
    np.testing.assert_allclose(clip.positions[0] / METRE, [[0, 18, 0], [0, 18, 0], [0, 9, 0], [0, 4.5, 0]], atol=1e-9)
    np.testing.assert_allclose(clip.rest / METRE, [[0, 0, 0], [0, 0, 0], [0, -9, 0], [0, -13.5, 0]], atol=1e-9)


def test_known_angles_give_known_positions(files):
    """Root turned by 90°, thigh lifted, and the shin bent about its own axis, which is turned by 90° about Y."""
    clip = read_amc(files[1], files[0], 30.0)
    shin_local = np.array(
        [[0, -1, 0], [1, 0, 0], [0, 0, 1.0]]
    )  # 90° about X seen through an axis turned 90° about Y: about -Z
    turn = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0.0]])
    lift = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]])
    knee = np.array([0, 18, 9]) + turn @ lift @ [0, -9, 0]
    np.testing.assert_allclose(clip.positions[1, 2] / METRE, knee, atol=1e-6)
    np.testing.assert_allclose(clip.positions[1, 2] / METRE, [9, 18, 9], atol=1e-6)
    end = knee + turn @ lift @ shin_local.T @ [0, -4.5, 0]
    np.testing.assert_allclose(clip.positions[1, 3] / METRE, end, atol=1e-6)
    assert np.linalg.norm(clip.positions[1, 3] - clip.positions[1, 2]) == pytest.approx(4.5 * METRE)


def test_truncated_motion_is_named(files):
    files[1].write_text(AMC.rsplit("\n", 2)[0] + "\n")
    with pytest.raises(ValueError, match="shin.*cut short"):
        read_amc(files[1], files[0], 30.0)


def test_missing_section_is_named(files):
    files[0].write_text(ASF.split(":hierarchy")[0])
    with pytest.raises(ValueError, match="hierarchy"):
        read_asf(files[0])
