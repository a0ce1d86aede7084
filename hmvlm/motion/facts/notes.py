"""What was measured about a motion, as short notes for a language model that is asked about it.

Only what a question is about is noted: its words choose among a few topics. A small language model reads
"left hand raised overhead 2 times" far more surely than it counts joints in motion tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from . import grammar
from .moments import sequence, time_of
from .records import Facts, Hand, Leg
from .signals import SIDES
from .words import clauses

TURNS = ((20, ""), (60, "slightly"), (125, "a quarter"), (250, "a half"), (1e9, "a full turn"))
"""Largest change of heading (degrees) that still goes by each name."""
AT_END = r"\b(end|ends|ending|again|over|finish\w*|last)\b"
UP_OR_DOWN = r"\b(up or down|down or up)\b"
TOGETHER = r"\b(together or separately|separately or together|together, or separately)\b"
HOW_LONG = r"\b(most|half|long|mostly)\b"
WHICH_WAY = r"\b(from|forward|sideways|front|side|sides)\b"
"""What in a question about hands calls for how it ends, which of both, how long, and for directions."""
PLACE = r"\b(spot|one place|same place)\b"
"""What asks whether somebody stays, not where to; a small model hears a no in "goes nowhere"."""


def notes(facts: Facts, question: str) -> str:
    """Notes on the topics of a question, ``"left hand low; right hand raised overhead once"``.

    A question that names no topic ("What is going on?", "What colour is the shirt?") gets the whole in brief, one that asks
    when something happens nothing but that: a small model takes the end of one thing for the end of another.
    """
    asked = question.lower()
    if time := time_of(facts, asked):
        return time
    found = [note(facts, asked) for pattern, note in TOPICS if re.search(pattern, asked)]
    return joined(*dict.fromkeys(found)) or brief(facts)


def absent(facts: Facts, question: str, looks: str = "") -> list[str]:
    """What a question names and a motion does not show, ``["no wave"]``.

    A small model says yes too readily where notes are only silent. What the motion ``looks`` like, in the recogniser's
    words, is not denied.
    """
    asked = question.lower()
    lacks = [
        name for name, words, shown in ACTS if re.search(words, asked) and not (shown(facts) or re.search(words, looks))
    ]
    sides = [side for side in SIDES if re.search(rf"\b{side}\b", asked)]
    if len(sides) == 1:
        lacks += [
            name.format(side=sides[0])
            for name, words, shown in SIDED
            if re.search(words, asked) and not shown(facts, sides[0])
        ]
    return [f"no {name}" for name in lacks]


def joined(*parts: str) -> str:
    """Notes one after the other, empty ones left out."""
    return "; ".join(part for part in parts if part)


def brief(facts: Facts, asked: str = "") -> str:
    """The four things most worth saying, ``"walks forward and raises the left hand overhead"``."""
    said = clauses(facts)
    best = sorted(said, key=lambda clause: -clause.weight)[:4]
    return grammar.join([grammar.phrase(clause.words, "s", "the") for clause in said if clause in best])


def _often(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _hands(facts: Facts, asked: str) -> str:
    both = all(facts.hand(side).raises for side in SIDES)
    gap = abs(facts.left_hand.raised_from - facts.right_hand.raised_from)
    together = f"both hands go up {'together' if gap < 0.4 else 'separately'}"
    if both and re.search(TOGETHER, asked):
        return together
    said = [_hand(facts, side, asked) for side in SIDES]
    if both:
        said.append(together)
    elif not any(_goes_up(facts.hand(side)) for side in SIDES):
        said.append("no hand raised")
    if facts.claps:
        said.append(f"hands come together {_often(facts.claps)}")
    return "; ".join(said)


def _busier(facts: Facts, asked: str) -> str:
    left, right = facts.left_hand.speed, facts.right_hand.speed
    arms, legs = facts.rhythm.arm_energy, facts.rhythm.leg_energy
    return f"{'left' if left > right else 'right'} arm moves more; {'arms' if arms > legs else 'legs'} move more"


def _goes_up(hand: Hand) -> bool:
    return hand.above_shoulder > -0.12 and hand.rise > 0.29


def _hand(facts: Facts, side: str, asked: str) -> str:
    hand = facts.hand(side)
    if hand.raises and re.search(UP_OR_DOWN, asked):
        return f"{side} hand {'down' if _is_down(facts, hand) else 'up'} at the end"
    said = []
    if hand.raises or _goes_up(hand):
        height = "overhead" if hand.above_head > 0.12 else "to the head" if hand.above_head > 0.0 else "to the shoulder"
        started = hand.raises and hand.raised_from < 0.07
        verb = "up from the start" if started else "raised" if _goes_up(hand) else "up"
        said.append(f"{verb} {height}" + (f" {_often(hand.raises)}" if hand.raises else ""))
        if hand.raises:
            said += _while_up(facts, hand, asked)
    else:
        said.append("at the chest" if hand.level == "chest" else "low")
    if hand.abduction > 56:
        said.append("arm out to the side")
    if hand.behind > 0.22:
        said.append("reaches far back")
    if hand.waves >= 1.5:
        said.append("waves")
    if hand.punches:
        said.append(f"punches {_often(hand.punches)}")
    return f"{side} hand {', '.join(said)}"


def _is_down(facts: Facts, hand: Hand) -> bool:
    """Whether a hand that was raised is down again at the end."""
    return hand.raised_to < facts.duration - 0.25


def _while_up(facts: Facts, hand: Hand, asked: str) -> list[str]:
    """What a question wants to know of a raised hand besides how high and how often."""
    said = []
    if re.search(HOW_LONG, asked):
        share = "most of the time" if hand.raised > 0.5 * facts.duration else "less than half the time"
        said.append(f"up {share}, {hand.raised_from:.1f} to {hand.raised_to:.1f} s")
    if re.search(AT_END, asked):
        said.append("taken down again, down at the end" if _is_down(facts, hand) else "stays up, up at the end")
    if re.search(WHICH_WAY, asked):
        said.append(max((hand.abduction, "sideways"), (hand.flexion, "forward"))[1])
    return said


def _legs(facts: Facts, asked: str) -> str:
    said = [_leg(facts.leg(side), side) for side in SIDES]
    left, right = facts.left_leg.held_up, facts.right_leg.held_up
    if max(left, right) > 0.6 and max(left, right) > 2 * min(left, right) and facts.travel.path < 1.0:
        said.append(f"stands on the {'right' if left > right else 'left'} leg")
    if facts.posture.lunges:
        where = "to the side" if facts.posture.side_lunge else "in front"
        said.append(f"lunges {_often(facts.posture.lunges)}, {facts.posture.lunge_side or 'either'} leg {where}")
    return "; ".join(said)


def _leg(leg: Leg, side: str) -> str:
    if leg.kicks:
        return f"{side} leg kicks {_often(leg.kicks)}"
    if leg.lift > 0.13 and leg.held_up > 0.3:
        where = {"front": "forward", "back": "backward", "side": "sideways"}.get(leg.lift_direction, "")
        return f"{side} leg lifted {where}".rstrip() + (", held up" if leg.held_up > 0.9 else "")
    return f"{side} leg on the ground"


def _travel(facts: Facts, asked: str) -> str:
    way = facts.travel
    if way.path < 0.65:
        if re.search(PLACE, asked):
            return "stays on the same spot, remains in one place, always the same place"
        return "steps on the spot" if way.gait == "stepping" else "stays in place, goes nowhere"
    verb = {"running": "runs", "walking": "walks"}.get(way.gait, "moves")
    pace = "slow" if way.moving_speed < 0.8 else "fast" if way.moving_speed > 1.25 else "normal"
    steps = way.steps_left + way.steps_right
    where = {"left": "sideways to the left", "right": "sideways to the right", "none": "about"}.get(
        way.direction, way.direction
    )
    stop = (
        "does not stop, moving at the end"
        if way.ends_moving
        else f"stops at {way.moving_seconds:.1f} s, still at the end"
    )
    return f"{verb} {where} {way.path:.1f} m, {steps} steps, pace {pace}, {stop}"


def _turn(facts: Facts, asked: str) -> str:
    way = facts.travel
    said = []
    for side, amount in (("left", way.turn_left), ("right", way.turn_right)):
        size = next(name for limit, name in TURNS if amount <= limit)
        events = [event for event in facts.events if event.kind == "turn" and event.side == side]
        if size and (events or amount > 30):
            said.append(f"turns {side} {size}" + (f" {_often(len(events))}" if events else ""))
    if way.spins:
        said.append(f"spins {_often(way.spins)}")
    facing = "opposite" if abs(way.turn) > 100 else "same" if abs(way.turn) < 40 else "another"
    return f"{', '.join(said) or 'no turn'}, faces {'the ' if facing != 'another' else ''}{facing} way at the end"


def _trunk(facts: Facts, asked: str) -> str:
    trunk = facts.trunk
    leans = {
        "forward": trunk.max_forward,
        "backward": trunk.max_backward,
        "left": trunk.max_left,
        "right": trunk.max_right,
    }
    most = max(leans, key=leans.get)
    bends = sum(event.kind in ("bow", "bend") for event in facts.events)
    far = "far" if leans[most] > 42 else "a little" if leans[most] > 20 else "hardly"
    said = [f"bends forward {_often(bends)}" if bends else "no bend forward", f"leans {far} {most}"]
    if trunk.max_backward > 13:
        said.append("leans back")
    return ", ".join(said)


def _posture(facts: Facts, asked: str) -> str:
    pose, air, said = facts.posture, facts.air, []
    for count, verb in ((pose.squats, "squats"), (pose.sits, "sits"), (pose.lunges, "lunges"), (air.jumps, "jumps"), (air.hops, "hops"), (air.jacks, "jumping jacks")):  # fmt: skip
        if count:
            said.append(f"{verb} {_often(count)}")
    for seconds, verb in ((pose.kneels, "kneels"), (pose.lies, "lies"), (pose.upside_down, "upside down")):
        if seconds > 0.4:
            said.append(verb)
    ends = ["sitting" if seated else "lying" if level < 0.3 else "low" if level < 0.8 else "standing" for level, seated in ((pose.start, pose.starts_seated), (pose.end, pose.ends_seated))]  # fmt: skip
    return f"{', '.join(said) or 'stays upright'}, starts {ends[0]}, ends {ends[1]}"


def _rhythm(facts: Facts, asked: str) -> str:
    beat, said = facts.rhythm, []
    said.append(
        f"repeats {beat.repetitions} times" if beat.strength > 0.6 and beat.repetitions > 2 else "does not repeat"
    )
    said.append("still nearly all the time" if beat.still > 0.8 else "seldom still")
    said.append("much energy" if beat.energy > 0.6 else "some energy" if beat.energy > 0.25 else "little energy")
    return ", ".join(said)


TOPICS: tuple[tuple[str, Callable[[Facts, str], str]], ...] = (
    (r"\b(doing|going on|happen\w*|action|activity|describe\w*|caption\w*|summar\w*|more like|is this|is it|which is it|fits|call (this|what))\b", brief),
    (r"\b(before|after(?! the other)|first|last|when|second|seconds|middle|moment|then|long|beginning|part|point|later|begin)\b", sequence),
    (r"\b(hands?|arms?|wav\w+|elbows?|punch\w*|hit\w*|clap\w*|overhead|fist|box\w*)\b", _hands),
    (r"\b(legs?|foot|feet|kick\w*|knees?|balanc\w+|lung\w+)\b", _legs),
    (r"\b(more|most|active|busier|work)\b", _busier),
    (r"\b(walk\w*|run|runs|running|jog\w*|go|goes|going(?! on)|mov(e|es|ing)|travel\w*|steps?|strides?|direction|head(s|ing|ed)|pace|stop\w*|stay\w*|still|spot|drift\w*|ends? up|straight)\b", _travel),
    (r"\b(turn\w*|spin\w*|fac(e|es|ing)|circle|round|chang\w+|straight|same direction)\b", _turn),
    (r"\b(bend\w*|lean\w*|bow\w*|trunk|upper body|tilt\w*)\b", _trunk),
    (r"\b(sit\w*|squat\w*|kneel\w*|lie|lies|lying|jump\w*|hop\w*|leap\w*|stand up|stands up|standing|seat|ground|crouch\w*|get up|gets up)\b", _posture),
    (r"\b(repeat\w*|again|rhythm\w*|motionless|still|tired|energetic|exhausted|old|elderly|young|happy|sad|lively|energy)\b", _rhythm),
)  # fmt: skip
"""Words of a question and the notes that they call for."""

ACTS: tuple[tuple[str, str, Callable[[Facts], bool]], ...] = (
    ("walk", r"\bwalk", lambda f: f.travel.path >= 0.65 and f.travel.gait == "walking"),
    ("run", r"\b(run(s|ning)?|jog\w*)\b", lambda f: f.travel.path >= 0.65 and f.travel.gait == "running"),
    ("spin", r"\b(spin\w*|full (turn|circle))\b", lambda f: f.travel.spins > 0),
    ("wave", r"\bwav(e|es|ing)\b", lambda f: max(f.left_hand.waves, f.right_hand.waves) >= 1.5),
    ("punch", r"\b(punch\w*|fist|hits?)\b", lambda f: f.left_hand.punches + f.right_hand.punches > 0),
    ("clap", r"\bclap", lambda f: f.claps > 0),
    ("kick", r"\bkick", lambda f: f.left_leg.kicks + f.right_leg.kicks > 0),
    ("lunge", r"\blung", lambda f: f.posture.lunges > 0),
    ("squat", r"\bsquat", lambda f: f.posture.squats > 0),
    ("sitting", r"\b(sit(s|ting)?|seat\w*)\b", lambda f: f.posture.sits > 0 or f.posture.seated > 0),
    ("kneeling", r"\b(kneel\w*|on \w+ knees)\b", lambda f: f.posture.kneels > 0.4),
    ("lying", r"\b(lie|lies|lying)\b", lambda f: f.posture.lies > 0.4),
    ("jump", r"\b(jump\w*|leap\w*|hop\w*)\b", lambda f: f.air.jumps + f.air.hops + f.air.jacks > 0),
)
"""What questions name and motions may lack: in notes, in words of a question, in facts."""

SIDED: tuple[tuple[str, str, Callable[[Facts, str], bool]], ...] = (
    ("raised {side} hand", r"\b(rais\w*|lift\w*|puts?|bring\w*|reach\w*|hold\w*)\b.*\b(hand|arm)\b", lambda f, side: bool(f.hand(side).raises) or _goes_up(f.hand(side))),
    ("{side} hand overhead", r"\b(hand|arm)\b.*(overhead|\bhead\b)|\bhead\b.*\bhand\b", lambda f, side: f.hand(side).above_head > 0.0),
    ("{side} hand up at the start", r"\b(start|first moment)", lambda f, side: bool(f.hand(side).raises) and f.hand(side).raised_from < 0.07),
    ("lifted {side} leg", r"\b(rais\w*|lift\w*|hold\w*|tak\w*)\b.*\b(leg|foot)\b", lambda f, side: bool(f.leg(side).kicks) or f.leg(side).lift > 0.13),
)  # fmt: skip
"""The same of one side, where a question names only that one."""
