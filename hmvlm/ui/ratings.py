"""Thumbs of visitors, kept in a file on the server's disk and nowhere else."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from pathlib import Path

from hmvlm.config import cache_dir
from hmvlm.ui.session import Turn

logger = logging.getLogger(__name__)
_lock = threading.Lock()


def file() -> Path:
    """Where thumbs are kept: ``$HMVLM_RATINGS``, else ``ratings.jsonl`` in the cache folder."""
    return Path(os.environ.get("HMVLM_RATINGS") or cache_dir() / "ratings.jsonl")


def keep(turn: Turn) -> None:
    """Append what was thought of an answer, one JSON object a line; of lines with the same ``turn`` the last counts.

    A photo or clip is not kept, not even its name. Where the file cannot be written, the thumb is only shown.
    """
    seeds = [item.seed for item in turn.media]
    row = {
        "turn": turn.key,
        "time": int(time.time()),
        "liked": turn.liked,
        "message": turn.prompt,
        "asked": turn.asked or turn.prompt,
        "answer": turn.text,
        "task": turn.task,
        "gate": turn.gate,
        "seed": seeds[0] if seeds else None,
    }
    try:
        with _lock:
            file().parent.mkdir(parents=True, exist_ok=True)
            with file().open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        logger.warning("a thumb was not kept: %s", error)
