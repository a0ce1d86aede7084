"""The floor of a motion from a world that is not known to have one at 0."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hmvlm.motion.clip import Motion
from hmvlm.motion.support import kinematics

LOW = 10
"""Percentile over time of the lowest skin's height that is taken for the floor: a body touches it most of the time."""
SUNK = 0.06
"""Metres by which the floor may be off before the motion is moved."""


def on_floor(motion: Motion) -> Motion:
    """The motion moved up or down as a whole so that its lowest skin is on the floor."""
    drop = float(np.percentile(kinematics(motion)[1], LOW))
    return replace(motion, trans=motion.trans - np.array([0, drop, 0])) if abs(drop) > SUNK else motion
