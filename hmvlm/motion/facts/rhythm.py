"""Periodicity, stillness and vigour."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import PART_JOINTS

from .records import Rhythm
from .signals import FPS, Signals, smooth, speed

STILL = 0.12
"""Mean joint speed (m/s) below which a frame counts as still."""


def period(signals: Signals) -> tuple[float, float]:
    """Period in seconds and its autocorrelation, (0, 0) when the pose does not repeat at least twice."""
    pose = signals.relative.reshape(len(signals), -1)
    pose = smooth(pose - pose.mean(axis=0), 0.05)
    count = len(pose)
    power = float((pose**2).sum())
    if count < 16 or power / count < 0.02:
        return 0.0, 0.0
    size = 1 << (2 * count - 1).bit_length()
    spectrum = np.fft.rfft(pose, size, axis=0)
    raw = np.fft.irfft((np.abs(spectrum) ** 2).sum(axis=1), size)[:count]
    energy = (pose**2).sum(axis=1)
    ahead, behind = np.cumsum(energy[::-1])[::-1], np.cumsum(energy)
    lags = np.arange(count)
    norm = np.sqrt(np.maximum(ahead[lags] * behind[count - 1 - lags], 1e-9))
    score = raw / norm
    most = count // 2
    peaks = [i for i in range(7, most) if score[i] >= score[i - 1] and score[i] > score[i + 1] and score[i] > 0.5]
    if not peaks:
        return 0.0, 0.0
    best = max(score[i] for i in peaks)
    lag = next(i for i in peaks if score[i] > 0.9 * best)
    return lag / FPS, float(score[lag])


def measure(signals: Signals) -> Rhythm:
    """The rhythm record."""
    moves = speed(signals.relative, 0.05)
    whole = moves.mean(axis=-1) + 0.3 * signals.pace
    every, strength = period(signals)
    arms = list(PART_JOINTS["left_arm"][2:] + PART_JOINTS["right_arm"][2:])
    legs = list(PART_JOINTS["left_leg"][1:] + PART_JOINTS["right_leg"][1:])
    energy = float(moves.mean())
    return Rhythm(
        period=every,
        repetitions=int(round(len(signals) / FPS / every)) if every else 1,
        strength=strength,
        still=float((whole < STILL).mean()),
        energy=energy,
        arm_energy=float(moves[:, arms].mean()),
        leg_energy=float(moves[:, legs].mean()),
        jerkiness=float(np.percentile(whole, 90) / max(whole.mean(), 1e-3)),
    )
