import numpy as np
import pytest

from benchmarks.kinematics import paths
from benchmarks.kinematics.track import Track
from tests.benchmarks.kinematics import built

WAYS = {
    "circle": built.ring(360),
    "half_circle": built.ring(180),
    "figure8": built.eight(),
    "there_and_back": built.polyline([(0, 0), (0, 2), (0, 0)]),
    "u_turn": np.concatenate(
        [built.polyline([(0, 0), (0, 1.5)]), [0, 1.5] + built.ring(180, 0.4), built.polyline([(0.8, 1.45), (0.8, 0.6)])]
    ),
    "zigzag": built.polyline([(0, 0), (0.8, 1), (0, 2), (0.8, 3), (0, 4)]),
    "square": built.polyline([(0, 0), (0, 2), (2, 2), (2, 0), (0, 0)]),
}
ALSO = {("there_and_back", "u_turn"), ("u_turn", "half_circle"), ("half_circle", "u_turn"), ("square", "circle")}
"""Pairs of a way and a further shape that it may also be said to have."""


@pytest.mark.parametrize("drawn", WAYS)
@pytest.mark.parametrize("asked", paths.SHAPES)
def test_every_way_has_its_shape_only(drawn, asked):
    found = paths.has_shape(Track.of(built.along(WAYS[drawn])), asked)
    if drawn == asked:
        assert found
    elif (drawn, asked) not in ALSO:
        assert not found


def test_a_straight_way_has_no_shape():
    track = Track.of(built.along(built.polyline([(0, 0), (0, 3)])))
    assert not any(paths.has_shape(track, name) for name in paths.SHAPES)


def test_sides_of_circles_and_diagonals():
    left, right = (Track.of(built.along(built.ring(degrees))) for degrees in (360, -360))
    assert paths.has_shape(left, "circle:left") and not paths.has_shape(left, "circle:right")
    assert paths.has_shape(right, "circle:right") and not paths.has_shape(right, "circle:left")
    motion = built.along(built.polyline([(0, 0), (0, 3)]))
    motion.poses[:, 0, 1] = -np.pi / 4
    assert paths.has_shape(Track.of(motion), "diagonal:left") and not paths.has_shape(
        Track.of(motion), "diagonal:right"
    )


def test_an_open_arc_is_no_circle_and_a_short_way_has_no_shape():
    assert not paths.has_shape(Track.of(built.along(built.ring(250))), "circle")
    assert not paths.has_shape(Track.of(built.along(built.ring(360, radius=0.1))), "circle")


def test_crossings():
    cross = built.polyline([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert paths.crossings(cross) == 1 and paths.crossings(built.polyline([(0, 0), (1, 1)])) == 0
