"""Forward rolls and handstands."""

from __future__ import annotations

from train.authored.act import Act
from train.authored.actions.common import chain, relocate
from train.authored.registry import action
from train.authored.targets import hand


@action("roll")
def roll(a: Act) -> None:
    """A forward roll over a rounded back, back onto the feet."""
    a.pose(0.9, "crouch_hands", anchor="feet")
    a.start_here()
    a.time -= 0.15
    a.pose(0.5, "tuck_over", anchor="shoulders", shift=(0.0, 0.1), keep=("both",))
    a.time -= 0.2
    hold = hand((0.12, -0.2, 0.34), "chest", palm="in+back")
    with a.meanwhile(0.1):
        a.move(0.4, both=hold)
    chain(
        a,
        (0.45, "tuck_neck", {"anchor": "head", "shift": (0.0, 0.12), "hands": False, "ease": "linear"}),
        (0.4, "tuck_back", {"anchor": "chest", "shift": (0.0, 0.25), "hands": False, "ease": "linear"}),
        (0.4, "tuck_sit", {"anchor": "pelvis", "shift": (0.0, 0.18), "hands": False}),
        (0.5, "squat", {"anchor": "feet", "hands": False}),
        overlap=0.25,
    )
    relocate(a, 0.9)
    a.end_here()


@action("handstand", sides=True)
def handstand(a: Act) -> None:
    """Hands down, one leg kicks up, the other follows; held, and down again."""
    a.move(0.5, both=hand((0.02, 0.5, 0.1), "shoulder", part="wrist"), bend=-4)
    a.pose(0.8, "kick_up", anchor="left_foot", lift=0.05)
    a.time -= 0.15
    a.pose(0.5, "kick_split", anchor="shoulders", keep=("both",))
    a.time -= 0.2
    a.pose(0.6, "handstand", anchor="shoulders", keep=("both",))
    a.wave("bend", 2.5, 0.9, 1.6)
    a.hold(a.uniform(0.8, 2.2))
    a.pose(0.7, "kick_split", anchor="shoulders", keep=("both",))
    a.time -= 0.2
    a.pose(0.6, "kick_up", anchor="shoulders", keep=("both",))
    a.time -= 0.15
    relocate(a, 1.0)
