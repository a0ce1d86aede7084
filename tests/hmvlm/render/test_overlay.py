"""The body over a picture: where it lands, what stays untouched, and clips that are written in a stream."""

import os
import subprocess
import sys
import threading
from types import ModuleType, SimpleNamespace

import imageio_ffmpeg
import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.render import overlay
from hmvlm.render.scene import DEBIAN_PACKAGES, RenderError
from hmvlm.render.video import BATCH, RenderCancelled
from tests.seeing import estimate_of

GREY = 120


def projected(estimate, frame: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of the vertices and of the joints by the estimate's own camera."""
    body = BodyModel.load()
    trans = -body.rest_joints(estimate.betas)[:1].numpy()
    pose = estimate.poses[frame : frame + 1]
    camera = estimate.cameras[frame]
    vertices = body.vertices(pose, trans, estimate.betas).numpy()[0]
    return camera.project(vertices), camera.project(body.joints(pose, trans, estimate.betas).numpy()[0])


def grey(size: tuple[int, int]) -> np.ndarray:
    return np.full((size[1], size[0], 3), GREY, np.uint8)


def covered(picture: np.ndarray) -> np.ndarray:
    """Pixels that the body changed by more than a soft edge."""
    return (np.abs(picture.astype(int) - GREY) > 12).any(axis=-1)


def box(mask: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(mask)
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], float)


@pytest.mark.gl
@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "zoom"), [((640, 480), 1.0), ((427, 641), 1.0), ((320, 240), 2.5), ((640, 480), 0.5), ((640, 480), 6.0)]
)
def test_the_body_lies_where_its_camera_says(size, zoom):
    """At the estimate's resolution and at others; at 6 x the window is drawn smaller and enlarged."""
    estimate = estimate_of(size=size, scale=0.4 * size[1], at=(0.45, 0.5))
    picture = overlay.overlay_image(grey((round(size[0] * zoom), round(size[1] * zoom))), estimate)
    vertices, joints = projected(estimate)
    expected = zoom * np.concatenate([vertices.min(axis=0), vertices.max(axis=0)])
    limit = [*picture.shape[1::-1]] * 2
    np.testing.assert_allclose(box(covered(picture)), np.clip(expected, 0, limit), atol=1.5 + 0.5 * zoom)
    inside = covered(picture)
    for name in ("pelvis", "head", "left_wrist", "right_wrist", "left_knee", "right_ankle"):
        column, row = (zoom * joints[INDEX[name]]).astype(int)
        assert inside[row, column], name


@pytest.mark.gl
def test_limbs_are_centred_on_their_joints():
    """The thin forearm of the T-pose: the silhouette's middle is the projected wrist within 2 pixels."""
    estimate = estimate_of()
    estimate.poses[:] = 0
    inside = covered(overlay.overlay_image(grey((640, 480)), estimate))
    _, joints = projected(estimate)
    for side in ("left", "right"):
        column, row = joints[INDEX[f"{side}_wrist"]]
        rows = np.nonzero(inside[:, round(column)])[0]
        assert abs(rows.mean() + 0.5 - row) < 2


@pytest.mark.gl
def test_left_is_warm_right_is_cool_and_edges_are_soft():
    picture = overlay.overlay_image(grey((640, 480)), estimate_of()).astype(int)
    _, joints = projected(estimate_of())
    for side, sign in (("left", 1), ("right", -1)):
        column, row = joints[INDEX[f"{side}_elbow"]].astype(int)
        red, _, blue = picture[row, column]
        assert sign * (red - blue) > 40
    change = np.abs(picture - GREY).max(axis=-1)
    assert ((change > 0) & (change < 12)).sum() > 20


@pytest.mark.gl
def test_what_shows_nobody_stays_untouched():
    picture, estimate = np.random.default_rng(0).integers(0, 255, (480, 640, 3), np.uint8), estimate_of()
    over = overlay.overlay_image(picture, estimate)
    vertices, _ = projected(estimate)
    low, high = np.floor(vertices.min(axis=0)).astype(int), np.ceil(vertices.max(axis=0)).astype(int)
    outside = np.ones((480, 640), bool)
    outside[low[1] - 1 : high[1] + 1, low[0] - 1 : high[0] + 1] = False
    assert (over != picture).any()
    np.testing.assert_array_equal(over[outside], picture[outside])
    for nobody in (estimate_of(at=(9, 9)), estimate_of()):
        nobody.found[:] = nobody.cameras[0].offset[0] > 640
        np.testing.assert_array_equal(overlay.overlay_image(picture, nobody), picture)


