"""A synthetic gait with feet that stand exactly still, and a standing body, as channels."""

from __future__ import annotations

import numpy as np

from tests.motions import still
from train.composition.channels import Channels, from_motion

PERIOD = 20
"""Frames of a cycle of two steps."""
STRIDE = 1.2
"""Metres of a cycle."""


def standing(seconds: float = 1.0) -> Channels:
    """A body that stands still."""
    channels = from_motion(still(seconds))
    return Channels(channels.root, channels.local, channels.balls, channels.soles, np.ones((len(channels), 2), bool))


def striding(frames: int) -> Channels:
    """Walking along +Z at 1.2 m/s: each foot stands for half a cycle and swings for the other."""
    body = standing(frames / 20)
    time = np.arange(frames)
    root = body.root.copy()
    root[:, 1] -= 0.02
    root[:, 2] = STRIDE * time / PERIOD
    balls, contact = body.balls.copy(), np.zeros((frames, 2), bool)
    for side, shift in enumerate((0.25, 0.75)):
        phase = time / PERIOD + shift
        swing = np.clip((phase % 1 - 0.5) * 2, 0, 1)
        eased = swing * swing * (3 - 2 * swing)
        balls[:, side, 2] = body.balls[0, side, 2] + STRIDE * (np.floor(phase) + eased - shift + 0.25)
        balls[:, side, 1] += 0.08 * np.sin(np.pi * swing)
        contact[:, side] = phase % 1 < 0.5
    return Channels(root, body.local, balls, body.soles, contact)


def drift(channels: Channels) -> float:
    """Largest movement in metres over the floor of a foot from one frame in contact to the next."""
    steps = np.linalg.norm(np.diff(channels.balls, axis=0)[..., [0, 2]], axis=-1)
    return float(steps[channels.contact[1:] & channels.contact[:-1]].max())
