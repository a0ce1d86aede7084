"""Detectors of what hands, arms and head do."""

from __future__ import annotations

import numpy as np

from benchmarks.kinematics.events import Event, around, event, merged, peaks, spans, states
from benchmarks.kinematics.track import FPS, SIDES, Track, derivative, smoothed
from hmvlm.body.skeleton import INDEX

STROKE = 0.75
"""Longest time in seconds from one end of a waving stroke to the other."""

WAVE_HEIGHT = 0.45
"""Range of a waving hand's height in metres; before and after, the hand is on its way."""


def raised(track: Track, side: str, over: float = 0.08) -> np.ndarray:
    """Frames in which a wrist is above its shoulder by ``over`` metres, ``(T,)``."""
    return track.height(f"{side}_wrist") > track.height(f"{side}_shoulder") + over


def raise_arm(track: Track) -> list[Event]:
    """A hand raised to the shoulder or higher for 0.25 s, the forearm up; strength: metres over the chest."""
    found = []
    for side in SIDES:
        over = track.height(f"{side}_wrist") - track.height(f"{side}_shoulder")
        forearm_up = track.height(f"{side}_wrist") > track.height(f"{side}_elbow") + 0.12
        for start, stop in spans(raised(track, side, -0.16) & forearm_up, 0.25, 0.15):
            if over[start:stop].max() > -0.1:
                found.append(event(start, stop, side, over[start:stop].max() + 0.2))
    return merged(found)


def raise_arms(track: Track) -> list[Event]:
    """Both arms up at once for 0.25 s or more."""
    return states(raised(track, "left", 0.03) & raised(track, "right", 0.03), 0.25, 0.15)


def wave(track: Track) -> list[Event]:
    """A raised hand goes to and fro; one event a span, strength: the number of strokes to one side."""
    found = []
    for side in SIDES:
        hand = track.offset(f"{side}_hand", f"{side}_shoulder")
        up = (track.height(f"{side}_wrist") > track.height(f"{side}_elbow")) & (hand[:, 1] > -0.2)
        for start, stop in spans(up, 0.5, 0.15):
            held = hand[start:stop, 1] > hand[start:stop, 1].max() - WAVE_HEIGHT
            strokes = sum(len(_strokes(hand[start + low : start + high])) for low, high in spans(held, 0.4, 0.15))
            if strokes:
                found.append(event(start, stop, side, strokes))
    return merged(found)


def _strokes(places: np.ndarray) -> np.ndarray:
    """Peaks to the side of a hand's way ``(T, 3)`` (left, up, ahead) that are followed by the way back and forth."""
    across = smoothed(places[:, [0, 2]], 0.04)
    direction = np.linalg.svd(across - across.mean(0), full_matrices=False)[2][0]
    swing = across @ direction
    outward, inward = (_inner(peaks(sign * swing, 0.05), len(swing)) for sign in (1, -1))
    extremes = np.sort(np.concatenate([outward, inward]))
    quick = np.flatnonzero(np.diff(extremes) > STROKE * FPS)
    longest = max(np.split(extremes, quick + 1), key=len)
    return outward[np.isin(outward, longest)] if len(longest) >= 3 else np.array([], int)


def _inner(frames: np.ndarray, total: int) -> np.ndarray:
    return frames[(frames > 1) & (frames < total - 2)]


def clap(track: Track) -> list[Event]:
    """The hands meet and part; strength: how far they part in metres."""
    apart = np.linalg.norm(track.at("left_hand") - track.at("right_hand"), axis=1)
    level = (track.height("left_wrist") + track.height("right_wrist")) / 2 - track.height("pelvis")
    curve = smoothed(apart, 0.025)
    found = []
    for frame in peaks(-curve, 0.08, -0.3, 0.2):
        if level[frame] > 0.05:
            low, high = around(int(frame), len(track), 0.15)
            found.append(event(low, high, "", float(curve[low:high].max())))
    return found


def punch(track: Track) -> list[Event]:
    """A fist is thrust ahead at chest or head level; strength: greatest speed in m/s."""
    found = []
    for side in SIDES:
        wrist = track.offset(f"{side}_wrist", f"{side}_shoulder")
        reach = smoothed(np.linalg.norm(wrist[:, [0, 2]], axis=1), 0.03)
        rate, elbow = derivative(reach), track.elbow(side)
        for frame in peaks(reach, 0.15, 0.36, 0.25):
            low, high = around(int(frame), len(track), 0.3)
            thrust = float(rate[low : frame + 1].max())
            level = wrist[frame, 1]
            extended = elbow[low : frame + 1].max() - elbow[frame]
            driven = (thrust > 1.2 and extended > 20) or thrust > 2.5  # a hook hardly extends the elbow
            if driven and -0.3 < level < 0.3 and wrist[frame, 2] > 0.2 and rate[frame:high].min() < -0.5:
                found.append(event(low, high, side, thrust))
    return merged(found)


def arms_up(track: Track) -> list[Event]:
    """Both hands above the shoulders."""
    return states(raised(track, "left", 0.0) & raised(track, "right", 0.0), 0.4, 0.2)


