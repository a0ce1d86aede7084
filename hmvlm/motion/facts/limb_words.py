"""Hands and legs as verb phrases."""

from __future__ import annotations

from . import grammar
from .clause import Clause, Pick
from .records import Facts, Hand
from .signals import SIDES


def height_words(hand: Hand, pick: Pick, held: bool = False) -> str:
    """How high a raised hand gets (or is ``held``), as an adverbial."""
    if hand.level == "overhead":
        return pick(["above {their} head", "overhead", "high above {their} head", "high in the air", "up in the air"])
    if hand.level == "head":
        return pick(
            [
                "at head height" if held else "to head height",
                "up beside {their} head",
                "up at the level of {their} head",
            ]
        )
    return pick(
        ["at shoulder height"]
        if held
        else ["to shoulder height", "up to shoulder level", "to the height of {their} shoulders"]
    )


def hand_clauses(facts: Facts, pick: Pick) -> list[Clause]:
    """Raising, waving, punching and clapping."""
    raised = {
        side: facts.hand(side)
        for side in SIDES
        if facts.hand(side).raised > 0.25 and facts.hand(side).level in ("shoulder", "head", "overhead")
    }
    both = len(raised) == 2 and facts.both_raised > 0.25
    found = [_both_raised(facts, raised, pick)] if both else [_raised(facts, *one, pick) for one in raised.items()]
    if not raised:
        found += _slightly_raised(facts, pick)
    found += [*_waves(facts, pick), *_punches(facts)]
    if facts.claps >= 2:
        found.append(Clause(0.2, facts.duration, "*bring {their} hands together repeatedly", 0.5, "clap"))
    return found


def _both_raised(facts: Facts, raised: dict[str, Hand], pick: Pick) -> Clause:
    lower = min(raised.values(), key=lambda hand: hand.above_head)
    limb = pick(["both hands", "both arms", "{their} hands", "{their} arms"])
    start = min(hand.raised_from for hand in raised.values())
    stop = max(hand.raised_to for hand in raised.values())
    down = start < 0.1 and stop < facts.duration - 0.1
    if down:
        return Clause(start, stop, f"*lower {limb}", 0.6, "raise_both")
    if start < 0.1 and stop > facts.duration - 0.1:
        return Clause(start, stop, f"*keep {limb} {height_words(lower, pick, True)}", 0.6, "raise_both")
    verb = pick(["*raise", "*lift"])
    return Clause(start, stop, f"{verb} {limb} {height_words(lower, pick)}", 0.85, "raise_both")


def _raised(facts: Facts, side: str, hand: Hand, pick: Pick) -> Clause:
    limb = pick([f"{{their}} {side} hand", f"{{their}} {side} arm"])
    again = "" if hand.raises < 2 else f" {grammar.times(hand.raises)}"
    held = hand.raised_from < 0.1 and hand.raised_to > facts.duration - 0.1
    if hand.raised_from < 0.1 and not held:
        words = pick([f"*lower {limb}", f"*take {limb} down"])
        return Clause(hand.raised_to, facts.duration, words, 0.6, f"raise_{side}")
    verb = "*keep" if held else pick(["*raise", "*lift"])
    words = f"{verb} {limb} {height_words(hand, pick, held)}{again}"
    return Clause(hand.raised_from, hand.raised_to, words, 0.85, f"raise_{side}")


def _slightly_raised(facts: Facts, pick: Pick) -> list[Clause]:
    """Hands raised to below the shoulders, where the body stays in place."""
    low = [
        side
        for side in SIDES
        if -0.22 < facts.hand(side).above_shoulder <= 0.0
        and facts.hand(side).rise > 0.2
        and not facts.hand(side).raises
    ]
    if not low or facts.travel.path >= 1.0:
        return []
    limb = "both hands" if len(low) == 2 else f"{{their}} {low[0]} hand"
    words = f"*raise {limb} " + pick(["to chest height", "a little", "in front of the chest"])
    return [Clause(0.2, facts.duration, words, 0.6, "raise_both" if len(low) == 2 else f"raise_{low[0]}")]


def _waves(facts: Facts, pick: Pick) -> list[Clause]:
    waving = [side for side in SIDES if facts.hand(side).waves >= 2 and facts.hand(side).above_shoulder > -0.2]
    if len(waving) == 2:
        start = min(event.start for event in facts.events if event.kind == "wave")
        words = pick(["*wave both hands", "*wave with both hands", "*wave both arms"])
        return [Clause(start + 0.1, facts.duration, words, 0.9, "wave_both")]
    found = []
    for side in waving:
        event = next(event for event in facts.events if event.kind == "wave" and event.side == side)
        words = pick([f"*wave with {{their}} {side} hand", f"*wave {{their}} {side} hand"])
        found.append(Clause(event.start + 0.1, event.end, words, 0.9, f"wave_{side}"))
    return found


def _punches(facts: Facts) -> list[Clause]:
    left, right = facts.left_hand.punches, facts.right_hand.punches
    hits = left + right
    if not hits:
        return []
    side = "both hands" if left and right else f"{{their}} {'left' if left else 'right'} hand"
    often = f" {grammar.times(hits)}" if 1 < hits < 7 else " repeatedly" if hits >= 7 else ""
    first = next(event for event in facts.events if event.kind == "punch")
    return [Clause(first.start, facts.duration, f"*punch with {side}{often}", 0.8, "punch")]


def leg_clauses(facts: Facts, pick: Pick) -> list[Clause]:
    """Kicks, leg raises and balancing on one leg."""
    found = []
    for side in ("left", "right"):
        kicks = [e for e in facts.events if e.kind == "kick" and e.side == side]
        raises = [e for e in facts.events if e.kind == "leg_raise" and e.side == side]
        if kicks:
            often = "" if len(kicks) == 1 else f" {grammar.times(len(kicks))}"
            limb = pick(["foot", "leg"])
            found.append(
                Clause(kicks[0].start, kicks[-1].end, f"*kick with {{their}} {side} {limb}{often}", 0.9, f"kick_{side}")
            )
        elif raises and facts.leg(side).straight_lift > 40:
            where = {"front": " in front of {them}", "side": " to the side", "back": " behind {them}"}.get(
                facts.leg(side).lift_direction, ""
            )
            found.append(
                Clause(raises[0].start, raises[-1].end, f"*raise {{their}} {side} leg{where}", 0.75, f"leg_{side}")
            )
        elif facts.leg(side).held_up > 1.2 and facts.leg(side).lift > 0.15 and facts.posture.seated < 0.3:
            other = "right" if side == "left" else "left"
            if facts.leg(other).held_up > 0.6:
                continue
            found.append(
                Clause(
                    0.3,
                    facts.duration,
                    pick([f"*stand on {{their}} {other} leg", f"*balance on {{their}} {other} leg"]),
                    0.7,
                    f"balance_{side}",
                )
            )
    return found
