"""Bending keeps planted feet in place, closes closed paths and turns the body with the path."""

from __future__ import annotations

import numpy as np
import pytest

from tests.train.composition.walking import drift, striding
from train.composition import shapes
from train.composition.bending import Arc, bend, unbend
from train.composition.channels import to_motion

CLOSED = {
    "circle": shapes.circle(0.9, 1),
    "figure eight": shapes.figure_eight(0.8, -1),
    "square": shapes.polygon(2.0, 1, 4, 0.5),
    "triangle": shapes.polygon(2.5, -1, 3, 0.5),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_paths_end_where_they_start(name):
    places, heading = CLOSED[name].at(np.array([0.0, CLOSED[name].length]))
    assert np.linalg.norm(places[1] - places[0]) < 0.12
    assert abs(np.sin(heading[1])) < 1e-6


def test_left_is_left():
    places, heading = shapes.arc(1.0, 1, 90).at(np.array([10.0]))
    assert places[0, 0] > 0.9 and heading[0] == pytest.approx(np.pi / 2, abs=1e-6)


def test_planted_feet_stay_planted_and_legs_reach_them():
    path = shapes.circle(0.9, 1)
    walked = striding(int(path.effort / 1.2 * 20))
    bent = bend(walked, path)
    assert drift(bent) < 1e-9
    joints = to_motion(bent).joints()
    assert np.abs(joints[:, [10, 11]] - bent.balls).max() < 0.02
    assert np.linalg.norm((joints[-1, 0] - joints[0, 0])[[0, 2]]) < 0.25
    assert bent.yaw()[-1] - bent.yaw()[0] == pytest.approx(2 * np.pi, abs=0.2)


def test_steps_are_shorter_in_tight_curves():
    assert shapes.circle(0.7, 1).effort > 1.2 * shapes.circle(0.7, 1).length
    assert shapes.line(3).effort == pytest.approx(3)


def test_unbending_undoes_an_arc():
    path = shapes.circle(2.0, -1)
    walked = striding(40)
    bent = bend(walked, path, lean=False)
    flat = unbend(bent, Arc(np.zeros(3), 0.0, -0.5))
    assert np.abs(flat.root - walked.root).max() < 0.02
    assert np.abs(flat.balls - walked.balls).max() < 0.02


def test_too_short_a_side_is_refused():
    with pytest.raises(ValueError, match="too short"):
        shapes.polygon(0.5, 1, 4, 0.6)
