"""Clauses of going back: "turns around and walks back" goes on ahead, "walks back" alone has to turn round first."""

from __future__ import annotations

import re

_BACK = re.compile(
    r"\b(?P<verb>(?:walk|march|run|jog|stroll|stride|go|come|head|return|sprint|hurry|pace|limp|sneak)"
    r"(?P<form>s|es|ing|ed)?|ran|went|came|strode)"
    r"(?P<between>(?: (?:straight|slowly|quickly|all the way|right))?) back\b"
    r"(?! ?(?:and forth|wards?|flip|up\b|to (?:\w+ing|back|rest|normal|neutral|idle|bed|(?:\w+ )?feet)\b))"
    r"(?P<rest>.*)$",
    re.I,
)
_TURN = re.compile(
    r"\b(?:turn\w*|spin\w*|spun|rotat\w+|pivot\w*|whirl\w*)\b.*\b(?:around|round|back|180|half|u-turn)\b"
    r"|\bu-?turn|\babout-?face",
    re.I,
)
_LANDMARK = re.compile(r"^ (?:to|toward|towards|into|in the|where|again|the way|home|from)\b[^,]*", re.I)
_TURNING = {"s": "turns around and goes", "es": "turns around and goes", "ing": "turning around and going"}


def returning(before: str, text: str) -> str | None:
    """What to ask for where a clause goes back after the clause ``before``; None where it does not.

    After a turn round the way back is ahead; otherwise the body turns round first.
    """
    found = _BACK.search(text)
    if found is None:
        return None
    if _TURN.search(before):
        rest = _LANDMARK.sub("", found["rest"])
        return f"{text[: found.start()]}{found['verb']}{found['between']} forward{rest}"
    past = found["form"] == "ed" or found["verb"].lower() in ("ran", "went", "came", "strode")
    turning = "turned around and went" if past else _TURNING.get(found["form"] or "", "turn around and go")
    return f"{text[: found.start()]}{turning} back"
