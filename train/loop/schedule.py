"""The learning-rate schedule of every stage: linear warm-up, then cosine decay."""

from __future__ import annotations

import math


def lr_factor(step: int, share: float, warmup: int = 0, floor: float = 0.02) -> float:
    """Factor of the peak learning rate at ``step`` (from 0), when ``share`` (0..1) of the run is over.

    It rises over the first ``warmup`` steps and decays from 1 to ``floor`` as ``share`` goes from 0 to 1. The share may
    be of steps or of time, so that a run that a clock ends has decayed as well.
    """
    risen = min(1.0, (step + 1) / warmup) if warmup else 1.0
    return risen * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))
