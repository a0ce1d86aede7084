"""Whether a motion shows what its sentence asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.kinematics import locomotion, paths
from benchmarks.kinematics.acts import find, find_pieces, parse
from benchmarks.kinematics.events import Event
from benchmarks.kinematics.track import FPS, SIDES, Track

OVERLAP = 0.4
"""Seconds by which an act may begin before the one before it ends."""
TOGETHER = 0.5
"""Least seconds, and half of the arms' act if that is less, for which legs and arms act at once."""
FLOOR_SECONDS = 0.5
"""Least seconds with the pelvis down for a floor action."""
TURNS = 0.25
"""Accepted error of a number of full turns."""


def in_order(chains: Sequence[list[Event]]) -> int:
    """How many acts of a chain come one after the other; ``chains`` holds the events of each act.

    The earliest end of each act leaves the most room for the next, so the greedy choice is the best one. An act that
    is missing is passed over, and the count goes on only up to it.
    """
    reached, clock = 0, -OVERLAP
    for events in chains:
        fitting = [one for one in events if one.start >= clock - OVERLAP and one.stop > clock]
        if not fitting:
            return reached
        clock = min(one.stop for one in fitting)
        reached += 1
    return reached


def order(track: Track, expect: dict[str, Any]) -> dict[str, Any]:
    """All acts, each after the one before."""
    chains = [find_pieces(track, wanted) for wanted in expect["order"]]
    reached = in_order(chains)
    return {
        "met": reached == len(chains),
        "first": reached >= 1,
        "present": all(chains),
        "reached": reached,
        "of": len(chains),
    }


def count(track: Track, expect: dict[str, Any]) -> dict[str, Any]:
    """An act so many times; waving counts strokes or spans, ``spins`` full turns."""
    wanted, act = int(expect["count"]), expect["act"]
    if act == "spins":
        turns = locomotion.full_turns(track)
        return {"met": abs(turns - wanted) <= TURNS, "present": turns > 0.5, "found": round(turns, 2), "asked": wanted}
    events = find(track, act)
    found = [len(events)]
    if parse(act)[0] == "wave":
        found.append(int(max((one.strength for one in events), default=0)))
    best = min(found, key=lambda number: abs(number - wanted))
    return {
        "met": abs(best - wanted) <= int(expect.get("tolerance", 0)),
        "present": bool(events),
        "found": best,
        "asked": wanted,
    }


def path(track: Track, expect: dict[str, Any]) -> dict[str, Any]:
    """The shape of the way."""
    way = paths.Way.of(track)
    return {
        "met": paths.has_shape(track, expect["path"]),
        "present": way.length >= paths.SHORTEST,
        "metres": round(way.length, 2),
        "turned": round(way.turned),
        "gap": round(way.gap, 2),
    }


def together(track: Track, expect: dict[str, Any]) -> dict[str, Any]:
    """Legs and arms at once."""
    legs, arms = find(track, expect["legs"]), find(track, expect["upper"])
    shared = max((_shared(one, legs) for one in arms), default=0.0)
    needed = min(TOGETHER, 0.5 * max((one.seconds for one in arms), default=0.0))
    total = sum(_shared(one, legs) for one in arms)
    return {
        "met": bool(arms) and max(shared, total if len(arms) > 1 else 0.0) >= needed and bool(legs),
        "legs": bool(legs),
        "upper": bool(arms),
        "seconds": round(total, 2),
    }


def _shared(one: Event, others: list[Event]) -> float:
    return sum(max(0.0, min(one.stop, other.stop) - max(one.start, other.start)) for other in others)


def side(track: Track, expect: dict[str, Any]) -> dict[str, Any]:
    """Every named act on its side, and none on the other side unless that is named too."""
    asked = [parse(wanted) for wanted in expect["sides"]]
    present, right = [], []
    for name, wanted in asked:
        events = find(track, name)
        own = sum(_weight(name, one) for one in events if one.side == wanted)
        other = sum(_weight(name, one) for one in events if one.side not in (wanted, ""))
        both = (name, SIDES[1 - SIDES.index(wanted)]) in asked
        present.append(own + other > 0)
        right.append(own > 0 and (both or own > other))
    return {"met": all(right), "present": all(present)}


def _weight(name: str, one: Event) -> float:
    """How much an event counts when two sides are compared."""
    return one.strength * one.seconds if name in ("raise_arm", "wave") else one.strength


def floor(track: Track, expect: dict[str, Any]) -> dict[str, Any]:
    """The state on the floor, and the pelvis down for long enough (on the knees it need not be)."""
    name = expect["floor"]
    events = find(track, name)
    down = float((track.height("pelvis") < (0.62 if name in ("kneel", "crawl", "plank", "push_up") else 0.45)).mean())
    seconds = down * len(track) / FPS
    return {"met": bool(events) and seconds >= FLOOR_SECONDS, "low": seconds >= FLOOR_SECONDS, "act": bool(events)}


CHECKS: dict[str, Callable[[Track, dict[str, Any]], dict[str, Any]]] = {
    "order": order, "count": count, "path": path, "while": together, "side": side, "floor": floor,
}  # fmt: skip


def validate(row: str, expect: dict[str, Any]) -> None:
    """Raise ValueError or KeyError if an expectation names what no detector finds."""
    if row == "order":
        for wanted in expect["order"]:
            parse(wanted)
    elif row == "count":
        if expect["act"] != "spins":
            parse(expect["act"])
    elif row == "path":
        _ = paths.SHAPES[expect["path"].partition(":")[0]]
    elif row == "while":
        parse(expect["legs"]), parse(expect["upper"])
    elif row == "side":
        if not all(parse(wanted)[1] for wanted in expect["sides"]):
            raise ValueError(f"every act of a sentence about sides needs a side, got {expect['sides']}")
    elif row == "floor":
        parse(expect["floor"])
    elif expect["kind"] not in ("idle", "stand", "move", "jump"):
        raise ValueError(f"the kinds are idle, stand, move and jump, got {expect['kind']!r}")
