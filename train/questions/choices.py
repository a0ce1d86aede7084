"""Which, where, how high: questions about body parts and directions with more answers than yes and no."""

from __future__ import annotations

from collections.abc import Iterator

from hmvlm.motion.facts import Facts
from train.captions import Example
from train.questions import truth
from train.questions.acts import main_act, shows
from train.questions.records import Ask, Choice
from train.questions.truth import OTHER, SIDES

BOTH = ("left", "right", "both")
ONE_SIDE = ("left", "right")


def choices(example: Example) -> Iterator[Ask]:
    """Every which-question about parts and directions that the example decides."""
    yield from _hands(example)
    yield from _arms(example.facts)
    yield from _legs(example)
    yield from _ways(example.facts)
    yield from _sides(example)


def sided(flags: tuple[truth.Truth, truth.Truth]) -> str | None:
    """``left``, ``right`` or ``both`` for what is clear of each side, else None."""
    return {(True, False): "left", (False, True): "right", (True, True): "both"}.get(flags)


def _hands(example: Example) -> Iterator[Ask]:
    f = example.facts
    side = sided(tuple(truth.hand_raised(f, s) for s in SIDES))
    if side and (side != "both" or f.both_raised > 0.4):
        asks = (
            "Which hand {does} {s} raise?", "Which hand goes up?", "Which arm {does} {s} lift?", "Which of {their} hands {does} {s} raise?",
            "Is it the left hand, the right hand or both that {s} *raise?", "{Does} {s} raise the left hand, the right hand, or both?",
            "What hand {is} {s} raising?", "With which hand {does} {s} reach up?", "Which hand is lifted: left, right or both?",
            "Tell me which hand {s} *put up.",
        )  # fmt: skip
        answers = (
            ("{A} *raise both hands", "Both hands go up", "{A} *lift both arms")
            if side == "both"
            else (
                f"{{A}} *raise {{their}} {side} hand",
                f"The {side} hand goes up",
                f"It is the {side} hand",
                f"{{A}} *lift {{their}} {side} arm",
            )
        )
        yield Choice("which_raised", "body_part", side, BOTH, "", asks, answers)
    waving = shows(example, "waving")
    side = sided(tuple(truth.waves(f, s) for s in SIDES)) if waving else "none" if waving is False else None
    if side:
        asks = (
            "Which hand {does} {s} wave?", "With which hand {is} {s} waving?", "Which hand is waving?", "Which hand {does} {s} wave with?",
            "Which arm {is} {s} waving?", "What hand {does} {s} use to wave?", "Which of {their} hands {does} {s} wave?", "With what hand {does} {s} wave?",
        )  # fmt: skip
        answers = {
            "none": ("{A} {doesnt} wave; none of the hands does", "None: {a} {doesnt} wave", "Neither hand is waving"),
            "both": ("{A} *wave both hands", "{A} *wave with both hands", "Both hands are waving"),
        }.get(side, (f"{{A}} *wave {{their}} {side} hand", f"The {side} hand is waving", f"{{A}} *wave with the {side} hand"))  # fmt: skip
        yield Choice("trap/wave", "hallucination", side, (*BOTH, "none"), "", asks, answers)
        if side != "none":
            closed = (
                "{Does} {s} wave with the left hand, the right hand, or both?",
                "{Is} {s} waving the left hand, the right hand or both?",
                "Left, right or both: which hand waves?",
            )
            yield Choice("which_waves", "body_part", side, BOTH, "", (*asks, *closed), answers)
    for s in SIDES:
        if truth.hand_raised(f, s) and truth.hand_lifted(f, OTHER[s]) is False:
            height = _height(f, s)
            if height:
                asks = (
                    f"How high {{does}} {{s}} raise {{their}} {s} hand: shoulder, head or overhead?", f"Does the {s} hand reach shoulder height, head height or overhead?",
                    f"How far up does the {s} hand go: to the shoulder, to the head, or overhead?", f"What height does the {s} hand reach: shoulder, head or overhead?",
                    f"Up to where {{does}} {{s}} lift the {s} hand: shoulder, head, overhead?", f"How high does the {s} hand get: shoulder, head or overhead?",
                )  # fmt: skip
                answers = {
                    "overhead": (f"The {s} hand goes overhead", f"{{A}} *raise {{their}} {s} hand overhead"),
                    "head": (
                        f"The {s} hand reaches head height",
                        f"{{A}} *raise {{their}} {s} hand to the height of the head",
                    ),
                    "shoulder": (
                        f"The {s} hand reaches shoulder height",
                        f"{{A}} *raise {{their}} {s} hand to shoulder height",
                    ),
                }[height]
                yield Choice("hand_height", "body_part", height, ("shoulder", "head", "overhead"), s, asks, answers)


