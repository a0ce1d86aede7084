"""What comes first, what comes after, when, and how a motion begins and ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.grammar import number, phrase
from train.captions import Example
from train.questions import truth
from train.questions.acts import shows
from train.questions.records import NUMBERS, YES_NO, Ask, Choice, YesNo
from train.questions.truth import OTHER, SIDES

UP = 0.4
"""Seconds that a hand takes up or down."""
PARTS = ("beginning", "middle", "end")


@dataclass(frozen=True)
class Moment:
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

    def before(self, other: Moment) -> bool:
        """Whether this is clearly over, or clearly under way, before the other begins."""
        return self.end <= other.start + 0.2 and self.start + 0.5 < other.start


def moments(example: Example) -> list[Moment]:
    """What clearly happens once in the example, in the order of time."""
    f = example.facts
    found = []
    for side in SIDES:
        found += _hand(f, side)
    if shows(example, "bending"):
        found += _once(f, ("bow", "bend"), "bending", "*bend forward")
    if shows(example, "sitting"):
        found += _once(f, ("sit", "squat"), "sitting", "*sit down")
    elif shows(example, "squatting"):
        found += _once(f, ("squat",), "squatting", "*squat")
    if shows(example, "lunging"):
        found += _once(f, ("lunge",), "lunging", "*lunge")
    if shows(example, "jumping"):
        found += _once(f, ("jump",), "jumping", "*jump")
    for side in SIDES:
        if shows(example, "kicking") and truth.kicks(f, side):
            found += _once(f, ("kick",), "kicking", f"*kick with {{their}} {side} leg", side)
    for event in _of(f, ("turn",)):
        if event.amount > 60 and len(_of(f, ("turn",), event.side)) == 1 and not f.travel.spins:
            found.append(Moment("turning", f"*turn {event.side}", event.start, event.end, event.side))
    found += _travel(f)
    return sorted(found, key=lambda m: m.start)


def _hand(f: Facts, side: str) -> list[Moment]:
    """The hand's way up and its way down."""
    hand = f.hand(side)
    if not truth.hand_raised(f, side) or not truth.hand_lifted(f, side) or hand.raises != 1:
        return []
    found = [
        Moment(
            "raising",
            f"*raise {{their}} {side} hand",
            hand.raised_from,
            min(hand.raised_from + UP, hand.raised_to),
            side,
        )
    ]
    if truth.hand_down_at_end(f, side):
        start = max(hand.raised_to - UP / 2, found[0].end)
        found.append(Moment("lowering", f"*lower {{their}} {side} hand", start, min(start + UP, f.duration), side))
    return found


def _of(f: Facts, kinds: tuple[str, ...], side: str | None = None) -> list:
    return [e for e in f.events if e.kind in kinds and side in (None, e.side)]


def _once(f: Facts, kinds: tuple[str, ...], key: str, verb: str, side: str | None = None) -> list[Moment]:
    events = _of(f, kinds, side)
    if len(events) != 1 or events[0].start < 0.15:
        return []
    return [Moment(key, verb, events[0].start, events[0].end, side or "")]


def _travel(f: Facts) -> list[Moment]:
    if not truth.stops(f) or f.travel.stops:
        return []
    return [Moment("stopping", "*stop moving on", f.travel.moving_seconds + 0.2, f.duration)]


def order(example: Example, rng: random.Random) -> Iterator[Ask]:
    """Every question of time that the example decides."""
    f, seen = example.facts, moments(example)
    pairs = [
        (a, b)
        for i, a in enumerate(seen)
        for b in seen[i + 1 :]
        if a.before(b) and {a.key, b.key} != {"raising", "lowering"}
    ]
    for first, second in rng.sample(pairs, min(3, len(pairs))):
        yield from _pair(first, second, rng)
    for moment in seen:
        yield from _when(moment, f.duration)
        yield from _second(moment)
    yield from _hands(f)
    yield from _ends(f)


def _ing(verb: str) -> str:
    return phrase(verb, "ing", "{their}")


