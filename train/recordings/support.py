"""Support: whether the floor, or free flight, explains where a body is in every frame.

Recordings of ladders, stools, stairs and playgrounds hold the body but not the apparatus, so on an empty floor the body
floats. A frame floats if no part of the body is near the floor and the body is not in ballistic flight. Jumps,
cartwheels, flips and lying bodies are supported: they touch the floor with some part, or fall freely.
"""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass, replace

import numpy as np
import torch

from hmvlm.body import rotations
from hmvlm.body.skeleton import INDEX, NUM_JOINTS, forward_kinematics
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from train.recordings.store import Recording

log = logging.getLogger(__name__)

TOUCH_HEIGHT = 0.08
"""A body whose lowest point is below this height (m) is on the floor; on tiptoe retargeted feet are 6 cm off it."""
GRAVITY = 9.81
FREE_FALL = 0.5
"""Share of gravity with which the centre of mass must accelerate downwards to count as flight."""
FALL_WINDOW = 0.35
"""Seconds over which that acceleration is fitted; within shorter spans all frames are fitted."""
SHORTEST_FLOAT = 0.3
"""Spans without support that are shorter than this (s) are not counted: the steps of runs, hops and noise."""
SHORTEST_PIECE = 1.0
"""Supported spans of a cut clip that are shorter than this (s) are left out."""
DROP_SHARE, CUT_SHARE = 0.1, 0.5
"""Largest share of floating frames of a clip that is kept whole, and of one that is cut."""
MODES = ("keep", "drop", "cut")
SEGMENT_MASSES = {
    ("pelvis", "neck"): 0.497, ("neck", "head"): 0.081,
    **{(f"{side}_{a}", f"{side}_{b}"): mass for side in ("left", "right") for a, b, mass in (
        ("shoulder", "elbow", 0.028), ("elbow", "wrist", 0.016), ("wrist", "hand", 0.006),
        ("hip", "knee", 0.1), ("knee", "ankle", 0.0465), ("ankle", "foot", 0.0145),
    )},
}  # fmt: skip
"""Mass of each segment as a share of the body's, at its middle (Winter 2009, table 4.1)."""


@dataclass(frozen=True)
class Support:
    """Support of one motion: ``lowest`` (T,) height of the body's lowest point in metres, ``floating`` (T,) bool."""

    lowest: np.ndarray
    floating: np.ndarray

    @property
    def share(self) -> float:
        """Share of the frames that float."""
        return float(self.floating.mean())

    def spans(self, floating: bool = True) -> list[tuple[int, int]]:
        """Maximal spans ``(start, stop)`` of frames that float, or of those that do not."""
        return _runs(self.floating == floating)


@functools.lru_cache(maxsize=1)
def _surface() -> np.ndarray:
    """Outermost skin points (24, P, 3) of each joint's part of the body, relative to the joint, in the rest pose."""
    body = BodyModel.load()
    rest = body.rest_joints().numpy()
    part = np.asarray(body.weights).argmax(axis=1)
    grid = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * 3), axis=-1).reshape(-1, 3)
    directions = grid[np.any(grid != 0, axis=1)]
    points = np.zeros((NUM_JOINTS, len(directions), 3), np.float32)
    for joint in range(NUM_JOINTS):
        own = body.template[part == joint] - rest[joint]
        if len(own):
            points[joint] = own[(own @ directions.T).argmax(axis=0)]
    return points


def _kinematics(motion: Motion) -> tuple[np.ndarray, np.ndarray]:
    """Joints (T, 24, 3) and the height (T,) of the lowest skin point."""
    local = rotations.axis_angle_to_matrix(torch.from_numpy(motion.poses))
    joints, turned = forward_kinematics(local, BodyModel.load().offsets(), torch.from_numpy(motion.trans))
    heights = joints[..., 1, None] + torch.einsum("tjc,jpc->tjp", turned[..., 1, :], torch.from_numpy(_surface()))
    return joints.numpy(), heights.flatten(1).min(dim=1).values.numpy()