@pytest.mark.gl
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (3000, 40)])
def test_any_size_of_picture(size):
    assert overlay.overlay_image(grey(size), estimate_of(size=size)).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)])
def test_other_arrays_are_no_pictures(bad):
    with pytest.raises(ValueError, match="uint8"):
        overlay.overlay_image(bad, estimate_of())


@pytest.fixture
def clip(monkeypatch):
    """A grey clip whose frames are counted as they are read, in the place of a decoded file."""
    read = SimpleNamespace(count=50, size=(161, 121), fps=25.0, ahead=0, done=0, most=0)

    def frames():
        for _ in range(read.count):
            read.ahead += 1
            read.most = max(read.most, read.ahead - read.done)
            yield grey(read.size)

    module = ModuleType("hmvlm.vision.video")
    module.MAX_FPS = 30.0
    module.read_video = lambda path, max_fps, cancel=None: SimpleNamespace(
        frames=frames(), count=read.count, fps=min(read.fps, max_fps), size=read.size, duration=2.0, note=None
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return read


@pytest.mark.gl
@pytest.mark.slow
def test_a_clip_is_streamed_into_a_video_of_even_size(clip, tmp_path):
    estimate, counts = estimate_of(50, (161, 121), 45.0), []
    estimate.found[20:30] = False

    def progress(done: int, total: int) -> None:
        clip.done = done
        counts.append((done, total))

    path = overlay.overlay_video("clip.mp4", estimate, tmp_path / "over.mp4", progress)
    assert counts == [(k, 50) for k in range(1, 51)] and clip.most <= 3 * BATCH
    reader = imageio_ffmpeg.read_frames(str(path))
    facts = next(reader)
    pictures = [np.frombuffer(frame, np.uint8).reshape(122, 162, 3) for frame in reader]
    assert facts["fps"] == 25 and facts["size"] == (162, 122) and len(pictures) == 50
    shown = [covered(picture).mean() > 0.03 for picture in pictures]
    assert shown == estimate.found.tolist()
    assert [file.name for file in tmp_path.iterdir()] == ["over.mp4"]


@pytest.mark.slow
@pytest.mark.gl
def test_a_clip_with_other_frames_than_the_estimate_ends_with_the_shorter(clip, tmp_path):
    clip.count = 20
    counts = []
    overlay.overlay_video("c.mp4", estimate_of(50, (161, 121)), tmp_path / "a.mp4", lambda *done: counts.append(done))
    overlay.overlay_video("c.mp4", estimate_of(5, (161, 121)), tmp_path / "b.mp4", lambda *done: counts.append(done))
    assert counts[19] == (20, 20) and counts[-1] == (5, 5)


@pytest.mark.gl
@pytest.mark.slow
def test_cancelling_leaves_no_file(clip, tmp_path):
    cancel = threading.Event()

    def stop(done: int, total: int) -> None:
        if done == 18:
            cancel.set()

    with pytest.raises(RenderCancelled):
        overlay.overlay_video("c.mp4", estimate_of(50, (161, 121)), tmp_path / "never.mp4", stop, cancel)
    assert not list(tmp_path.iterdir())


@pytest.mark.gl
def test_bad_outputs_and_empty_clips(clip, tmp_path):
    estimate = estimate_of(50, (161, 121))
    with pytest.raises(ValueError, match="as .mp4"):
        overlay.overlay_video("c.mp4", estimate, tmp_path / "over.avi")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        overlay.overlay_video("c.mp4", estimate, tmp_path / "nowhere" / "over.mp4")
    clip.count = 0
    with pytest.raises(RenderError, match="no frames"):
        overlay.overlay_video("c.mp4", estimate, tmp_path / "over.mp4")


@pytest.mark.slow
def test_without_opengl_one_sentence_names_the_packages(tmp_path):
    script = (
        "from tests.hmvlm.render.test_overlay import estimate_of, grey\n"
        "from hmvlm.render import overlay\n"
        "try:\n"
        "    overlay.overlay_image(grey((64, 64)), estimate_of(size=(64, 64), scale=20))\n"
        "except overlay.RenderError as error:\n"
        "    print('ERROR', error)\n"
    )
    environment = {**os.environ, "__EGL_VENDOR_LIBRARY_DIRS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.startswith("ERROR") and all(package in done.stdout for package in DEBIAN_PACKAGES)
