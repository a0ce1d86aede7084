"""Messages that ask what this assistant can do, in any wording, and the answer to them.

A message is one if it fits a pattern as a whole, so that "what can you do with a paperclip?" is none. Other short
messages that speak to the assistant are compared with the wordings in :file:`about.json` by the gate's text encoder.
None of these wordings is used in tests.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import torch

from hmvlm.language.text_encoder import TextEncoder

_DATA = json.loads(Path(__file__).with_name("about.json").read_text(encoding="utf-8"))
ANSWER = "\n".join(_DATA["answer"])
_ADDRESSED = frozenset(_DATA["addressed"])
MOST_WORDS = 16
SIMILARITY = 0.55
"""Least cosine to the nearest wording."""
NEIGHBOURS = 2
"""How many of the nearest wordings have to be questions of this kind."""
_PARTS = {
    "APP": r"(?:you|hmvlm|(?:this|your) (?:\w+ )?(?:{things})|the (?:app|site|page|tool|bot|chatbot|demo)|this)",
    "THING": r"(?:things?|stuff|tasks?|tricks?|(?:kinds?|sorts?|types?) of (?:\w+ )?\w+)",
    "ABILITIES": r"(?:{abilities})",
    "DO": r"(?:{does})(?: (?:for|with) (?:me|us))?",
    "I": r"(?:i|we|one|people|someone)",
}
_FIXED = {name: "|".join(words) for name, words in _DATA["words"].items()}


def _pattern(text: str) -> re.Pattern[str]:
    for name, part in _PARTS.items():
        text = re.sub(rf"\b{name}\b", part.replace("\\", r"\\"), text)
    for name, words in _FIXED.items():
        text = text.replace(f"{{{name}}}", words)
    return re.compile(text)


_FRAME = re.compile(rf"(?:(?:{_FIXED['before']}) )*(.*?)(?: (?:{_FIXED['after']}))*")
_QUESTIONS = [_pattern(text) for text in _DATA["patterns"]]


class About:
    """Finds questions about the assistant.

    Args:
        encoder: the gate's text encoder; the wordings are encoded when they are first needed.
    """

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._known: torch.Tensor | None = None

    def asked(self, text: str) -> bool:
        """Whether a message asks what the assistant can do."""
        words = _words(text)
        if not 0 < len(words) <= MOST_WORDS:
            return False
        if fits(text):
            return True
        return not self._encoder.projects and not _ADDRESSED.isdisjoint(words) and self._resembles(text)

    def _resembles(self, text: str) -> bool:
        if self._known is None:
            self._known = self._encoder.encode([*_DATA["about"], *_DATA["other"]], cached=False)
        near, places = (self._known @ self._encoder.encode([text], cached=False)[0]).topk(NEIGHBOURS)
        return float(near[0]) >= SIMILARITY and bool((places < len(_DATA["about"])).all())


def fits(text: str) -> bool:
    """Whether a message as a whole fits one of the patterns."""
    said = _FRAME.fullmatch(" ".join(_words(text)))
    return said is not None and any(pattern.fullmatch(said[1]) for pattern in _QUESTIONS)


def _words(text: str) -> list[str]:
    """Lower-case words, contractions written out."""
    text = text.lower().replace("’", "'")
    for short, word in (("s", "is"), ("re", "are"), ("m", "am"), ("d", "would"), ("ll", "will")):
        text = re.sub(rf"(?<=\w)'{short}\b", f" {word}", text)
    return [{"u": "you", "ya": "you", "ur": "your"}.get(word, word) for word in re.findall(r"\w+", text)]
