"""Clauses told in another order than they happen: "before sitting down, he waves", "after a jump he bows"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hmvlm.tasks.ellipses import skip
from hmvlm.tasks.verbs import first_verb, tokens

_LEAD = r"(?:right |just |shortly |immediately )?"
_ORDERS = (
    (re.compile(rf"^{_LEAD}before\s+(?P<last>[^,]+),\s*(?P<main>.+)$", re.I | re.S), ("main", "last")),
    (re.compile(rf"^{_LEAD}after\s+(?P<first>[^,]+),\s*(?P<main>.+)$", re.I | re.S), ("first", "main")),
    (
        re.compile(
            r"^(?:once|when|as soon as)\s+(?:\w+\s+){1,3}?(?P<first>(?:has|have|is done|finishe[sd])\b[^,]+),\s*"
            r"(?P<main>.+)$",
            re.I | re.S,
        ),
        ("first", "main"),
    ),
    (re.compile(r"^(?:once|as soon as)\s+(?P<first>[^,]+),\s*(?P<main>.+)$", re.I | re.S), ("first", "main")),
    (re.compile(rf"^(?P<main>.+?),?\s+{_LEAD}before\s+(?P<last>\S.*)$", re.I | re.S), ("main", "last")),
    (re.compile(rf"^(?P<main>.+?),?\s+{_LEAD}after\s+(?P<first>\S.*)$", re.I | re.S), ("first", "main")),
)
_SUBJECT = re.compile(
    r"^(?:(?:he|she|they|it|you)\s+)?(?:(?:has|have|had|is done|finishe[sd]|having|being|is|are)\s+)?", re.I
)
_NO_COMMA = re.compile(
    r"^(?P<first>(?:before|after|once|as soon as)\s+(?:he|she|they|it)\s.+?)\s+(?P<main>(?:he|she|they|it)\s.+)$",
    re.I | re.S,
)
"""A clause of time and the main clause without a comma between them."""


@dataclass(frozen=True)
class Piece:
    """A stretch of the message that tells one action; ``main`` is False for a subordinate clause without a subject."""

    text: str
    main: bool = True


def in_order(segment: str) -> list[Piece]:
    """The clauses of a segment in the order in which they happen; one where "before" and "after" do not join two."""
    if "," not in segment:
        segment = _NO_COMMA.sub(r"\g<first>, \g<main>", segment)
    for pattern, names in _ORDERS:
        found = pattern.match(segment)
        if found is None:
            continue
        pieces = []
        for name in names:
            part = found[name].strip(" ,")
            pieces.append(Piece(part if name == "main" else _SUBJECT.sub("", part), name == "main"))
        if all(_starts(piece) for piece in pieces):
            return pieces
    return [Piece(segment)]


def _starts(piece: Piece) -> bool:
    words = tokens(piece.text)
    place = first_verb(words)
    return place is not None and (piece.main or place == skip(words, 0))
