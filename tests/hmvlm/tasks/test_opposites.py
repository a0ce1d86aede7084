"""Opposite directions."""

import pytest

from hmvlm.tasks.opposites import opposed


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("performs seven steps forward", "walk 7 steps back"),
        ("walks down the stairs", "walkin up the stairs"),
        ("walks in a circle clockwise", "walks counter-clockwise in a circle"),
        ("runs counterclockwise", "runs clockwise"),
        ("steps backwards", "a man steps forward"),
    ],
)
def test_opposites(text, other):
    assert opposed(text, other) and opposed(other, text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("bends back", "walks forward"),
        ("walks forward and back", "walks forward"),
        ("walks forward", "walks"),
        ("lies on the back", "crawls forward"),
    ],
)
def test_no_opposites(text, other):
    assert not opposed(text, other) and not opposed(other, text)
