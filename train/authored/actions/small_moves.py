"""A single step with one foot, and a lean to one side."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.registry import action
from train.authored.targets import foot, hand


def _one_step(a: Act, far: float) -> None:
    """The right foot goes ``far`` ahead and takes the weight; the left one stays where it is."""
    swing = hand((0.08, -0.42, 0.2), "shoulder", part="wrist")
    a.move(0.25, side=0.04, height=-0.03, bend=3, balance=-0.6)
    with a.meanwhile():
        a.move(0.6, left=swing if far > 0 else swing.moved(front=-0.2))
    a.move(0.6, right_foot=foot(front=far), lift=0.12, front=0.5 * far, side=0.0, height=-0.06)
    a.move(0.3, left_foot=foot(pitch=22 if far > 0 else 0), height=-0.05, bend=0)
    a.hold(a.uniform(0.7, 1.4))
    a.plan.length = max(a.plan.length, a.time)


@action("step_forward_with_foot", sides=True)
def step_forward_with_foot(a: Act) -> None:
    """One step forward with the right foot, and stands so."""
    _one_step(a, a.uniform(0.4, 0.52) * a.size)


@action("step_back_with_foot", sides=True)
def step_back_with_foot(a: Act) -> None:
    """One step back with the right foot, and stands so."""
    _one_step(a, -a.uniform(0.36, 0.46) * a.size)


@action("lean_aside", sides=True, counts=(1, 2), styles=("", "", "tired"))
def lean_aside(a: Act) -> None:
    """The trunk leans far to the right over both feet, stays there, and comes back."""
    loose = hand((0.16, -0.44, 0.02), "shoulder", part="wrist")
    for number in range(a.count):
        a.move(0.9, lean=32, roll=8, side=0.05, tilt=10, both=loose)
        a.hold(a.uniform(0.6, 1.4) if a.count == 1 else 0.3)
        a.move(0.8, lean=0, roll=0, side=0, tilt=0)
    a.back(0.5)
