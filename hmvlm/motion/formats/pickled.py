"""Pickles (``.pkl`` of AIST++, WHAM and old AMASS) and PyTorch files (``.pt`` of GVHMR): read only."""

from __future__ import annotations

from pathlib import Path

from hmvlm.motion.clip import Motion
from hmvlm.motion.formats.containers import read_pickle
from hmvlm.motion.formats.parameters import motion_from_content


def load(path: Path, fps: float | None = None) -> Motion:
    """Read SMPL parameters from a pickle or PyTorch file without running code; ``fps`` if it has no rate.

    Raises:
        ValueError: no such motion; one sentence. RateMissing: no rate, no ``fps``.
    """
    return motion_from_content(read_pickle(path), path.name, fps)
