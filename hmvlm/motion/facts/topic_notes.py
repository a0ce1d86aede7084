"""Notes on one topic each: measured facts in the few words that a small language model reads reliably.

Every public function takes the facts and the question in lower case.
"""

from __future__ import annotations

import re

from .records import Facts, Hand, Leg, Travel
from .signals import SIDES

TRAVELS = 0.65
"""Path length (m) from which a motion counts as travelling."""
WAVES = 1.5
"""Back-and-forth swings from which a hand counts as waving."""
POSTURE_SECONDS = 0.4
"""Seconds from which kneeling, lying and being upside down are noted."""
JUST_STARTED = 0.07
"""Seconds (about one frame at 20 fps) up to which a hand counts as up from the start."""
TURNS = ((20, ""), (60, "slightly"), (125, "a quarter"), (250, "a half"), (1e9, "a full turn"))
"""Largest change of heading (degrees) for each name."""
AT_END = r"\b(end|ends|ending|again|over|finish\w*|last)\b"
UP_OR_DOWN = r"\b(up or down|down or up)\b"
TOGETHER = r"\b(together or separately|separately or together|together, or separately)\b"
HOW_LONG = r"\b(most|half|long|mostly)\b"
WHICH_WAY = r"\b(from|forward|sideways|front|side|sides)\b"
"""Patterns in questions about hands: how it ends, up or down, both, how long, in which direction."""
PLACE = r"\b(spot|one place|same place)\b"
"""Questions whether somebody stays in place. To these "goes nowhere" made a small model answer no."""


