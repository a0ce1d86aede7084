"""Changes to a motion that exists: mirrored, faster, slower, and what to draw for a longer, a shorter or another one.

A message is such a change where it names one (:file:`edits.json`) and says nothing else: "now make it faster" is one,
"a person runs faster and faster" is not.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hmvlm.config import MAX_TOTAL_SECONDS

if TYPE_CHECKING:
    from hmvlm.motion.clip import Motion

_PHRASES: dict[str, list[str]] = json.loads(Path(__file__).with_name("edits.json").read_text(encoding="utf-8"))
_FILLER = frozenset(_PHRASES.pop("filler"))
_SIDES = {"left": "right", "right": "left"}
_OTHER_SIDE = re.compile(
    r"(?:and |now |then |please )*(?:with|on|using|to) (?:the |his |her |their )?(left|right)\b[\w ]*[.!]?"
)
SPEEDS = {"faster": 1.5, "slower": 1 / 1.5}
LENGTHS = {"longer": 1.5, "shorter": 1 / 1.5}
SAID = {
    "mirror": "Mirrored: left is right now.",
    "faster": "One and a half times as fast.",
    "slower": "A third slower.",
}
MIN_SECONDS = 1.0


def edit_in(text: str) -> str | None:
    """The change that a message asks for: a key of :file:`edits.json`, or None where it asks for anything else."""
    rest = re.sub(r"[^\w\s]", " ", text.lower())
    for name, phrases in _PHRASES.items():
        for phrase in phrases:
            left, count = re.subn(rf"\b{phrase}\b", " ", rest)
            if count and _FILLER.issuperset(left.split()):
                return name
    return None


def other_side(text: str, prompt: str) -> str | None:
    """The prompt with its sides exchanged, if the text only asks for the side that the prompt does not name."""
    found = _OTHER_SIDE.fullmatch(text.strip().lower())
    named = set(re.findall(r"\b(left|right)\b", prompt.lower()))
    if found is None or named != {_SIDES[found[1]]}:
        return None
    return re.sub(r"\b(left|right)\b", lambda side: _SIDES[side[1].lower()], prompt, flags=re.IGNORECASE)


def edited(motion: Motion, edit: str) -> Motion:
    """The motion mirrored, or at another speed and the same frame rate.

    Raises:
        ValueError: another edit.
    """
    if edit == "mirror":
        return motion.mirrored()
    if edit not in SPEEDS:
        raise ValueError(f"{edit!r} is not an edit of a motion; choose mirror, faster or slower")
    return replace(motion, fps=motion.fps * SPEEDS[edit]).resample(motion.fps)


def edited_seconds(seconds: float, edit: str) -> float:
    """Length to draw for a ``"longer"`` or ``"shorter"`` motion than one of ``seconds``, in steps of half a second."""
    wanted = round(2 * seconds * LENGTHS[edit]) / 2
    return min(max(wanted, MIN_SECONDS), float(MAX_TOTAL_SECONDS))
