"""Jumps and postures as verb phrases."""

from __future__ import annotations

from . import grammar
from .clause import Clause, Pick
from .records import Event, Facts


def body_clauses(facts: Facts, pick: Pick) -> list[Clause]:
    """Jumps and changes of posture."""
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


def _posture_words(kind: str, group: list[Event], facts: Facts, pick: Pick) -> str:
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
