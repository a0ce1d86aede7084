"""How slow or fast a clause is to be done, and exemplars in that tempo: their time is stretched or shortened."""

from __future__ import annotations

import dataclasses
import re

from torch import Tensor

from hmvlm.config import MOTION_FPS
from hmvlm.motion import features
from hmvlm.motion.facts import Facts
from hmvlm.motion.rates import at_rate

SLOWER, SOFTER, FASTER, HARDER = 1.6, 1.25, 0.65, 0.75
"""Lengths relative to those of the plain action: slowly, gently; quickly, with force."""
SLOW_WALK, FAST_WALK, FAST_RUN = 0.6, 1.6, 3.2
"""Speeds (m/s) of travel that are slow or fast already."""
_TEMPI = (
    (SLOWER, re.compile(r"\b(?:slow(?:ly|er)?|slow[- ]motion|sluggish\w*|leisurely|in no hurry|lazil?y)\b")),
    (FASTER, re.compile(r"\b(?:quick(?:ly|er)?|fast(?:er)?|rapid(?:ly)?|swift(?:ly)?|brisk(?:ly)?)\b")),
    (HARDER, re.compile(r"\b(?:aggressive(?:ly)?|forceful(?:ly)?|powerful(?:ly)?|furious(?:ly)?|violent(?:ly)?)\b")),
    (SOFTER, re.compile(r"\b(?:gent(?:le|ly)|careful(?:ly)?|cautious(?:ly)?|wearil?y|unenthusiastic\w*)\b")),
)  # fmt: skip
_SLOW = re.compile(
    r"\b(?:slow\w*|old|elderly|tired\w*|heav\w*|gent\w*|careful\w*|cautious\w*|sneak\w*|weary|wearily)\b"
)
_FAST = re.compile(r"\b(?:quick\w*|fast|rapid\w*|brisk\w*|aggressive\w*|furious\w*|energetic\w*)\b")
"""Captions whose motions are slow or fast already."""


def tempo_in(text: str) -> float:
    """How long an action takes relative to the plain one; 1 where a text tells no tempo, or two."""
    said = {tempo for tempo, pattern in _TEMPI if pattern.search(text.lower())}
    return said.pop() if len(said) == 1 else 1.0


def stretch(text: str, caption: str, facts: Facts) -> float:
    """By what the time of an exemplar with this caption and these facts is to be multiplied.

    A walk or a run is brought to a slow or fast speed; what a caption tells in a manner of its own stays as it is.
    """
    tempo, speed = tempo_in(text), facts.travel.moving_speed
    if tempo == 1.0:
        return 1.0
    if facts.travel.gait in ("walking", "running") and speed > 0:
        fast = FAST_RUN if facts.travel.gait == "running" else FAST_WALK
        return min(tempo, max(1.0, speed / SLOW_WALK)) if tempo > 1 else max(tempo, min(1.0, speed / fast))
    return 1.0 if (_SLOW if tempo > 1 else _FAST).search(caption.lower()) else tempo


def stretched(raw: Tensor, factor: float) -> Tensor:
    """Features ``(T, 221)`` of the same motion in ``factor`` times its time."""
    motion = features.decode(raw)
    retimed = at_rate(dataclasses.replace(motion, fps=MOTION_FPS / factor), MOTION_FPS)
    return features.encode(dataclasses.replace(retimed, trans=retimed.trans.astype("float32"))).to(raw)
