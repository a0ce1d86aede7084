"""BVH: any channel order, position channels of every joint, end sites, broken files."""

import numpy as np
import pytest

from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.bvh_file import read_bvh
from tests import motions

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


LOOSE = {
    "comments": lambda head, rows: f"# by a tool\n{head}// more\nMOTION\n" + "\n".join(rows) + "\n# end\n",
    "commas": lambda head, rows: head + "MOTION\n" + "\n".join([*rows[:2], *(", ".join(r.split()) for r in rows[2:])]),
    "decimal commas": lambda head, rows: head + "MOTION\n" + "\n".join(rows).replace(".", ","),
    "one line": lambda head, rows: f"{head}MOTION: " + "\n".join(rows),
    "end of file": lambda head, rows: head + "MOTION\n" + "\n".join(rows) + "\n\x1a\0\0",
    "UTF-16": lambda head, rows: (head + "MOTION\r\n" + "\r\n".join(rows)).encode("utf-16"),
    "scale channels": lambda head, rows: (
        head.replace("CHANNELS 6 ", "CHANNELS 9 Xscale Yscale Zscale ")
        + "MOTION\n"
        + "\n".join([*rows[:2], *(f"1 1 1 {row}" for row in rows[2:])])
    ),
}


@pytest.fixture
def written(tmp_path):
    """A walk of 20 frames as a file, with its hierarchy and its rows."""
    path = motions.walk(1).save(tmp_path / "walk.bvh")
    head, rows = path.read_text().split("MOTION\n")
    return path, head, rows.splitlines()


@pytest.mark.parametrize("kind", LOOSE)
def test_loose_files_are_read(written, kind):
    path, head, rows = written
    text = LOOSE[kind](head, rows)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert np.abs(Motion.load(path).joints() - motions.walk(1).joints()).max() < 1e-3


def test_a_last_row_that_is_cut_off_is_left_out(written):
    path, head, rows = written
    path.write_text(f"{head}MOTION\n" + "\n".join(rows)[:-200])
    read = Motion.load(path)
    assert len(read) == 19 and "the last frame is cut off and left out" in read.note
    path.write_text(f"{head}MOTION\n" + "\n".join([*rows[:2], *(f"{row} 0" for row in rows[2:])]))
    with pytest.raises(ValueError, match="20 frames of 75 values are announced, but it holds 1520 values, 76 in a row"):
        Motion.load(path)


def test_a_rate_in_the_place_of_the_frame_time(written):
    path, head, rows = written
    path.write_text(f"{head}MOTION\n" + "\n".join([rows[0], "Frame Time: 120", *rows[2:]]))
    read = Motion.load(path)
    assert read.fps == 120 and "the frame time 120 was read as 120 frames a second" in read.note
