"""Words that no caption has, as captions would spell them: "broadjump", "crwals"."""

from __future__ import annotations

from collections.abc import Set

from hmvlm.tasks.verbs import tokens

SHORTEST, PIECE = 5, 4
"""Letters from which on a word is respelt, and of the shorter half of one that is written as two."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def respelt(text: str, known: Set[str]) -> str:
    """A text with its unknown words replaced by two known ones, or by the only known one that is a letter off.

    Args:
        known: words in lower case.
    """
    made, end = [], 0
    for token in tokens(text):
        made += [text[end : token.start], _respelt(token.word, known) or text[token.start : token.end]]
        end = token.end
    return "".join([*made, text[end:]])


def _respelt(word: str, known: Set[str]) -> str | None:
    if word in known or len(word) < SHORTEST or not word.isalpha():
        return None
    for cut in range(PIECE, len(word) - PIECE + 1):
        if word[:cut] in known and word[cut:] in known:
            return f"{word[:cut]} {word[cut:]}"
    near = _a_letter_off(word) & known
    return near.pop() if len(near) == 1 else None


def _a_letter_off(word: str) -> set[str]:
    """Words with one letter more, less or another, or with two neighbours swapped; the first letter stays."""
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    return {
        *(a + b[1:] for a, b in cuts if b),
        *(a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1),
        *(a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS),
        *(a + letter + b for a, b in cuts for letter in _LETTERS),
    }
