"""A small detector of messages in another language than English, by script and by frequent words."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

NOT_ENGLISH = "I understand English only; please write in English what the body should do, or what you want to know."
_WORDS = {
    name: frozenset(words)
    for name, words in json.loads(Path(__file__).with_name("languages.json").read_text(encoding="utf-8")).items()
}
_SHARE = 0.5
"""Least share of frequent words of a language among all words of a message in it."""


def is_foreign(text: str) -> bool:
    """Whether a message as a whole is in another language; English around foreign words, or numbers, is not."""
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in _WORDS["English"] and word.isascii() for word in words)
    if letters and latin < 0.2 * len(letters):
        return len(letters) > 1 and not english and any(_is_script(letter) for letter in letters)
    others = [known for name, known in _WORDS.items() if name not in ("English", "about words")]
    known = max(others, key=lambda known: sum(word in known for word in words))
    most = sum(word in known for word in words)
    if _WORDS["about words"].intersection(words) or len(known.intersection(words)) < 3:
        return False
    return most >= _SHARE * len(words) and most > 1.5 * english


def _is_script(letter: str) -> bool:
    """Whether a letter belongs to a script of a language; mathematical letters and Greek symbols do not count."""
    names = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "THAI", "BENGALI")
    return unicodedata.name(letter, "").startswith((*names, "TAMIL", "TELUGU", "GEORGIAN", "ARMENIAN", "GREEK SMALL"))
