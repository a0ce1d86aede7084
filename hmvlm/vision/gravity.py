"""Which way is up: pitch and roll of the camera from the straight lines of the picture and from upright bodies.

Buildings and furniture consist mostly of lines along three perpendicular directions, one of them vertical (the
Manhattan world of Coughlan and Yuille, ICCV 1999). Every straight segment spans a plane with the camera's centre; the
direction of the line lies in it. Over a grid of pitch, roll, heading and focal length the segments are scored by a
mixture of the three directions and of lines that run anywhere. The axis of upright bodies and a prior for usual cameras
are added. A picture without lines or upright bodies leaves the prior, close to a level camera.

Camera axes are x right, y up, z to the viewer; angles are in radians, focal lengths in units of the longer side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

FOCALS = (0.75, 0.95, 1.2, 1.5)
"""Focal lengths that are tried; their prior is log-normal around ``USUAL_FOCAL``."""
USUAL_FOCAL, FOCAL_SPREAD = 1.0, 0.25
PITCHES = np.deg2rad(np.arange(-44, 61, 4.0)).astype(np.float32)
ROLLS = np.deg2rad(np.arange(-28, 29, 4.0)).astype(np.float32)
HEADINGS = np.deg2rad(np.arange(0, 90, 6.0)).astype(np.float32)
USUAL_PITCH, PITCH_SPREAD, ROLL_SPREAD = np.deg2rad((6.0, 15.0, 7.0))
"""Cameras look down a little, people hold them nearly level."""
LINE_SPREAD = float(np.deg2rad(2.5))
"""Standard deviation of a segment's direction about its vanishing point, with the width of the grid."""
VERTICAL, HORIZONTAL, ELSEWHERE = 0.3, 0.15, 0.4
"""Shares of lines: vertical, each of two horizontal directions, anywhere."""
SHORTEST, MOST_LINES, SIDE = 0.035, 150, 640
"""Shortest segment as a share of the longer side, most of them, and the longer side of the picture searched, pixels."""
EVIDENCE = 0.15
"""Weight of the lines' log-likelihood: segments of one edge are not independent."""
BODY_SPREAD = np.deg2rad((14.0, 7.0))
"""Spread of an upright body's axis about the vertical, forward and sideways, with the bias of its depth."""


@dataclass(frozen=True)
class Gravity:
    """Attributes: ``up`` ``(3,)`` unit vector along the camera's axes; ``focal`` in longer sides; ``spread`` radians of
    pitch and roll ``(2,)``, the standard deviation that is left.
    """

    up: np.ndarray
    focal: float
    spread: np.ndarray


def up_vector(pitch: np.ndarray | float, roll: np.ndarray | float) -> np.ndarray:
    """Up ``(..., 3)`` along the axes of a camera that looks down by ``pitch`` and is then rolled by ``roll``."""
    pitch, roll = np.broadcast_arrays(pitch, roll)
    return np.stack([-np.sin(roll) * np.cos(pitch), np.cos(roll) * np.cos(pitch), np.sin(pitch)], axis=-1)


def segments(image: np.ndarray, hidden: Iterable[np.ndarray] = ()) -> np.ndarray:
    """Straight segments ``(S, 4)`` of a picture ``(H, W, 3)`` uint8: both ends relative to its centre, y up, in longer
    sides.

    ``hidden`` are boxes ``(4,)`` of people (left, top, right, bottom, pixels), whose outlines are not used.
    """
    import cv2

    height, width = image.shape[:2]
    longer = max(height, width)
    scale = min(1.0, SIDE / longer)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector().detect(grey)[0]
    if found is None:
        return np.zeros((0, 4))
    ends = found[:, 0].astype(float) / scale
    middle = (ends[:, :2] + ends[:, 2:]) / 2
    kept = np.hypot(*(ends[:, 2:] - ends[:, :2]).T) > SHORTEST * longer
    for left, top, right, bottom in hidden:
        kept &= ~((middle[:, 0] > left) & (middle[:, 0] < right) & (middle[:, 1] > top) & (middle[:, 1] < bottom))
    ends = (ends[kept] - np.array([width, height, width, height]) / 2) / longer * np.array([1, -1, 1, -1])
    lengths = np.hypot(*(ends[:, 2:] - ends[:, :2]).T)
    return ends[np.argsort(-lengths)[:MOST_LINES]]


