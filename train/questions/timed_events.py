"""Events that clearly happen once in a motion, with their times, for questions about order."""

from __future__ import annotations

from dataclasses import dataclass

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.records import Event
from train.captions import Example
from train.questions import predicates
from train.questions.activities import shows
from train.questions.logic import SIDES

RAISE_SECONDS = 0.4
"""Typical duration of raising or lowering a hand."""


@dataclass(frozen=True)
class TimedEvent:
    """Something that happens once, from ``start`` to ``end`` (s): its one-word ``key`` and a marked verb phrase."""

    key: str
    verb: str
    start: float
    end: float
    side: str = ""

    @property
    def name(self) -> str:
        """Key and side."""
        return f"{self.key} {self.side}".strip()

    def before(self, other: TimedEvent) -> bool:
        """Whether this is clearly over, or clearly under way, before the other begins."""
        return self.end <= other.start + 0.2 and self.start + 0.5 < other.start


def timed_events(example: Example) -> list[TimedEvent]:
    """Events that clearly happen once in the example, ordered by start."""
    f = example.facts
    found = []
    for side in SIDES:
        found += _hand(f, side)
    if shows(example, "bending"):
        found += _single(f, ("bow", "bend"), "bending", "*bend forward")
    if shows(example, "sitting"):
        found += _single(f, ("sit", "squat"), "sitting", "*sit down")
    elif shows(example, "squatting"):
        found += _single(f, ("squat",), "squatting", "*squat")
    if shows(example, "lunging"):
        found += _single(f, ("lunge",), "lunging", "*lunge")
    if shows(example, "jumping"):
        found += _single(f, ("jump",), "jumping", "*jump")
    for side in SIDES:
        if shows(example, "kicking") and predicates.kicks(f, side):
            found += _single(f, ("kick",), "kicking", f"*kick with {{their}} {side} leg", side)
    for event in _events(f, ("turn",)):
        if event.amount > 60 and len(_events(f, ("turn",), event.side)) == 1 and not f.travel.spins:
            found.append(TimedEvent("turning", f"*turn {event.side}", event.start, event.end, event.side))
    if predicates.stops(f) and not f.travel.stops:
        found.append(TimedEvent("stopping", "*stop moving on", f.travel.moving_seconds + 0.2, f.duration))
    return sorted(found, key=lambda event: event.start)


def _hand(f: Facts, side: str) -> list[TimedEvent]:
    """Raising and lowering of one hand."""
    hand = f.hand(side)
    if not predicates.hand_raised(f, side) or not predicates.hand_lifted(f, side) or hand.raises != 1:
        return []
    end = min(hand.raised_from + RAISE_SECONDS, hand.raised_to)
    found = [TimedEvent("raising", f"*raise {{their}} {side} hand", hand.raised_from, end, side)]
    if predicates.hand_down_at_end(f, side):
        start = max(hand.raised_to - RAISE_SECONDS / 2, end)
        end = min(start + RAISE_SECONDS, f.duration)
        found.append(TimedEvent("lowering", f"*lower {{their}} {side} hand", start, end, side))
    return found


def _events(f: Facts, kinds: tuple[str, ...], side: str | None = None) -> list[Event]:
    return [e for e in f.events if e.kind in kinds and side in (None, e.side)]


def _single(f: Facts, kinds: tuple[str, ...], key: str, verb: str, side: str | None = None) -> list[TimedEvent]:
    events = _events(f, kinds, side)
    if len(events) != 1 or events[0].start < 0.15:
        return []
    return [TimedEvent(key, verb, events[0].start, events[0].end, side or "")]
