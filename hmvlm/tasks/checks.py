"""Checks of a generated clause: is what it asks for measured in the motion?

Actions, counts, sides, directions and paths that :mod:`hmvlm.motion.facts` measures are checked; what it does not
measure (a violin, a yawn) gives no check. The thresholds are lenient: a check that fails means that the part is
missing, one that holds does not mean that it looks right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.grammar import join
from hmvlm.motion.facts.signals import SIDES
from hmvlm.tasks.act_tests import CLEAR, TRAVELS, Test, phrases, turned, verb_test
from hmvlm.tasks.clause_details import direction_in, lemmas_in, turning_in
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.verbs import WORDS

Count = Callable[[Facts, Sequence[str]], float]

MOST_TOLD = 3
"""Most missing things that a reply names."""
FEW, SHORT_WAY = 2, 0.25
"""Steps that are few, and metres that they take a body at least."""
_ACTION = "the action "
_NOT = re.compile(r"\b(?:not|without|no|never|n't|stop\w*|in place|on the spot|in-place)\b")
STEP = re.compile(r"\b(?:steps?|paces?)\b", re.I)
"""A step or two are no way that a gait goes."""
_HAND = re.compile(r"\b(left|right) (hand|arm)\b")
_ARM = re.compile(r"\b(?:arms?|hands?|fists?)\b")


@dataclass(frozen=True)
class Check:
    """One thing that a clause asks for, in words, whether the motion shows it, and whether it does so clearly."""

    asked: str
    found: bool
    clear: bool = True


@dataclass(frozen=True)
class ClauseReport:
    """A clause of a generated motion: its text, start and end in seconds, its checks, and the caption of the training
    motion that guided it ("" without one).
    """

    text: str
    start: float
    end: float
    checks: tuple[Check, ...] = ()
    exemplar: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What is asked for and not found."""
        return tuple(check.asked for check in self.checks if not check.found)


def _raised(f: Facts, sides: Sequence[str]) -> float:
    return sum(max(f.hand(side).raises, f.hand(side).rise > 0.35) for side in sides)


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
_FAINT = ("punch", "clap")
"""Actions that are often done without being measured; a count of 0 says nothing about them."""
_VAGUE = re.compile(r"\b(?:few|couple|several)\b")
_SLIGHT = re.compile(r"\b(?:slight\w*|gentle|gently)\b")
_PARTIAL = re.compile(r"\b(?:quarter|half|semi)")
_SIDED = ("kick", "punch", "wave", "raise")
_ROUND = ("circle", "semicircle", "curve", "spiral")
_PATHS: dict[str, Test] = {
    "circle": lambda f: turned(f) >= 270,
    "figure8": lambda f: min(f.travel.turn_left, f.travel.turn_right) >= 100 or turned(f) >= 300,
    "there_and_back": lambda f: f.travel.path >= TRAVELS and f.travel.distance <= 0.45 * f.travel.path,
}


def checks(clause: Clause, facts: Facts) -> tuple[Check, ...]:
    """The checks of a clause on the facts of its own frames; empty where nothing it asks for is measured."""
    return tuple(Check(asked, test(facts), clear(facts)) for asked, test, clear in requirements(clause))


@lru_cache(maxsize=64)  # asked for by every candidate of a clause
def requirements(clause: Clause) -> tuple[tuple[str, Test, Test], ...]:
    """What a clause asks for and can be measured: words, test, and test of whether it is shown clearly."""
    text = clause.asked.lower()
    if _NOT.search(text):
        return ()
    said = phrases(text)
    told = {lemma for words, _ in said for lemma in lemmas_in(words)}
    short = clause.count is not None and clause.count <= FEW and STEP.search(clause.text) is not None
    acts = [act for act in clause.acts if act not in told and not (short and act in WORDS["gaits"])]
    verbs = [(act, test) for act in acts if (test := verb_test(act, text)) is not None]
    actions = [(f"{_ACTION}“{words}”", test, CLEAR.get(words, test)) for words, test in [*said, *verbs]]
    return (*actions, *((asked, test, test) for asked, test in _details(clause, text)))


def detailed(clause: Clause) -> bool:
    """Whether a count, a direction, a side or a path of a clause is checked, not its action alone."""
    return any(not asked.startswith(_ACTION) for asked, _, _ in requirements(clause))


