"""Pictures and videos of motion: what is in view, where the body stands, which side is front."""

import os
import subprocess
import sys
import threading

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from hmvlm.body import clothing
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.render import camera, style
from hmvlm.render.geometry import SHADOW_PIXELS, surface_of
from hmvlm.render.scene import DEBIAN_PACKAGES, RenderError, warm_up
from hmvlm.render.sheet import contact_sheet
from hmvlm.render.video import RenderCancelled, render_frame, render_frames, render_video

FLOOR_TO_ORIGIN = 1.17
"""Height (m) of the body's origin when the T-pose stands on the floor."""


def standing(frames: int = 4, speed: float = 0.0) -> Motion:
    """Arms hanging, left hand in front; moving forward at ``speed`` m/s at 20 fps."""
    poses = np.zeros((frames, 24, 3))
    poses[:, INDEX["left_shoulder"], 2] = -1.2
    poses[:, INDEX["right_shoulder"], 2] = 1.2
    trans = np.zeros((frames, 3))
    trans[:, 1] = FLOOR_TO_ORIGIN
    trans[:, 2] = np.arange(frames) / 20 * speed
    return Motion(poses, trans)


def like(picture: np.ndarray, color: tuple[float, float, float], tolerance: float = 0.12) -> np.ndarray:
    """Pixels ``(H, W)`` whose hue and saturation are a colour's, however light or dark."""
    pixels = picture / 255.0
    share = pixels / np.maximum(pixels.sum(axis=-1, keepdims=True), 1e-3)
    wanted = np.array(color) / sum(color)
    return np.abs(share - wanted).sum(axis=-1) < tolerance


def project(points: np.ndarray, pose: np.ndarray, aspect: float = 1.0) -> np.ndarray:
    """Points ``(..., 3)`` to picture coordinates: within -1..1 is in view, y up."""
    local = (points - pose[:3, 3]) @ pose[:3, :3]
    tangent = np.tan(camera.FIELD_OF_VIEW / 2)
    return local[..., :2] / -local[..., 2:] / [tangent * aspect, tangent]


@pytest.mark.parametrize("speed", [0.0, 1.2, 4.0])
@pytest.mark.parametrize("aspect", [1.0, 16 / 9, 0.5])
def test_camera_holds_the_whole_path(speed, aspect):
    joints = standing(160, speed).joints()
    joints[80:, :, 0] += np.linspace(0, 2, 80)[:, None]
    plan = camera.plan_camera(joints, 20.0, aspect)
    for frame in range(0, 160, 7):
        seen = project(joints[frame], plan.poses[frame], aspect)
        assert np.abs(seen).max() < 1
    spread = np.ptp(project(joints[0], plan.poses[0], aspect)[:, 1])
    assert spread > 2 * camera.SMALLEST_BODY * 0.75  # joints span less than the skin


def test_camera_stands_still_unless_the_path_is_long():
    near = camera.plan_camera(standing(80, 0.4).joints(), 20.0)
    assert np.ptp(near.poses, axis=0).max() == 0
    far = camera.plan_camera(standing(200, 2.0).joints(), 20.0)
    assert np.ptp(far.poses[:, :3, 3], axis=0).max() > 10
    assert np.ptp(far.poses[:, :3, :3], axis=0).max() == 0


def test_a_still_camera_keeps_its_place_and_all_of_the_path_in_view():
    joints = standing(200, 2.0).joints()
    plan = camera.plan_camera(joints, 20.0, 1.6, still=True)
    assert np.allclose(plan.poses, plan.poses[0]) and not np.allclose(
        camera.plan_camera(joints, 20.0, 1.6).poses[0], plan.poses[0]
    )
    local = np.einsum(
        "ij,tnj->tni", np.linalg.inv(plan.poses[0]), np.concatenate([joints, np.ones_like(joints[..., :1])], -1)
    )
    assert (local[..., 2] < 0).all() and (
        np.abs(local[..., 1]) <= -local[..., 2] * np.tan(camera.FIELD_OF_VIEW / 2) + 1e-6
    ).all()


def test_camera_sees_the_front_whatever_the_heading():
    for turn in (0.0, 1.0, 3.0):
        clip = standing()
        clip.poses[:, 0, 1] = turn
        plan = camera.plan_camera(clip.joints(), 20.0)
        toward = plan.poses[0, :3, 3] - clip.joints()[0, 0]
        facing = np.array([np.sin(turn), 0, np.cos(turn)])
        assert toward @ facing / np.linalg.norm(toward) > 0.8
        assert 0.1 < toward[1] / np.linalg.norm(toward) < 0.4


def test_normals_match_trimesh_and_point_outward():
    import trimesh

    surface = surface_of()
    vertices = surface.body.vertices(standing(2).poses, standing(2).trans).numpy()
    ours = surface.normals(vertices)[1]
    mesh = trimesh.Trimesh(vertices[1], surface.faces, process=False)
    theirs = trimesh.geometry.mean_vertex_normals(
        len(vertices[1]), mesh.faces, mesh.face_normals * mesh.area_faces[:, None]
    )
    sharp = np.linalg.norm(ours, axis=1) > 0.5
    np.testing.assert_allclose(ours[sharp], theirs[sharp], atol=2e-3)
    assert mesh.volume > 0.02  # faces wind outward


