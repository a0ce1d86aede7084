"""Clauses that only end a gait: "walks forward and stops"."""

from __future__ import annotations

import re

_HALT = re.compile(
    r"\b(?:(?P<base>stop|halt|come)|(?P<third>stops|halts|comes)|(?P<ing>stopping|halting|coming)|(?P<past>stopped|halted|came))\b"
    r"(?P<rest>.*)$",
    re.I,
)
_COMING = re.compile(r"\s*to (?:a|an) (?:\w+ )?(?:stop|halt|standstill)\b")
_FEET = r"(?: (?:up|together|(?:(?:his|her|their|its|the|both|your) )?(?:feet|legs|foot|stance)(?: together| again)?))*"
_CLOSES = re.compile(
    r"\b(?:(?P<base>close|bring)|(?P<third>closes|brings)|(?P<ing>closing|bringing)|(?P<past>closed|brought))\b"
    rf"(?P<what>{_FEET})[\s.,!]*$",
    re.I,
)
_MANNER = re.compile(
    r"(?:\s+(?:suddenly|abruptly|there|still|again|completely|slowly|quickly|walking|running|jogging|moving"
    r"|for (?:a|[\d.]+|\w+) \w+))*[\s.,!]*$",
    re.I,
)
_FORMS = {"base": "stand", "third": "stands", "ing": "standing", "past": "stood"}


def standing(text: str) -> str | None:
    """The text of a clause that only tells to stop, or to close the feet, as one of standing still; None where it tells
    something else.
    """
    closed = _CLOSES.search(text)
    if closed is not None and (closed["what"] or "clos" in closed[0].lower()):
        form = next(name for name in _FORMS if closed[name])
        return f"{text[: closed.start()]}{_FORMS[form]} still"
    found = _HALT.search(text)
    if found is None:
        return None
    rest = found["rest"]
    if found[0].lower().startswith(("come", "coming", "came")):
        stop = _COMING.match(rest)
        if stop is None:
            return None
        rest = rest[stop.end() :]
    if not _MANNER.match(rest):
        return None
    form = next(name for name in _FORMS if found[name])
    return f"{text[: found.start()]}{_FORMS[form]} still"
