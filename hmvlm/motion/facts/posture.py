"""Trunk and pelvis: bows, squats, sitting, lunges, kneeling, lying, jumps."""

from __future__ import annotations

from typing import Any

import numpy as np

from .records import Air, Event, Posture, Trunk
from .signals import FPS, SIDES, Signals, runs, smooth, speed, swings
from .travel import airborne


def measure_trunk(signals: Signals, seated: np.ndarray) -> tuple[Trunk, list[Event]]:
    """The trunk record and its events (bow, bend); frames with ``seated`` (T,) are left out of bows."""
    lean = smooth(signals.lean, 0.08)
    hips = signals.at("left_hip") - signals.at("right_hip")
    shoulders = signals.at("left_shoulder") - signals.at("right_shoulder")
    twist = np.arctan2(
        hips[:, 0] * shoulders[:, 2] - hips[:, 2] * shoulders[:, 0], (hips * shoulders)[:, [0, 2]].sum(-1)
    )
    twist = -np.degrees(smooth(twist, 0.05))
    low = np.percentile(lean, 20)
    events = []
    for start, stop in runs((lean > max(low + 20, 28)) & ~seated, 0.25, gap=0.3):
        peak = float(lean[start:stop].max())
        hands = min(signals.seen(f"{s}_wrist")[start:stop, 1].min() for s in SIDES)
        still = signals.pace[start:stop].mean() < 0.6
        feet = signals.lifts[start:stop].min() < 0.12
        if not feet or peak > 150 or not still and peak < max(low + 35, 55):
            continue
        kind = "bow" if 30 <= peak < 80 and still and hands > -0.45 and (stop - start) / FPS < 6 else "bend"
        events.append(Event(kind, start / FPS, stop / FPS, "", round(peak, 1)))
    head = signals.seen("head")[:, 1] / max(float(np.percentile(signals.seen("head")[:, 1], 95)), 0.2)
    up = signals.upright
    side = smooth(signals.side_lean, 0.08)[up] if up.any() else np.zeros(1)
    return Trunk(
        lean=float(np.median(lean)),
        max_forward=float(lean.max()),
        max_backward=float(max(-lean[up].min(), 0.0)) if up.any() else 0.0,
        max_left=float(max(side.max(), 0.0)),
        max_right=float(max(-side.min(), 0.0)),
        twist_left=float(max(twist[up].max(), 0.0)) if up.any() else 0.0,
        twist_right=float(max(-twist[up].min(), 0.0)) if up.any() else 0.0,
        bows=sum(e.kind == "bow" for e in events),
        head_drop=float(np.median(head)),
    ), events


def seated(signals: Signals) -> np.ndarray:
    """Frames ``(T,)`` in which the body sits: pelvis low and well behind the feet, knees bent, trunk up.

    On a high seat the feet hang: both stay off the floor, knees bent, while the pelvis keeps its place.
    """
    feet = (signals.seen("left_ankle") + signals.seen("right_ankle")) / 2
    knees = np.minimum(signals.knee("left"), signals.knee("right"))
    low = (signals.height < 0.74) & (feet[:, 2] > 0.22) & (knees > 45) & signals.upright
    calm = speed(signals.at("pelvis"), 0.15) < 0.3
    hanging = (signals.lifts.min(axis=-1) > 0.08) & (knees > 50) & (signals.height > 0.5) & calm & signals.upright
    for start, stop in runs(hanging, 0.8, gap=0.2):
        low[start:stop] = True
    return low


