"""Streams and containers whose time stamps are missing or wrong."""

import numpy as np
import pytest

from hmvlm.vision.video import StampError, checked_stamps, read_video
from tests.hmvlm.vision.videos import GREY, make, numbers

STAMPLESS = {
    "h264.avi": ("-c:v", "libx264", "-bf", "3"), "mpeg4.avi": ("-c:v", "mpeg4", "-bf", "2"),
    "one.m1v": ("-c:v", "mpeg1video", "-f", "mpeg1video"), "one.mpg": ("-c:v", "mpeg1video"),
    "two.mpg": ("-c:v", "mpeg2video", "-bf", "2"), "pictures.avi": ("-c:v", "mjpeg"),
}  # fmt: skip


@pytest.mark.parametrize("name", STAMPLESS)
def test_streams_without_time_stamps(tmp_path, name):
    """All frames of a stream whose container keeps no stamps, in order and at its rate."""
    clip = read_video(make(tmp_path / name, GREY, *STAMPLESS[name], rate=30))
    assert clip.count == 30 and clip.fps == pytest.approx(30, rel=0.04)
    assert np.abs(np.array(numbers(clip.frames)) - np.arange(30)).max() <= 1  # lossy codecs shift the grey a little


@pytest.mark.parametrize(
    "stamps",
    [
        np.full(20, -3e17),  # none at all
        np.r_[np.full(18, -3e17), 1.6, 1.7],
        np.r_[np.zeros(18), 7e12, 7e12],
        np.r_[0, 2, 1, 3.0],  # backwards
        np.r_[0, 1, np.nan, 3.0],
    ],
)
def test_absurd_time_stamps_are_refused(stamps):
    with pytest.raises(StampError, match="stamps"):
        checked_stamps(stamps)


def test_time_stamps_that_make_sense_are_kept():
    unsteady = np.array([0, 0.03, 0.1, 0.11, 0.5])
    assert np.allclose(checked_stamps(unsteady - 0.2), unsteady)
    assert np.allclose(checked_stamps(np.array([0, 3, 4, 5, 6, 7]) / 60), np.arange(6) / 60)  # a decoder's delay
    assert checked_stamps(np.array([4.0])).tolist() == [0]
