"""Another number of repetitions of a motion."""

import numpy as np
import pytest

from hmvlm.motion.cycles import recounted

PERIOD = 6


def repeated(times: int, rest: int = 4) -> np.ndarray:
    """Poses and speeds ``(S, 2)`` of an action that is done several times between two rests."""
    turn = np.concatenate([np.zeros(rest), np.arange(times * PERIOD) * 2 * np.pi / PERIOD, np.zeros(rest)])
    place = 1 - np.cos(turn)
    return np.stack([place, np.gradient(place)], axis=1)


def peaks(steps: np.ndarray) -> int:
    high = np.pad(steps[:, 0], 1) > 1.5
    return int((high[1:] & ~high[:-1]).sum())


@pytest.mark.parametrize("shown", [2, 3, 4])
@pytest.mark.parametrize("wanted", [1, 2, 3, 5, 7])
def test_the_action_is_shown_as_often_as_wanted(shown, wanted):
    steps = repeated(shown)
    edit = recounted(steps, shown, wanted, 1)
    if shown == wanted:
        assert edit is None
        return
    order, seam = edit
    assert peaks(steps[order]) == wanted
    assert seam < 0.2
    assert order[0] == 0 and order[-1] == len(steps) - 1


def test_between_poses_that_do_not_come_again_the_seam_is_large():
    steps = np.cumsum(np.random.default_rng(0).normal(size=(30, 4)) + 3, axis=0)
    assert recounted(steps, 3, 2, 1)[1] > 0.3


@pytest.mark.parametrize(
    ("shown", "wanted", "steps"),
    [(1, 3, repeated(1)), (3, 0, repeated(3)), (2, 3, np.zeros((2, 2))), (3, 6, np.zeros((12, 3)))],
)
def test_where_there_is_no_cycle_nothing_is_changed(shown, wanted, steps):
    assert recounted(steps, shown, wanted, 1) is None
