"""Temporal questions: what comes first or after, when something happens, and how a motion begins and ends."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.grammar import number, phrase
from train.captions import Example
from train.questions import predicates
from train.questions.logic import OTHER, SIDES
from train.questions.records import NUMBERS, Candidate
from train.questions.templates import multiple_choice, yes_no
from train.questions.timed_events import TimedEvent, timed_events

PAIRS = 3
"""Pairs of events that are asked about, at most."""


def temporal_questions(example: Example, rng: random.Random) -> Iterator[Candidate]:
    """Every temporal question that the example decides."""
    f, events = example.facts, timed_events(example)
    pairs = [
        (a, b)
        for i, a in enumerate(events)
        for b in events[i + 1 :]
        if a.before(b) and {a.key, b.key} != {"raising", "lowering"}
    ]
    for first, second in rng.sample(pairs, min(PAIRS, len(pairs))):
        asked, other = (first, second) if rng.random() < 0.5 else (second, first)
        about = f"{asked.name}, {other.name}"
        yield from _before_after(asked, other, first, about, rng)
        yield from _which_first(first, second, about, rng)
    for event in events:
        yield from _part(event, f.duration)
        yield from _second(event)
    yield from _hands_together(f)
    yield from _hand_at_end(f)
    yield from _posture(f)
    yield from _movement_at_end(f)


def _gerund(verb: str) -> str:
    return phrase(verb, "ing", "{their}")


def _base(verb: str) -> str:
    return verb.replace("*", "")


def _before_after(
    asked: TimedEvent, other: TimedEvent, first: TimedEvent, about: str, rng: random.Random
) -> Iterator[Candidate]:
    key, doing = "before" if asked is first else "after", _gerund(other.verb)
    yield multiple_choice("before_after", key, about, verb=asked.verb, base=_base(asked.verb), doing=doing)
    second = other if asked is first else asked
    one, two = (first, second) if rng.random() < 0.5 else (second, first)
    yield from yes_no(
        "is_before", one is first, f"{one.name}, {two.name}",
        first=one.verb, second=two.verb, first_doing=_gerund(one.verb), second_doing=_gerund(two.verb),
    )  # fmt: skip


def _which_first(first: TimedEvent, second: TimedEvent, about: str, rng: random.Random) -> Iterator[Candidate]:
    if first.key != second.key:
        left, right = (first, second) if rng.random() < 0.5 else (second, first)
        yield multiple_choice(
            "first",
            first.key,
            about,
            options=(left.key, right.key),
            left=_gerund(left.verb),
            right=_gerund(right.verb),
            left_base=_base(left.verb),
            right_base=_base(right.verb),
            doing=_gerund(first.verb),
            verb=first.verb,
        )
    elif first.side and second.side:
        limb, moves = {
            "raising": ("hand", "goes up"),
            "lowering": ("hand", "comes down"),
            "kicking": ("leg", "kicks"),
        }.get(first.key, ("turn", "comes"))
        yield multiple_choice("first_side", first.side, first.key, limb=limb, moves=moves)


def _part(event: TimedEvent, duration: float) -> Iterator[Candidate]:
    """In which part of the motion a short event happens."""
    if event.key == "stopping" or duration < 2.0 or (event.end - event.start) / duration > 0.45:
        return
    middle = (event.start + event.end) / 2 / duration
    part = "beginning" if middle < 0.28 else "end" if middle > 0.72 else "middle" if 0.41 < middle < 0.59 else None
    if part:
        at = {"beginning": "at the beginning", "middle": "in the middle", "end": "at the end"}[part]
        yield multiple_choice("when", part, event.name, verb=event.verb, base=_base(event.verb), at=at)


def _second(event: TimedEvent) -> Iterator[Candidate]:
    """At which second an event begins, where rounding is unambiguous."""
    second = round(event.start)
    if event.key in ("stopping", "lowering") or not 1 <= second <= 10 or abs(event.start - second) > 0.3:
        return
    unit = "second" if second == 1 else "seconds"
    words = {"verb": event.verb, "base": _base(event.verb), "number": number(second), "unit": unit}
    yield multiple_choice("at_second", str(second), event.name, options=NUMBERS[1:11], **words)


def _hands_together(f: Facts) -> Iterator[Candidate]:
    if all(predicates.hand_raised(f, s) and f.hand(s).raises == 1 for s in SIDES):
        gap = abs(f.left_hand.raised_from - f.right_hand.raised_from)
        key = "together" if gap < 0.2 else "separately" if gap > 0.7 else None
        if key:
            yield multiple_choice("together", key)


def _hand_at_end(f: Facts) -> Iterator[Candidate]:
    for side in SIDES:
        down = predicates.hand_down_at_end(f, side)
        if down is not None and predicates.hand_lifted(f, OTHER[side]) is False:
            yield multiple_choice("hand_at_end", "down" if down else "up", side, side=side)


def _posture(f: Facts) -> Iterator[Candidate]:
    pose = f.posture
    if predicates.sits(f) is False and predicates.lies(f) is False:
        return
    for template, word, height, seated in (
        ("starts", "start", pose.start, pose.starts_seated),
        ("ends", "end", pose.end, pose.ends_seated),
    ):
        key = None
        if seated and height < 0.78:
            key = "sitting"
        elif height > 0.93 and not seated:
            key = "standing"
        elif height < 0.3 and pose.lies > 0.4:
            key = "lying"
        if key:
            yield multiple_choice(template, key, wording="start_or_end", start=word)


def _movement_at_end(f: Facts) -> Iterator[Candidate]:
    stops = predicates.stops(f)
    if stops is not None:
        yield multiple_choice("end_state", "still" if stops else "moving")
