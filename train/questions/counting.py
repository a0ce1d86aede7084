"""How many: steps, hands, jumps, kicks, seconds."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hmvlm.motion.facts.grammar import number
from train.captions import Example
from train.questions import truth
from train.questions.acts import shows
from train.questions.records import NUMBERS, YES_NO, Ask, Choice, YesNo
from train.questions.truth import SIDES

LENGTHS_SHARE = 0.3
"""How often the length is offered: every motion has one, and other things are better worth counting."""
TIMES = (
    "How many times {does} {s} VERB?",
    "How often {does} {s} VERB?",
    "Count the NOUN.",
    "How many NOUN do you count?",
    "How many NOUN are there?",
    "What is the number of NOUN?",
    "Can you count how many times {s} *VERB?",
    "Tell me how many times {s} *VERB.",
)


def counting(example: Example, rng: random.Random) -> Iterator[Ask]:
    """Every counting question that the example decides."""
    f, way = example.facts, example.facts.travel
    steps = way.steps_left + way.steps_right
    walking = (
        way.gait in ("walking", "running") and way.path > 0.8 and truth.on_feet(f) and f.air.jumps + f.air.hops == 0
    )
    if walking and abs(way.steps_left - way.steps_right) <= 1 and 2 <= steps <= 12 and way.stops == 0:
        asks = (
            "How many steps {does} {s} take?", "How many steps are there?", "Count the steps.", "How many steps do you count?", "What is the number of steps {s} *take?",
            "How many steps does it take {o} to get there?", "How many strides {does} {s} make?", "About how many steps {does} {s} take?",
        )  # fmt: skip
        yield Choice(
            "steps",
            "counting",
            str(steps),
            NUMBERS[1:],
            "",
            asks,
            (
                f"{{A}} *take {number(steps)} steps",
                f"I count {number(steps)} steps",
                f"There are {number(steps)} steps",
            ),
        )
    if walking and steps > 3 or truth.in_place(f):
        limit = rng.choice((steps - 3, steps + 3)) if walking else rng.randint(2, 6)
        if limit >= 2:
            words = number(limit)
            yield YesNo(
                "steps_more",
                "counting",
                "yes" if walking and steps > limit else "no",
                YES_NO,
                "",
                (f"*take more than {words} steps", f"*make more than {words} steps", f"*go more than {words} steps"),
                "state",
            )
    raised = [truth.hand_raised(f, s) for s in SIDES]
    if None not in raised:
        count = sum(raised)
        asks = (
            "How many hands {does} {s} raise?", "How many hands go up?", "How many arms {does} {s} lift?", "With how many hands {does} {s} reach up?",
            "How many of {their} hands {does} {s} put up?", "How many hands {does} {s} lift?", "Count the hands that {s} *raise.",
        )  # fmt: skip
        answers = (
            ("{A} *raise no hand: zero", "Zero: {a} {doesnt} raise a hand"),
            ("{A} *raise one hand", "One hand goes up"),
            ("{A} *raise two hands", "Two hands go up"),
        )[count]
        yield Choice("hands_up", "counting", str(count), NUMBERS[:3], "", asks, answers)
    for side in SIDES:
        hand, starts = f.hand(side), truth.raise_starts(f, side)
        if (
            truth.hand_raised(f, side)
            and truth.hand_lifted(f, side)
            and min(starts, default=0) > 0.1
            and hand.raised > 0.5 * len(starts)
        ):
            yield from _times(
                "raises",
                len(starts),
                f"raise {{their}} {side} hand above the shoulder",
                f"times the {side} hand goes up",
                side,
            )
    if shows(example, "jumping") is not None and f.air.jacks == 0 and not (f.air.jumps and f.air.hops):
        yield from _times("jumps", f.air.jumps, "jump", "jumps")
    if shows(example, "squatting") is not None and f.posture.sits == 0:
        yield from _times("squats", f.posture.squats, "squat", "squats")
    if shows(example, "kicking") is not None:
        yield from _times("kicks", f.left_leg.kicks + f.right_leg.kicks, "kick", "kicks")
    if shows(example, "punching") is not None:
        yield from _times("punches", f.left_hand.punches + f.right_hand.punches, "punch", "punches")
    if shows(example, "bending") is not None and truth.in_place(f):
        yield from _times(
            "bows",
            sum(e.kind in ("bow", "bend") for e in f.events),
            "bend forward",
            "times the upper body bends forward",
        )
    turned = [truth.turns(f, s) for s in SIDES]
    amounts = [e.amount for e in f.events if e.kind == "turn"]
    if (
        f.travel.spins == 0
        and (turned == [False, False] or True in turned and all(a > 60 for a in amounts))
        and sum(amounts) < 115 * max(len(amounts), 1)
    ):
        yield from _times("turns", len(amounts), "turn", "turns")
    if shows(example, "spinning") is not None:
        yield from _times("spins", f.travel.spins, "spin all the way round", "full turns")
    if abs(f.duration - round(f.duration)) < 0.3 and 1 <= round(f.duration) <= 10 and rng.random() < LENGTHS_SHARE:
        seconds = round(f.duration)
        unit = "second" if seconds == 1 else "seconds"
        asks = (
            "How many seconds does it last?", "How long is the motion in seconds?", "To the nearest second, how long does this take?", "For how many seconds {does} {s} move?",
            "What is the length of the motion in seconds?", "About how many seconds long is it?", "How many seconds {does} {s} take for this?",
        )  # fmt: skip
        yield Choice(
            "seconds",
            "counting",
            str(seconds),
            NUMBERS[1:11],
            "",
            asks,
            (
                f"It lasts about {number(seconds)} {unit}",
                f"About {number(seconds)} {unit}",
                f"It takes about {number(seconds)} {unit}",
            ),
        )


def _times(key: str, count: int, verb: str, noun: str, about: str = "") -> Iterator[Ask]:
    if count > 8:
        return
    asks = tuple(t.replace("*VERB", f"*{verb}").replace("VERB", verb).replace("NOUN", noun) for t in TIMES)
    if " " in noun:
        asks = tuple(a for a in asks if f"many {noun}" not in a)
    often = {0: "zero times", 1: "one time", 2: "two times"}.get(count, f"{number(count)} times")
    answers = (
        f"{{A}} *{verb} {often}",
        f"{number(count).capitalize()}: {{a}} {{doesnt}} {verb}" if count == 0 else f"I count {number(count)}",
    )
    yield Choice(f"count/{key}", "counting", str(count), NUMBERS[:9], about, asks, answers)