def _height(f: Facts, side: str) -> str | None:
    hand = f.hand(side)
    if hand.above_head > 0.27:
        return "overhead"
    if 0.02 < hand.above_head < 0.14:
        return "head"
    return "shoulder" if -0.1 < hand.above_shoulder < 0.02 else None


def _arms(f: Facts) -> Iterator[Ask]:
    left, right = f.left_hand.speed, f.right_hand.speed
    if max(left, right) > 0.25 and max(left, right) > 1.9 * min(left, right):
        side = "left" if left > right else "right"
        asks = (
            "Which arm moves more?", "Which arm {does} {s} move more, the left or the right?", "Which of the two arms is the more active one?",
            "Which hand moves more?", "{Does} {s} move the left arm or the right arm more?", "Which arm does most of the work?", "Is it the left or the right arm that moves most?",
        )  # fmt: skip
        yield Choice(
            "busier_arm",
            "body_part",
            side,
            ONE_SIDE,
            "",
            asks,
            (f"The {side} arm moves more", f"{{A}} *move {{their}} {side} arm more", f"It is the {side} arm"),
        )
    arms, legs = f.rhythm.arm_energy, f.rhythm.leg_energy
    if max(arms, legs) > 0.2 and max(arms, legs) > 2.2 * min(arms, legs) or max(arms, legs) > 5 * min(arms, legs):
        part = "arms" if arms > legs else "legs"
        asks = (
            "What moves more, the arms or the legs?", "{Does} {s} use the arms or the legs more?", "Arms or legs: which move more?",
            "Is this motion mainly of the arms or of the legs?", "Which limbs move more, arms or legs?", "Do the arms or the legs do most of the moving?",
        )  # fmt: skip
        yield Choice(
            "arms_or_legs",
            "body_part",
            part,
            ("arms", "legs"),
            "",
            asks,
            (f"The {part} move more", f"It is mainly the {part} that move", f"{{A}} *move {{their}} {part} more"),
        )
    if not truth.on_feet(f):
        return
    lifts = [(s, f.hand(s)) for s in SIDES if truth.hand_raised(f, s)]
    aside = all(h.abduction > 75 and max(h.flexion, h.scaption) < h.abduction - 20 for _, h in lifts)
    ahead = all(h.flexion > 75 and max(h.abduction, h.scaption) < h.flexion - 40 for _, h in lifts)
    if lifts and (aside or ahead):
        way = "sideways" if aside else "forward"
        what = "arms" if len(lifts) == 2 else f"{lifts[0][0]} arm"
        verb = "go" if len(lifts) == 2 else "goes"
        asks = (
            f"{{Does}} {{s}} raise the {what} forward or sideways?", f"{'Are' if len(lifts) == 2 else 'Is'} the {what} raised to the front or to the side?",
            f"In which direction {{does}} {{s}} lift the {what}, forward or sideways?", f"Forward or sideways: how {{does}} {{s}} raise the {what}?",
            f"{{Does}} {{s}} lift {{their}} {what} out to the side or to the front?", f"Which way {{does}} {{s}} raise {{their}} {what}, forward or sideways?",
        )  # fmt: skip
        yield Choice(
            "arm_plane",
            "direction",
            way,
            ("forward", "sideways"),
            lifts[0][0] if len(lifts) == 1 else "",
            asks,
            (f"The {what} {verb} up {way}", f"{{A}} *raise {{their}} {what} {way}"),
        )


