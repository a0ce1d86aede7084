"""Lines with conditions and placeholders: parsing, choosing those that hold, filling in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hmvlm.motion.facts.grammar import number

TEMPOS = ("slow", "fast")
STYLE_TAGS = (
    "angry", "robot", "drunk", "tired", "child", "sneaky", "happy", "sad", "old", "proud", "scared", "hurry", "lazy",
    "graceful", "clumsy",
)  # fmt: skip
TRAITS = (
    "one", "back", "belly", "forward", "backward", "elbow", "wrist", "shoulder", "rail", "lying", "sitting",
)  # fmt: skip
"""Conditions that a caller names itself."""
TAGS = frozenset({"left", "right", "both", "once", "many", "plain", "straight", *TEMPOS, *STYLE_TAGS, *TRAITS})
OTHER = {"left": "right", "right": "left"}
_TAG = re.compile(r"^\(([a-z]+)\)\s*")


@dataclass(frozen=True)
class Conditions:
    """What is known of an instance of an action.

    Attributes:
        side: "left", "right", "both", or "" where it has none or it is unknown.
        count: repetitions; None where it is unknown or the action has none.
        style: a style tag, "" for none. tempo: "slow", "fast" or "" for ordinary.
        path: "straight" or the name of another path, "" where it is unknown.
        traits: further tags that hold, such as "belly" (see ``TRAITS``).
    """

    side: str = ""
    count: int | None = None
    style: str = ""
    tempo: str = ""
    path: str = ""
    traits: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        known = {
            "side": ("", "left", "right", "both"),
            "style": ("", *STYLE_TAGS),
            "tempo": ("", *TEMPOS),
        }
        for name, values in known.items():
            if getattr(self, name) not in values:
                raise ValueError(f"no {name} {getattr(self, name)!r}; use one of {', '.join(values[1:])}, or ''")
        if self.count is not None and self.count < 1:
            raise ValueError(f"a count of {self.count}; use 1 or more, or None")
        if unknown := self.traits - set(TRAITS):
            raise ValueError(f"no traits {sorted(unknown)}; use those of {TRAITS}")

    def hold(self, tag: str) -> bool:
        """Whether the condition ``tag`` is known to be met."""
        if tag == "plain":
            return not self.style and not self.tempo
        if tag == "once":
            return self.count == 1
        if tag == "many":
            return self.count is not None and self.count > 1
        return tag in (self.side, self.style, self.tempo, self.path) or tag in self.traits


def split_tags(raw: str) -> tuple[frozenset[str], str]:
    """The tags at the start of a line and the rest; ValueError for an unknown tag.

    A bracket with more than one word, such as "(for {digits} seconds)", is no tag.
    """
    tags, rest = set(), raw
    while match := _TAG.match(rest):
        if match[1] not in TAGS:
            raise ValueError(f"unknown tag ({match[1]}) in {raw!r}; use one of {', '.join(sorted(TAGS))}")
        tags.add(match[1])
        rest = rest[match.end() :]
    return frozenset(tags), rest


def digest(raw: str) -> int:
    """A hash of a raw line that does not change from run to run."""
    return int.from_bytes(hashlib.sha256(raw.encode()).digest()[:4], "big")


def is_held_out(raw: str) -> bool:
    """Whether training must not see this line: true of about a quarter."""
    return digest(raw) % 4 == 0


def chosen(lines: Iterable[str], held_out: bool | None) -> list[str]:
    """The raw lines that are held out, those that are not, or all for None."""
    return [raw for raw in lines if held_out is None or is_held_out(raw) is held_out]


def fill(raw: str, known: Conditions) -> str | None:
    """The line filled in, or None where it does not hold or says a side or a count that is not known.

    A hash of the line decides whether a number stands as a word or in digits and whether 2 times becomes "twice".
    """
    tags, text = split_tags(raw)
    if not all(known.hold(tag) for tag in tags):
        return None
    if "{side}" in text or "{other}" in text:
        if known.side not in OTHER:
            return None
        text = text.replace("{side}", known.side).replace("{other}", OTHER[known.side])
    if "{count}" not in text:
        return text
    if known.count is None:
        return None
    if known.count == 1:
        return text.replace("{count} times", "once") if "{count} times" in text else None
    pick = digest(raw) // 4
    if known.count == 2 and pick % 3 == 0:
        text = text.replace("{count} times", "twice")
    return text.replace("{count}", str(known.count) if pick % 2 else number(known.count))