def measure(signals: Signals) -> tuple[Posture, Air, np.ndarray, list[Event]]:
    """Posture and jump records, the frames of jumps ``(T,)`` and the events of both."""
    height = smooth(signals.height, 0.05)
    sitting = seated(signals)
    air, jumping, events = _jumps(signals)
    lying = (signals.height < 0.4) & ((signals.at("head")[:, 1] - signals.floor) < 0.45 * signals.standing / 0.95)
    knee_heights = np.stack([signals.at(f"{s}_knee")[:, 1] - signals.floor for s in SIDES], -1)
    kneeling = (knee_heights.min(axis=-1) < 0.16) & (signals.height > 0.3) & (signals.height < 0.85) & signals.upright
    apart = smooth(signals.seen("left_ankle") - signals.seen("right_ankle"), 0.1)
    counts, found = _low_postures(signals, height, apart, sitting, ~jumping & ~lying)
    events += found
    for kind, mask in (("kneel", kneeling), ("lie", lying)):
        events += [Event(kind, a / FPS, b / FPS) for a, b in runs(mask, 0.4, gap=0.3)]
    few = max(1, int(0.25 * FPS))
    inverted = signals.seen("head")[:, 1] < -0.1
    return (
        Posture(
            lowest=float(height.min()),
            highest=float(height.max()),
            start=float(height[:few].mean()),
            end=float(height[-few:].mean()),
            **counts,
            seated=float(sitting.sum() / FPS),
            starts_seated=bool(sitting[:few].mean() > 0.5),
            ends_seated=bool(sitting[-few:].mean() > 0.5),
            kneels=float(kneeling.sum() / FPS),
            lies=float(lying.sum() / FPS),
            stance=float(np.linalg.norm(apart[:, [0, 2]], axis=-1).max()),
            upside_down=float(inverted.sum() / FPS),
        ),
        air,
        jumping,
        events,
    )


def _low_postures(
    signals: Signals, height: np.ndarray, apart: np.ndarray, sitting: np.ndarray, allowed: np.ndarray
) -> tuple[dict[str, Any], list[Event]]:
    """Squats, sits and lunges: fields of :class:`Posture` and events.

    Args:
        height: relative pelvis height ``(T,)``. apart: left minus right ankle in the body frame ``(T, 3)``.
        sitting: seated frames ``(T,)``. allowed: frames ``(T,)`` that neither jump nor lie.
    """
    squats, sits, lunges, depth, lunge_side, side_lunge = 0, 0, 0, 0.0, "", False
    events: list[Event] = []
    knees = {side: signals.knee(side) for side in SIDES}
    both = np.minimum(knees["left"], knees["right"])
    on_feet = (signals.lifts < 0.15).any(axis=-1)
    for start, stop in runs((height < 0.86) & on_feet & allowed, 0.25, gap=0.2):
        bottom = start + int(height[start:stop].argmin())
        times = (start / FPS, stop / FPS)
        if signals.pace[start:stop].mean() > 0.9:
            continue
        spread = np.abs(apart[bottom])
        deepest = {s: float(knees[s][bottom]) for s in SIDES}
        if sitting[start:stop].mean() > 0.35 and sitting[start:stop].sum() > 0.3 * FPS and spread[2] < 0.45:
            sits += 1
            events.append(Event("sit", *times, "", round(float(height[bottom]), 2)))
        elif spread[2] > 0.5 and max(deepest.values()) > 50:
            lunges += 1
            lunge_side = "left" if apart[bottom, 2] > 0 else "right"
            events.append(Event("lunge", *times, lunge_side, round(float(height[bottom]), 2)))
        elif spread[0] > 0.55 and abs(deepest["left"] - deepest["right"]) > 25:
            lunges += 1
            side_lunge = True
            lunge_side = max(deepest, key=deepest.__getitem__)
            events.append(Event("lunge", *times, lunge_side, round(float(height[bottom]), 2)))
        elif both[bottom] > 50 and height[bottom] < 0.82:
            squats += 1
            depth = max(depth, float(both[bottom]))
            events.append(Event("squat", *times, "", round(float(both[bottom]), 1)))
    if not sits:
        high = runs(sitting & (height >= 0.74), 0.8, gap=0.3)
        sits += len(high)
        events += [Event("sit", a / FPS, b / FPS, "", round(float(height[a:b].min()), 2)) for a, b in high]
    fields = {
        "squats": squats,
        "squat_depth": depth,
        "sits": sits,
        "lunges": lunges,
        "lunge_side": lunge_side,
        "side_lunge": side_lunge,
    }
    return fields, events


