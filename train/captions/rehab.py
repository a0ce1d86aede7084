"""UI-PRMD rehabilitation exercises in words; the side is read from the motion."""

from __future__ import annotations

import random

from hmvlm.motion.facts import Facts
from train.captions.compose import Core, Manner, measured_core

POOR = Manner(
    "imperfect", (), ("imperfectly", "with poor form", "not quite correctly", "with a slight mistake"), share=0.15
)


def make_core(movement: str, correct: bool, facts: Facts, rng: random.Random) -> Core:
    """The core of movement ``m01``–``m10``; from the facts alone where the motion does not show it."""
    made = MOVEMENTS[movement](facts) if movement in MOVEMENTS else None
    manner = None if correct else POOR
    return measured_core(facts, rng) if made is None else Core(manner=manner, **made)


def _side(left: float, right: float, margin: float = 0.0) -> str | None:
    """The side with the larger value, None when they are within ``margin``."""
    return None if abs(left - right) <= margin else "left" if left > right else "right"


def _deep_squat(facts: Facts) -> dict | None:
    if facts.posture.lowest > 0.9:
        return None
    phrases = [
        "*squat",
        "*squat down",
        "*do a squat",
        "*squat down and *stand up again",
        "*lower {their} body into a squat",
        "*bend {their} knees to squat down",
        "*squat and *rise again",
    ]
    if facts.posture.lowest < 0.68:
        phrases += ["*do a deep squat", "*squat down deeply", "*perform a deep squat", "*squat all the way down"]
    if min(facts.left_hand.above_head, facts.right_hand.above_head) > 0.05:
        phrases += [
            "*squat with both arms raised overhead",
            "*do an overhead squat",
            "*squat with {their} hands above {their} head",
        ]
    return dict(
        phrases=tuple(phrases),
        topics=frozenset({"squat", "raise", "bow", "bend", "sit"}),
        nouns=("a squat", "squat"),
        extras=0.0,
    )


def _hurdle_step(facts: Facts) -> dict | None:
    side = _side(facts.left_leg.knee_lift, facts.right_leg.knee_lift, 0.05)
    if side is None:
        return None
    other = "right" if side == "left" else "left"
    phrases = (
        f"*step over a hurdle with {{their}} {side} leg", f"*lift {{their}} {side} leg as if to step over a hurdle",
        f"*raise {{their}} {side} knee", f"*lift {{their}} {side} knee high and *put the foot down again",
        f"*do a hurdle step with the {side} leg", f"*raise {{their}} {side} leg with the knee bent",
        f"*lift {{their}} {side} foot over a hurdle while standing on the {other} leg",
    )  # fmt: skip
    return dict(
        phrases=phrases,
        topics=frozenset({"leg", "balance", "raise", "bow", "bend", "kick"}),
        nouns=(f"a hurdle step with the {side} leg",),
        extras=0.0,
    )


def _inline_lunge(facts: Facts) -> dict | None:
    if facts.posture.lowest > 0.9:
        return None
    side = facts.posture.lunge_side or _side(facts.left_leg.forward_step, facts.right_leg.forward_step, 0.1)
    if side is None:
        return None
    phrases = (
        "*do a lunge", "*lunge", "*lunge down and *come back up", f"*lunge with {{their}} {side} leg in front",
        f"*do a lunge with the {side} foot forward", f"*lunge with the {side} leg forward", "*do an inline lunge",
        f"*sink into a lunge with {{their}} {side} foot in front",
    )  # fmt: skip
    return dict(
        phrases=phrases,
        topics=frozenset({"lunge", "squat", "raise", "bow", "bend", "kneel"}),
        nouns=("a lunge", "a forward lunge"),
        extras=0.0,
    )


def _side_lunge(facts: Facts) -> dict | None:
    if facts.posture.lowest > 0.93:
        return None
    side = facts.posture.lunge_side or _side(facts.left_leg.knee_flexion, facts.right_leg.knee_flexion, 15)
    if side is None:
        return dict(
            phrases=("*do a side lunge",), topics=frozenset({"lunge", "squat", "raise", "bow", "bend"}), extras=0.0
        )
    phrases = (
        f"*do a side lunge to the {side}", f"*lunge to the {side}", f"*lunge sideways to the {side}", "*do a side lunge",
        f"*bend {{their}} {side} knee in a side lunge", f"*shift {{their}} weight to the {side} in a wide lunge",
        f"*do a side lunge onto {{their}} {side} leg",
    )  # fmt: skip
    return dict(
        phrases=phrases,
        topics=frozenset({"lunge", "squat", "raise", "bow", "bend", "travel", "sit"}),
        nouns=(f"a side lunge to the {side}",),
        extras=0.0,
    )


def _sit_to_stand(facts: Facts) -> dict | None:
    pose, topics = facts.posture, frozenset({"sit", "rise", "squat", "raise", "bow", "bend", "travel"})
    if pose.start < 0.8 and pose.end > 0.9:
        phrases = (
            "*stand up from a chair",
            "*stand up",
            "*get up from a chair",
            "*rise from a seat",
            "*stand up from sitting",
            "*get up from a seated position",
        )
        return dict(phrases=phrases, topics=topics, nouns=("standing up",), extras=0.0)
    if pose.start > 0.9 and pose.end < 0.8:
        return dict(
            phrases=("*sit down", "*sit down on a chair", "*take a seat", "*lower {their} body onto a chair"),
            topics=topics,
            nouns=("sitting down",),
            extras=0.0,
        )
    if pose.start > 0.9 and pose.lowest < 0.8:
        phrases = (
            "*sit down on a chair and *stand up again",
            "*sit down and *stand up",
            "*sit down, then *get up again",
            "*sit on a chair and *rise again",
            "*take a seat and *get back up",
        )
        return dict(phrases=phrases, topics=topics, nouns=("sitting down and standing up",), extras=0.0)
    if pose.lowest < 0.8:
        phrases = (
            "*stand up from a chair and *sit back down",
            "*stand up and *sit down again",
            "*get up, then *sit down again",
        )
        return (
            dict(phrases=phrases, topics=topics, extras=0.0)
            if pose.highest > 0.9
            else dict(phrases=("*sit", "*sit on a chair"), topics=topics)
        )
    return None


