"""Travel over the floor: direction, speed, gait, turning, steps, stops."""

from __future__ import annotations

import numpy as np

from .records import Event, Travel
from .signals import FPS, SIDES, Signals, runs, smooth, speed

MOVING = 0.22
"""Horizontal pelvis speed (m/s) from which the body counts as travelling."""
OFF_GROUND = 0.03
"""Clearance (m) from which a foot is off the ground."""
MAIN_SHARE = 0.5
"""Share of the travelled way from which a direction is the main one; below it the way goes around."""
SHORTEST_TRAVEL, SHORTEST_PATH = 0.4, 0.35
"""Seconds and metres below which a motion counts as staying in place."""
SLOWEST_RUN, SURELY_RUNNING = 1.25, 2.3
"""Speeds (m/s): from the first on, travel with a flight phase is running; above the second, any travel is."""


def moving(signals: Signals) -> np.ndarray:
    """Whether the body travels, per frame ``(T,)``: stretches of at least 0.4 s and 0.25 m in which
    the feet step (a body that sinks back into a seat does not travel)."""
    mask = np.zeros(len(signals), bool)
    swings = [stride for side in SIDES for stride in strides(signals, side)]
    for start, stop in runs(signals.pace > MOVING, 0.4, gap=0.35):
        covered = signals.pace[start:stop].sum() / FPS
        steps = sum(a < stop and b > start for a, b in swings)
        if covered >= 0.25 and steps >= 2 or covered >= 0.25 and steps and len(signals) < 2.5 * FPS or covered > 1.2:
            mask[start:stop] = True
    return mask


def strides(signals: Signals, side: str) -> list[tuple[int, int]]:
    """Swing phases of a foot: the ankle travels at least 0.15 m at more than 0.45 m/s, or steps up and down."""
    ankle = signals.at(f"{side}_ankle")
    fast = speed(ankle * [1.0, 0.0, 1.0], 0.03) > np.maximum(0.45, 0.55 * signals.pace)
    found = []
    for start, stop in runs(fast, 0.1, gap=0.06):
        step = ankle[stop - 1] - ankle[start]
        if np.hypot(step[0], step[2]) > 0.15 * signals.leg_length / 0.79:
            found.append((start, stop))
    return found


def airborne(signals: Signals) -> np.ndarray:
    """Both feet clearly off the ground, per frame ``(T,)``."""
    return np.all(signals.lifts > OFF_GROUND, axis=-1)


def spin_events(signals: Signals) -> list[Event]:
    """Turns and spins: stretches of turning one way at more than 22 degrees/s that reach 40 degrees."""
    if len(signals) < 3:
        return []
    rate = np.gradient(smooth(signals.heading, 0.1)) * FPS
    found = []
    for sign, side in ((1.0, "left"), (-1.0, "right")):
        for start, stop in runs(sign * rate > 22.0, 0.25, gap=0.3):
            amount = sign * (signals.heading[stop - 1] - signals.heading[start])
            fast = amount / max((stop - start) / FPS, 0.1)
            if amount > 300 and fast > 90:
                full = int((amount + 60) // 360)
                found.append(Event("spin", start / FPS, stop / FPS, side, round(float(amount), 1), max(full, 1)))
            elif amount > 40:
                found.append(Event("turn", start / FPS, stop / FPS, side, round(float(amount), 1)))
    return found


def measure(signals: Signals) -> tuple[Travel, list[Event]]:
    """The travel record and its events (turn, spin, stop)."""
    pelvis = smooth(signals.at("pelvis")[:, [0, 2]], 0.25)
    duration = len(signals) / FPS
    first = signals.forward[: max(1, int(0.3 * FPS))].mean(axis=0)
    first /= max(np.linalg.norm(first), 1e-6)
    net = signals.at("pelvis")[-1] - signals.at("pelvis")[0]
    path = float(np.linalg.norm(np.diff(pelvis, axis=0), axis=-1).sum())
    on = moving(signals)
    stretches = runs(on)
    pace = signals.pace
    direction, forward_share, side_share = _direction(signals, on)
    steps = {side: strides(signals, side) for side in SIDES}
    moving_speed = float(pace[on].mean()) if on.any() else 0.0
    in_stride = [s for side in SIDES for s in steps[side] if on[s[0] : s[1]].mean() > 0.5]
    moving_seconds = float(on.sum() / FPS)
    cadence = len(in_stride) / moving_seconds if moving_seconds > 0.4 else 0.0
    swing = signals.heading - signals.heading[: max(1, int(0.2 * FPS))].mean()
    events = spin_events(signals)
    stops = 0
    for (_, a), (b, _) in zip(stretches, stretches[1:]):
        if (b - a) / FPS >= 0.5:
            stops += 1
            events.append(Event("stop", a / FPS, b / FPS))
    margin = int(0.6 * FPS)
    return Travel(
        forward=float(net @ first),
        left=float(net @ np.array([first[2], 0.0, -first[0]])),
        distance=float(np.hypot(net[0], net[2])),
        path=path,
        mean_speed=path / duration,
        moving_speed=moving_speed,
        peak_speed=float(pace.max()),
        moving_seconds=moving_seconds,
        direction=direction,
        forward_share=forward_share,
        left_share=side_share,
        gait=_gait(signals, on, path),
        turn=float(swing[-1]),
        turn_left=float(max(swing.max(), 0.0)),
        turn_right=float(max(-swing.min(), 0.0)),
        spins=sum(e.count for e in events if e.kind == "spin"),
        steps_left=len(steps["left"]),
        steps_right=len(steps["right"]),
        cadence=float(cadence),
        starts_moving=bool(on[:margin].any()),
        ends_moving=bool(on[-margin:].any()),
        stops=stops,
    ), events


def _direction(signals: Signals, on: np.ndarray) -> tuple[str, float, float]:
    """Main direction in the body frame and the shares (-1 to 1) of travel forward and to the left, in frames ``on``."""
    total = float(signals.pace[on].sum())
    if not total > 0:
        return "none", 0.0, 0.0
    left, forward = (signals.velocity[on].sum(axis=0) / total).tolist()
    if abs(forward) >= abs(left) and abs(forward) > MAIN_SHARE:
        return "forward" if forward > 0 else "backward", forward, left
    if abs(left) > MAIN_SHARE:
        return "left" if left > 0 else "right", forward, left
    return "around", forward, left


def _gait(signals: Signals, on: np.ndarray, path: float) -> str:
    """Standing, stepping on the spot, walking or running, from the travelling frames ``on`` and the path length (m)."""
    duration, moving_seconds = len(signals) / FPS, float(on.sum() / FPS)
    if moving_seconds < SHORTEST_TRAVEL or path < SHORTEST_PATH:
        lifted = sum(len(runs(signals.lifts[:, i] > 0.06, 0.1)) for i in range(2))
        return "stepping" if lifted >= 4 and lifted / duration > 0.8 else "standing"
    moving_speed, flight = float(signals.pace[on].mean()), float(airborne(signals)[on].mean())
    if moving_speed > SURELY_RUNNING or (moving_speed > SLOWEST_RUN and flight > 0.04):
        return "running"
    return "walking"
