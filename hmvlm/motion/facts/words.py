"""Facts in words: verb phrases for what happens, in the order in which it happens."""

from __future__ import annotations

import random
from dataclasses import dataclass

from . import grammar
from .records import Event, Facts, Hand

TURN_NAMES = (
    (60, "slightly"),
    (120, "by about 90 degrees"),
    (150, "sharply"),
    (215, "around"),
    (300, "most of the way round"),
)


@dataclass(frozen=True)
class Clause:
    """One verb phrase (see :mod:`.grammar`) with its time in seconds, its weight (0..1) and its topic."""

    start: float
    end: float
    words: str
    weight: float
    topic: str


def clauses(facts: Facts, rng: random.Random | None = None) -> list[Clause]:
    """Everything worth saying about a motion, in the order of time; ``rng`` varies the wording."""
    pick = (rng or random.Random(0)).choice if rng else (lambda options: options[0])
    found = [*_travel(facts, pick), *_hands(facts, pick), *_legs(facts, pick), *_body(facts, pick)]
    if not found:
        still = facts.rhythm.still > 0.6
        words = (
            ["*stand still", "*stay in place", "*stand in place"] if still else ["*move in place", "*stay on the spot"]
        )
        found = [Clause(0.0, facts.duration, pick(words), 0.3, "still")]
    return sorted(found, key=lambda c: (c.start, -c.weight))


def travel_words(facts: Facts, pick) -> str:
    """Gait, manner and direction: ``*walk slowly backward``; empty when the body stays in place."""
    way = facts.travel
    if way.gait == "standing" or way.gait == "stepping":
        return pick(["*step on the spot", "*march in place"]) if way.gait == "stepping" else ""
    verb = "*run" if way.gait == "running" else "*walk"
    if way.gait == "running" and way.moving_speed < 2.0:
        verb = pick(["*jog", "*run"])
    manner = ""
    if way.gait == "walking":
        manner = (
            " slowly"
            if way.moving_speed < 0.7
            else pick([" quickly", " briskly", " fast"])
            if way.moving_speed > 1.5
            else ""
        )
    elif way.moving_speed > 3.2:
        manner = pick([" fast", " quickly"])
    if facts.travel.path < 1.0 and way.gait == "walking":
        verb, manner = pick(["*take a few steps", "*step"]), ""
    if way.direction == "forward":
        drift = way.left / max(way.path, 0.3)
        if abs(drift) > 0.24 and abs(way.turn) < 20:
            side = "left" if drift > 0 else "right"
            where = pick(
                [
                    f" forward and to the {side}",
                    f" diagonally forward to the {side}",
                    f" forward, drifting to the {side}",
                ]
            )
        else:
            where = pick([" forward", " forwards", " ahead", ""]) if abs(way.turn) < 25 else pick([" forward", ""])
    elif way.direction == "backward":
        where = pick([" backward", " backwards"])
    elif way.direction in ("left", "right"):
        where = pick([f" sideways to the {way.direction}", f" to the {way.direction} sideways"])
        verb = pick([verb, "*step"]) if verb == "*walk" else verb
    else:
        where = pick([" around", " about"])
    return verb + manner + where


def turn_words(amount: float, pick, travelling: bool) -> str:
    """A turn of ``amount`` degrees (left positive) as a verb phrase."""
    side, size = ("left" if amount > 0 else "right"), abs(amount)
    if size < 60:
        return pick(
            [f"*veer {side}", f"*curve to the {side}", f"*veer to the {side}"]
            if travelling
            else [f"*turn slightly to the {side}"]
        )
    if size < 120:
        exact = [f"*make a 90-degree {side} turn", f"*turn 90 degrees to the {side}"] if 75 <= size <= 105 else []
        return pick([f"*turn {side}", f"*turn to the {side}", f"*turn {side}", *exact])
    if size < 150:
        return pick([f"*turn sharply to the {side}", f"*turn {side}"])
    if size < 215:
        return pick(
            [
                "*turn around",
                f"*turn around to the {side}",
                f"*make a U-turn to the {side}" if travelling else f"*turn around over {{their}} {side} side",
            ]
        )
    if size < 300:
        return pick([f"*turn most of the way round to the {side}", f"*turn a long way to the {side}"])
    clock = "counter-clockwise" if amount > 0 else "clockwise"
    return pick([f"*turn in a full circle to the {side}", f"*go round in a circle {clock}"])


