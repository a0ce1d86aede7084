"""What is looked at of long motions and of stills."""

import numpy as np
import pytest

from hmvlm.motion.salience import activity, key_frames, most_active_window, pad_with_last_frame, uniform_frames
from tests import motions


def test_the_most_active_window_is_where_the_body_moves():
    calm, wave = motions.still(4), motions.raise_hand("left", 3, wave=True)
    poses, trans = (np.concatenate([getattr(m, name) for m in (calm, wave, calm)]) for name in ("poses", "trans"))
    whole = type(wave)(poses, trans, fps=wave.fps)
    found = most_active_window(whole, len(wave))
    assert len(found) == len(wave) and activity(found).mean() > 0.8 * activity(wave).mean()
    assert most_active_window(wave, 1000) is wave


def test_a_still_is_held():
    one = motions.still(1).slice(0, 1)
    assert len(pad_with_last_frame(one, 20)) == 20 and np.array_equal(
        pad_with_last_frame(one, 20).poses[7], one.poses[0]
    )
    assert len(pad_with_last_frame(motions.still(2), 20)) == 40


def test_key_frames_are_the_turning_points():
    corners = np.array([0, 7, 20, 22, 40])
    track = np.interp(np.arange(41), corners, [0.0, 1.0, 1.0, -2.0, 0.0])[:, None]
    assert key_frames(track, 5).tolist() == corners.tolist()
    assert key_frames(track, 100).tolist() == list(range(41))
    with pytest.raises(ValueError, match="at least 2"):
        key_frames(track, 1)


def test_key_frames_tell_a_short_event_better_than_uniform_ones():
    time = np.arange(200)
    track = np.exp(-(((time - 131) / 3) ** 2))[:, None] + 0.01 * np.sin(time / 20)[:, None]
    for budget in (8, 16):
        error = {
            name: np.abs(np.interp(time, rows, track[rows, 0]) - track[:, 0]).max()
            for name, rows in (("key", key_frames(track, budget)), ("uniform", uniform_frames(track, budget)))
        }
        assert error["key"] < 0.3 * error["uniform"]
