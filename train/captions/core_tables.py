"""Tables of caption cores in JSON files beside the modules that read them.

An entry has ``phrases`` (marked verb phrases, see :mod:`hmvlm.motion.facts.grammar`) and may have ``topics`` (words in
one string), ``nouns``, ``tails``, ``steady`` and ``extras`` of :class:`train.captions.compose.Core`. ``{side}`` and
similar placeholders are filled in by :func:`fill`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from train.captions.compose import Core


def load_cores(path: str | Path) -> dict[str, Core]:
    """The cores of a table; TypeError for an unknown key."""
    cores = {}
    for name, entry in json.loads(Path(path).read_text(encoding="utf-8")).items():
        phrases, nouns, tails = (tuple(entry.pop(key, ())) for key in ("phrases", "nouns", "tails"))
        cores[name] = Core(
            phrases, nouns=nouns, tails=tails, topics=frozenset(entry.pop("topics", "").split()), **entry
        )
    return cores


def fill_text(text: str, **values: str) -> str:
    """``text`` with each ``{name}`` of ``values`` filled in; other placeholders, such as ``{their}``, stay."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def fill(core: Core, **values: str) -> Core:
    """The core with placeholders filled in."""
    phrases = tuple(fill_text(text, **values) for text in core.phrases)
    return replace(core, phrases=phrases, nouns=tuple(fill_text(text, **values) for text in core.nouns))


def add_phrases(core: Core, *others: Core) -> Core:
    """The core with the phrases of others added."""
    return replace(core, phrases=core.phrases + tuple(text for other in others for text in other.phrases))
