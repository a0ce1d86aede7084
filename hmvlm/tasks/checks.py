"""Checks of a generated clause: is what it asks for measured in the motion?

Actions, counts, sides, directions and paths that :mod:`hmvlm.motion.facts` measures are checked; what it does not
measure (a violin, a yawn) gives no check. The thresholds are lenient: a check that fails means that the part is
missing, one that holds does not mean that it looks right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.grammar import join
from hmvlm.motion.facts.signals import SIDES
from hmvlm.tasks.plan import Clause

Test = Callable[[Facts], bool]
Count = Callable[[Facts, Sequence[str]], float]

TRAVELS = 0.8
"""Shortest path (m) that counts as going somewhere."""
MOST_TOLD = 3
"""Most missing things that a reply names."""
_ACTION = "the action "
_NOT = re.compile(r"\b(?:not|without|no|never|n't|stop\w*|in place|on the spot|in-place)\b")
_ARM = re.compile(r"\b(?:arms?|hands?|fists?)\b")


@dataclass(frozen=True)
class Check:
    """One thing that a clause asks for, in words, and whether the motion shows it."""

    asked: str
    found: bool


@dataclass(frozen=True)
class ClauseReport:
    """A clause of a generated motion: its text, start and end in seconds, and its checks."""

    text: str
    start: float
    end: float
    checks: tuple[Check, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What is asked for and not found."""
        return tuple(check.asked for check in self.checks if not check.found)


def _turned(f: Facts) -> float:
    return max(f.travel.turn_left, f.travel.turn_right)


def _raised(f: Facts, sides: Sequence[str]) -> float:
    return sum(max(f.hand(side).raises, f.hand(side).rise > 0.35) for side in sides)


ACTS: dict[str, Test] = {
    "walk": lambda f: f.travel.path >= TRAVELS,
    "jog": lambda f: f.travel.path >= TRAVELS,
    "run": lambda f: f.travel.path >= TRAVELS and (f.travel.gait == "running" or f.travel.moving_speed > 1.6),
    "sprint": lambda f: f.travel.path >= TRAVELS and f.travel.moving_speed > 1.6,
    "crawl": lambda f: f.posture.lowest < 0.75,
    "jump": lambda f: f.air.jumps + f.air.hops + f.air.jacks > 0,
    "hop": lambda f: f.air.jumps + f.air.hops > 0,
    "leap": lambda f: f.air.jumps + f.air.hops > 0,
    "sit": lambda f: f.posture.sits > 0 or f.posture.seated > 0,
    "squat": lambda f: f.posture.squats > 0,
    "kneel": lambda f: f.posture.kneels > 0.3,
    "lie": lambda f: f.posture.lies > 0.3,
    "kick": lambda f: f.left_leg.kicks + f.right_leg.kicks > 0,
    "punch": lambda f: f.left_hand.punches + f.right_hand.punches > 0,
    "wave": lambda f: max(f.left_hand.waves, f.right_hand.waves) >= 1,
    "clap": lambda f: f.claps > 0,
    "bow": lambda f: f.trunk.bows > 0 or f.trunk.max_forward > 25,
    "turn": lambda f: _turned(f) > 30 or f.travel.spins > 0,
    "spin": lambda f: f.travel.spins > 0 or _turned(f) > 250,
    "lunge": lambda f: f.posture.lunges > 0,
}
"""Tests of actions, by the base form of the verb."""
COUNTS: dict[str, Count] = {
    "jump": lambda f, _: f.air.jacks or f.air.jumps + f.air.hops,
    "hop": lambda f, _: f.air.jumps + f.air.hops,
    "squat": lambda f, _: f.posture.squats,
    "kick": lambda f, sides: sum(f.leg(side).kicks for side in sides),
    "punch": lambda f, sides: sum(f.hand(side).punches for side in sides),
    "wave": lambda f, sides: round(max(f.hand(side).waves for side in sides)),
    "clap": lambda f, _: f.claps,
    "bow": lambda f, _: f.trunk.bows,
    "spin": lambda f, _: f.travel.spins,
    "lunge": lambda f, _: f.posture.lunges,
    "raise": _raised,
    "step": lambda f, _: f.travel.steps_left + f.travel.steps_right,
}
"""How often an action is done, by the base form of the verb."""
_SIDED = ("kick", "punch", "wave", "raise")
_PATHS: dict[str, Test] = {
    "circle": lambda f: _turned(f) >= 270,
    "figure8": lambda f: min(f.travel.turn_left, f.travel.turn_right) >= 100 or _turned(f) >= 300,
    "there_and_back": lambda f: f.travel.path >= TRAVELS and f.travel.distance <= 0.45 * f.travel.path,
}