def _pair(first: Moment, second: Moment, rng: random.Random) -> Iterator[Ask]:
    asked, other, key = (first, second, "before") if rng.random() < 0.5 else (second, first, "after")
    base, doing = asked.verb.replace("*", ""), _ing(other.verb)
    asks = (
        f"{{Does}} {{s}} {base} before or after {doing}?", f"Before or after {doing}: when {{does}} {{s}} {base}?", f"{{Does}} {{s}} {base} before {doing} or after it?",
        f"When {{does}} {{s}} {base}, before or after {doing}?", f"Did {{s}} {base} before or after {doing}?", f"Is it before or after {doing} that {{s}} {asked.verb}?",
    )  # fmt: skip
    about = f"{asked.name}, {other.name}"
    yield Choice(
        "before_after",
        "sequence",
        key,
        ("before", "after"),
        about,
        asks,
        (f"{{A}} {asked.verb} {key} {doing}", f"It happens {key} {doing}", f"{key.capitalize()} {doing}"),
    )
    one, two = (first, second) if rng.random() < 0.5 else (second, first)
    holds = one is first
    verbs = (
        f"{one.verb} before {_ing(two.verb)}",
        f"{two.verb} only after {_ing(one.verb)}",
        f"{two.verb} later than {_ing(one.verb)}",
    )
    yield YesNo("is_before", "sequence", "yes" if holds else "no", YES_NO, f"{one.name}, {two.name}", verbs, "event")
    if first.key != second.key:
        left, right = (first, second) if rng.random() < 0.5 else (second, first)
        one, two = _ing(left.verb), _ing(right.verb)
        asks = (
            f"What comes first, {one} or {two}?", f"Which happens first: {one} or {two}?", f"What {{does}} {{s}} do first, {left.verb.replace('*', '')} or {right.verb.replace('*', '')}?",
            f"{one.capitalize()} or {two}: which is first?", f"Which of the two comes first, {one} or {two}?", f"Is {one} or {two} the first thing to happen?",
        )  # fmt: skip
        yield Choice(
            "first",
            "sequence",
            first.key,
            (left.key, right.key),
            about,
            asks,
            (f"{_ing(first.verb).capitalize()} comes first", f"First {{a}} {first.verb}"),
        )
    elif first.side and second.side:
        limb = "hand" if first.key in ("raising", "lowering") else "leg" if first.key == "kicking" else "turn"
        act = (
            "goes up"
            if first.key == "raising"
            else "comes down"
            if limb == "hand"
            else "kicks"
            if limb == "leg"
            else "comes"
        )
        asks = (
            f"Which {limb} {act} first?",
            f"Which {limb} {act} first, the left or the right?",
            f"Left or right: which {limb} {act} first?",
            f"Is it the left or the right {limb} that {act} first?",
            f"Does the left or the right {limb} come first?",
            f"Which {limb} is first, left or right?",
        )
        yield Choice(
            "first_side",
            "sequence",
            first.side,
            ("left", "right"),
            first.key,
            asks,
            (f"The {first.side} {limb} {act} first", f"First the {first.side} one"),
        )


def _when(moment: Moment, duration: float) -> Iterator[Ask]:
    if moment.key == "stopping" or duration < 2.0:
        return
    middle, length = (moment.start + moment.end) / 2 / duration, (moment.end - moment.start) / duration
    part = (
        None
        if length > 0.45
        else "beginning"
        if middle < 0.28
        else "end"
        if middle > 0.72
        else "middle"
        if 0.41 < middle < 0.59
        else None
    )
    if part is None:
        return
    base = moment.verb.replace("*", "")
    asks = (
        f"When {{does}} {{s}} {base}: at the beginning, in the middle or at the end?", f"In which part of the motion {{does}} {{s}} {base}, the beginning, the middle or the end?",
        f"{{Does}} {{s}} {base} at the beginning, in the middle or at the end?", f"At what point {{does}} {{s}} {base}: beginning, middle or end?",
        f"Beginning, middle or end: when {{does}} {{s}} {base}?", f"Is it at the beginning, in the middle or at the end that {{s}} {moment.verb}?",
    )  # fmt: skip
    at = {"beginning": "at the beginning", "middle": "in the middle", "end": "at the end"}[part]
    yield Choice(
        "when",
        "sequence",
        part,
        PARTS,
        moment.name,
        asks,
        (f"{{A}} {moment.verb} {at}", f"It happens {at}", at.capitalize()),
    )