def _travel(facts: Facts, pick) -> list[Clause]:
    way, found = facts.travel, []
    words = travel_words(facts, pick)
    if words:
        found.append(
            Clause(0.0 if way.starts_moving else 0.3, facts.duration, words, 0.9 if way.path > 1 else 0.5, "travel")
        )
    for event in facts.events:
        if event.kind == "turn":
            signed = event.amount if event.side == "left" else -event.amount
            found.append(Clause(event.start, event.end, turn_words(signed, pick, way.path > 1), 0.8, "turn"))
        elif event.kind == "spin":
            clock = "counter-clockwise" if event.side == "left" else "clockwise"
            often = "" if event.count == 1 else f" {grammar.times(event.count)}"
            found.append(
                Clause(
                    event.start,
                    event.end,
                    pick([f"*spin{often} to the {event.side}", f"*spin {clock}{often}", f"*spin around{often}"]),
                    0.9,
                    "spin",
                )
            )
    if (
        not any(c.topic in ("turn", "spin") for c in found)
        and 25 <= abs(way.turn) < 300
        and way.path > 0.8
        and way.turn * way.left > 0
    ):
        found.append(Clause(0.1, facts.duration, turn_words(way.turn, pick, True), 0.7, "turn"))
    if way.path > 0.8 and way.starts_moving and not way.ends_moving and way.moving_seconds < facts.duration - 0.7:
        found.append(
            Clause(
                way.moving_seconds, facts.duration, pick(["*stop", "*come to a stop", "*come to a halt"]), 0.45, "stop"
            )
        )
    return found


def height_words(hand: Hand, pick, held: bool = False) -> str:
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


def _hands(facts: Facts, pick) -> list[Clause]:
    left, right = facts.left_hand, facts.right_hand
    found: list[Clause] = []
    raised = {
        s: facts.hand(s)
        for s in ("left", "right")
        if facts.hand(s).raised > 0.25 and facts.hand(s).level in ("shoulder", "head", "overhead")
    }
    waves = {s: h for s, h in (("left", left), ("right", right)) if h.waves >= 2 and h.above_shoulder > -0.2}
    if len(raised) == 2 and facts.both_raised > 0.25:
        lower = min(raised.values(), key=lambda h: h.above_head)
        limb = pick(["both hands", "both arms", "{their} hands", "{their} arms"])
        start = min(h.raised_from for h in raised.values())
        stop = max(h.raised_to for h in raised.values())
        down = start < 0.1 and stop < facts.duration - 0.1
        verb = (
            "*lower" if down else "*keep" if start < 0.1 and stop > facts.duration - 0.1 else pick(["*raise", "*lift"])
        )
        words = f"{verb} {limb}" if down else f"{verb} {limb} {height_words(lower, pick, verb == '*keep')}"
        found.append(Clause(start, stop, words, 0.85 if verb not in ("*keep", "*lower") else 0.6, "raise_both"))
    else:
        for side, hand in raised.items():
            limb = pick([f"{{their}} {side} hand", f"{{their}} {side} arm"])
            again = "" if hand.raises < 2 else f" {grammar.times(hand.raises)}"
            held = hand.raised_from < 0.1 and hand.raised_to > facts.duration - 0.1
            if hand.raised_from < 0.1 and not held:
                found.append(
                    Clause(
                        hand.raised_to,
                        facts.duration,
                        pick([f"*lower {limb}", f"*take {limb} down"]),
                        0.6,
                        f"raise_{side}",
                    )
                )
                continue
            verb = "*keep" if held else pick(["*raise", "*lift"])
            found.append(
                Clause(
                    hand.raised_from,
                    hand.raised_to,
                    f"{verb} {limb} {height_words(hand, pick, held)}{again}",
                    0.85,
                    f"raise_{side}",
                )
            )
    low = {
        s: facts.hand(s)
        for s in ("left", "right")
        if -0.22 < facts.hand(s).above_shoulder <= 0.0 and facts.hand(s).rise > 0.2 and not facts.hand(s).raises
    }
    if low and not raised and facts.travel.path < 1.0:
        limb = "both hands" if len(low) == 2 else f"{{their}} {next(iter(low))} hand"
        topic = "raise_both" if len(low) == 2 else f"raise_{next(iter(low))}"
        found.append(
            Clause(
                0.2,
                facts.duration,
                f"*raise {limb} " + pick(["to chest height", "a little", "in front of the chest"]),
                0.6,
                topic,
            )
        )
    if len(waves) == 2:
        start = min(e.start for e in facts.events if e.kind == "wave")
        found.append(
            Clause(
                start + 0.1,
                facts.duration,
                pick(["*wave both hands", "*wave with both hands", "*wave both arms"]),
                0.9,
                "wave_both",
            )
        )
    else:
        for side in waves:
            event = next(e for e in facts.events if e.kind == "wave" and e.side == side)
            found.append(
                Clause(
                    event.start + 0.1,
                    event.end,
                    pick([f"*wave with {{their}} {side} hand", f"*wave {{their}} {side} hand"]),
                    0.9,
                    f"wave_{side}",
                )
            )
    hits = left.punches + right.punches
    if hits:
        side = (
            "both hands" if left.punches and right.punches else f"{{their}} {'left' if left.punches else 'right'} hand"
        )
        first = next(e for e in facts.events if e.kind == "punch")
        words = f"*punch with {side}" + (
            f" {grammar.times(hits)}" if 1 < hits < 7 else " repeatedly" if hits >= 7 else ""
        )
        found.append(Clause(first.start, facts.duration, words, 0.8, "punch"))
    if facts.claps >= 2:
        found.append(Clause(0.2, facts.duration, "*bring {their} hands together repeatedly", 0.5, "clap"))
    return found


