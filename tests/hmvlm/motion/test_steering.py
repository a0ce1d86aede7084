"""Motions that travel along another course."""

import numpy as np
import pytest
import torch

from hmvlm.motion import features
from hmvlm.motion.features import trajectory
from hmvlm.motion.steering import about, arcs, polygon, steered, turn, turned, way, zigzag
from tests import motions


def raw(seconds: float = 8.0, turning: float = 0.0, direction: float = 1.0) -> torch.Tensor:
    return features.encode(motions.walk(seconds, turn=turning, direction=direction))


def gap(found: torch.Tensor) -> float:
    places = trajectory(found)[0][:, [0, 2]]
    return float((places[-1] - places[0]).norm())


@pytest.mark.parametrize(
    ("course", "turning"),
    [
        (turn(360), 360),
        (turn(-720), -720),
        (polygon((1.0,) * 4, 90), 360),
        (polygon((1.6, 1.0) * 2, -90), -360),
        (polygon((1.0,) * 3, 120), 360),
        (arcs((360, -360)), 0),
    ],
)
@pytest.mark.parametrize("given", [raw(), raw(turning=200), raw(direction=-1.0)], ids=["ahead", "curved", "backward"])
def test_what_closes_in_words_closes(course, turning, given):
    found = steered(given, course)
    assert gap(found) < 0.12 * way(given) and gap(given) > 0.2 * way(given)
    assert turned(found) == pytest.approx(turning, abs=25)
    others = [column for column in range(found.shape[1]) if column != 3]
    assert torch.equal(found[:, others], given[:, others])  # the steps stay


def test_a_square_has_straight_sides_and_corners():
    yaw = np.unwrap(trajectory(steered(raw(), polygon((1.0,) * 4, 90)))[1].numpy())
    rates = np.abs(np.degrees(np.gradient(yaw))) * 20
    assert (rates < 20).mean() > 0.5 and rates.max() > 100


def test_a_part_of_a_circle_a_zigzag_and_a_turn_round():
    assert turned(steered(raw(), turn(-90))) == pytest.approx(-90, abs=10)
    assert turned(steered(raw(), about(180, 0.2), 0.35)) == pytest.approx(180, abs=15)
    sides = trajectory(steered(raw(), zigzag(4, 70)))[1]
    assert float(sides.max()) > np.radians(60) and float(sides.min()) > np.radians(-15)


def test_what_goes_nowhere_stays_as_it_is():
    still = features.encode(motions.still())
    assert torch.equal(steered(still, turn(360)), still) and way(still) == 0
