"""Manners (styles of the Bandai-Namco recordings, measured pace) in words, from ``manners.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hmvlm.motion.facts import Facts
from hmvlm.motion.facts.grammar import Subject
from train.captions.compose import Manner


def _manner(name: str, entry: dict[str, Any]) -> Manner:
    return Manner(
        name,
        tuple(entry.get("adjectives", ())),
        tuple(entry["adverbs"]),
        tuple(Subject(*words) for words in entry.get("people", ())),
        entry.get("share", Manner.share),
    )


_TABLE = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
MANNERS = {name: _manner(name, entry) for name, entry in _TABLE["styles"].items()}
MANNERS["masculinity"] = MANNERS["masculine"]
SLOW, FAST, IMPERFECT = (_manner(name, _TABLE["others"][name]) for name in ("slow", "fast", "imperfect"))


def manner_for_style(style: str, facts: Facts) -> Manner | None:
    """The manner of a Bandai-Namco style; for style "normal" the measured pace, if it is slow or fast."""
    if style != "normal":
        return MANNERS.get(style)
    return pace_manner(facts) or MANNERS["normal"]


def pace_manner(facts: Facts) -> Manner | None:
    """Slow or fast walking and running as a manner."""
    way = facts.travel
    if way.gait == "walking" and way.path > 1:
        return SLOW if way.moving_speed < 0.75 else FAST if way.moving_speed > 1.55 else None
    if way.gait == "running":
        return FAST if way.moving_speed > 3.0 else SLOW if way.moving_speed < 1.5 else None
    return None
