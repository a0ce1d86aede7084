"""Motions at other frame rates."""

import numpy as np
import pytest

from hmvlm.motion.rates import at_rate, frame_times
from tests import motions
from tests.motions import MILLIMETRE


@pytest.mark.parametrize("fps", [20, 24, 25, 29.97, 30, 60, 120])
def test_the_duration_and_the_frames_that_fall_together_stay(fps):
    walk = motions.walk(turn=120)
    other = at_rate(walk, fps)
    assert other.fps == fps and other.duration == pytest.approx(walk.duration, abs=0.5 / fps)
    times = frame_times(len(walk), 20, fps)
    same = np.flatnonzero(np.abs(times - times.round()) < 1e-6)
    assert len(same) >= 1 and len(times) == len(other)
    moved = other.joints()[same] - walk.joints()[times[same].round().astype(int)]
    assert np.abs(moved).max() < MILLIMETRE


def test_between_the_frames_the_motion_is_smooth():
    """A body on a circle, of which every third frame is known: a straight line misses it, the spline does not."""
    count, fps = 181, 60
    angle = np.linspace(0, 2 * np.pi, count)
    body = motions.still(count / 20)
    body.trans[:, [0, 2]] = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    body.poses[:, 0, 1] = angle
    body.fps = fps
    coarse = type(body)(body.poses[::3], body.trans[::3], fps=fps / 3)
    finer = at_rate(coarse, fps)
    assert np.abs(finer.joints()[:count] - body.joints()).max() < 0.2 * MILLIMETRE
    assert np.abs(coarse.resample(fps).joints() - body.joints()).max() > MILLIMETRE


def test_short_and_unchanged_motions():
    still = motions.still()
    assert at_rate(still, None) is still and at_rate(still, 20) is still
    for frames in (1, 2, 3):
        assert len(at_rate(still.slice(0, frames), 60)) == 3 * frames