def _legs(example: Example) -> Iterator[Ask]:
    f = example.facts
    side = sided(tuple(truth.leg_lifted(f, s) for s in SIDES))
    if side in ONE_SIDE:
        asks = (
            "Which leg {does} {s} lift?", "Which foot leaves the ground?", "Which leg {does} {s} raise, the left or the right?", "Which leg goes up?",
            "{Is} {s} lifting the left leg or the right leg?", "Which of {their} feet {does} {s} take off the floor?", "What leg {does} {s} raise?",
        )  # fmt: skip
        yield Choice(
            "which_leg",
            "body_part",
            side,
            ONE_SIDE,
            "",
            asks,
            (f"{{A}} *lift {{their}} {side} leg", f"The {side} foot leaves the ground", f"It is the {side} leg"),
        )
        asks = (
            "Which leg {does} {s} stand on?", "On which leg {does} {s} keep the weight?", "Which foot stays on the ground?", "Which leg carries the body?",
            "Which leg is the standing leg?", "On which foot {does} {s} balance?",
        )  # fmt: skip
        yield Choice(
            "standing_leg",
            "body_part",
            OTHER[side],
            ONE_SIDE,
            "",
            asks,
            (f"{{A}} *stand on {{their}} {OTHER[side]} leg", f"The {OTHER[side]} foot stays on the ground"),
        )
        where = {"front": "forward", "back": "backward", "side": "sideways"}.get(f.leg(side).lift_direction)
        if where and f.leg(side).straight_lift > 25:
            asks = (
                f"Which way {{does}} {{s}} raise the {side} leg: forward, backward or sideways?", f"Does the {side} leg go forward, backward or sideways?",
                f"In which direction does the {side} leg go up: forward, backward or sideways?", f"{{Does}} {{s}} lift the {side} leg forward, backward or sideways?",
                f"Where {{does}} {{s}} raise {{their}} {side} leg, forward, backward or sideways?", f"Forward, backward or sideways: where is the {side} leg raised?",
            )  # fmt: skip
            yield Choice(
                "leg_way",
                "direction",
                where,
                ("forward", "backward", "sideways"),
                side,
                asks,
                (f"{{A}} *raise {{their}} {side} leg {where}", f"The {side} leg goes {where}"),
            )
    side = sided(tuple(truth.kicks(f, s) for s in SIDES))
    asks = (
        "Which leg {does} {s} kick with?",
        "With which foot {does} {s} kick?",
        "Which leg does the kick?",
        "Which foot {is} {s} kicking with?",
        "What leg {does} {s} use for the kick?",
        "Which leg is used to kick?",
    )
    if side and shows(example, "kicking"):
        answers = (
            ("{A} *kick with both legs",)
            if side == "both"
            else (f"{{A}} *kick with {{their}} {side} leg", f"The {side} leg does the kick")
        )
        yield Choice("trap/kick", "hallucination", side, (*BOTH, "none"), "", asks, answers)
    elif shows(example, "kicking") is False:
        yield Choice(
            "trap/kick",
            "hallucination",
            "none",
            (*BOTH, "none"),
            "",
            asks,
            ("None: {a} {doesnt} kick", "{A} {doesnt} kick; none of the legs does", "Neither leg kicks"),
        )
    if truth.lunges(f) and f.posture.lunge_side and main_act(example) == "lunging":
        side = f.posture.lunge_side
        if f.posture.side_lunge:
            asks = (
                "To which side {does} {s} lunge?",
                "{Does} {s} lunge to the left or to the right?",
                "Which way does the side lunge go?",
                "Which knee bends in the lunge?",
                "Onto which leg {does} {s} lunge?",
                "Left or right: where {does} {s} lunge?",
            )
            answers = (f"{{A}} *lunge to the {side}", f"The lunge goes to the {side}")
        else:
            asks = (
                "Which leg is in front in the lunge?",
                "Which foot {does} {s} put forward to lunge?",
                "With which leg forward {does} {s} lunge?",
                "Which leg is the front leg?",
                "Is the left or the right leg in front in the lunge?",
                "What leg leads the lunge?",
            )
            answers = (f"The {side} leg is in front", f"{{A}} *lunge with {{their}} {side} leg in front")
        yield Choice("lunge_leg", "body_part", side, ONE_SIDE, "side" if f.posture.side_lunge else "", asks, answers)