def _leg_raise(facts: Facts) -> dict | None:
    side = _side(facts.left_leg.lift, facts.right_leg.lift, 0.08)
    if side is None:
        return None
    leg = facts.leg(side)
    phrases = [
        f"*raise {{their}} {side} leg", f"*lift {{their}} {side} leg", f"*raise {{their}} straight {side} leg",
        f"*lift the {side} leg and *lower it again", f"*do a straight leg raise with the {side} leg",
    ]  # fmt: skip
    where = {
        "front": ("forward", "in front of {them}", "to the front"),
        "side": ("to the side", "sideways"),
        "back": ("backward", "behind {them}"),
    }.get(leg.lift_direction, ())
    phrases += [f"*raise {{their}} {side} leg {w}" for w in where] + [
        f"*swing {{their}} {side} leg up {w}" for w in where[:1]
    ]
    return dict(
        phrases=tuple(phrases),
        topics=frozenset({"leg", "kick", "balance", "raise", "bow"}),
        nouns=(f"a {side} leg raise",),
        extras=0.0,
    )


def _arm(facts: Facts, both: tuple[str, ...], one: tuple[str, ...], measure, noun: str) -> dict:
    """Phrases of an arm exercise; ``{w}`` is the arm. The side is the arm that moves more."""
    left, right = measure(facts.left_hand), measure(facts.right_hand)
    if (
        min(left, right) > 0.6 * max(left, right)
        and facts.left_hand.peak_speed > 0.6 * facts.right_hand.peak_speed > 0.36 * facts.left_hand.peak_speed
    ):
        return dict(
            phrases=tuple(p.replace("{w}", w) for p in both for w in ("both arms", "{their} arms")),
            topics=frozenset({"raise", "wave", "punch"}),
            nouns=(noun,),
            extras=0.0,
        )
    side = "left" if left * facts.left_hand.speed > right * facts.right_hand.speed else "right"
    return dict(
        phrases=tuple(
            p.replace("{w}", w).replace("{side}", side)
            for p in one
            for w in (f"{{their}} {side} arm", f"the {side} arm")
        ),
        topics=frozenset({"raise", "wave", "punch"}),
        nouns=(f"{side} {noun}",),
        extras=0.0,
    )


def _abduction(facts: Facts) -> dict | None:
    words = (
        "*raise {w} to the side",
        "*lift {w} out to the side",
        "*raise {w} sideways",
        "*raise {w} out to the side and *lower it again",
    )
    plural = tuple(w.replace(" it ", " them ").replace("the side", "the sides") for w in words)
    made = _arm(
        facts,
        plural,
        (*words, "*do a shoulder abduction with {w}", "*abduct {w}"),
        lambda h: max(h.abduction, 1.0),
        "shoulder abduction",
    )
    high = max(facts.left_hand.above_head, facts.right_hand.above_head) > 0.15
    extra = tuple(
        f"{p} until it is overhead" for p in made["phrases"] if high and p.endswith("side") and "arms" not in p
    )[:2]
    return {**made, "phrases": made["phrases"] + extra}


def _extension(facts: Facts) -> dict | None:
    words = (
        "*move {w} backward",
        "*extend {w} behind {them}",
        "*swing {w} backwards",
        "*stretch {w} back",
        "*extend {w} backward and *bring it forward again",
    )
    plural = tuple(w.replace(" it ", " them ") for w in words)
    return _arm(
        facts,
        plural,
        (*words, "*do a shoulder extension with {w}"),
        lambda h: max(h.extension, 1.0),
        "shoulder extension",
    )


def _rotation(facts: Facts) -> dict | None:
    words = (
        "*rotate {w} at the shoulder",
        "*rotate the forearm of {w} up and down",
        "*do shoulder rotations with {w}",
        "*hold {w} out to the side and *rotate the forearm",
        "*turn {w} up and down at the shoulder with the elbow bent",
    )
    return _arm(
        facts,
        tuple(w for w in words if "the forearm" not in w),
        words,
        lambda h: max(h.abduction, 1.0),
        "shoulder rotation",
    )


def _scaption(facts: Facts) -> dict | None:
    words = (
        "*raise {w} diagonally",
        "*lift {w} diagonally forward",
        "*raise {w}",
        "*raise {w} between the front and the side",
        "*raise {w} diagonally and *lower it again",
    )
    plural = tuple(w.replace(" it ", " them ") for w in words)
    return _arm(
        facts,
        plural,
        (*words, "*do a shoulder scaption with {w}"),
        lambda h: max(h.abduction, h.scaption, h.flexion, 1.0),
        "shoulder scaption",
    )


MOVEMENTS = {
    "m01": _deep_squat, "m02": _hurdle_step, "m03": _inline_lunge, "m04": _side_lunge, "m05": _sit_to_stand,
    "m06": _leg_raise, "m07": _abduction, "m08": _extension, "m09": _rotation, "m10": _scaption,
}  # fmt: skip
