"""Rendered pictures: where the body stands, which side is front, and what happens without OpenGL."""

import ctypes.util
import os
import subprocess
import sys

import numpy as np
import pytest

from hmvlm.body import clothing
from hmvlm.body.skeleton import INDEX
from hmvlm.render import style
from hmvlm.render.scene import DEBIAN_PACKAGES, warm_up
from hmvlm.render.video import render_frame
from tests.hmvlm.render.standing import standing


def like(picture: np.ndarray, color: tuple[float, float, float], tolerance: float = 0.12) -> np.ndarray:
    """Pixels ``(H, W)`` whose hue and saturation are a colour's, however light or dark."""
    pixels = picture / 255.0
    share = pixels / np.maximum(pixels.sum(axis=-1, keepdims=True), 1e-3)
    wanted = np.array(color) / sum(color)
    return np.abs(share - wanted).sum(axis=-1) < tolerance


@pytest.mark.gl
def test_picture_shows_an_upright_body_from_the_front():
    picture = render_frame(standing(), 0, 256, azimuth=0.0)
    assert picture.shape == (256, 256, 3) and picture.dtype == np.uint8
    np.testing.assert_allclose(picture[2, 2] / 255, style.BACKGROUND, atol=0.01)
    shirt, hair = like(picture, clothing.SHIRT), like(picture, clothing.HAIR)
    hair &= picture.sum(axis=-1) < 250
    assert 0.02 < shirt.mean() < 0.12 and hair.sum() > 20
    assert np.nonzero(hair)[0].mean() < np.nonzero(shirt)[0].mean() < 160
    columns = np.nonzero(shirt)[1]
    assert abs(columns.mean() - 128) < 4
    behind = render_frame(standing(), 0, 256, azimuth=np.pi)
    dark = (like(behind, clothing.HAIR) & (behind.sum(axis=-1) < 250)).sum()
    assert dark > 1.4 * hair.sum()  # more hair from the back, so the front is the front


@pytest.mark.gl
def test_left_arm_is_on_the_right_of_a_frontal_picture():
    clip = standing()
    clip.poses[:, INDEX["left_shoulder"], 2] = 1.2
    picture = render_frame(clip, 0, 256, azimuth=0.0)
    skin = like(picture, clothing.SKIN, 0.08) & (picture[..., 0] > picture[..., 2].astype(int) + 30)
    top = np.nonzero(skin)[0].min()
    assert np.nonzero(skin[top : top + 10])[1].mean() > 150


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["library", "driver"])
def test_without_opengl_one_sentence_names_the_packages(missing, tmp_path):
    """A machine without libEGL, or without a driver behind it."""
    environment = dict(os.environ)
    if missing == "library":
        (tmp_path / "libEGL.so.1").touch()
        environment["LD_LIBRARY_PATH"] = str(tmp_path)
    else:
        environment["__EGL_VENDOR_LIBRARY_DIRS"] = str(tmp_path)
    script = (
        "from tests.hmvlm.render.standing import standing\n"
        "from hmvlm.render.video import render_frame\n"
        "from hmvlm.render.scene import RenderError\n"
        "for attempt in range(2):\n"
        "    try:\n"
        "        render_frame(standing(), 0, 64)\n"
        "    except RenderError as error:\n"
        "        print('ERROR', error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    errors = [line for line in done.stdout.splitlines() if line.startswith("ERROR")]
    assert len(errors) == 2 and errors[0] == errors[1]
    assert all(package in errors[0] for package in DEBIAN_PACKAGES)
    assert "Traceback" not in done.stderr


@pytest.mark.gl
def test_warming_up_needs_nothing_and_may_be_repeated():
    assert warm_up().result(timeout=120) is None
    assert warm_up().result(timeout=10) is None


@pytest.mark.slow
def test_osmesa_is_asked_when_it_is_wanted():
    """It draws what EGL draws; where its library is missing, a sentence names it."""
    script = (
        "from tests.hmvlm.render.standing import standing\n"
        "from hmvlm.render.video import render_frame\n"
        "from hmvlm.render.scene import RenderError\n"
        "try:\n"
        "    print('DRAWN', render_frame(standing(), 0, 64).sum())\n"
        "except RenderError as error:\n"
        "    print('ERROR', error)\n"
    )
    environment = {**os.environ, "PYOPENGL_PLATFORM": "osmesa"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    if ctypes.util.find_library("OSMesa"):
        drawn = float(done.stdout.split("DRAWN")[1])
        assert drawn == pytest.approx(render_frame(standing(), 0, 64).sum(), rel=0.01)
    else:
        assert "ERROR pictures need OpenGL through OSMesa" in done.stdout and "libosmesa6" in done.stdout