def checks(clause: Clause, facts: Facts) -> tuple[Check, ...]:
    """The checks of a clause on the facts of its own frames; empty where nothing it asks for is measured."""
    return tuple(Check(asked, test(facts)) for asked, test in requirements(clause))


def requirements(clause: Clause) -> list[tuple[str, Test]]:
    """What a clause asks for and can be measured: words and test."""
    text = clause.asked.lower()
    if _NOT.search(text):
        return []
    found: list[tuple[str, Test]] = [(f"{_ACTION}“{act}”", ACTS[act]) for act in clause.acts if act in ACTS]
    counted = next((act for act in clause.acts if act in COUNTS), None)
    if "raise" in clause.acts and not _ARM.search(text):
        counted = None
    if counted and clause.count is not None:
        found.append((f"the count of {clause.count}", _counts(counted, clause)))
    found += _directions(clause, text)
    if counted in _SIDED and clause.side in SIDES:
        count, side, other = COUNTS[counted], clause.side, SIDES[clause.side == "left"]
        found.append((f"the {side} side", lambda f: count(f, [side]) > count(f, [other])))
    if clause.path in _PATHS:
        found.append((f"the path ({clause.path.replace('_', ' ')})", _PATHS[clause.path]))
    return found


def _counts(act: str, clause: Clause) -> Test:
    wanted, sides = clause.count or 0, [clause.side] if clause.side in SIDES and act in _SIDED else SIDES
    slack = 1 if wanted > 4 or act == "step" else 0
    return lambda f: abs(COUNTS[act](f, sides) - wanted) <= slack


def _directions(clause: Clause, text: str) -> list[tuple[str, Test]]:
    found: list[tuple[str, Test]] = []
    if "turn" in clause.acts and clause.side in SIDES:
        left = clause.side == "left"
        found.append((
            f"the turn to the {clause.side}",
            lambda f: (f.travel.turn_left > f.travel.turn_right) == left and _turned(f) > 30,
        ))  # fmt: skip
    if "turn" in clause.acts and re.search(r"\b(?:around|round|180)\b", text) and not clause.path:
        found.append(("the turn round", lambda f: _turned(f) >= 120))
    if clause.gait and not clause.path and re.search(r"\bback(?:ward|wards)\b", text):
        found.append(("the direction backward", lambda f: f.travel.direction == "backward"))
    if clause.gait and re.search(r"\bsideways\b", text):
        found.append(("the direction sideways", lambda f: f.travel.direction in SIDES))
    return found


def missing_sentence(reports: Sequence[ClauseReport]) -> str:
    """One short sentence on what was measured and not found, with its parts where there are several; "" if nothing is.

    Where an action is missing, its count, side and direction are not told as well.
    """
    parts: dict[str, list[str]] = {}
    for number, report in enumerate(reports, start=1):
        actions = [asked for asked in report.missing if asked.startswith(_ACTION)]
        for asked in actions or report.missing:
            parts.setdefault(asked, []).append(str(number))
    told = [
        asked + (f" (part{'s' * (len(numbers) > 1)} {join(numbers)})" if len(reports) > 1 else "")
        for asked, numbers in parts.items()
    ]
    if len(told) > MOST_TOLD:
        told[MOST_TOLD - 1 :] = [f"{len(told) - MOST_TOLD + 1} other things"]
    return f"Not found in the motion: {join(told)}." if told else ""
