"""Saved motions load with the same joints; other files are refused in one sentence."""

import subprocess
import sys

import numpy as np
import pytest

from hmvlm import motion_files
from hmvlm.motion import formats
from hmvlm.motion.clip import Motion
from hmvlm.vision.media import media_kind
from tests.hmvlm.motion.formats.glb_reader import joint_matrices, read_glb
from tests.motions import MILLIMETRE


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
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(ValueError, match="cut"):
            Motion.load(path)


def test_other_suffixes_and_missing_files(motion, tmp_path):
    with pytest.raises(ValueError, match=r"\.obj"):
        motion_files.save_motion(motion, tmp_path / "motion.obj")
    with pytest.raises(ValueError, match=r"\.fbx.*AIST"):
        motion_files.load_motion(tmp_path / "motion.fbx")
    with pytest.raises(FileNotFoundError, match="absent"):
        Motion.load(tmp_path / "absent.npz")


def test_one_frame_is_a_motion_too(tmp_path):
    still = Motion(np.zeros((1, 24, 3)), np.zeros((1, 3)))
    for suffix in (".npz", ".bvh"):
        assert len(Motion.load(still.save(tmp_path / f"still{suffix}"))) == 1
    gltf, read = read_glb(still.save(tmp_path / "still.glb"))
    assert np.abs(joint_matrices(gltf, read)[..., :3, 3] - still.joints()).max() < MILLIMETRE


def test_a_registered_format_is_known_everywhere(motion, tmp_path):
    """A format added in another process, before anything derived from the registry is imported."""
    module = tmp_path / "plain.py"
    module.write_text(
        "from hmvlm.motion.clip import Motion\n"
        "def save(motion, path, export): path.write_text('plain')\n"
        "def load(path): return Motion([[[0] * 3] * 24], [[0] * 3])\n"
    )
    code = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
from hmvlm.motion import formats
FORMATS = (*formats.FORMATS, formats.Format(".plain", "plain", "A plain file"))
formats.FORMATS = FORMATS
formats.WRITTEN = tuple(one.suffix for one in FORMATS)
formats.READ = tuple(one.suffix for one in FORMATS if one.reads)
from pathlib import Path
from hmvlm.cli.arguments import parser
from hmvlm.cli.files import check_output
from hmvlm.motion import formats
from hmvlm.motion.clip import Motion
path = Path({str(tmp_path)!r}) / "a.plain"
check_output(path)
Motion([[[0] * 3] * 24], [[0] * 3]).save(path)
assert len(Motion.load(path)) == 1
assert ".plain" in parser().parse_args(["chat", "x", "--out", "a.plain"]).out[0].suffix
try:
    Motion.load(path.with_suffix(".fbx"))
except ValueError as error:
    assert "or .plain, not from '.fbx'" in str(error), error
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_page_offers_what_is_registered():
    from hmvlm.ui import examples, exports, media

    assert {one.suffix[1:] for one in formats.FORMATS if one.writes} <= set(exports.FORMATS)
    assert formats.listed(formats.READ) in examples.welcome() and set(formats.READ) <= set(media.ACCEPTED)
    assert formats.listed([".npz"]) == ".npz"


@pytest.mark.parametrize(
    ("name", "advised"),
    [
        ("dance.FBX", "export it as BVH or GLB"),
        ("all.zip", "unpack it"),
        ("07.asf", r"give its \.amc"),
        ("a.c3d", "markers"),
    ],
)
def test_files_that_are_not_read_are_answered_with_what_to_give(name, advised, tmp_path):
    (tmp_path / name).write_bytes(b"Kaydara FBX Binary  \0")
    with pytest.raises(ValueError, match=f"^{name} .*{advised}"):
        media_kind(tmp_path / name)
