"""Filling the gaps of a clip and smoothing poses and places over time."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d
from torch import Tensor

from hmvlm.body import rotations

SMOOTHING = 0.05
"""Standard deviation in seconds of the Gaussian over time for poses; the path's is ``PATH_SMOOTHING``."""
PATH_SMOOTHING = 0.15


def nearest_found(found: np.ndarray) -> np.ndarray:
    """For every frame the index, among the found frames, of the nearest found one."""
    places = np.flatnonzero(found)
    return np.abs(np.arange(len(found))[:, None] - places).argmin(axis=1)


def filled_rotations(local: Tensor, found: np.ndarray) -> Tensor:
    """Rotations of all frames ``(T, 24, 3, 3)``: between found frames by slerp, before and after them constant."""
    places, frames = np.flatnonzero(found), np.arange(len(found))
    after = np.searchsorted(places, frames).clip(0, len(places) - 1)
    before = np.where(places[after] <= frames, after, np.maximum(after - 1, 0))
    span = np.maximum(places[after] - places[before], 1)
    share = torch.from_numpy(((frames - places[before]) / span).clip(0, 1).astype(np.float32))
    turns = rotations.matrix_to_axis_angle(local)
    mixed = rotations.slerp(turns[before], turns[after], share[:, None].expand(-1, local.shape[1]))
    return rotations.axis_angle_to_matrix(mixed)


def smoothed_rotations(local: Tensor, fps: float) -> Tensor:
    """Rotations ``(T, J, 3, 3)`` under a Gaussian of :data:`SMOOTHING` over time (scipy), made orthonormal."""
    mixed = gaussian_filter1d(local.double().numpy(), SMOOTHING * fps, axis=0, mode="nearest")
    return rotations.nearest_rotation(torch.from_numpy(mixed).float())


def smoothed_places(places: np.ndarray, fps: float) -> np.ndarray:
    """Places ``(T, 3)`` before the camera, smoothed over time: the depth in its logarithm and longer than the ray."""
    depth = np.exp(gaussian_filter1d(np.log(-places[:, 2]), PATH_SMOOTHING * fps))
    rays = gaussian_filter1d(places[:, :2] / -places[:, 2:], SMOOTHING * fps, axis=0)
    return np.concatenate([rays * depth[:, None], -depth[:, None]], axis=1)


def filled(values: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Values ``(N, D)`` of the found frames for all frames, linear between them and constant outside."""
    frames, places = np.arange(len(found)), np.flatnonzero(found)
    return np.stack([np.interp(frames, places, column) for column in values.T], axis=1)
