"""Turning landmarks upright: the angle of the trunk is found, and undone."""

import math

import pytest
import torch

from hmvlm.vision.upright import in_plane_turns, trunk_angle, turned, uprighted


def standing() -> torch.Tensor:
    seen = torch.randn(33, 6, generator=torch.Generator().manual_seed(0)) * 0.1
    for shoulder, hip, side in ((11, 23, 1.0), (12, 24, -1.0)):
        seen[shoulder, :5] = torch.tensor([0.1 * side, 0.4, 0.15 * side, 0.5, 0.1])
        seen[hip, :5] = torch.tensor([0.07 * side, 0.0, 0.1 * side, 0.0, 0.0])
    return seen


@pytest.mark.parametrize("degrees", [0, 60, 90, 135, 180, -100])
def test_people_are_shown_upright_and_turned_back(degrees):
    angle = math.radians(degrees)
    seen = turned(standing(), angle)
    assert math.remainder(trunk_angle(seen) - angle, math.tau) == pytest.approx(0, abs=1e-3)
    shown, back = uprighted(seen)
    if abs(degrees) < 60:
        assert shown is seen and back == 0
    elif abs(degrees) > 60:
        assert torch.allclose(shown, standing(), atol=1e-4)
        turn = in_plane_turns(torch.tensor([back]))[0]
        assert torch.allclose(shown[:, 2:5] @ turn.T, seen[:, 2:5], atol=1e-4)


def test_a_trunk_along_the_line_of_sight_has_no_direction_in_the_picture():
    seen = standing()
    seen[[11, 12], 2:5] = torch.tensor([0.02, -0.05, 0.5])
    assert trunk_angle(seen) == 0
