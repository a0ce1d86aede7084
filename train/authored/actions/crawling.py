"""On hands and knees over the floor: far, in curves, there and back, backwards, and under something."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import begin, choose, jitter
from train.authored.actions.floor import _go_to_all_fours
from train.authored.poses import variant
from train.authored.registry import action
from train.authored.steps import crawl

STRIDE = (0.26, 0.33)
"""Range of the metres that a knee moves ahead of the other."""


def _start(a: Act) -> None:
    """On hands and knees already, or down from standing in a third of the performances."""
    if choose(a, "from", ("floor", "floor", "standing")) == "floor":
        begin(a, "hands_knees")
        a.hold(0.2)
    else:
        _go_to_all_fours(a)


@action("crawl_far", styles=("", "", "", "tired"))
def crawl_far(a: Act) -> None:
    """Several metres on hands and knees, and stays down there."""
    _start(a)
    crawl(a, int(a.rng.integers(5, 9)), a.uniform(*STRIDE), a.uniform(0.46, 0.56))
    a.hold(0.4)


@action("crawl_aside", sides=True)
def crawl_aside(a: Act) -> None:
    """Turns to the right on hands and knees and crawls on that way."""
    _start(a)
    turned = [-a.uniform(24, 30)] * 4
    straight = [0.0] * (2 * int(a.rng.integers(3, 5)))
    crawl(a, (len(turned) + len(straight)) // 2, a.uniform(0.24, 0.3), 0.52, turned + straight)
    a.hold(0.4)


@action("crawl_in_circle", sides=True)
def crawl_in_circle(a: Act) -> None:
    """A whole circle to the right on hands and knees."""
    begin(a, "hands_knees")
    a.hold(0.2)
    cycles = int(a.rng.integers(7, 10))
    crawl(a, cycles, a.uniform(0.26, 0.32), 0.5, -400.0 / (2 * cycles))
    a.hold(0.4)


@action("crawl_there_and_back", sides=True)
def crawl_there_and_back(a: Act) -> None:
    """Crawls some metres, turns round on hands and knees, and crawls back."""
    begin(a, "hands_knees")
    a.hold(0.2)
    straight = [0.0] * (2 * int(a.rng.integers(3, 5)))
    turned = [-35.0] * 6
    crawl(a, len(straight) + len(turned) // 2, a.uniform(0.27, 0.32), 0.48, straight + turned + straight)
    a.hold(0.4)


@action("crawl_backward", styles=("", "", "tired"))
def crawl_backward(a: Act) -> None:
    """Backwards on hands and knees."""
    begin(a, "hands_knees")
    a.hold(0.2)
    crawl(a, int(a.rng.integers(4, 7)), -a.uniform(0.2, 0.27), a.uniform(0.5, 0.6))
    a.hold(0.4)


@action("crawl_under", sides=True)
def crawl_under(a: Act) -> None:
    """Crawls up to something low, goes under it with the chest near the floor, and on."""
    floor = {"frame": "floor", "place": [0.08, 0.0, 0.16], "fingers": "front", "palm": "down", "elbow": "out+back"}
    high = jitter(a, 0.3, 0.03)
    legs = {"hip": [104, 4, 0], "knee": 88, "ankle": 60}
    flat = variant("hands_knees", root=[114, 0, 0], legs=legs, contacts={"knees": 0.0, "shoulders": high}, nod=-24,
                   hands=floor)  # fmt: skip
    begin(a, "hands_knees")
    a.hold(0.2)
    crawl(a, int(a.rng.integers(1, 3)), 0.27, 0.5)
    a.pose(0.7, flat, anchor="knees")
    crawl(a, int(a.rng.integers(3, 5)), 0.26, 0.56)
    a.pose(0.7, "hands_knees", anchor="knees")
    crawl(a, int(a.rng.integers(1, 3)), 0.27, 0.5)
    a.hold(0.3)
