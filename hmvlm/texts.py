"""Text from outside, cleaned once where it enters: messages, histories, questions, names and captions of files."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

MAX_MARKS = 4
"""Combining marks kept after one character; scripts with stacked vowel signs and tones need up to three."""
MAX_JOINERS = 3
"""Joiners kept in a run; emoji need two."""
MAX_NAME = 80
"""Characters of a file's name that are shown."""

_BREAKS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters but tab and line feed
    "\u00ad\u17b4\u17b5\u3164\uffa0\u200b\u2060-\u2065\ufeff\ufff0-\ufffb"  # without a shape or a function in a word
    "\u202a-\u202e\u2066-\u206f"  # embedding, override and isolation of writing directions
    "\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff\U0010fffe\U0010ffff"  # noncharacters
    "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"
)
_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+")
"""Tag characters, which spell invisible text, anywhere but in the flags of regions."""
_JOINER = "[\u034f\u061c\u115f\u1160\u180b-\u180f\u200c-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
"""Zero-width characters that scripts and emoji need: joiners, direction marks, variation selectors, fillers."""
_JOINERS = re.compile(f"({_JOINER}{{{MAX_JOINERS}}}){_JOINER}+")
_SHAPELESS = re.compile(rf"(?:\s|{_JOINER})*")
_SURROGATES = re.compile("[\ud800-\udfff]+")
_ESCAPED = re.compile("[\udc80-\udcff]+")


def clean(text: str | bytes) -> str:
    """Text without what cannot be seen or encoded; other text, in any script, stays as it is.

    - Bytes that are not UTF-8 become U+FFFD, also where they stand as lone surrogates as in arguments of a command.
    - Line ends become ``\\n``. Other control characters, NUL among them, and noncharacters are removed.
    - Overrides, embeddings and isolates of the writing direction and characters without a shape are removed. Of a run
      of joiners, direction marks or variation selectors :data:`MAX_JOINERS` are kept, of combining marks
      :data:`MAX_MARKS`. What then has nothing to see in it is empty.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    if text.isascii() and text.isprintable():
        return text
    if _SURROGATES.search(text):
        text = _SURROGATES.sub(_decoded, text)
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    text = _without_floods(_JOINERS.sub(r"\1", _TAGS.sub("", text)))
    return "" if _SHAPELESS.fullmatch(text) else text


def clean_name(name: str) -> str:
    """A file's name on one line, of at most :data:`MAX_NAME` characters: its beginning and its end."""
    name = " ".join(clean(name).split())
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 20]}…{name[-19:]}"


def _decoded(match: re.Match[str]) -> str:
    """Surrogates as the UTF-8 bytes or the UTF-16 pairs that they stand for, U+FFFD where they stand for none."""
    if _ESCAPED.fullmatch(match[0]):
        return match[0].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _without_floods(text: str) -> str:
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if run <= MAX_MARKS:
            kept.append(character)
    return "".join(kept) if len(kept) < len(text) else text


def encodable(value: Any) -> Any:
    """A JSON value whose texts, names included, can be encoded: lone surrogates become U+FFFD."""
    if isinstance(value, str):
        return _SURROGATES.sub(_decoded, value)
    if isinstance(value, list):
        return [encodable(one) for one in value]
    if isinstance(value, dict):
        return {encodable(key): encodable(one) for key, one in value.items()}
    return value
