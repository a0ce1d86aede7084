"""Sentences that people wrote for trials of CMU: the KIT Motion-Language Dataset (Plappert et al., Big Data 2016)."""

from __future__ import annotations

import json
from pathlib import Path

MISREAD = ("127_16", "127_29", "127_38")
"""Trials whose sentence does not say what happens: ducking is called picking up or stumbling."""


def cmu_sentences(data: Path) -> dict[str, str]:
    """Trial → its sentences, one a line, from ``cmu_texts.json`` in the data folder; empty without that file."""
    path = data / "cmu_texts.json"
    if not path.is_file():
        return {}
    trials = json.loads(path.read_text(encoding="utf-8"))["trials"]
    return {
        trial: "\n".join(sentence["text"].strip() for sentence in entry["kit"])
        for trial, entry in trials.items()
        if entry.get("kit") and trial not in MISREAD
    }
