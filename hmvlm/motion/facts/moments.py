"""When things happen in a motion, as notes on the moments that a question names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import grammar
from .records import Facts
from .signals import SIDES

PARTS = ((0.34, "beginning"), (0.66, "middle"), (9.0, "end"))
"""Share of a motion's length up to which something happens in each part."""
KINDS = {
    "bow": ("bend forward", r"\b(bend|bow)"), "bend": ("bend forward", r"\b(bend|bow)"), "sit": ("sit down", r"\bsit"),
    "squat": ("squat", r"\b(squat|sit|crouch)"), "lunge": ("lunge", r"\blung"), "jump": ("jump", r"\b(jump|leap|hop)"),
    "kick": ("kick", r"\bkick"), "turn": ("turn", r"\bturn"), "spin": ("spin", r"\b(spin|turn)"),
    "raise": ("raise", r"\b(rais|lift|up\b|hands? go|arms? rise)"), "lower": ("lower", r"\b(lower|take|down\b)"),
    "stop": ("stop", r"\b(stop|still)"),
}  # fmt: skip
"""What each kind of moment is called in notes, and what names it in a question."""
PART_ASKED = r"\b(beginning|middle|which part|what point|when (do|does|did|is|are))\b"
SECOND_ASKED = (
    r"\b(after (about )?how many seconds|how many seconds (pass|into)|(what|which) second|nearest second, when)\b"
)
ORDER_ASKED = r"\b(before|after(?! the other)|first|later)\b"


@dataclass(frozen=True)
class Moment:
    """Something of a ``kind`` (a key of :data:`KINDS`) that lasts from ``start`` to ``end`` (s)."""

    kind: str
    start: float
    end: float
    side: str = ""

    @property
    def words(self) -> str:
        """In a few words, ``"raise left hand"``."""
        verb = KINDS[self.kind][0]
        if self.kind in ("raise", "lower"):
            return f"{verb} {self.side} hand"
        return f"{verb} {self.side}".strip()

    def part(self, duration: float) -> str:
        """Beginning, middle or end of a motion of so many seconds."""
        share = (self.start + self.end) / 2 / duration
        return next(name for limit, name in PARTS if share < limit)


def moments(facts: Facts) -> list[Moment]:
    """What happens at a time, in its order."""
    found = [
        Moment(event.kind, event.start, event.end, event.side if event.kind in ("kick", "turn") else "")
        for event in facts.events
        if event.kind in KINDS and event.kind not in ("raise", "stop")
    ]
    for side in SIDES:
        hand = facts.hand(side)
        if hand.raises and hand.raised_from > 0.05:
            found.append(Moment("raise", hand.raised_from, hand.raised_from + 0.4, side))
        if hand.raises and hand.raised_to < facts.duration - 0.15:
            found.append(Moment("lower", hand.raised_to - 0.2, hand.raised_to + 0.2, side))
    way = facts.travel
    if way.path > 0.8 and way.starts_moving and not way.ends_moving:
        found.append(Moment("stop", way.moving_seconds, facts.duration))
    return sorted(found, key=lambda one: (one.start, one.end, one.words))


def named(found: list[Moment], asked: str) -> list[Moment]:
    """Those moments that a question (in lower case) names."""
    sides = [side for side in SIDES if re.search(rf"\b{side}\b", asked)]
    return [
        one
        for one in found
        if re.search(KINDS[one.kind][1], asked) and (not one.side or not sides or one.side in sides)
    ]


def time_note(facts: Facts, asked: str) -> str:
    """The second or the part of the moments that a question (in lower case) names, if it asks for that; else empty.

    For a single moment the part is noted without its name: with more words a small model answers wrong more often.
    """
    some = named(moments(facts), asked)[:3]
    if re.search(SECOND_ASKED, asked):
        return ", ".join(f"{one.words} after about {_seconds(one.start)}" for one in some)
    if re.search(PART_ASKED, asked) and not re.search(ORDER_ASKED, asked):
        named_parts = [(one.words, _place(one.part(facts.duration))) for one in some]
        return named_parts[0][1] if len(named_parts) == 1 else ", ".join(map(" ".join, named_parts))
    return ""


def sequence(facts: Facts, asked: str) -> str:
    """The order of two moments that a question (in lower case) asks for, stated both ways.

    Else all moments in order.
    """
    some = named(moments(facts), asked)
    if len(some) > 1 and re.search(ORDER_ASKED, asked):
        first, then = some[0].words, some[-1].words
        return f"first {first}, then {then}; {first} before {then}; {then} after {first}"
    return in_order(facts)


def in_order(facts: Facts) -> str:
    """Everything that happens at a time, with seconds and parts."""
    listed = ", ".join(f"{one.words} {one.start:.1f} s ({one.part(facts.duration)})" for one in moments(facts)[:7])
    return f"{facts.duration:.1f} s long" + (f", in order: {listed}" if listed else ", nothing special happens")


def _place(part: str) -> str:
    return "in the middle" if part == "middle" else f"at the {part}"


def _seconds(time: float) -> str:
    whole = max(round(time), 1)
    return f"{grammar.number(whole)} second{'s' if whole > 1 else ''}"