def _often(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def hands(facts: Facts, asked: str) -> str:
    """Each hand: height, times raised, waves, punches; claps."""
    both = all(facts.hand(side).raises for side in SIDES)
    gap = abs(facts.left_hand.raised_from - facts.right_hand.raised_from)
    together = f"both hands go up {'together' if gap < 0.4 else 'separately'}"
    if both and re.search(TOGETHER, asked):
        return together
    parts = [_hand(facts, side, asked) for side in SIDES]
    if both:
        parts.append(together)
    elif not any(goes_up(facts.hand(side)) for side in SIDES):
        parts.append("no hand raised")
    if facts.claps:
        parts.append(f"hands come together {_often(facts.claps)}")
    return "; ".join(parts)


def busier(facts: Facts, asked: str) -> str:
    """Which arm, and whether arms or legs, move more."""
    left, right = facts.left_hand.speed, facts.right_hand.speed
    arms, legs = facts.rhythm.arm_energy, facts.rhythm.leg_energy
    return f"{'left' if left > right else 'right'} arm moves more; {'arms' if arms > legs else 'legs'} move more"


def goes_up(hand: Hand) -> bool:
    """Whether a hand gets about as high as the shoulder and rises clearly."""
    return hand.above_shoulder > -0.12 and hand.rise > 0.29


def _hand(facts: Facts, side: str, asked: str) -> str:
    hand = facts.hand(side)
    if hand.raises and re.search(UP_OR_DOWN, asked):
        return f"{side} hand {'down' if _is_down(facts, hand) else 'up'} at the end"
    parts = []
    if hand.raises or goes_up(hand):
        height = "overhead" if hand.above_head > 0.12 else "to the head" if hand.above_head > 0.0 else "to the shoulder"
        started = hand.raises and hand.raised_from < JUST_STARTED
        verb = "up from the start" if started else "raised" if goes_up(hand) else "up"
        parts.append(f"{verb} {height}" + (f" {_often(hand.raises)}" if hand.raises else ""))
        if hand.raises:
            parts += _while_up(facts, hand, asked)
    else:
        parts.append("at the chest" if hand.level == "chest" else "low")
    if hand.abduction > 56:
        parts.append("arm out to the side")
    if hand.behind > 0.22:
        parts.append("reaches far back")
    if hand.waves >= WAVES:
        parts.append("waves")
    if hand.punches:
        parts.append(f"punches {_often(hand.punches)}")
    return f"{side} hand {', '.join(parts)}"


def _is_down(facts: Facts, hand: Hand) -> bool:
    """Whether a hand that was raised is down again at the end."""
    return hand.raised_to < facts.duration - 0.25


def _while_up(facts: Facts, hand: Hand, asked: str) -> list[str]:
    """Duration, end and direction of a raised hand, where the question asks for them."""
    parts = []
    if re.search(HOW_LONG, asked):
        share = "most of the time" if hand.raised > 0.5 * facts.duration else "less than half the time"
        parts.append(f"up {share}, {hand.raised_from:.1f} to {hand.raised_to:.1f} s")
    if re.search(AT_END, asked):
        parts.append("taken down again, down at the end" if _is_down(facts, hand) else "stays up, up at the end")
    if re.search(WHICH_WAY, asked):
        parts.append(max((hand.abduction, "sideways"), (hand.flexion, "forward"))[1])
    return parts


def legs(facts: Facts, asked: str) -> str:
    """Each leg: kicks, lifts; balancing and lunges."""
    parts = [_leg(facts.leg(side), side) for side in SIDES]
    left, right = facts.left_leg.held_up, facts.right_leg.held_up
    if max(left, right) > 0.6 and max(left, right) > 2 * min(left, right) and facts.travel.path < 1.0:
        parts.append(f"stands on the {'right' if left > right else 'left'} leg")
    if facts.posture.lunges:
        where = "to the side" if facts.posture.side_lunge else "in front"
        parts.append(f"lunges {_often(facts.posture.lunges)}, {facts.posture.lunge_side or 'either'} leg {where}")
    return "; ".join(parts)


def _leg(leg: Leg, side: str) -> str:
    if leg.kicks:
        return f"{side} leg kicks {_often(leg.kicks)}"
    if leg.lift > 0.13 and leg.held_up > 0.3:
        where = {"front": "forward", "back": "backward", "side": "sideways"}.get(leg.lift_direction, "")
        return f"{side} leg lifted {where}".rstrip() + (", held up" if leg.held_up > 0.9 else "")
    return f"{side} leg on the ground"


def pace(way: Travel) -> str:
    """The pace of somebody who travels, by the speed while moving."""
    return "slow" if way.moving_speed < 0.8 else "fast" if way.moving_speed > 1.25 else "normal"


def travel(facts: Facts, asked: str) -> str:
    """Gait, direction, distance, steps, pace and stop."""
    way = facts.travel
    if way.path < TRAVELS:
        if re.search(PLACE, asked):
            return "stays on the same spot, remains in one place, always the same place"
        return "steps on the spot" if way.gait == "stepping" else "stays in place, goes nowhere"
    verb = {"running": "runs", "walking": "walks"}.get(way.gait, "moves")
    steps = way.steps_left + way.steps_right
    where = {"left": "sideways to the left", "right": "sideways to the right", "none": "about"}.get(
        way.direction, way.direction
    )
    stop = (
        "does not stop, moving at the end"
        if way.ends_moving
        else f"stops at {way.moving_seconds:.1f} s, still at the end"
    )
    return f"{verb} {where} {way.path:.1f} m, {steps} steps, pace {pace(way)}, {stop}"


def turn(facts: Facts, asked: str) -> str:
    """Turns, spins and the final heading."""
    way = facts.travel
    parts = []
    for side, amount in (("left", way.turn_left), ("right", way.turn_right)):
        size = next(name for limit, name in TURNS if amount <= limit)
        events = [event for event in facts.events if event.kind == "turn" and event.side == side]
        if size and (events or amount > 30):
            parts.append(f"turns {side} {size}" + (f" {_often(len(events))}" if events else ""))
    if way.spins:
        parts.append(f"spins {_often(way.spins)}")
    facing = "opposite" if abs(way.turn) > 100 else "same" if abs(way.turn) < 40 else "another"
    return f"{', '.join(parts) or 'no turn'}, faces {'the ' if facing != 'another' else ''}{facing} way at the end"


def trunk(facts: Facts, asked: str) -> str:
    """Bends and the largest lean."""
    trunk = facts.trunk
    leans = {
        "forward": trunk.max_forward,
        "backward": trunk.max_backward,
        "left": trunk.max_left,
        "right": trunk.max_right,
    }
    most = max(leans, key=leans.__getitem__)
    bends = sum(event.kind in ("bow", "bend") for event in facts.events)
    far = "far" if leans[most] > 42 else "a little" if leans[most] > 20 else "hardly"
    parts = [f"bends forward {_often(bends)}" if bends else "no bend forward", f"leans {far} {most}"]
    if trunk.max_backward > 13:
        parts.append("leans back")
    return ", ".join(parts)


def posture(facts: Facts, asked: str) -> str:
    """Squats, sits, jumps and so on; how it starts and ends."""
    pose, air, parts = facts.posture, facts.air, []
    counts = {"squats": pose.squats, "sits": pose.sits, "lunges": pose.lunges}
    counts |= {"jumps": air.jumps, "hops": air.hops, "jumping jacks": air.jacks}
    for verb, count in counts.items():
        if count:
            parts.append(f"{verb} {_often(count)}")
    for seconds, verb in ((pose.kneels, "kneels"), (pose.lies, "lies"), (pose.upside_down, "upside down")):
        if seconds > POSTURE_SECONDS:
            parts.append(verb)
    ends = [
        "sitting" if seated else "lying" if level < 0.3 else "low" if level < 0.8 else "standing"
        for level, seated in ((pose.start, pose.starts_seated), (pose.end, pose.ends_seated))
    ]
    return f"{', '.join(parts) or 'stays upright'}, starts {ends[0]}, ends {ends[1]}"


def rhythm(facts: Facts, asked: str) -> str:
    """Repetition, stillness and energy."""
    beat, parts = facts.rhythm, []
    parts.append(
        f"repeats {beat.repetitions} times" if beat.strength > 0.6 and beat.repetitions > 2 else "does not repeat"
    )
    parts.append("still nearly all the time" if beat.still > 0.8 else "seldom still")
    parts.append("much energy" if beat.energy > 0.6 else "some energy" if beat.energy > 0.25 else "little energy")
    return ", ".join(parts)
