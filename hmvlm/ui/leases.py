"""Seconds for which a GPU is asked for on a ZeroGPU Space, where visitors have minutes a day."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hmvlm.vision.media import MediaError, media_kind

SHORTEST, LONGEST = 10, 60
"""Seconds of a lease. One that ends too early stops the answer, one that is too long uses up the visitor's quota."""
START = 8
"""Moving the weights to the GPU, and an ordinary answer."""
CLAUSE, MOTION_SECOND, VARIATION, CLIP = 4, 0.5, 2, 30
"""What is added for each clause of a message, each second of motion, each further variation, and for a clip."""
_CLAUSES = re.compile(r"\b(?:then|and|while|before|after)\b|[,;.]", re.IGNORECASE)
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?\b", re.IGNORECASE)


def gpu_seconds(text: str, options: dict[str, Any]) -> int:
    """Seconds to ask for: about twice what the answer takes on a GPU, by what is known before it is computed."""
    wanted: float = START + CLAUSE * len(_CLAUSES.findall(text))
    said = _SECONDS.search(text)
    length = options.get("seconds") or (float(said[1]) if said else 0.0)
    wanted += MOTION_SECOND * min(length, LONGEST) + VARIATION * (int(options.get("variations") or 1) - 1)
    picture = options.get("picture")
    if picture is not None and _is_clip(picture):
        wanted += CLIP
    return int(min(max(wanted, SHORTEST), LONGEST))


def _is_clip(picture: str | Path) -> bool:
    try:
        return media_kind(picture) == "video"
    except MediaError:  # which the answer will tell
        return False
