"""Three-valued logic."""

import pytest

from train.questions.logic import all_of, any_of, decide, side_of, threshold


@pytest.mark.parametrize(("value", "result"), [(0.1, False), (0.2, False), (0.3, None), (0.5, True)])
def test_thresholds_leave_a_margin_undecided(value, result):
    assert threshold(value, 0.2, 0.4) is result
    assert threshold(-value, -0.2, -0.4) is result


def test_undecided_parts():
    assert all_of(True, None) is None and all_of(None, False) is False and all_of(True, True) is True
    assert any_of(False, None) is None and any_of(None, True) is True and any_of(False, False) is False
    assert decide(False, False) is None


def test_sides():
    assert side_of(True, False) == "left" and side_of(True, True) == "both"
    assert side_of(False, False) is None and side_of(True, None) is None
