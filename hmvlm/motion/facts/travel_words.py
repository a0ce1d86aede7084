"""Travel, turns and stops as verb phrases."""

from __future__ import annotations

from . import grammar
from .clause import Clause, Pick
from .records import Facts


def travel_words(facts: Facts, pick: Pick) -> str:
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


def turn_words(amount: float, pick: Pick, travelling: bool) -> str:
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


def travel_clauses(facts: Facts, pick: Pick) -> list[Clause]:
    """Walking, turning, spinning and stopping."""
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
