"""Captions of UI-PRMD rehabilitation exercises: phrases of ``rehab.json``; the side is measured from the motion."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hmvlm.motion.facts import Facts, Hand
from train.captions.compose import Core, measured_core
from train.captions.core_tables import add_phrases, fill, load_cores
from train.captions.manners import IMPERFECT

CORES = load_cores(Path(__file__).with_suffix(".json"))


def make_core(movement: str, correct: bool, facts: Facts, rng: random.Random) -> Core:
    """The core of movement ``m01``–``m10``; from the facts alone where the motion does not show it."""
    core = MOVEMENTS[movement](facts) if movement in MOVEMENTS else None
    return measured_core(facts, rng) if core is None else replace(core, manner=None if correct else IMPERFECT)


def _side(left: float, right: float, margin: float = 0.0) -> str | None:
    """The side with the larger value, None when they are within ``margin``."""
    return None if abs(left - right) <= margin else "left" if left > right else "right"


def _deep_squat(facts: Facts) -> Core | None:
    if facts.posture.lowest > 0.9:
        return None
    core = CORES["m01"]
    if facts.posture.lowest < 0.68:
        core = add_phrases(core, CORES["m01 deep"])
    if min(facts.left_hand.above_head, facts.right_hand.above_head) > 0.05:
        core = add_phrases(core, CORES["m01 hands overhead"])
    return core


def _hurdle_step(facts: Facts) -> Core | None:
    side = _side(facts.left_leg.knee_lift, facts.right_leg.knee_lift, 0.05)
    return fill(CORES["m02"], side=side, other="right" if side == "left" else "left") if side else None


def _inline_lunge(facts: Facts) -> Core | None:
    if facts.posture.lowest > 0.9:
        return None
    side = facts.posture.lunge_side or _side(facts.left_leg.forward_step, facts.right_leg.forward_step, 0.1)
    return fill(CORES["m03"], side=side) if side else None


def _side_lunge(facts: Facts) -> Core | None:
    if facts.posture.lowest > 0.93:
        return None
    side = facts.posture.lunge_side or _side(facts.left_leg.knee_flexion, facts.right_leg.knee_flexion, 15)
    return fill(CORES["m04"], side=side) if side else CORES["m04 either side"]


def _sit_to_stand(facts: Facts) -> Core | None:
    pose = facts.posture
    if pose.start < 0.8 and pose.end > 0.9:
        return CORES["m05 stand up"]
    if pose.start > 0.9 and pose.end < 0.8:
        return CORES["m05 sit down"]
    if pose.start > 0.9 and pose.lowest < 0.8:
        return CORES["m05 sit down and stand up"]
    if pose.lowest < 0.8:
        return CORES["m05 stand up and sit down" if pose.highest > 0.9 else "m05 sit"]
    return None


def _leg_raise(facts: Facts) -> Core | None:
    side = _side(facts.left_leg.lift, facts.right_leg.lift, 0.08)
    if side is None:
        return None
    direction = facts.leg(side).lift_direction
    core = CORES["m06"]
    if direction in ("front", "side", "back"):
        core = add_phrases(core, CORES[f"m06 {direction}"])
    return fill(core, side=side)


def _arm(facts: Facts, movement: str, measure: Callable[[Hand], float]) -> Core:
    """An arm exercise: with both arms where they move alike, else with the arm that moves more."""
    left, right = measure(facts.left_hand), measure(facts.right_hand)
    if (
        min(left, right) > 0.6 * max(left, right)
        and facts.left_hand.peak_speed > 0.6 * facts.right_hand.peak_speed > 0.36 * facts.left_hand.peak_speed
    ):
        return _for_each(CORES[f"{movement} both"], ("both arms", "{their} arms"))
    side = "left" if left * facts.left_hand.speed > right * facts.right_hand.speed else "right"
    return fill(_for_each(CORES[movement], (f"{{their}} {side} arm", f"the {side} arm")), side=side)


def _for_each(core: Core, arms: tuple[str, ...]) -> Core:
    """The first phrase for each arm, then the next."""
    return replace(core, phrases=tuple(text.replace("{arm}", arm) for text in core.phrases for arm in arms))


def _abduction(facts: Facts) -> Core:
    core = _arm(facts, "m07", lambda h: max(h.abduction, 1.0))
    if max(facts.left_hand.above_head, facts.right_hand.above_head) <= 0.15:
        return core
    more = [f"{text} until it is overhead" for text in core.phrases if text.endswith("side") and "arms" not in text]
    return replace(core, phrases=(*core.phrases, *more[:2]))


MOVEMENTS: dict[str, Callable[[Facts], Core | None]] = {
    "m01": _deep_squat,
    "m02": _hurdle_step,
    "m03": _inline_lunge,
    "m04": _side_lunge,
    "m05": _sit_to_stand,
    "m06": _leg_raise,
    "m07": _abduction,
    "m08": lambda facts: _arm(facts, "m08", lambda h: max(h.extension, 1.0)),
    "m09": lambda facts: _arm(facts, "m09", lambda h: max(h.abduction, 1.0)),
    "m10": lambda facts: _arm(facts, "m10", lambda h: max(h.abduction, h.scaption, h.flexion, 1.0)),
}
