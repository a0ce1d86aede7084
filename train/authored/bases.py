"""Base bodies: spans of real recordings in which a person stands idle or walks straight."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, minimum_filter1d

from hmvlm.body.skeleton import INDEX
from hmvlm.config import MOTION_FPS
from hmvlm.motion.clip import Motion
from train.authored.floor import lowest_points
from train.authored.limbs import limbs
from train.recordings.store import Recording, load_motions

VARIABLE = "HMVLM_RECORDINGS"
"""Environment variable with the recordings that bases are cut from."""
IDLE_SOURCES, WALK_SOURCES = ("reactidle",), ("cmu", "cmu_extra", "bandai_namco")
CALM_WINDOW = 20
"""Frames over which the head, hands and feet of a calm body move little."""
LIMITS = {"head": 0.06, "left_wrist": 0.07, "right_wrist": 0.07, "left_ankle": 0.03, "right_ankle": 0.03}
"""Largest extent (m) over the window in each horizontal direction."""

HANGING = 0.85
"""Least drop from shoulder to wrist of a hanging arm, as a share of its length."""
ODD_WALKS = (
    "active", "tired", "old", "child", "uneven", "giant", "chimpanzee", "exag", "feminine", "masculin", "not-confident",
    "chimpira", "elderly", "youthful", "proud", "angry", "sad", "happy", "musical", "slow", "stop", "sneak", "stealth",
    "turn",
)  # fmt: skip
"""Words of a recording's name or label after which its walk is not an ordinary one."""


def default_recordings() -> Path:
    """Path of the recordings file; ValueError if the environment variable is not set."""
    if VARIABLE not in os.environ:
        raise ValueError(f"set {VARIABLE} to the recordings file, or pass --recordings FILE")
    return Path(os.environ[VARIABLE])


class Bases:
    """Base bodies cut from training recordings."""

    def __init__(self, recordings: list[Recording]) -> None:
        clips = [clip for clip in recordings if clip.split == "train"]
        self._idle = [(c, span) for c in clips if c.source in IDLE_SOURCES for span in calm_spans(c.motion)]
        self._walk = [c for c in clips if c.source in WALK_SOURCES and _walks_straight(c)]
        if not self._idle:
            raise ValueError(f"no calm standing in the recordings; bases need one of the sources {IDLE_SOURCES}")

    def cut(self, kind: str, frames: int, rng: np.random.Generator) -> tuple[Motion, str]:
        """A base of ``frames`` frames on the floor facing +Z, and the recording's name.

        Args:
            kind: ``idle``, or ``walk``; walks may be shorter than asked for.
            frames: length.
            rng: source of randomness.
        """
        if kind == "idle":
            clip, (start, stop) = self._idle[int(rng.integers(len(self._idle)))]
            first = int(rng.integers(start, max(start + 1, stop - frames)))
            order = first + _back_and_forth(stop - first, frames)
        elif kind == "walk":
            longest = sorted(self._walk, key=lambda c: -len(c.motion))
            fitting = [c for c in longest if len(c.motion) >= frames] or longest[:10]
            clip = fitting[int(rng.integers(len(fitting)))]
            first = int(rng.integers(0, max(1, len(clip.motion) - frames)))
            order = first + np.arange(min(frames, len(clip.motion) - first))
        else:
            raise ValueError(f"unknown base {kind!r}; known are idle, walk")
        motion = Motion(clip.motion.poses[order], clip.motion.trans[order]).canonical()
        return _on_floor(motion), clip.name


@functools.lru_cache(maxsize=2)
def load_bases(path: str) -> Bases:
    """The bases of a recordings file."""
    return Bases(load_motions(path))


def calm_spans(motion: Motion, shortest: int = 30) -> list[tuple[int, int]]:
    """Spans ``(start, stop)`` in which a standing body moves little and its hands hang."""
    joints = motion.joints()
    calm = np.ones(len(motion), bool)
    for name, limit in LIMITS.items():
        place = joints[:, INDEX[name]][:, [0, 2]]
        extent = maximum_filter1d(place, CALM_WINDOW, axis=0) - minimum_filter1d(place, CALM_WINDOW, axis=0)
        calm &= (extent < limit).all(1)
    for side in ("left", "right"):
        arm = joints[:, INDEX[f"{side}_wrist"]] - joints[:, INDEX[f"{side}_shoulder"]]
        calm &= (arm[:, 1] < -HANGING * limbs()["left_arm"].length) & (np.linalg.norm(arm[:, [0, 2]], axis=1) < 0.22)
    across = joints[:, INDEX["left_hip"]] - joints[:, INDEX["right_hip"]]
    chest = joints[:, INDEX["left_shoulder"]] - joints[:, INDEX["right_shoulder"]]
    feet = joints[:, INDEX["left_ankle"]] - joints[:, INDEX["right_ankle"]]
    for other in (chest, feet):  # facing the way the feet stand
        cosine = (across * other)[:, [0, 2]].sum(1)
        cosine /= np.linalg.norm(across[:, [0, 2]], axis=1) * np.linalg.norm(other[:, [0, 2]], axis=1) + 1e-9
        calm &= cosine > np.cos(np.deg2rad(16))
    gap = np.linalg.norm(feet[:, [0, 2]], axis=1)
    calm &= (gap > 0.1) & (gap < 0.34)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], calm.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= shortest]


def _back_and_forth(available: int, frames: int) -> np.ndarray:
    """Frame numbers that run forwards and backwards through ``available`` frames until there are ``frames``."""
    turn = np.concatenate([np.arange(available), np.arange(available - 2, 0, -1)])
    return np.resize(turn, frames)


def _walks_straight(clip: Recording) -> bool:
    """Whether the label says walking and the path is straight, forward and brisk throughout."""
    text = f"{clip.name} {clip.label} {clip.info.get('content', '')} {clip.info.get('style', '')}".lower()
    if "walk" not in text or any(word in text for word in ODD_WALKS) or len(clip.motion) < 3 * MOTION_FPS:
        return False
    path = clip.motion.canonical().joints()[:, 0][:, [0, 2]]
    speed = np.linalg.norm(np.diff(path[:: MOTION_FPS // 2], axis=0), axis=1) * 2
    travel = path[-1] - path[0]
    straight = np.linalg.norm(travel) / max(np.linalg.norm(np.diff(path, axis=0), axis=1).sum(), 1e-6)
    return bool(travel[1] > 1.5 and abs(travel[0]) < 0.25 * travel[1] and straight > 0.9 and speed.min() > 0.5)


def _on_floor(motion: Motion) -> Motion:
    """The motion with its lowest skin point at the floor, smoothed over half a second."""
    low = lowest_points(motion)
    trans = motion.trans.copy()
    trans[:, 1] -= gaussian_filter1d(low, 5.0, mode="nearest")
    return Motion(motion.poses, trans)
