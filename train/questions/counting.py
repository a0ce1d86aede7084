"""Counting questions: steps, hands, jumps, kicks, seconds."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hmvlm.motion.facts.grammar import number
from train.captions import Example
from train.questions import predicates
from train.questions.activities import shows
from train.questions.logic import SIDES
from train.questions.records import NUMBERS, Candidate
from train.questions.templates import multiple_choice, yes_no

DURATION_SHARE = 0.3
"""Probability of offering the question about duration: every motion has one, and other counts are worth more."""
MOST_TIMES = 8
"""Largest count that is asked about."""


def counting_questions(example: Example, rng: random.Random) -> Iterator[Candidate]:
    """Every counting question that the example decides."""
    yield from _steps(example, rng)
    yield from _hands(example)
    yield from _repetitions(example)
    yield from _turns(example)
    yield from _duration(example, rng)


def _steps(example: Example, rng: random.Random) -> Iterator[Candidate]:
    f, way = example.facts, example.facts.travel
    steps = way.steps_left + way.steps_right
    travels = way.gait in ("walking", "running") and way.path > 0.8
    walking = travels and predicates.on_feet(f) and f.air.jumps + f.air.hops == 0
    if walking and abs(way.steps_left - way.steps_right) <= 1 and 2 <= steps <= 12 and way.stops == 0:
        yield multiple_choice("steps", str(steps), options=NUMBERS[1:], number=number(steps))
    if walking and steps > 3 or predicates.in_place(f):
        limit = rng.choice((steps - 3, steps + 3)) if walking else rng.randint(2, 6)
        if limit >= 2:
            yield from yes_no("steps_more", walking and steps > limit, number=number(limit))


def _hands(example: Example) -> Iterator[Candidate]:
    f = example.facts
    raised = [predicates.hand_raised(f, s) for s in SIDES]
    if None not in raised:
        yield multiple_choice("hands_up", str(raised.count(True)), options=NUMBERS[:3])
    for side in SIDES:
        hand, starts = f.hand(side), predicates.raise_starts(f, side)
        if not (predicates.hand_raised(f, side) and predicates.hand_lifted(f, side)):
            continue
        if min(starts, default=0) > 0.1 and hand.raised > 0.5 * len(starts):
            verb, noun = f"raise {{their}} {side} hand above the shoulder", f"times the {side} hand goes up"
            yield from _times("raises", len(starts), verb, noun, side)


def _repetitions(example: Example) -> Iterator[Candidate]:
    f = example.facts
    if shows(example, "jumping") is not None and f.air.jacks == 0 and not (f.air.jumps and f.air.hops):
        yield from _times("jumps", f.air.jumps, "jump", "jumps")
    if shows(example, "squatting") is not None and f.posture.sits == 0:
        yield from _times("squats", f.posture.squats, "squat", "squats")
    if shows(example, "kicking") is not None:
        yield from _times("kicks", f.left_leg.kicks + f.right_leg.kicks, "kick", "kicks")
    if shows(example, "punching") is not None:
        yield from _times("punches", f.left_hand.punches + f.right_hand.punches, "punch", "punches")
    if shows(example, "bending") is not None and predicates.in_place(f):
        bends = sum(e.kind in ("bow", "bend") for e in f.events)
        yield from _times("bows", bends, "bend forward", "times the upper body bends forward")


def _turns(example: Example) -> Iterator[Candidate]:
    f = example.facts
    turned = [predicates.turns(f, s) for s in SIDES]
    amounts = [e.amount for e in f.events if e.kind == "turn"]
    decided = turned == [False, False] or True in turned and all(a > 60 for a in amounts)
    if f.travel.spins == 0 and decided and sum(amounts) < 115 * max(len(amounts), 1):
        yield from _times("turns", len(amounts), "turn", "turns")
    if shows(example, "spinning") is not None:
        yield from _times("spins", f.travel.spins, "spin all the way round", "full turns")


def _duration(example: Example, rng: random.Random) -> Iterator[Candidate]:
    duration = example.facts.duration
    seconds = round(duration)
    if abs(duration - seconds) < 0.3 and 1 <= seconds <= 10 and rng.random() < DURATION_SHARE:
        unit = "second" if seconds == 1 else "seconds"
        yield multiple_choice("seconds", str(seconds), options=NUMBERS[1:11], number=number(seconds), unit=unit)


def _times(key: str, count: int, verb: str, noun: str, about: str = "") -> Iterator[Candidate]:
    if count > MOST_TIMES:
        return
    yield multiple_choice(
        f"count/{key}",
        str(count),
        about,
        options=NUMBERS[: MOST_TIMES + 1],
        wording="count/clause" if " " in noun else "count",
        verb=verb,
        noun=noun,
        number=number(count),
        times={0: "zero times", 1: "one time", 2: "two times"}.get(count, f"{number(count)} times"),
    )
