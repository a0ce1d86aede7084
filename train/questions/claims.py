"""Yes-or-no questions: what a person may have done, in words, with its truth."""

from __future__ import annotations

from collections.abc import Iterator

from train.captions import Example
from train.questions import truth
from train.questions.acts import ACTS, main_act, shows
from train.questions.records import YES_NO, Ask, YesNo
from train.questions.truth import OTHER, SIDES, Truth, clear, every, some

INSTEAD = {
    "walking": "{A} *walk", "running": "{A} *run", "raising": "{A} *raise a hand", "waving": "{A} *wave", "kicking": "{A} *kick",
    "bowing": "{A} *bow", "squatting": "{A} *squat", "sitting": "{A} *sit", "lunging": "{A} *do a lunge", "dancing": "{A} *dance",
    "jumping": "{A} *jump", "lifting": "{A} *lift a leg", "stepping": "{A} *lift one leg as if to step over a hurdle",
}  # fmt: skip


def claims(example: Example) -> Iterator[Ask]:
    """Every yes-or-no question that the example decides."""
    main = main_act(example) or ""
    for key, act in ACTS.items():
        yield from _claim(
            f"is/{key}",
            "hallucination",
            shows(example, key),
            act.verbs,
            "",
            act.manner,
            "" if key == main else INSTEAD.get(main, ""),
        )
    for side in SIDES:
        yield from _hands(example, side)
        yield from _legs(example, side)
        yield from _ways(example, side)
    yield from _whole(example)


def _claim(
    template: str,
    kind: str,
    holds: Truth,
    verbs: tuple[str, ...],
    about: str = "",
    manner: str = "act",
    instead: str = "",
) -> Iterator[Ask]:
    if holds is not None:
        yield YesNo(template, kind, "yes" if holds else "no", YES_NO, about, verbs, manner, instead)


def _hands(example: Example, side: str) -> Iterator[Ask]:
    f, other = example.facts, OTHER[side]
    raised, overhead = truth.hand_raised(f, side), truth.hand_overhead(f, side)
    swap = f"{{A}} *raise {{their}} {other} hand" if truth.hand_raised(f, other) else ""
    verbs = (
        f"*raise {{their}} {side} hand",
        f"*lift {{their}} {side} arm",
        f"*put {{their}} {side} hand up",
        f"*raise the {side} arm",
        f"*bring the {side} hand up",
    )
    yield from _claim("hand_raised", "body_part", raised, verbs, side, instead=swap)
    verbs = (
        f"*get {{their}} {side} hand above {{their}} head",
        f"*hold {{their}} {side} hand overhead",
        f"*reach over {{their}} head with the {side} hand",
    )
    yield from _claim("hand_overhead", "body_part", overhead, verbs, side, "event")
    waves = truth.waves(f, side) if shows(example, "waving") is not None else None
    swap = f"{{A}} *wave {{their}} {other} hand" if truth.waves(f, other) else ""
    yield from _claim(
        "hand_waves",
        "body_part",
        waves,
        (f"*wave {{their}} {side} hand", f"*wave with the {side} hand", f"*swing the raised {side} hand to and fro"),
        side,
        instead=swap,
    )
    verbs = (
        f"*hold {{their}} {side} arm out to the side",
        f"*hold the {side} upper arm out sideways",
        f"*keep {{their}} {side} elbow out at the side, about as high as the shoulder",
    )
    yield from _claim("arm_aside", "body_part", truth.arm_aside(f, side), verbs, side)
    yield from _claim(
        "arm_back",
        "body_part",
        truth.arm_back(f, side),
        (
            f"*stretch {{their}} {side} arm far behind the body",
            f"*reach backward with the {side} arm",
            f"*move {{their}} {side} hand well behind the back of the body",
        ),
        side,
    )
    only = every(raised, clear(f.hand(other).above_shoulder, 0.0, -0.35))
    yield from _claim(
        "only_hand",
        "body_part",
        only,
        (
            f"*raise only {{their}} {side} hand",
            f"*raise just the {side} hand and not the other",
            f"*lift the {side} hand alone",
        ),
        side,
    )
    verbs = (
        f"*have {{their}} {side} hand down again at the end",
        f"*lower {{their}} {side} hand again before the end",
        f"*take the {side} hand down again before the motion is over",
    )
    start = (
        f"*have {{their}} {side} hand up from the very start",
        f"*start with the {side} hand above the shoulder",
        f"*hold {{their}} {side} arm up already in the first moment",
    )
    most = (
        f"*keep {{their}} {side} hand above the shoulder most of the time",
        f"*hold the {side} hand up for more than half of the motion",
        f"*have {{their}} {side} arm up for most of the motion",
    )
    yield from _claim("mostly_up", "sequence", truth.hand_mostly_up(f, side), most, side, "state")
    yield from _claim("up_at_start", "sequence", truth.hand_up_at_start(f, side), start, side, "state")
    yield from _claim("hand_down", "sequence", truth.hand_down_at_end(f, side), verbs, side, "state")


