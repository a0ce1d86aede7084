"""BVH: any channel order, position channels of every joint, end sites, broken files."""

import numpy as np
import pytest

from hmvlm.motion.formats.bvh_file import read_bvh

HEAD = """HIERARCHY
ROOT hip
{
  OFFSET 0 90 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT knee
  {
    OFFSET 0 -40 0
    CHANNELS %s
    End Site
    {
      OFFSET 0 -30 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
"""


def write(tmp_path, channels: str, rows: str):
    path = tmp_path / "t.bvh"
    path.write_text(HEAD % channels + rows)
    return path


def test_positions_of_known_angles(tmp_path):
    path = write(tmp_path, "3 Zrotation Xrotation Yrotation", "0 90 0 0 0 0 0 0 0\n10 90 0 0 0 90 0 90 0\n")
    clip = read_bvh(path, 0.01)
    assert clip.joints == ("hip", "knee", "knee_end")
    assert clip.parents == (-1, 0, 1)
    assert clip.fps == 30.0
    np.testing.assert_allclose(clip.positions[0], [[0, 0.9, 0], [0, 0.5, 0], [0, 0.2, 0]], atol=1e-9)
    # hip turned 90° about Y, then the shin swung by 90° about the turned X axis: it points along -X
    np.testing.assert_allclose(clip.positions[1], [[0.1, 0.9, 0], [0.1, 0.5, 0], [-0.2, 0.5, 0]], atol=1e-9)


def test_rotation_order_is_the_channels_order(tmp_path):
    rows = "0 90 0 0 0 0 90 90 0\n0 90 0 0 0 0 90 90 0\n"
    first = read_bvh(write(tmp_path, "3 Zrotation Xrotation Yrotation", rows), 0.01).rotations[0, 1]
    second = read_bvh(write(tmp_path, "3 Xrotation Zrotation Yrotation", rows), 0.01).rotations[0, 1]
    z = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1.0]])
    x = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0.0]])
    np.testing.assert_allclose(first, z @ x, atol=1e-9)
    np.testing.assert_allclose(second, x @ z, atol=1e-9)


def test_position_channels_replace_the_offset(tmp_path):
    rows = "0 90 0 0 0 0 5 -41 0 0 0 0\n0 90 0 0 0 0 0 -40 0 0 0 0\n"
    clip = read_bvh(write(tmp_path, "6 Xposition Yposition Zposition Zrotation Xrotation Yrotation", rows), 0.01)
    np.testing.assert_allclose(clip.positions[0, 1], [0.05, 0.49, 0], atol=1e-9)
    np.testing.assert_allclose(clip.rest[1], [0, 0.5, 0], atol=1e-9)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("not a bvh", "no BVH"),
        (HEAD % "3 Zrotation Xrotation Yrotation" + "0 0 0\n", "2 frames of 9 values are announced"),
    ],
)
def test_broken_files_are_named(tmp_path, text, word):
    path = tmp_path / "bad.bvh"
    path.write_text(text)
    with pytest.raises(ValueError, match=word):
        read_bvh(path)
