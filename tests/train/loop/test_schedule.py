"""The learning rate's way: up over the warm-up, down to the floor, by steps or by the clock."""

import pytest

from train.loop.schedule import lr_factor


def test_it_rises_linearly_and_sinks_to_the_floor():
    assert lr_factor(0, 0.0, warmup=10) == pytest.approx(0.1) and lr_factor(9, 0.0, warmup=10) == pytest.approx(1.0)
    assert lr_factor(0, 0.0) == 1.0
    assert lr_factor(100, 0.5, floor=0.1) == pytest.approx(0.55)
    assert lr_factor(100, 1.0, floor=0.1) == lr_factor(100, 1.3, floor=0.1) == pytest.approx(0.1)


def test_it_never_rises_after_the_warm_up():
    rates = [lr_factor(step, step / 50, warmup=5) for step in range(5, 50)]
    assert rates == sorted(rates, reverse=True)
