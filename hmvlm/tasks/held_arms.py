"""Arms that stay where one clause has put them while legs and trunk do the next: "raises both arms, then squats"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hmvlm.tasks.clause import Clause
from hmvlm.tasks.clause_details import lemmas_in
from hmvlm.tasks.rewording import lowers_arms
from hmvlm.tasks.verbs import WORDS

_ARMS = r"(?:arms?|hands?|fists?|palms?)"
_PUTS = re.compile(
    rf"\b(?:rais|lift|hold|held|extend|spread|stretch|put|plac|cross|fold|reach)\w*\b(?: \w+){{0,4}}? {_ARMS}\b"
    rf"|\b{_ARMS} (?:are |is )?(?:up|out|outstretched|raised|overhead|above|in the air|on (?:\w+ )?hips?)\b",
    re.I,
)
_MOVES_ON = re.compile(
    r"\b(?:lower\w*|drop\w*|down|times|twice|thrice|repeated\w*|circl\w*|wav\w*|swing\w*|clap\w*|shak\w*|and back)\b",
    re.I,
)
_STILL = re.compile(
    rf"\b(?:with|keep\w*|hold\w*)\b(?: \w+){{0,3}}? {_ARMS} (?:\w+ )?(?:still|up|out|raised|there|like this)\b", re.I
)
_LIMB = re.compile(rf"\b{_ARMS}\b|\b(?:elbows?|fingers?|wrists?)\b", re.I)
_BODY = frozenset([
    "squat", "lunge", "balance", "bend", "lean", "turn", "spin", "rotate", "pivot", "jump", "hop", "kick", "twist",
    "sway", "tiptoe", "stand", "step", "lift", "raise", "crouch", "kneel",
])  # fmt: skip
"""Verbs of legs and trunk on the spot; "lifts a leg" among them."""


def puts_arms(clause: Clause) -> bool:
    """Whether a clause ends with an arm put somewhere."""
    text = clause.asked
    return _PUTS.search(text) is not None and not _MOVES_ON.search(text) and not clause.travels and clause.count is None


def holding(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, those marked that put the arms somewhere and those that leave them there.

    Legs and trunk on the spot leave the arms where they are. On the way somewhere they swing again, unless it is said
    that they stay, or that they are let down later.
    """
    made: list[Clause] = list(clauses)
    for number, clause in enumerate(clauses):
        if not (puts_arms(clause) or (lowers_arms(clause.asked) and not clause.travels)):
            continue
        later = list(clauses[number + 1 :])
        end = next((place for place, one in enumerate(later) if _uses_arms(one)), len(later))
        dropped = end < len(later) and lowers_arms(later[end].asked)
        kept = [
            place
            for place in range(end)
            if later[place].halt or dropped or not later[place].travels or _stays(later[place])
        ]
        if not kept or kept[0] != 0:
            continue
        made[number] = replace(made[number], arms="put")
        for place in kept:
            if place and place - 1 not in kept:
                break
            one = made[number + 1 + place]
            without = _STILL.sub("", one.asked).strip() if _stays(one) else ""
            made[number + 1 + place] = replace(one, arms="kept", sought=without or one.sought)
    return made


def _stays(clause: Clause) -> bool:
    return _STILL.search(clause.asked) is not None


def _uses_arms(clause: Clause) -> bool:
    """Whether a clause does something with arms or hands, or may."""
    if _stays(clause) or clause.halt:
        return False
    acts = {*lemmas_in(clause.asked)} - {*WORDS["openers"]}
    return _LIMB.search(clause.asked) is not None or not acts or not acts <= {*_BODY, *WORDS["gaits"]}
