"""Yes-or-no questions: a verb phrase about the person, true or false by the facts."""

from __future__ import annotations

from collections.abc import Iterator

from train.captions import Example
from train.questions import predicates
from train.questions.activities import ACTIVITIES, CONTRASTS, main_activity, shows
from train.questions.logic import OTHER, SIDES, all_of, any_of, threshold
from train.questions.records import YES_NO, Candidate, YesNo
from train.questions.templates import yes_no


def yes_no_questions(example: Example) -> Iterator[Candidate]:
    """Every yes-or-no question that the example decides."""
    yield from _activities(example)
    for side in SIDES:
        yield from _hands(example, side)
        yield from _legs(example, side)
        yield from _directions(example, side)
    yield from _travel(example)
    yield from _posture(example)
    yield from _repetitions(example)


def _activities(example: Example) -> Iterator[Candidate]:
    main = main_activity(example) or ""
    contrast = f"{{A}} {CONTRASTS[main]}" if main in CONTRASTS else ""
    for key, verbs in ACTIVITIES.items():
        holds = shows(example, key)
        if holds is not None:
            instead = "" if key == main else contrast
            short = "yes" if holds else "no"
            yield YesNo(f"is/{key}", "hallucination", short, YES_NO, "", verbs, instead=instead)


def _hands(example: Example, side: str) -> Iterator[Candidate]:
    f, other = example.facts, OTHER[side]
    raised = predicates.hand_raised(f, side)
    instead = bool(predicates.hand_raised(f, other))
    yield from yes_no("hand_raised", raised, side, instead, side=side, other=other)
    yield from yes_no("hand_overhead", predicates.hand_overhead(f, side), side, side=side)
    waves = predicates.waves(f, side) if shows(example, "waving") is not None else None
    yield from yes_no("hand_waves", waves, side, bool(predicates.waves(f, other)), side=side, other=other)
    yield from yes_no("arm_aside", predicates.arm_aside(f, side), side, side=side)
    yield from yes_no("arm_back", predicates.arm_back(f, side), side, side=side)
    only = all_of(raised, threshold(f.hand(other).above_shoulder, 0.0, -0.35))
    yield from yes_no("only_hand", only, side, side=side)
    yield from yes_no("mostly_up", predicates.hand_mostly_up(f, side), side, side=side)
    yield from yes_no("up_at_start", predicates.hand_up_at_start(f, side), side, side=side)
    yield from yes_no("hand_down", predicates.hand_down_at_end(f, side), side, side=side)


def _legs(example: Example, side: str) -> Iterator[Candidate]:
    f, other = example.facts, OTHER[side]
    instead = bool(predicates.leg_lifted(f, other))
    yield from yes_no("leg_lifted", predicates.leg_lifted(f, side), side, instead, side=side, other=other)
    kicks = predicates.kicks(f, side) if shows(example, "kicking") is not None else None
    yield from yes_no("leg_kicks", kicks, side, side=side)
    yield from yes_no("stands_on", predicates.balances(f, side), side, side=side)
    lunge = None if not predicates.lunges(f) else f.posture.lunge_side == side
    yield from yes_no("lunge_side", lunge, side, side=side)


def _directions(example: Example, side: str) -> Iterator[Candidate]:
    f, other, way = example.facts, OTHER[side], example.facts.travel
    instead = bool(predicates.turns(f, other))
    yield from yes_no("turn_side", predicates.turns(f, side), side, instead, side=side, other=other)
    yield from yes_no("go_side", predicates.goes(f, side), side, side=side)
    drift = (way.left if side == "left" else -way.left) / max(way.path, 0.5)
    drifts = threshold(drift, 0.08, 0.3) if way.path > 1.5 and way.gait in ("walking", "running") else None
    yield from yes_no("ends_side", drifts, side, side=side)


def _travel(example: Example) -> Iterator[Candidate]:
    f, way = example.facts, example.facts.travel
    yield from yes_no("go_forward", predicates.goes(f, "forward"))
    yield from yes_no("go_backward", predicates.goes(f, "backward"))
    yield from yes_no("turns_around", predicates.turns_around(f))
    travels = predicates.in_place(f) is False
    yield from yes_no("straight", threshold(max(way.turn_left, way.turn_right), 50, 12) if travels else None)
    yield from yes_no("in_place", predicates.in_place(f))


def _posture(example: Example) -> Iterator[Candidate]:
    f = example.facts
    both = all_of(*(predicates.hand_raised(f, s) for s in SIDES), threshold(f.both_raised, 0.0, 0.4))
    yield from yes_no("both_hands", both)
    yield from yes_no("any_overhead", any_of(*(predicates.hand_overhead(f, s) for s in SIDES)))
    flexion = min(f.left_leg.knee_flexion, f.right_leg.knee_flexion)
    yield from yes_no("knees_bent", threshold(flexion, 30, 80) if predicates.in_place(f) else None)
    yield from yes_no("leans_back", predicates.leans_back(f))
    yield from yes_no("stops", predicates.stops(f))
    yield from yes_no("stands_up", predicates.stands_up(f))
    ends = None if predicates.sits(f) is None else f.posture.ends_seated
    yield from yes_no("ends_seated", ends if threshold(abs(f.posture.end - 0.85), 0.03, 0.06) else None)


def _repetitions(example: Example) -> Iterator[Candidate]:
    f = example.facts
    turned = [e.amount for e in f.events if e.kind == "turn"]
    kicks = f.left_leg.kicks + f.right_leg.kicks
    for key, count in (
        ("jumps", f.air.jumps if shows(example, "jumping") else 0),
        ("squats", f.posture.squats if predicates.squats(f) else 0),
        ("kicks", kicks if shows(example, "kicking") else 0),
        ("turns", len(turned) if turned and min(turned) > 60 else 0),
    ):
        yield from yes_no(f"again/{key}", None if count < 1 else count > 1)