def test_shadow_lies_under_the_feet_and_fades_with_height():
    surface = surface_of()
    frames = surface.frames(standing(1))
    flying = standing(1)
    flying.trans[:, 1] += 0.8
    dark, faint = frames.shadows[0].astype(int), surface.frames(flying).shadows[0].astype(int)
    assert dark.shape == (SHADOW_PIXELS, SHADOW_PIXELS) and dark.max() > 100 and faint.max() < dark.max() / 2
    rows, columns = np.nonzero(dark > 0.8 * dark.max())
    side = 3.2 / SHADOW_PIXELS
    x, z = (columns + 0.5) * side - 1.6 + frames.places[0, 0], (rows + 0.5) * side - 1.6 + frames.places[0, 1]
    feet = standing(1).joints()[0, [INDEX["left_foot"], INDEX["right_foot"], INDEX["left_ankle"], INDEX["right_ankle"]]]
    nearest = np.hypot(x[:, None] - feet[:, 0], z[:, None] - feet[:, 2]).min(axis=1)
    assert nearest.max() < 0.15


def test_clothes_follow_the_skeleton():
    body = BodyModel.load()
    colors = clothing.vertex_colors(body)
    for joint, color in (
        ("left_hand", clothing.SKIN), ("right_knee", clothing.TROUSERS), ("spine3", clothing.SHIRT),
        ("left_foot", clothing.SHOES),
    ):  # fmt: skip
        nearest = np.linalg.norm(body.template - body.rest_joints()[INDEX[joint]].numpy(), axis=1).argmin()
        np.testing.assert_allclose(colors[nearest], color, atol=1e-3)
    left_right = body.template[:, 0] > 0
    assert np.abs(colors[left_right].mean(axis=0) - colors[~left_right].mean(axis=0)).max() < 0.02


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


def test_left_arm_is_on_the_right_of_a_frontal_picture():
    clip = standing()
    clip.poses[:, INDEX["left_shoulder"], 2] = 1.2
    picture = render_frame(clip, 0, 256, azimuth=0.0)
    skin = like(picture, clothing.SKIN, 0.08) & (picture[..., 0] > picture[..., 2].astype(int) + 30)
    top = np.nonzero(skin)[0].min()
    assert np.nonzero(skin[top : top + 10])[1].mean() > 150


def test_moving_body_moves_and_sizes_change_between_calls():
    first = list(render_frames(standing(20, 1.0), 128))
    assert len(first) == 20 and np.abs(first[0].astype(int) - first[-1]).max() > 60
    wide = list(render_frames(standing(2), (192, 64)))
    assert wide[0].shape == (64, 192, 3)
    again = list(render_frames(standing(20, 1.0), 128))
    np.testing.assert_array_equal(first[7], again[7])


def test_video_plays_everywhere(tmp_path):
    counts = []
    path = render_video(standing(30, 1.0), tmp_path / "walk.mp4", 128, progress=lambda *done: counts.append(done))
    assert counts == [(k, 30) for k in range(1, 31)]
    reader = imageio_ffmpeg.read_frames(str(path))
    facts = next(reader)
    pictures = [np.frombuffer(frame, np.uint8).reshape(128, 128, 3) for frame in reader]
    assert facts["codec"] == "h264" and facts["pix_fmt"].startswith("yuv420p")
    assert facts["fps"] == 20 and facts["size"] == (128, 128) and len(pictures) == 30
    wanted = next(render_frames(standing(30, 1.0), 128))
    assert np.abs(pictures[0].astype(int) - wanted).mean() < 3
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # playable while it downloads
    assert [file.name for file in tmp_path.iterdir()] == ["walk.mp4"]


def test_fast_recordings_become_thirty_frames_a_second(tmp_path):
    clip = standing(61)
    clip.fps = 120.0
    path = clip.save(tmp_path / "fast.mp4")
    facts = next(imageio_ffmpeg.read_frames(str(path)))
    assert facts["fps"] == 30 and facts["duration"] == pytest.approx(16 / 30, abs=0.05)


def test_cancelling_leaves_no_file(tmp_path):
    cancel = threading.Event()

    def stop(done: int, total: int) -> None:
        if done == 20:
            cancel.set()

    with pytest.raises(RenderCancelled):
        render_video(standing(60), tmp_path / "never.mp4", 64, cancel=cancel, progress=stop)
    assert not list(tmp_path.iterdir())


def test_several_threads_take_turns():
    results: dict[int, int] = {}

    def draw(key: int) -> None:
        results[key] = sum(1 for _ in render_frames(standing(40), 64))

    abandoned = render_frames(standing(60), 64)
    next(abandoned)  # a caller that never comes back must not block the others
    threads = [threading.Thread(target=draw, args=(key,)) for key in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert results == {0: 40, 1: 40, 2: 40}


def test_bad_requests(tmp_path):
    clip = standing()
    for size in (10, 5000, (64, 20)):
        with pytest.raises(ValueError, match="between 64 and 2048"):
            next(render_frames(clip, size))
    with pytest.raises(ValueError, match="even"):
        render_video(clip, tmp_path / "odd.mp4", (101, 64))
    with pytest.raises(ValueError, match=r"\.mp4"):
        render_video(clip, tmp_path / "clip.avi")
    with pytest.raises(ValueError, match="1 to 120"):
        render_video(clip, tmp_path / "clip.mp4", fps=500)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        render_video(clip, tmp_path / "nowhere" / "clip.mp4", 64)


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
        "from tests.hmvlm.render.test_render import standing\n"
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


def test_warming_up_needs_nothing_and_may_be_repeated():
    assert warm_up().result(timeout=120) is None
    assert warm_up().result(timeout=10) is None


def test_render_error_is_the_base_of_cancelling():
    assert issubclass(RenderCancelled, RenderError)