def centre_of_mass(joints: np.ndarray) -> np.ndarray:
    """Centre of mass (T, 3) of joints (T, 24, 3)."""
    pairs = SEGMENT_MASSES.items()
    return np.sum([mass * (joints[:, INDEX[a]] + joints[:, INDEX[b]]) / 2 for (a, b), mass in pairs], axis=0)


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """Maximal spans ``(start, stop)`` in which ``mask`` (T,) is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def _falls(height: np.ndarray, fps: float) -> np.ndarray:
    """Frames (T,) of one airborne span in which a point at ``height`` (T,) metres falls freely.

    A parabola is fitted to the frames around each frame; its second derivative is compared with gravity.
    """
    half = max(2, round(FALL_WINDOW * fps / 2))
    falls = np.zeros(len(height), bool)
    for frame in range(len(height)):
        start = max(0, min(frame - half, len(height) - 2 * half - 1))
        stop = min(len(height), start + 2 * half + 1)
        time = np.arange(stop - start) / fps
        falls[frame] = stop - start < 3 or 2 * np.polyfit(time, height[start:stop], 2)[0] < -FREE_FALL * GRAVITY
    return falls


def measure_support(motion: Motion) -> Support:
    """Find the frames of a motion (floor at 0, Y up) in which nothing can hold the body."""
    joints, lowest = _kinematics(motion)
    height = centre_of_mass(joints)[:, 1]
    floating = lowest > TOUCH_HEIGHT
    for start, stop in _runs(floating):
        floating[start:stop] &= ~_falls(height[start:stop], motion.fps)
    for start, stop in _runs(floating):
        if stop - start < SHORTEST_FLOAT * motion.fps:
            floating[start:stop] = False
    return Support(lowest, floating)


def supported_spans(support: Support, fps: float) -> list[tuple[int, int]]:
    """Spans ``(start, stop)`` without floating frames that last at least :data:`SHORTEST_PIECE` seconds.

    A span that begins or ends at a floating one is shortened to the frames from its first to its last touch of the
    floor, so that no piece begins with the fall from a ladder.
    """
    spans = []
    for start, stop in support.spans(floating=False):
        touching = start + np.flatnonzero(support.lowest[start:stop] <= TOUCH_HEIGHT)
        if len(touching) == 0:
            continue
        first = int(touching[0]) if start > 0 else start
        last = int(touching[-1]) + 1 if stop < len(support.lowest) else stop
        if last - first >= SHORTEST_PIECE * fps:
            spans.append((first, last))
    return spans


def apply_support(clips: list[Recording], mode: str = "keep") -> list[Recording]:
    """Measure every clip's support, and drop or cut what floats.

    Each clip's ``quality`` gets ``floating``, the share of its frames that float.

    Args:
        clips: prepared recordings.
        mode: ``keep`` changes nothing else. ``drop`` leaves out clips that float in more than :data:`DROP_SHARE` of
            their frames. ``cut`` keeps a clip's supported spans as clips ``NAME_1``, ``NAME_2`` …, and leaves out
            clips that float in more than :data:`CUT_SHARE`: the rest of them does not show what the label says.

    Raises:
        ValueError: another mode.
    """
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r} for floating clips; known are {', '.join(MODES)}")
    kept: list[Recording] = []
    dropped = cut = 0
    for clip in clips:
        support = measure_support(clip.motion)
        clip = replace(clip, quality={**clip.quality, "floating": round(support.share, 4)})
        if mode == "keep" or not support.floating.any():
            kept.append(clip)
        elif support.share > (DROP_SHARE if mode == "drop" else CUT_SHARE):
            dropped += 1
            log.info("%s left out: no support in %.0f %% of its frames", clip.name, 100 * support.share)
        elif mode == "drop":
            kept.append(clip)
        else:
            pieces = _cut(clip, supported_spans(support, clip.motion.fps))
            cut += 1
            log.info("%s cut: %.0f %% float, %d supported spans remain", clip.name, 100 * support.share, len(pieces))
            kept += pieces
    log.info("support: %d clips measured, %d left out, %d cut; %d remain", len(clips), dropped, cut, len(kept))
    return kept


def _cut(clip: Recording, spans: list[tuple[int, int]]) -> list[Recording]:
    """The spans of a clip as clips that start at the origin facing +Z."""
    quality = {**clip.quality, "floating": 0.0}
    return [
        replace(clip, name=f"{clip.name}_{number}", motion=clip.motion.slice(start, stop).canonical(), quality=quality)
        for number, (start, stop) in enumerate(spans, 1)
    ]