def _legs(example: Example, side: str) -> Iterator[Ask]:
    f, other = example.facts, OTHER[side]
    swap = f"{{A}} *lift {{their}} {other} leg" if truth.leg_lifted(f, other) else ""
    yield from _claim(
        "leg_lifted",
        "body_part",
        truth.leg_lifted(f, side),
        (
            f"*lift {{their}} {side} leg",
            f"*raise the {side} leg",
            f"*take {{their}} {side} foot off the ground",
            f"*hold the {side} foot in the air",
        ),
        side,
        instead=swap,
    )
    kicks = truth.kicks(f, side) if shows(example, "kicking") is not None else None
    yield from _claim(
        "leg_kicks", "body_part", kicks, (f"*kick with {{their}} {side} leg", f"*kick with the {side} foot"), side
    )
    yield from _claim(
        "stands_on",
        "body_part",
        truth.balances(f, side),
        (
            f"*stand on {{their}} {side} leg only",
            f"*balance on the {side} foot",
            f"*keep all the weight on the {side} leg for a while",
        ),
        side,
    )
    lunge = None if not truth.lunges(f) else f.posture.lunge_side == side
    yield from _claim(
        "lunge_side",
        "body_part",
        lunge,
        (
            f"*lunge with {{their}} {side} leg",
            f"*bend the {side} knee in the lunge",
            f"*go into the lunge on the {side} leg",
        ),
        side,
    )


def _ways(example: Example, side: str) -> Iterator[Ask]:
    f, other = example.facts, OTHER[side]
    swap = f"{{A}} *turn {other}" if truth.turns(f, other) else ""
    yield from _claim(
        "turn_side",
        "direction",
        truth.turns(f, side),
        (f"*turn {side}", f"*turn to the {side}", f"*make a turn to the {side}", f"*change direction to the {side}"),
        side,
        instead=swap,
    )
    sideways = truth.goes(f, side)
    yield from _claim(
        "go_side",
        "direction",
        sideways,
        (f"*move sideways to the {side}", f"*step sideways to the {side}", f"*walk sideways to the {side}"),
        side,
    )
    way = f.travel
    drift = (way.left if side == "left" else -way.left) / max(way.path, 0.5)
    drifts = clear(drift, 0.08, 0.3) if way.path > 1.5 and way.gait in ("walking", "running") else None
    yield from _claim(
        "ends_side",
        "direction",
        drifts,
        (
            f"*end up to the {side} of the starting line",
            f"*drift off to the {side}",
            f"*move off to the {side} while travelling",
        ),
        side,
        "state",
    )


def _whole(example: Example) -> Iterator[Ask]:
    f, way = example.facts, example.facts.travel
    turned = [e.amount for e in f.events if e.kind == "turn"]
    for key, verbs in (
        ("forward", ("*move forward", "*go forward", "*walk or *run forward", "*travel straight ahead")),
        ("backward", ("*move backward", "*go backward", "*walk backwards", "*step back")),
    ):
        yield from _claim(f"go_{key}", "direction", truth.goes(f, key), verbs)
    yield from _claim(
        "turns_around",
        "direction",
        truth.turns_around(f),
        ("*turn around", "*turn round to face the other way", "*make a half turn", "*end up facing the opposite way"),
        manner="event",
    )
    straight = clear(max(way.turn_left, way.turn_right), 50, 12) if truth.in_place(f) is False else None
    yield from _claim(
        "straight",
        "direction",
        straight,
        ("*keep going straight", "*move in a straight line", "*keep the same direction throughout"),
        manner="state",
    )
    yield from _claim(
        "in_place",
        "direction",
        truth.in_place(f),
        ("*stay in one place", "*stay on the spot", "*remain on the same spot"),
        manner="state",
    )
    both = every(*(truth.hand_raised(f, s) for s in SIDES), clear(f.both_raised, 0.0, 0.4))
    yield from _claim(
        "both_hands",
        "body_part",
        both,
        ("*raise both hands", "*lift both arms", "*put both hands up", "*raise the left and the right hand together"),
    )
    overhead = some(*(truth.hand_overhead(f, s) for s in SIDES))
    yield from _claim(
        "any_overhead",
        "body_part",
        overhead,
        (
            "*get a hand above {their} head",
            "*reach over {their} head with a hand",
            "*bring a hand higher than the top of {their} head",
        ),
        manner="event",
    )
    yield from _claim(
        "knees_bent",
        "body_part",
        clear(min(f.left_leg.knee_flexion, f.right_leg.knee_flexion), 30, 80) if truth.in_place(f) else None,
        ("*bend both knees deeply", "*bend {their} knees a lot", "*sink down with both knees bent"),
        manner="event",
    )
    yield from _claim(
        "leans_back",
        "direction",
        truth.leans_back(f),
        ("*lean backward", "*lean back with the upper body", "*bend backward"),
    )
    yield from _claim(
        "stops",
        "sequence",
        truth.stops(f),
        ("*stop before the end", "*come to a stop before the motion is over", "*stand still again at the end"),
        manner="state",
    )
    yield from _claim(
        "stands_up",
        "sequence",
        truth.stands_up(f),
        ("*get up from sitting", "*stand up after sitting", "*rise from a seat"),
        manner="event",
    )
    ends = None if truth.sits(f) is None else f.posture.ends_seated
    yield from _claim(
        "ends_seated",
        "sequence",
        ends if clear(abs(f.posture.end - 0.85), 0.03, 0.06) else None,
        ("*end the motion sitting", "*end up seated", "*sit at the end"),
        manner="state",
    )
    for key, verbs, count in (
        (
            "jumps",
            ("*jump more than once", "*make more than one jump", "*jump several times"),
            f.air.jumps if shows(example, "jumping") else 0,
        ),
        ("squats", ("*squat more than once", "*do more than one squat"), f.posture.squats if truth.squats(f) else 0),
        (
            "kicks",
            ("*kick more than once", "*do more than one kick"),
            f.left_leg.kicks + f.right_leg.kicks if shows(example, "kicking") else 0,
        ),
        (
            "turns",
            ("*turn more than once", "*make more than one turn"),
            len(turned) if turned and min(turned) > 60 else 0,
        ),
    ):
        yield from _claim(f"again/{key}", "counting", None if count < 1 else count > 1, verbs, manner="state")
