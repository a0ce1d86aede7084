"""Text seen in a mirror: left becomes right and clockwise becomes counter-clockwise."""

from __future__ import annotations

import re

SWAPS = {
    "left": "right",
    "right": "left",
    "lefts": "rights",
    "rights": "lefts",
    "leftward": "rightward",
    "rightward": "leftward",
    "leftwards": "rightwards",
    "rightwards": "leftwards",
    "leftmost": "rightmost",
    "rightmost": "leftmost",
    "lefthand": "righthand",
    "righthand": "lefthand",
    "clockwise": "counter-clockwise",
    "counter-clockwise": "clockwise",
    "counterclockwise": "clockwise",
    "anticlockwise": "clockwise",
    "anti-clockwise": "clockwise",
}
KEPT = re.compile(
    r"right (?:away|now|after|before|angles?|back|down|up|there|here|in front|behind)\b"
    r"|(?:all|just|that's|is|are|has|have|had|was|were|be|been) (?:left|right) (?:over|behind|alone)\b"
    r"|(?:has|have|had|what's|what is|nothing|something|then) left(?! (?:hand|arm|leg|foot|knee|side|elbow|shoulder"
    r"|turn))\b",
    re.IGNORECASE,
)
WORDS = re.compile(rf"{KEPT.pattern}|\b(?:{'|'.join(sorted(SWAPS, key=len, reverse=True))})\b", re.IGNORECASE)


def mirror_text(text: str) -> str:
    """Swap the sides in a description of motion; "right away" and "has left" stay as they are."""

    def swap(match: re.Match) -> str:
        word = match.group(0)
        other = SWAPS.get(word.lower())
        if other is None:
            return word
        return other.upper() if word.isupper() else other.capitalize() if word[0].isupper() else other

    return WORDS.sub(swap, text)
