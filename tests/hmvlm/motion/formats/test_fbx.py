"""FBX through Blender, where there is one, and what is said where there is none."""

import sys

import pytest

from hmvlm.motion.formats import fbx


def test_without_blender_one_sentence_says_what_to_install(motion, tmp_path, monkeypatch):
    monkeypatch.setenv(fbx.SETTING, str(tmp_path / "no-blender"))
    with pytest.raises(OSError, match="pip install bpy"):
        motion.save(tmp_path / "motion.fbx")
    assert not list(tmp_path.iterdir())


def test_a_program_that_fails_is_reported_with_its_last_line(motion, tmp_path, monkeypatch):
    monkeypatch.setenv(fbx.SETTING, sys.executable)  # a Python without Blender's package, unless that is installed
    if fbx.importlib.util.find_spec("bpy") is not None:
        pytest.skip("bpy is installed here")
    with pytest.raises(OSError, match="could not convert .* No module named 'bpy'"):
        motion.slice(0, 2).save(tmp_path / "motion.fbx")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.skipif(fbx.command() is None, reason="there is no Blender here")
def test_fbx_comes_back_with_the_same_joints(monkeypatch):
    from benchmarks import interchange

    monkeypatch.setattr(sys, "argv", ["interchange", "--rates", "30"])
    assert interchange.main() == 0