def arms_out(track: Track) -> list[Event]:
    """Both arms stretched to the sides at shoulder level."""
    return states(_stretched(track, "left", 0) & _stretched(track, "right", 0), 0.4, 0.2)


def arms_forward(track: Track) -> list[Event]:
    """Both arms stretched ahead."""
    return states(_stretched(track, "left", 2) & _stretched(track, "right", 2), 0.4, 0.2)


def point(track: Track) -> list[Event]:
    """One arm stretched out level, ahead or to a side, for 0.4 s."""
    found = []
    for side in SIDES:
        wrist = track.offset(f"{side}_wrist", f"{side}_shoulder")
        out = (np.linalg.norm(wrist[:, [0, 2]], axis=1) > 0.38) & (abs(wrist[:, 1]) < 0.28) & (track.elbow(side) < 50)
        found += states(out, 0.4, 0.15, side)
    return merged(found)


def _stretched(track: Track, side: str, axis: int) -> np.ndarray:
    wrist = track.offset(f"{side}_wrist", f"{side}_shoulder")
    outward = wrist[:, axis] * (1 if axis == 2 or side == "left" else -1)
    return (outward > 0.33) & (abs(wrist[:, 1]) < 0.3)


def hands_on_hips(track: Track) -> list[Event]:
    """Both hands at the hips with the elbows out."""
    held = np.ones(len(track), bool)
    for side, sign in zip(SIDES, (1, -1), strict=True):
        wrist, elbow = track.offset(f"{side}_wrist", "pelvis"), track.offset(f"{side}_elbow", "pelvis")
        near = (abs(wrist[:, 1]) < 0.25) & (sign * wrist[:, 0] < 0.34) & (abs(wrist[:, 2]) < 0.3)
        held &= near & (sign * (elbow[:, 0] - wrist[:, 0]) > 0.02) & (track.elbow(side) > 45)
    return states(held, 0.4, 0.2)


def hand_at_head(track: Track) -> list[Event]:
    """A hand at the ear, the mouth, the forehead or the back of the head for 0.4 s."""
    found = []
    for side in SIDES:
        near = np.linalg.norm(track.at(f"{side}_hand") - (track.at("head") + [0, 0.05, 0]), axis=1) < 0.28
        found += states(near, 0.4, 0.2, side)
    return merged(found)


def arms_crossed(track: Track) -> list[Event]:
    """The forearms across each other in front of the chest: the left wrist not to the left of the right one."""
    left, right = (track.offset(f"{side}_wrist", "spine2") for side in SIDES)
    crossed = left[:, 0] - right[:, 0] < 0.05
    for side, wrist in zip(SIDES, (left, right), strict=True):
        crossed &= (abs(wrist[:, 1]) < 0.35) & (wrist[:, 2] > 0.03) & (track.elbow(side) > 45)
    return states(crossed, 0.4, 0.2)


def carry(track: Track) -> list[Event]:
    """Both hands in front of the trunk on bent elbows, held together as around a load."""
    held = np.ones(len(track), bool)
    for side in SIDES:
        wrist = track.offset(f"{side}_wrist", "spine2")
        held &= (wrist[:, 2] > 0.12) & (wrist[:, 1] > -0.3) & (wrist[:, 1] < 0.25) & (track.elbow(side) > 35)
    apart = np.linalg.norm(track.at("left_hand") - track.at("right_hand"), axis=1)
    return states(held & (apart < 0.7), 0.5, 0.2)


def head_angles(track: Track) -> np.ndarray:
    """Pitch (down positive) and turn (left positive) of the head against the chest in degrees, ``(T, 2)``."""
    chest, head = (track.rotations[:, INDEX[name]] for name in ("spine3", "head"))
    gaze = np.einsum("tji,tj->ti", chest, head[:, :, 2])
    return np.degrees(np.stack([-np.arcsin(np.clip(gaze[:, 1], -1, 1)), np.arctan2(gaze[:, 0], gaze[:, 2])], axis=1))


def nod(track: Track) -> list[Event]:
    """The head goes down and up; strength: degrees."""
    pitch = smoothed(head_angles(track)[:, 0], 0.04)
    gaze = smoothed(track.rotations[:, INDEX["head"], 1, 2], 0.04)
    found = []
    for frame in peaks(pitch, 10, None, 0.2):
        low, high = around(int(frame), len(track), 0.6)
        before, after = pitch[low : frame + 1], pitch[frame:high]
        gaze_before = gaze[low : frame + 1].max() - gaze[frame]
        if min(pitch[frame] - before.min(), pitch[frame] - after.min()) > 8 and gaze_before > 0.1:
            found.append(event(*around(int(frame), len(track), 0.2), "", pitch[frame] - before.min()))
    return found


def look_around(track: Track) -> list[Event]:
    """The head turns by 25 degrees or more to both sides of its mean."""
    angle = smoothed(head_angles(track)[:, 1], 0.1)
    left, right = peaks(angle, 20), peaks(-angle, 20)
    if not (len(left) and len(right)):
        return []
    frames = sorted([int(left[0]), int(right[0])])
    return [event(frames[0], frames[1] + 1, "", float(angle.max() - angle.min()))]