def _legs(facts: Facts, pick) -> list[Clause]:
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


def _body(facts: Facts, pick) -> list[Clause]:
    found = []
    pose, air = facts.posture, facts.air
    if air.jacks >= 2:
        return [
            Clause(
                0.0,
                facts.duration,
                pick(["*do jumping jacks", f"*do {grammar.number(air.jacks)} jumping jacks"]),
                1.0,
                "jacks",
            )
        ]
    for kind, count in (("jump", air.jumps), ("hop", air.hops)):
        group = [e for e in facts.events if e.kind == kind]
        if group:
            often = "" if count == 1 else f" {grammar.times(count)}" if count < 6 else " repeatedly"
            where = (
                pick([" forward", " ahead"])
                if air.distance > 0.45 and kind == "jump"
                else pick([" up", " in place", ""])
                if air.distance < 0.25
                else ""
            )
            found.append(Clause(group[0].start, group[-1].end, f"*{kind}{where}{often}", 0.9, kind))
    for kind in ("squat", "lunge", "sit", "bow", "bend", "kneel", "lie"):
        group = [e for e in facts.events if e.kind == kind]
        if group:
            found.append(Clause(group[0].start, group[-1].end, _posture_words(kind, group, facts, pick), 0.85, kind))
    if pose.starts_seated and not pose.ends_seated:
        found = [c for c in found if c.topic != "sit"]
        found.append(
            Clause(
                0.1,
                facts.duration,
                pick(["*stand up from a seat", "*get up from sitting", "*rise from a seated position"]),
                0.9,
                "rise",
            )
        )
    if pose.upside_down > 0.3:
        found.append(Clause(0.5, facts.duration, pick(["*go upside down", "*turn upside down"]), 0.8, "inverted"))
    return found


def _posture_words(kind: str, group: list[Event], facts: Facts, pick) -> str:
    often = "" if len(group) == 1 else f" {grammar.times(len(group))}"
    if kind == "squat":
        deep = facts.posture.squat_depth > 95
        return (
            pick(
                ["*squat down", "*squat", "*do a squat"]
                if not deep
                else ["*squat down deeply", "*squat low", "*do a deep squat"][: 2 if often else 3]
            )
            + often
        )
    if kind == "lunge":
        side = facts.posture.lunge_side
        if facts.posture.side_lunge:
            return pick([f"*lunge to the {side}", f"*do a side lunge to the {side}"])
        return pick([f"*lunge with {{their}} {side} leg forward", f"*sink into a lunge with the {side} leg in front"])
    if kind == "sit":
        up = not facts.posture.ends_seated and group[-1].end < facts.duration - 0.2
        return (
            pick(["*sit down and *stand up again", "*sit down and then *get up"])
            if up and not facts.posture.starts_seated
            else pick(["*sit down"] if not facts.posture.starts_seated else ["*sit", "*stay seated"])
        )
    if kind == "bow":
        return (
            pick(
                ["*bow", "*bend forward", "*bow forward"]
                if group[0].amount > 40
                else ["*bow slightly", "*bow", "*lean forward"]
            )
            + often
        )
    if kind == "bend":
        low = max(e.amount for e in group) > 70
        return (
            pick(["*bend down", "*bend far over", "*bend over"] if low else ["*bend forward", "*lean forward"]) + often
        )
    return {"kneel": pick(["*kneel", "*kneel down"]), "lie": pick(["*lie on the floor", "*lie down"])}[kind]


def describe(facts: Facts, rng: random.Random | None = None, detail: str = "short") -> str:
    """One sentence (``short``) or one to three sentences (``long``) that say what was measured.

    Raises:
        ValueError: another ``detail``.
    """
    if detail not in ("short", "long"):
        raise ValueError(f"detail must be 'short' or 'long', got {detail!r}")
    subject = (rng or random.Random(0)).choice(grammar.SUBJECTS) if rng else grammar.SUBJECTS[0]
    said = clauses(facts, rng)
    keep = sorted(said, key=lambda c: -c.weight)[: 2 if detail == "short" else 5]
    ordered = [c for c in said if c in keep]
    words = [grammar.phrase(c.words, "s", subject.possessive) for c in ordered]
    text = grammar.sentence(f"{subject.words} {grammar.join(words, 'and')}")
    if detail == "short":
        return text
    extra = []
    if facts.travel.path > 1 and facts.travel.gait in ("walking", "running"):
        extra.append(
            f"The path is about {facts.travel.path:.1f} metres long, at {facts.travel.moving_speed:.1f} metres a second"
        )
    timed = [
        c for c in ordered if c.topic.startswith(("raise", "wave", "kick")) and c.end - c.start < 0.8 * facts.duration
    ]
    for clause in timed[:1]:
        what = grammar.phrase(clause.words, "ing", "the")
        extra.append(f"The {what.split(' ', 1)[0]} lasts from {clause.start:.1f} to {clause.end:.1f} seconds")
    extra.append(f"It takes {facts.duration:.1f} seconds")
    return " ".join([text, *(grammar.sentence(e) for e in extra)])