def _details(clause: Clause, text: str) -> list[tuple[str, Test]]:
    """Count, direction, side and path."""
    found: list[tuple[str, Test]] = []
    counted = _countable(clause, text)
    if counted and clause.count is not None and not _VAGUE.search(text):
        found.append((f"the count of {clause.count}", _counts(counted, clause)))
    found += _directions(clause, text)
    if counted in _SIDED and clause.side in SIDES:
        found.append((f"the {clause.side} side", _sided(counted, clause.side)))
    elif not clause.gait and (hand := _HAND.search(text)) and clause.side == hand[1]:
        found.append((f"the {hand[1]} {hand[2]}", _busier(hand[1])))
    if clause.path in _PATHS and clause.gait and not _PARTIAL.search(text):
        found.append((f"the path ({clause.path.replace('_', ' ')})", _PATHS[clause.path]))
    return found


def _countable(clause: Clause, text: str) -> str | None:
    """The verb of a clause whose repetitions are counted, or None."""
    if "raise" in clause.acts and not _ARM.search(text):
        return None
    return next(iter(sorted((act for act in clause.acts if act in COUNTS), key=lambda act: act == "step")), None)


def repetitions(clause: Clause, facts: Facts) -> float | None:
    """How often a motion shows the action whose count the clause states; None where it states none."""
    text = clause.asked.lower()
    act = _countable(clause, text)
    if act is None or clause.count is None or _VAGUE.search(text):
        return None
    return COUNTS[act](facts, _counted_sides(act, clause))


def _counted_sides(act: str, clause: Clause) -> Sequence[str]:
    return [clause.side] if clause.side in SIDES and act in _SIDED else SIDES


def _sided(act: str, side: str) -> Test:
    """Whether a side does an action more often than the other one; if neither is measured, whether it is busier."""
    other, busier = SIDES[side == "left"], _busier(side)

    def test(f: Facts) -> bool:
        ours, theirs = COUNTS[act](f, [side]), COUNTS[act](f, [other])
        if ours != theirs or ours:
            return ours > theirs
        return f.leg(side).lift > f.leg(other).lift if act == "kick" else busier(f)

    return test


def _busier(side: str) -> Test:
    """Whether a hand moves more than the other one, on the whole or at its fastest."""
    other = SIDES[side == "left"]
    return lambda f: f.hand(side).speed > f.hand(other).speed or f.hand(side).peak_speed > f.hand(other).peak_speed


def _counts(act: str, clause: Clause) -> Test:
    wanted, sides = clause.count or 0, _counted_sides(act, clause)
    if act == "wave":  # a hand that waves once goes to and fro a few times
        return lambda f: COUNTS[act](f, sides) >= wanted
    slack = 1 if wanted > 4 else 0

    def test(f: Facts) -> bool:
        measured = COUNTS[act](f, sides)
        closing = [wanted - 1, *([wanted + 1] if wanted <= FEW else [])]  # half a step that brings the feet together
        closed = act == "step" and measured in closing
        return abs(measured - wanted) <= slack or closed or (act in _FAINT and not measured)

    return test


def _directions(clause: Clause, text: str) -> list[tuple[str, Test]]:
    found: list[tuple[str, Test]] = []
    round_to = turning_in(text) if clause.path in _ROUND else direction_in(text) if "turn" in clause.acts else ""
    if round_to:
        left, least = round_to == "left", 10 if _SLIGHT.search(text) else 30
        found.append((
            f"the turn to the {round_to}",
            lambda f: (f.travel.turn_left > f.travel.turn_right) == left and turned(f) > least,
        ))  # fmt: skip
    if "turn" in clause.acts and re.search(r"\b(?:around|round|180)\b", text) and not clause.path:
        found.append(("the turn round", lambda f: turned(f) >= 120))
    if clause.gait and not clause.path and re.search(r"\bback(?:ward|wards)\b", text):
        found.append(("the direction backward", _backward(clause)))
    if clause.gait and re.search(r"\bsideways\b", text):
        found.append(("the direction sideways", lambda f: f.travel.direction in SIDES))
    return found


def _backward(clause: Clause) -> Test:
    """Going backward; a step or two are too short to be a direction of travel, so that there the place counts."""
    if clause.count is not None and clause.count <= FEW:
        return lambda f: f.travel.forward < -SHORT_WAY
    return lambda f: f.travel.direction == "backward"


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
