"""Contact sheets."""

import subprocess
import sys

import pytest
from PIL import Image

from hmvlm.render.sheet import contact_sheet
from tests.hmvlm.render.standing import standing


@pytest.mark.gl
@pytest.mark.slow
def test_contact_sheet(tmp_path):
    clip = standing(40, 1.0)
    clip.text = "a person slides forward"
    sheet = contact_sheet(clip, tmp_path / "sheet.png", frames=10, size=96)
    assert sheet.size == (8 * 96, 2 * 96 + 24)
    assert Image.open(tmp_path / "sheet.png").size == sheet.size
    clip.save(tmp_path / "clip.npz")
    command = [sys.executable, "-m", "hmvlm.render.sheet", str(tmp_path / "clip.npz"), str(tmp_path / "again.png")]
    subprocess.run([*command, "--frames", "4", "--size", "64"], check=True, timeout=120)
    assert Image.open(tmp_path / "again.png").size == (256, 64 + 24)