def _second(moment: Moment) -> Iterator[Ask]:
    """At which second something begins, where rounding leaves no doubt."""
    second = round(moment.start)
    if moment.key in ("stopping", "lowering") or not 1 <= second <= 10 or abs(moment.start - second) > 0.3:
        return
    base = moment.verb.replace("*", "")
    asks = (
        f"At about which second {{does}} {{s}} begin to {base}?", f"After about how many seconds {{does}} {{s}} {base}?", f"How many seconds pass before {{s}} {moment.verb}?",
        f"At what second {{does}} {{s}} start to {base}?", f"How many seconds into the motion {{does}} {{s}} {base}?", f"To the nearest second, when {{does}} {{s}} begin to {base}?",
    )  # fmt: skip
    unit = "second" if second == 1 else "seconds"
    said = (
        f"After about {number(second)} {unit}",
        f"{{A}} *begin to {base} after about {number(second)} {unit}",
        f"At about {number(second)} {unit}",
    )
    yield Choice("at_second", "sequence", str(second), NUMBERS[1:11], moment.name, asks, said)


def _hands(f: Facts) -> Iterator[Ask]:
    if all(truth.hand_raised(f, s) and f.hand(s).raises == 1 for s in SIDES):
        gap = abs(f.left_hand.raised_from - f.right_hand.raised_from)
        key = "together" if gap < 0.2 else "separately" if gap > 0.7 else None
        if key:
            asks = (
                "{Does} {s} raise both hands together or separately?", "Do the hands go up together or separately?", "Are the two hands raised together or separately?",
                "Together or separately: how do the hands go up?", "{Is} {s} lifting both arms together or separately?", "Do both arms rise together, or separately, one after the other?",
            )  # fmt: skip
            yield Choice(
                "together",
                "sequence",
                key,
                ("together", "separately"),
                "",
                asks,
                (f"The hands go up {key}", f"{{A}} *raise them {key}"),
            )
    for side in SIDES:
        down = truth.hand_down_at_end(f, side)
        if down is not None and truth.hand_lifted(f, OTHER[side]) is False:
            key = "down" if down else "up"
            asks = (
                f"At the end, is the {side} hand up or down?", f"Is the {side} hand up or down when the motion ends?", f"Where is the {side} hand at the end: up or down?",
                f"{{Does}} {{s}} finish with the {side} hand up or down?", f"Up or down: where does the {side} hand end?", f"In the last moment, is the {side} arm up or down?",
            )  # fmt: skip
            yield Choice(
                "hand_at_end",
                "sequence",
                key,
                ("up", "down"),
                side,
                asks,
                (f"The {side} hand is {key} at the end", f"{{A}} *finish with the {side} hand {key}"),
            )


def _ends(f: Facts) -> Iterator[Ask]:
    pose = f.posture
    for template, word, level, seated in (
        ("starts", "start", pose.start, pose.starts_seated),
        ("ends", "end", pose.end, pose.ends_seated),
    ):
        key = (
            "sitting"
            if seated and level < 0.78
            else "standing"
            if level > 0.93 and not seated
            else "lying"
            if level < 0.3 and pose.lies > 0.4
            else None
        )
        if key is None or truth.sits(f) is False and truth.lies(f) is False:
            continue
        asks = (
            f"{{Is}} {{s}} sitting, standing or lying at the {word}?", f"{{Does}} {{s}} {word} sitting, standing or lying?", f"At the {word} of the motion, {{is}} {{s}} standing, sitting or lying?",
            f"How does the motion {word}: standing, sitting or lying?", f"In what position {{does}} {{s}} {word}, standing, sitting or lying?", f"Standing, sitting or lying: how {{does}} {{s}} {word}?",
        )  # fmt: skip
        yield Choice(
            template,
            "sequence",
            key,
            ("standing", "sitting", "lying"),
            "",
            asks,
            (f"{{A}} {{is}} {key} at the {word}", f"{{A}} *{word} {key}"),
        )
    stops = truth.stops(f)
    if stops is not None:
        key = "still" if stops else "moving"
        asks = (
            "At the end, {is} {s} still or moving?", "{Does} {s} end up still or moving?", "Is the body still or moving when the motion ends?",
            "Still or moving: how {does} {s} finish?", "{Is} {s} moving or still in the last moment?", "In the end, {is} {s} still, or moving on?",
        )  # fmt: skip
        yield Choice(
            "end_state",
            "sequence",
            key,
            ("still", "moving"),
            "",
            asks,
            (f"{{A}} {{is}} {key} at the end", "{A} *end up still" if stops else "{A} {is} moving to the very end"),
        )
