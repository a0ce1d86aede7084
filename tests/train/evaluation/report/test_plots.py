"""Plots are written where matplotlib is there, and left out where it is not."""

import sys

import numpy as np
import pytest

from train.evaluation.report import plots


def test_every_kind_of_plot_is_a_picture(tmp_path):
    pytest.importorskip("matplotlib")
    points = np.arange(6.0).reshape(3, 2)
    made = plots.scatter(tmp_path / "a.png", {"x": points}, ("one", "two"), "Points")
    made |= plots.lines(tmp_path / "b.png", {"x": ([1, 2], [3, 4])}, ("one", "two"), "Lines")
    made |= plots.bars(tmp_path / "c.png", {"x": (1.0, 0.1), "y": (2.0, 0.2)}, "height", "Bars")
    assert made == {"Points": "a.png", "Lines": "b.png", "Bars": "c.png"}
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in made.values())


def test_without_matplotlib_there_are_none(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert plots.bars(tmp_path / "c.png", {"x": (1.0, 0.1)}, "height", "Bars") == {}
    assert not list(tmp_path.iterdir())
