"""Multiple-choice questions about body parts and directions: which, where, how high, how far."""

from __future__ import annotations

from collections.abc import Iterator

from hmvlm.motion.facts import Facts
from train.captions import Example
from train.questions import predicates
from train.questions.activities import main_activity, shows
from train.questions.logic import OTHER, SIDES, side_of
from train.questions.records import Candidate
from train.questions.templates import multiple_choice


def choice_questions(example: Example) -> Iterator[Candidate]:
    """Every multiple-choice question about body parts and directions that the example decides."""
    yield from _hands(example)
    yield from _limb_activity(example.facts)
    yield from _arm_plane(example.facts)
    yield from _legs(example)
    yield from _kicks_and_lunges(example)
    yield from _directions(example.facts)
    yield from _lean(example.facts)


def _hands(example: Example) -> Iterator[Candidate]:
    f = example.facts
    side = side_of(*(predicates.hand_raised(f, s) for s in SIDES))
    if side and (side != "both" or f.both_raised > 0.4):
        yield multiple_choice("which_raised", side)
    waving = shows(example, "waving")
    side = side_of(*(predicates.waves(f, s) for s in SIDES)) if waving else "none" if waving is False else None
    if side:
        yield multiple_choice("trap/wave", side)
        if side != "none":
            yield multiple_choice("which_waves", side)
    for s in SIDES:
        if predicates.hand_raised(f, s) and predicates.hand_lifted(f, OTHER[s]) is False:
            height = _height(f, s)
            if height:
                yield multiple_choice("hand_height", height, s, side=s)


def _height(f: Facts, side: str) -> str | None:
    hand = f.hand(side)
    if hand.above_head > 0.27:
        return "overhead"
    if 0.02 < hand.above_head < 0.14:
        return "head"
    return "shoulder" if -0.1 < hand.above_shoulder < 0.02 else None


def _limb_activity(f: Facts) -> Iterator[Candidate]:
    left, right = f.left_hand.speed, f.right_hand.speed
    if max(left, right) > 0.25 and max(left, right) > 1.9 * min(left, right):
        yield multiple_choice("busier_arm", "left" if left > right else "right")
    arms, legs = f.rhythm.arm_energy, f.rhythm.leg_energy
    if max(arms, legs) > 0.2 and max(arms, legs) > 2.2 * min(arms, legs) or max(arms, legs) > 5 * min(arms, legs):
        yield multiple_choice("arms_or_legs", "arms" if arms > legs else "legs")


def _arm_plane(f: Facts) -> Iterator[Candidate]:
    if not predicates.on_feet(f):
        return
    raised = [(s, f.hand(s)) for s in SIDES if predicates.hand_raised(f, s)]
    aside = all(h.abduction > 75 and max(h.flexion, h.scaption) < h.abduction - 20 for _, h in raised)
    ahead = all(h.flexion > 75 and max(h.abduction, h.scaption) < h.flexion - 40 for _, h in raised)
    if raised and (aside or ahead):
        plane = "sideways" if aside else "forward"
        if len(raised) == 2:
            yield multiple_choice("arm_plane", plane, arms="arms", are="are", go="go")
        else:
            side = raised[0][0]
            yield multiple_choice("arm_plane", plane, side, arms=f"{side} arm", are="is", go="goes")


def _legs(example: Example) -> Iterator[Candidate]:
    f = example.facts
    side = side_of(*(predicates.leg_lifted(f, s) for s in SIDES))
    if side not in SIDES:
        return
    yield multiple_choice("which_leg", side)
    yield multiple_choice("standing_leg", OTHER[side])
    where = {"front": "forward", "back": "backward", "side": "sideways"}.get(f.leg(side).lift_direction)
    if where and f.leg(side).straight_lift > 25:
        yield multiple_choice("leg_way", where, side, side=side)


def _kicks_and_lunges(example: Example) -> Iterator[Candidate]:
    f = example.facts
    side, kicking = side_of(*(predicates.kicks(f, s) for s in SIDES)), shows(example, "kicking")
    if side and kicking:
        yield multiple_choice("trap/kick", side)
    elif kicking is False:
        yield multiple_choice("trap/kick", "none")
    side = f.posture.lunge_side
    if predicates.lunges(f) and side and main_activity(example) == "lunging":
        if f.posture.side_lunge:
            yield multiple_choice("lunge_leg", side, "side", wording="lunge_leg/to_the_side")
        else:
            yield multiple_choice("lunge_leg", side)


def _directions(f: Facts) -> Iterator[Candidate]:
    way = f.travel
    directions = [d for d in ("forward", "backward", "left", "right") if predicates.goes(f, d)]
    if directions and predicates.in_place(f) is False or predicates.in_place(f):
        yield multiple_choice("way", directions[0] if directions else "nowhere")
    turned = side_of(*(predicates.turns(f, s) for s in SIDES))
    amount = max(way.turn_left, way.turn_right)
    if turned in SIDES:
        yield multiple_choice("turn_way", turned)
        size = (
            "quarter" if 70 < amount < 112 else "half" if 155 < amount < 212 else "full" if 325 < amount < 400 else None
        )
        if size:
            yield multiple_choice("turn_size", size)
    facing = "same" if amount < 18 else "opposite" if 155 < abs(way.turn) < 205 else None
    if facing:
        yield multiple_choice("facing", facing)


def _lean(f: Facts) -> Iterator[Candidate]:
    if not predicates.on_feet(f):
        return
    trunk = f.trunk
    leans = {
        "forward": trunk.max_forward,
        "backward": trunk.max_backward,
        "left": trunk.max_left,
        "right": trunk.max_right,
    }
    first, second = sorted(leans, key=lambda way: leans[way], reverse=True)[:2]
    if leans[first] > 22 and leans[first] > 2 * leans[second]:
        where = first if first in ("forward", "backward") else f"to the {first}"
        yield multiple_choice("lean_way", first, where=where)
