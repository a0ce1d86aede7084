"""Hands that a clause puts somewhere on the body, or on a rail: "raises the left hand to the right shoulder"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from hmvlm.config import MOTION_FPS
from hmvlm.motion.facts.signals import SIDES
from hmvlm.motion.hand_placing import distance, placed
from hmvlm.tasks.checks import ClauseReport
from hmvlm.tasks.clause import Clause
from hmvlm.tasks.verbs import first_verb, tokens

NEAR, NEAR_SHARE = 0.2, 0.3
"""Distance (m) from its place at which a hand is there, and share of a clause for which it has to be."""
_WORDS = {
    "shoulder": "shoulder", "head": "head", "forehead": "forehead", "brow": "forehead", "ear": "ear", "face": "face",
    "cheek": "face", "mouth": "mouth", "lips": "mouth", "chin": "chin", "chest": "chest", "heart": "chest",
    "stomach": "stomach", "belly": "stomach", "tummy": "stomach", "hip": "hip", "hips": "hip", "waist": "hip",
    "elbow": "elbow", "rail": "rail", "handrail": "rail", "railing": "rail", "banister": "rail", "bannister": "rail",
}  # fmt: skip
_OWN = r"(?:the |his |her |their |its |your |my |an? )?"
_PLACED = re.compile(
    r"(?P<lead>\b(?:with|(?:rais|lift|put|plac|rest|hold|held|keep|kept|bring|brought|touch|lay|laid|mov)\w*|having|has))"
    rf"\s+{_OWN}(?P<side>left |right |one |both )?(?P<hand>hands?)\s+(?:is |are |resting |placed |held |up |down )*"
    rf"(?:on|onto|to|at|against|along|upon|over)\s+(?:top of )?{_OWN}(?P<on>left |right |opposite |other )?"
    rf"(?P<place>{'|'.join(_WORDS)})\b(?! (?:height|level))",
    re.I,
)
_HOLDS = re.compile(
    rf"(?P<lead>\b(?:hold|grip|grasp|us|touch)\w*)\s+(?:on to |onto )?{_OWN}(?P<on>left |right |opposite )?"
    rf"(?P<place>{'|'.join(_WORDS)})\b(?: (?:with|using) {_OWN}(?P<side>left |right |one |both )?(?P<hand>hands?)\b)?",
    re.I,
)
_JOINED = re.compile(r"[\s,]*(?:\b(?:and|while|whilst|as|with)\b\s*)?(?:(?:he|she|they|it)(?: (?:is|are))?\s*)?$", re.I)
_LEADING = re.compile(r"^[\s,]*(?:and|while|whilst|as|then)\b\s*", re.I)
_OTHER = re.compile(r"\bother(?= (?:hand|arm)\b)", re.I)


@dataclass(frozen=True)
class PlacedHand:
    """A hand of a side that goes to a place (:data:`hmvlm.motion.hand_placing.PLACES`) on a side of the body."""

    side: str
    place: str
    on: str


def hands_in(text: str) -> list[PlacedHand]:
    """The hands that a text puts somewhere."""
    found = _PLACED.search(text) or _HOLDS.search(text)
    if found is None or (found.re is _HOLDS and found["hand"] is None and _WORDS[found["place"].lower()] != "rail"):
        return []
    said = (found["side"] or "").strip().lower()
    both = said == "both" or (not said and (found["hand"] or "").lower() == "hands")
    place, on = _WORDS[found["place"].lower()], (found["on"] or "").strip().lower()
    sides = SIDES if both and place != "rail" else [said if said in SIDES else "right"]
    across = on in ("opposite", "other") or place == "elbow"
    return [PlacedHand(side, place, on if on in SIDES else _other(side) if across else side) for side in sides]


def _other(side: str) -> str:
    return SIDES[side == SIDES[0]]


def without_hands(text: str) -> str | None:
    """What the body does meanwhile; None where a text does not say."""
    found = _PLACED.search(text) or _HOLDS.search(text)
    if found is None:
        return None
    before, after = _JOINED.sub("", text[: found.start()]), text[found.end() :]
    if first_verb(tokens(before)) is None:
        after = _LEADING.sub(" ", after)
    rest = (before + after).strip(" ,.")
    hands = hands_in(text)
    rest = _OTHER.sub(_other(hands[0].side), rest) if len(hands) == 1 else rest
    return rest if first_verb(tokens(rest)) is not None else None


def with_hands(raw: Tensor, text: str, ends: bool = True) -> Tensor:
    """Features ``(T, 221)`` with the hands where a text puts them, those that are not there by themselves.

    Args:
        ends: whether nothing comes after; otherwise the hands go back to where they are in the features.
    """
    for hand in hands_in(text):
        near = distance(raw, hand.side, hand.place, hand.on) < NEAR
        if near.mean() < NEAR_SHARE:
            raw = placed(raw, hand.side, hand.place, hand.on, ends=ends)
    return raw


def hands_placed(raw: Tensor, clauses: Sequence[Clause], reports: Sequence[ClauseReport]) -> Tensor:
    """Features ``(T, 221)`` of a whole motion with the hands where its clauses put them."""
    for clause, report in zip(clauses, reports, strict=False):
        start, stop = round(report.start * MOTION_FPS), round(report.end * MOTION_FPS)
        if stop - start > 1 and hands_in(clause.asked):
            changed = with_hands(raw[start:stop], clause.asked, report is reports[-1])
            raw = torch.cat([raw[:start], changed, raw[stop:]])
    return raw
