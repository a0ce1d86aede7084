"""Hands and arms, feet and legs: how high, which way, how often."""

from __future__ import annotations

import numpy as np

from .records import LEVELS, Event, Hand, Leg
from .signals import FPS, Signals, angle, longest, runs, smooth, swings

PUNCH_SPEED = 2.0
"""Speed (m/s) at which a fist must leave the trunk, forwards, to count as a punch."""
KICK_SPEED = 2.2
"""Speed (m/s) of the ankle relative to the pelvis that makes a lifted leg a kick."""


def elevation(limb: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Elevation (degrees, 0 hanging, 180 straight up) and azimuth
    (0 forward, 90 outward to +left axis) of ``(T, 3)``.
    """
    down = angle(limb, np.array([0.0, -1.0, 0.0]))
    return down, np.degrees(np.arctan2(limb[:, 0], limb[:, 2]))


def waving(path: np.ndarray, raised: list[tuple[int, int]]) -> tuple[float, list[tuple[int, int, float]]]:
    """Cycles of a hand swinging to and fro while raised, and the stretches in which it does.

    ``path`` is the wrist relative to its shoulder ``(T, 3)``; the slow part of the movement is removed.
    """
    total, found = 0.0, []
    quick = path - smooth(path, 0.35)
    for start, stop in raised:
        piece = quick[start:stop]
        if len(piece) < 8:
            continue
        _, _, axes = np.linalg.svd(piece - piece.mean(axis=0), full_matrices=False)
        series = smooth(piece @ axes[0], 0.03)
        cycles = swings(series, 0.065) / 2
        if cycles >= 1.5:
            total += cycles
            found.append((start, stop, cycles))
    return total, found


def punches(reach: np.ndarray, level: np.ndarray) -> list[int]:
    """Frames at which a fist shoots out: ``reach`` (T,) in front of the shoulder, ``level`` (T,) above it."""
    rate = np.gradient(reach) * FPS if len(reach) > 1 else np.zeros(1)
    found = []
    for start, stop in runs(rate > PUNCH_SPEED * 0.5):
        end = min(stop, len(reach) - 1)
        if (
            rate[start:stop].max() > PUNCH_SPEED
            and reach[end] > 0.3
            and reach[end] - reach[start] > 0.2
            and level[end] > -0.35
        ):
            found.append(end)
    return found


def measure_hand(signals: Signals, side: str) -> tuple[Hand, list[Event]]:
    """The record of one hand and its events (raise, wave, punch, abduct, extend)."""
    outward = 1.0 if side == "left" else -1.0
    wrist, elbow, shoulder = (signals.seen(f"{side}_{n}") for n in ("wrist", "elbow", "shoulder"))
    head = signals.seen("head")
    upright = signals.upright
    over_shoulder = np.where(upright, wrist[:, 1] - shoulder[:, 1], -0.5)
    over_head = np.where(upright, wrist[:, 1] - head[:, 1], -0.7)
    raised = runs(over_shoulder > 0.0, 0.2, gap=0.5)
    start, stop = longest(raised)
    events = [Event("raise", a / FPS, b / FPS, side, round(float(over_head[a:b].max()), 3)) for a, b in raised]
    aside = outward * (wrist[:, 0] - signals.seen("spine3")[:, 0]) > 0.06
    ready = runs((wrist[:, 1] > elbow[:, 1] + 0.03) & (over_shoulder > -0.16) & aside & upright, 0.5, gap=0.3)
    cycles, waves = waving(wrist - shoulder, ready)
    events += [Event("wave", a / FPS, b / FPS, side, round(c, 1), max(1, round(c))) for a, b, c in waves]
    relative = wrist - shoulder
    hits = [h for h in punches(smooth(relative[:, 2], 0.03), relative[:, 1]) if signals.pace[h] < 1.0]
    events += [Event("punch", max(h - 5, 0) / FPS, (h + 2) / FPS, side, round(float(relative[h, 2]), 2)) for h in hits]

    upper = smooth((elbow - shoulder) * [outward, 1.0, 1.0], 0.06)
    lift, azimuth = elevation(upper)
    lift = np.where(upright, lift, 0.0)
    straight = angle(elbow - shoulder, wrist - elbow) < 45
    planes = {
        "flexion": np.abs(azimuth) < 30,
        "scaption": (azimuth > 20) & (azimuth < 62),
        "abduction": (azimuth > 55) & (azimuth < 125),
        "extension": np.abs(azimuth) > 135,
    }
    tallest = {name: float(lift[mask].max()) if mask.any() else 0.0 for name, mask in planes.items()}
    behind = np.where(straight, shoulder[:, 2] - wrist[:, 2], 0.0)
    moves = (
        np.linalg.norm(np.gradient(smooth(relative, 0.04), axis=0), axis=-1) * FPS if len(wrist) > 1 else np.zeros(1)
    )
    high, above = _held(over_shoulder), _held(over_head)
    chest = _held(np.where(upright, wrist[:, 1] - signals.seen("spine2")[:, 1], -1.0))
    level = LEVELS[0]
    for name, value, least in zip(LEVELS[1:], (chest, high, above, above), (0.02, -0.04, -0.02, 0.2)):
        if value > least:
            level = name
    return Hand(
        above_shoulder=high,
        above_head=above,
        level=level,
        rise=float(high - np.percentile(over_shoulder, 5)),
        raised=float(sum(b - a for a, b in raised) / FPS),
        raised_from=start / FPS if raised else -1.0,
        raised_to=stop / FPS if raised else -1.0,
        raises=len(raised),
        waves=cycles,
        reach=float(np.percentile(wrist[:, 2] - signals.seen("spine3")[:, 2], 97)),
        behind=float(behind.max()),
        punches=len(hits),
        speed=float(moves.mean()),
        peak_speed=float(moves.max()),
        to_face=float(np.linalg.norm(wrist - head, axis=-1).min()),
        **tallest,
    ), events


def _held(series: np.ndarray) -> float:
    """The highest value that is held for about 0.15 s."""
    count = min(len(series), 3)
    return float(np.sort(series)[-count])


def measure_leg(signals: Signals, side: str, jumping: np.ndarray) -> tuple[Leg, list[Event]]:
    """The record of one leg and its events (kick, leg_raise); frames with ``jumping`` (T,) are left out."""
    index = 0 if side == "left" else 1
    other = "right" if side == "left" else "left"
    outward = 1.0 if side == "left" else -1.0
    hip, knee, ankle = (signals.seen(f"{side}_{n}") * [outward, 1.0, 1.0] for n in ("hip", "knee", "ankle"))
    scale = signals.leg_length
    bend = signals.knee(side)
    thigh, thigh_azimuth = elevation(knee - hip)
    whole, azimuth = elevation(ankle - hip)
    relative = smooth(ankle, 0.03)
    moves = np.linalg.norm(np.gradient(relative, axis=0), axis=-1) * FPS if len(ankle) > 1 else np.zeros(1)
    lift = signals.at(f"{side}_ankle")[:, 1] - signals.floor - 0.09 * scale / 0.79
    planted = signals.lifts[:, 1 - index] < 0.12
    top = int(lift.argmax())
    up = signals.lifts[:, index] > 0.05
    events: list[Event] = []
    kicks = 0
    for start, stop in runs((lift > 0.16) & planted & ~jumping & signals.upright & (signals.pace < 1.3), 0.1):
        peak = start + int(whole[start:stop].argmax())
        reach = np.linalg.norm((ankle - hip)[peak, [0, 2]])
        extended = bend[peak] < 62 and whole[peak] > 38 and reach > 0.5 * scale
        if not extended:
            continue
        window = slice(max(start - 4, 0), min(peak + 3, len(moves)))
        fast = moves[window].max()
        if fast > KICK_SPEED and lift[peak] > 0.2:
            kicks += 1
            events.append(Event("kick", start / FPS, stop / FPS, side, round(float(lift[peak]), 2)))
        else:
            events.append(Event("leg_raise", start / FPS, stop / FPS, side, round(float(whole[peak]), 1)))
    straight = whole[(bend < 40) & planted & ~jumping]
    ahead = (signals.seen(f"{side}_ankle") - signals.seen(f"{other}_ankle"))[:, 2]
    return Leg(
        lift=float(np.sort(lift)[-min(2, len(lift))]),
        lift_direction=_direction(azimuth[top]) if lift[top] > 0.12 else "none",
        knee_lift=float((signals.at(f"{side}_knee")[:, 1] - signals.floor).max() - 0.59 * scale),
        held_up=float((lambda s: s[1] - s[0])(longest(runs(up))) / FPS),
        kicks=kicks,
        knee_flexion=float(np.percentile(bend, 98)),
        hip_flexion=float(np.where(np.abs(thigh_azimuth) < 60, thigh, 0.0).max()),
        hip_abduction=float(np.where((thigh_azimuth > 60) & (thigh_azimuth < 120), thigh, 0.0).max()),
        straight_lift=float(straight.max()) if len(straight) else 0.0,
        forward_step=float(ahead.max()),
    ), events


def _direction(azimuth: float) -> str:
    return "front" if abs(azimuth) < 50 else "back" if abs(azimuth) > 130 else "side" if azimuth > 0 else "across"
