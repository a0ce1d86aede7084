"""Videos and frames of motion."""

import threading

import imageio_ffmpeg
import numpy as np
import pytest

from hmvlm.render.scene import RenderError
from hmvlm.render.video import RenderCancelled, render_frames, render_video
from tests.hmvlm.render.standing import standing


@pytest.mark.gl
@pytest.mark.slow
def test_moving_body_moves_and_sizes_change_between_calls():
    first = list(render_frames(standing(20, 1.0), 128))
    assert len(first) == 20 and np.abs(first[0].astype(int) - first[-1]).max() > 60
    wide = list(render_frames(standing(2), (192, 64)))
    assert wide[0].shape == (64, 192, 3)
    again = list(render_frames(standing(20, 1.0), 128))
    np.testing.assert_array_equal(first[7], again[7])


@pytest.mark.gl
@pytest.mark.slow
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


@pytest.mark.gl
@pytest.mark.slow
def test_fast_recordings_become_thirty_frames_a_second(tmp_path):
    clip = standing(61)
    clip.fps = 120.0
    path = clip.save(tmp_path / "fast.mp4")
    facts = next(imageio_ffmpeg.read_frames(str(path)))
    assert facts["fps"] == 30 and facts["duration"] == pytest.approx(16 / 30, abs=0.05)


@pytest.mark.gl
@pytest.mark.slow
def test_cancelling_leaves_no_file(tmp_path):
    cancel = threading.Event()

    def stop(done: int, total: int) -> None:
        if done == 20:
            cancel.set()

    with pytest.raises(RenderError) as caught:  # callers need only know the base class
        render_video(standing(60), tmp_path / "never.mp4", 64, cancel=cancel, progress=stop)
    assert isinstance(caught.value, RenderCancelled) and not list(tmp_path.iterdir())


@pytest.mark.gl
@pytest.mark.slow
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


@pytest.mark.gl
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