def _jumps(signals: Signals) -> tuple[Air, np.ndarray, list[Event]]:
    """Flights of both feet. A running stride lands on the other foot and hardly lifts the pelvis."""
    pelvis = signals.at("pelvis")
    flying = airborne(signals)
    jumping = np.zeros(len(signals), bool)
    rise, reach, jumps, hops, events = 0.0, 0.0, 0, 0, []
    stood = min(float(np.percentile(signals.height, 60)), 1.02)
    for start, stop in runs(flying, 0.1, gap=0.05):
        up = float((signals.height[start:stop].max() - stood) * signals.standing)
        clearance = float(signals.lifts[start:stop].min(axis=-1).max())
        together = _together(signals, start, stop)
        seconds = (stop - start) / FPS
        if seconds > 1.2 or clearance < 0.045 or start == 0 or stop == len(signals):
            continue
        span = float(np.linalg.norm((pelvis[min(stop, len(pelvis) - 1)] - pelvis[start])[[0, 2]]))
        knees_up = clearance > 0.12
        if up > 0.045 and (together or up > 0.16) or together and knees_up and seconds >= 0.2:
            kind = "jump"
            jumps += 1
        elif not together and _same_foot(signals, start, stop) and span < 0.9:
            kind = "hop"
            hops += 1
        else:
            continue
        jumping[max(start - 2, 0) : stop + 2] = True
        rise, reach = max(rise, up), max(reach, span)
        events.append(Event(kind, start / FPS, stop / FPS, "", round(up, 2)))
    return (
        Air(
            jumps=jumps,
            hops=hops,
            rise=rise,
            distance=reach,
            flight=float(flying.sum() / FPS),
            jacks=_jacks(signals),
        ),
        jumping,
        events,
    )


def _together(signals: Signals, start: int, stop: int) -> bool:
    """Both feet leave the ground within 0.15 s of each other and come down within 0.2 s."""
    planted = signals.lifts < 0.03

    def gap(frames: range) -> int:
        seen = [next((i for i, f in enumerate(frames) if planted[f, side]), len(frames)) for side in range(2)]
        return abs(seen[0] - seen[1])

    before = gap(range(start - 1, max(start - 8, -1), -1))
    after = gap(range(stop, min(stop + 8, len(planted))))
    return before <= 3 and after <= 4


def _same_foot(signals: Signals, start: int, stop: int) -> bool:
    """The foot that left the ground last is the one that lands first, the other staying up."""
    before, after = signals.lifts[max(start - 2, 0)], signals.lifts[min(stop + 1, len(signals) - 1)]
    return int(before.argmin()) == int(after.argmin()) and before.max() > 0.08 and after.max() > 0.08


def _jacks(signals: Signals) -> int:
    """Jumping jacks: hands go overhead while the feet go apart, and both come back."""
    hands = sum(signals.seen(f"{s}_wrist")[:, 1] - signals.seen("head")[:, 1] for s in SIDES) / 2
    feet = np.abs((signals.seen("left_ankle") - signals.seen("right_ankle"))[:, 0])
    if hands.max() < 0 or feet.max() < 0.4 or len(hands) < 12:
        return 0
    count = 0
    for start, stop in runs(hands > -0.15, 0.1, gap=0.1):
        window = slice(max(start - 8, 0), stop + 8)
        opened = feet[window].max() - feet[window].min() > 0.2 and feet[window].max() > 0.42
        if opened and (stop - start) / FPS < 1.5 and hands[window].min() < -0.4:
            count += 1
    return count if count >= 2 or swings(hands, 0.5) >= 3 else 0