def _ways(f: Facts) -> Iterator[Ask]:
    way = f.travel
    ways = [d for d in ("forward", "backward", "left", "right") if truth.goes(f, d)]
    if ways and truth.in_place(f) is False or truth.in_place(f):
        key = ways[0] if ways else "nowhere"
        asks = (
            "Which way {does} {s} move?", "In which direction {does} {s} go?", "Where {is} {s} heading: forward, backward, left, right or nowhere?",
            "{Does} {s} move forward, backward, to the left, to the right, or not at all?", "What direction {does} {s} travel in?",
            "Which way {is} {s} going?", "In what direction does the body travel?", "Seen from {their} own body, which way {does} {s} move?",
        )  # fmt: skip
        answers = {
            "forward": ("{A} *go forward", "{A} *move forward"), "backward": ("{A} *go backward", "{A} *move backward"),
            "nowhere": ("Nowhere: {a} *stay in place", "{A} *stay in place and *go nowhere"),
        }.get(key, (f"{{A}} *move sideways to the {key}", f"{{A}} *go to the {key}"))  # fmt: skip
        yield Choice("way", "direction", key, ("forward", "backward", "left", "right", "nowhere"), "", asks, answers)
    turned = sided(tuple(truth.turns(f, s) for s in SIDES))
    if turned in ONE_SIDE:
        asks = (
            "Which way {does} {s} turn?", "{Does} {s} turn left or right?", "To which side {does} {s} turn?", "In which direction {does} {s} turn, left or right?",
            "What way {is} {s} turning?", "Left or right: which way {does} {s} turn?", "Towards which side {does} {s} change direction?", "Is the turn to the left or to the right?",
        )  # fmt: skip
        yield Choice(
            "turn_way",
            "direction",
            turned,
            ONE_SIDE,
            "",
            asks,
            (f"{{A}} *turn {turned}", f"{{A}} *turn to the {turned}", f"The turn is to the {turned}"),
        )
        amount = max(way.turn_left, way.turn_right)
        size = (
            "quarter" if 70 < amount < 112 else "half" if 155 < amount < 212 else "full" if 325 < amount < 400 else None
        )
        if size:
            asks = (
                "How far {does} {s} turn: a quarter, a half or a full turn?", "Is it a quarter turn, a half turn or a full turn?", "How big is the turn: quarter, half or full?",
                "{Does} {s} make a quarter, half or full turn?", "By how much {does} {s} turn, a quarter, a half or a full circle?", "Quarter, half or full: how far {does} {s} turn?",
            )  # fmt: skip
            yield Choice(
                "turn_size",
                "direction",
                size,
                ("quarter", "half", "full"),
                "",
                asks,
                (f"{{A}} *make a {size} turn", f"It is a {size} turn"),
            )
    facing = "same" if max(way.turn_left, way.turn_right) < 18 else "opposite" if 155 < abs(way.turn) < 205 else None
    if facing:
        asks = (
            "At the end, {does} {s} face the same way as at the start or the opposite way?", "{Does} {s} end up facing the same or the opposite direction?",
            "Same or opposite: how does the facing direction at the end compare with the start?", "Which way {does} {s} face at the end, the same as before or the opposite?",
            "{Is} {s} facing the same or the opposite way in the end?", "Does the body finish facing the same direction or the opposite one?",
        )  # fmt: skip
        yield Choice(
            "facing",
            "direction",
            facing,
            ("same", "opposite"),
            "",
            asks,
            (f"{{A}} *face the {facing} way", f"{{A}} *end up facing the {facing} direction"),
        )


def _sides(example: Example) -> Iterator[Ask]:
    f, trunk = example.facts, example.facts.trunk
    if truth.on_feet(f):
        leans = {
            "forward": trunk.max_forward,
            "backward": trunk.max_backward,
            "left": trunk.max_left,
            "right": trunk.max_right,
        }
        first, second = sorted(leans, key=leans.get, reverse=True)[:2]
        if leans[first] > 22 and leans[first] > 2 * leans[second]:
            asks = (
                "Which way {does} {s} lean?", "In which direction {does} {s} bend the upper body?", "Where does the upper body lean: forward, backward, left or right?",
                "Which way does the trunk tilt most?", "{Does} {s} lean forward, backward, left or right?", "To which side, or forward or backward, {does} {s} bend?",
            )  # fmt: skip
            where = first if first in ("forward", "backward") else f"to the {first}"
            yield Choice(
                "lean_way",
                "direction",
                first,
                tuple(leans),
                "",
                asks,
                (f"{{A}} *lean {where}", f"The upper body leans {where}"),
            )