def line_scores(lines: np.ndarray) -> np.ndarray:
    """Log-likelihood ``(F, P, R)`` of segments ``(S, 4)`` by focal length, pitch and roll, at the best heading.

    Segments of several frames of a clip count as those of one picture.
    """
    grid = up_vector(PITCHES[:, None], ROLLS[None]).astype(np.float32)
    if not len(lines):
        return np.zeros((len(FOCALS), *grid.shape[:2]), np.float32)
    evidence = EVIDENCE * min(1.0, MOST_LINES / len(lines))
    return evidence * np.stack([_lines(lines.astype(np.float32), focal, grid) for focal in FOCALS])


def estimate(scores: np.ndarray, axes: np.ndarray | None = None) -> Gravity:
    """Gravity from :func:`line_scores` and from the axes ``(B, 3)`` of upright bodies."""
    prior = -0.5 * (((PITCHES - USUAL_PITCH) / PITCH_SPREAD)[:, None] ** 2 + ((ROLLS / ROLL_SPREAD) ** 2)[None])
    if axes is not None and len(axes):
        prior = prior + _bodies(np.asarray(axes, float))
    usual = -0.5 * (np.log(np.array(FOCALS) / USUAL_FOCAL) / FOCAL_SPREAD) ** 2
    total = scores + prior + usual[:, None, None]
    share = np.exp(total - total.max())
    share /= share.sum()
    focal = float(np.exp((share.sum((1, 2)) * np.log(FOCALS)).sum()))
    each = share.sum(0)
    pitch, roll = float((each.sum(1) * PITCHES).sum()), float((each.sum(0) * ROLLS).sum())
    spread = np.sqrt([(each.sum(1) * (PITCHES - pitch) ** 2).sum(), (each.sum(0) * (ROLLS - roll) ** 2).sum()])
    return Gravity(up_vector(pitch, roll), focal, spread)


def _bodies(axes: np.ndarray) -> np.ndarray:
    """Log-likelihood ``(P, R)`` of upright bodies' axes; all of them count as one observation, their median."""
    axis = np.median(axes / np.linalg.norm(axes, axis=1, keepdims=True), axis=0)
    axis /= max(np.linalg.norm(axis), 1e-9)
    pitch = (PITCHES - np.arcsin(axis[2].clip(-1, 1))) / BODY_SPREAD[0]
    roll = (ROLLS - np.arctan2(-axis[0], axis[1]) + np.pi) % (2 * np.pi) - np.pi
    roll = roll / BODY_SPREAD[1]
    return -2.0 * (np.log1p(pitch**2 / 4)[:, None] + np.log1p(roll**2 / 4)[None])


def _lines(lines: np.ndarray, focal: float, grid: np.ndarray) -> np.ndarray:
    """Log-likelihood ``(P, R)`` of segments under one focal length."""
    ones = np.full(len(lines), -focal, np.float32)
    normals = np.cross(np.c_[lines[:, :2], ones], np.c_[lines[:, 2:], ones])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True).clip(1e-12)
    lengths = np.hypot(*(lines[:, 2:] - lines[:, :2]).T)
    weight = np.sqrt(lengths / lengths.mean())
    right = np.cross(grid, np.array([0, 0, 1], np.float32))
    right /= np.linalg.norm(right, axis=-1, keepdims=True)
    across, ahead, upward = (
        normals @ part.reshape(-1, 3).T / LINE_SPREAD for part in (right, np.cross(right, grid), grid)
    )  # (S, P R): sines in units of their spread
    # density of lines that run anywhere, relative to the height of a direction's peak
    elsewhere = ELSEWHERE * LINE_SPREAD * np.sqrt(np.pi / 2) + VERTICAL * np.exp(-0.5 * upward**2)
    best = np.full(upward.shape[1], -np.inf, np.float32)
    for cos, sin in zip(np.cos(HEADINGS), np.sin(HEADINGS), strict=True):
        level = np.exp(-0.5 * (cos * across + sin * ahead) ** 2) + np.exp(-0.5 * (cos * ahead - sin * across) ** 2)
        best = np.maximum(best, weight @ np.log(elsewhere + HORIZONTAL * level))
    return best.reshape(grid.shape[:2])
