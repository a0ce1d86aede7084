"""Actions that a question names and a motion does not show."""

from __future__ import annotations

import re
from collections.abc import Callable

from .records import Facts
from .signals import SIDES
from .topic_notes import JUST_STARTED, POSTURE_SECONDS, TRAVELS, WAVES, goes_up

ACTS: tuple[tuple[str, str, Callable[[Facts], bool]], ...] = (
    ("walk", r"\bwalk", lambda f: f.travel.path >= TRAVELS and f.travel.gait == "walking"),
    ("run", r"\b(run(s|ning)?|jog\w*)\b", lambda f: f.travel.path >= TRAVELS and f.travel.gait == "running"),
    ("spin", r"\b(spin\w*|full (turn|circle))\b", lambda f: f.travel.spins > 0),
    ("wave", r"\bwav(e|es|ing)\b", lambda f: max(f.left_hand.waves, f.right_hand.waves) >= WAVES),
    ("punch", r"\b(punch\w*|fist|hits?)\b", lambda f: f.left_hand.punches + f.right_hand.punches > 0),
    ("clap", r"\bclap", lambda f: f.claps > 0),
    ("kick", r"\bkick", lambda f: f.left_leg.kicks + f.right_leg.kicks > 0),
    ("lunge", r"\blung", lambda f: f.posture.lunges > 0),
    ("squat", r"\bsquat", lambda f: f.posture.squats > 0),
    ("sitting", r"\b(sit(s|ting)?|seat\w*)\b", lambda f: f.posture.sits > 0 or f.posture.seated > 0),
    ("kneeling", r"\b(kneel\w*|on \w+ knees)\b", lambda f: f.posture.kneels > POSTURE_SECONDS),
    ("lying", r"\b(lie|lies|lying)\b", lambda f: f.posture.lies > POSTURE_SECONDS),
    ("jump", r"\b(jump\w*|leap\w*|hop\w*)\b", lambda f: f.air.jumps + f.air.hops + f.air.jacks > 0),
)
"""Actions that a question may name: name in notes, pattern in the question, test on the facts."""

SIDED: tuple[tuple[str, str, Callable[[Facts, str], bool]], ...] = (
    (
        "raised {side} hand",
        r"\b(rais\w*|lift\w*|puts?|bring\w*|reach\w*|hold\w*)\b.*\b(hand|arm)\b",
        lambda f, side: bool(f.hand(side).raises) or goes_up(f.hand(side)),
    ),
    (
        "{side} hand overhead",
        r"\b(hand|arm)\b.*(overhead|\bhead\b)|\bhead\b.*\bhand\b",
        lambda f, side: f.hand(side).above_head > 0.0,
    ),
    (
        "{side} hand up at the start",
        r"\b(start|first moment)",
        lambda f, side: bool(f.hand(side).raises) and f.hand(side).raised_from < JUST_STARTED,
    ),
    (
        "lifted {side} leg",
        r"\b(rais\w*|lift\w*|hold\w*|tak\w*)\b.*\b(leg|foot)\b",
        lambda f, side: bool(f.leg(side).kicks) or f.leg(side).lift > 0.13,
    ),
)
"""Actions of one side, for questions that name only one."""


def absent(facts: Facts, question: str, predicted: str = "") -> list[str]:
    """Actions that a question names and the motion does not show, ``["no wave"]``.

    Without such a note a small model answers yes too often. Actions in ``predicted``, the activity classifier's words
    for the motion, are not denied.
    """
    asked = question.lower()
    lacks = [
        name
        for name, words, shown in ACTS
        if re.search(words, asked) and not (shown(facts) or re.search(words, predicted))
    ]
    sides = [side for side in SIDES if re.search(rf"\b{side}\b", asked)]
    if len(sides) == 1:
        lacks += [
            name.format(side=sides[0])
            for name, words, shown in SIDED
            if re.search(words, asked) and not shown(facts, sides[0])
        ]
    return [f"no {name}" for name in lacks]
