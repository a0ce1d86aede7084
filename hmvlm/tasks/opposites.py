"""Sentences that tell opposite directions: forward and back, up and down, clockwise and counter-clockwise."""

from __future__ import annotations

import re

_GAITS = r"(?:walk|step|jump|hop|move|pace|go|shuffle|stride|run)(?:s|es|ing|ning)?"
_CLIMBED = r"(?:the |some |a )?(?:stair|step|ladder|hill|slope)"
_PAIRS = tuple(
    (re.compile(one, re.I), re.compile(other, re.I))
    for one, other in (
        (
            r"\b(?:forwards?|ahead)\b|\bto the front\b",
            rf"\bbackwards?\b|\brear\b|\bsteps? back\b|\b{_GAITS} (?:\w+ )?back\b",
        ),
        (rf"\bup {_CLIMBED}|\bupstairs\b|\bascend", rf"\bdown {_CLIMBED}|\bdownstairs\b|\bdescend"),
        (
            r"\b(?:rais|lift)\w*(?: \w+){0,3}? (?:arms?|hands?)\b|\b(?:arms?|hands?) up\b",
            r"\b(?:lower|drop)\w*(?: \w+){0,3}? (?:arms?|hands?)\b|\b(?:arms?|hands?) down\b",
        ),
        (r"(?<!counter[- ])(?<!anti[- ])\bclockwise\b", r"\b(?:counter|anti)[- ]?clockwise\b"),
    )
)


def opposed(text: str, other: str) -> bool:
    """Whether one of two sentences tells one direction and the other one the opposite."""
    return any(
        {bool(one.search(text)), bool(two.search(text))} == {True, False}
        and [bool(one.search(text)), bool(two.search(text))] == [bool(two.search(other)), bool(one.search(other))]
        for one, two in _PAIRS
    )
