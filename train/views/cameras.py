"""Random cameras around bodies: perspective pictures of a person who is fully visible, truncated or occluded.

Orientation is expressed in the frame of a camera turned towards the pelvis (x right, y up, z to the viewer), because a
crop around the person looks the same wherever it lies in the picture. The picture's own camera is rotated from it by
the angle of the ray to the pelvis.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import roma
import torch

from hmvlm.body import rotations
from train.views.sites import LANDMARKS, LEFT_HIP, RIGHT_HIP, Sites

EASY, TRUNCATED, OCCLUDED = range(3)
KINDS = ("easy", "truncated", "occluded")
MAIN = (0, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Landmarks whose absence makes a view truncated or occluded: nose and the limbs' joints."""
PADDING = 1.25
"""Side of BlazePose's region over the diameter of the circle about hips and body."""
CLOSEST = 0.9
"""Metres from the pelvis to the nearest camera."""
LONG_SIDE = 384
"""Pixels of a picture's longer side on average; up to a quarter more or less."""


@dataclass(frozen=True)
class Shots:
    """``N`` bodies in front of cameras.

    Attributes:
        poses: ``(N, 24, 3)`` axis-angle; joint 0 orients the body in its camera-facing frame.
        betas: ``(N, 10)``.
        distance: ``(N,)`` metres from the camera to the pelvis. focal: ``(N,)`` pixels.
        size: ``(N, 2)`` width and height of the picture, pixels; the principal point is its middle.
        place: ``(N, 2)`` pixel of the pelvis.
        cover: ``(N, 4)`` occluding ellipse: centre x, y and half axes in pixels; zeros for none.
        kind: ``(N,)`` index into :data:`KINDS`.
    """

    poses: np.ndarray
    betas: np.ndarray
    distance: np.ndarray
    focal: np.ndarray
    size: np.ndarray
    place: np.ndarray
    cover: np.ndarray
    kind: np.ndarray

    def __len__(self) -> int:
        return len(self.poses)

    def __getitem__(self, index) -> Shots:
        return Shots(**{field.name: getattr(self, field.name)[index] for field in fields(self)})


@dataclass(frozen=True)
class ExactLandmarks:
    """Landmarks of shots without any error, as a perfect BlazePose would report them.

    Attributes:
        pixels: ``(N, 33, 2)``. metric: ``(N, 33, 3)`` metres, camera-facing frame, origin between the hips.
        region: ``(N, 3)`` centre x, y and side of the square, pixels.
        outside, covered: ``(N, 33)`` bool: beyond the border of the picture, behind the occluder.
        frames: ``(N, 33, 3, 3)`` axes of the joints that the landmarks are attached to.
    """

    pixels: np.ndarray
    metric: np.ndarray
    region: np.ndarray
    outside: np.ndarray
    covered: np.ndarray
    frames: np.ndarray

    def __getitem__(self, index) -> ExactLandmarks:
        return ExactLandmarks(**{field.name: getattr(self, field.name)[index] for field in fields(self)})


def orient(poses: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rotate upright bodies ``(N, 24, 3)`` into the frames of random cameras: any heading, random pitch and roll.

    Most cameras are about level, 15 % have a pitch from -50 to 85 degrees; 8 % have a large roll. The bodies' own
    headings are removed first.
    """
    count = len(poses)
    root = rotations.axis_angle_to_matrix(torch.from_numpy(poses[:, 0]))
    heading = torch.from_numpy(rng.uniform(-np.pi, np.pi, count).astype(np.float32)) - rotations.yaw_from_matrix(root)
    usual, wide = rng.normal(6, 12, count), rng.uniform(-50, 85, count)
    pitch = np.where(rng.random(count) < 0.85, usual, wide)
    small, large = rng.normal(0, 4, count), rng.uniform(-90, 90, count)
    roll = np.where(rng.random(count) < 0.92, small, large)
    view = _turn(roll, 2) @ _turn(pitch, 0) @ rotations.yaw_matrix(heading)
    turned = poses.copy()
    turned[:, 0] = rotations.matrix_to_axis_angle(view @ root).numpy()
    return turned


def _turn(degrees: np.ndarray, axis: int) -> torch.Tensor:
    vector = np.zeros((len(degrees), 3), np.float32)
    vector[:, axis] = np.deg2rad(degrees)
    return rotations.axis_angle_to_matrix(torch.from_numpy(vector))


def sample_cameras(
    poses: np.ndarray, betas: np.ndarray, wanted: np.ndarray, sites: Sites, rng: np.random.Generator
) -> tuple[Shots, ExactLandmarks]:
    """Place a camera in front of each oriented body and frame the picture.

    Args:
        poses: ``(N, 24, 3)`` from :func:`orient`. betas: ``(N, 10)``.
        wanted: ``(N,)`` kind to aim at; the kind in the result is what came out.

    ``distance`` is log-uniform from close to far, the picture's aspect from portrait to landscape. Whole
    bodies fill 45 to 97 % of the tighter side; truncated ones lose up to 60 % at the bottom or about a
    quarter at another side, sometimes at two.
    """
    count = len(poses)
    points = sites.posed(poses, betas).points
    depth = points[..., 2].max(axis=1) + CLOSEST
    distance = np.maximum(depth, np.exp(rng.uniform(np.log(1.6), np.log(9.0), count)))
    flat = points[..., :2] * np.array([1, -1]) / (distance[:, None, None] - points[..., 2:])  # focal length 1
    low, high = flat.min(axis=1), flat.max(axis=1)
    margin = 0.03 * (high - low).max(axis=1, keepdims=True)
    low, high = low - margin, high + margin
    window_low, window_high = _windows(low, high, wanted, rng)
    extent = window_high - window_low
    scale = LONG_SIDE * rng.uniform(0.75, 1.25, count) / extent.max(axis=1)
    size = np.maximum(np.round(extent * scale[:, None]), 96)
    place = -window_low * scale[:, None]
    shots = Shots(
        poses.astype(np.float32), betas.astype(np.float32), distance, scale, size, place, np.zeros((count, 4)), wanted
    )
    seen = exact_landmarks(shots, sites)
    shots = _cover(shots, seen, rng)
    seen = exact_landmarks(shots, sites)
    lost, hidden = (mask[:, MAIN].sum(axis=1) for mask in (seen.outside, seen.covered))
    kind = np.where(lost > 0, TRUNCATED, np.where(hidden > 0, OCCLUDED, EASY))
    return Shots(**{**shots.__dict__, "kind": kind.astype(np.int8)}), seen


def _windows(low, high, wanted, rng) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the picture around (or across) each body's box, ``(N, 2)`` each, same units."""
    count = len(low)
    box = high - low
    cut_low, cut_high = np.zeros((count, 2)), np.zeros((count, 2))
    truncated = wanted == TRUNCATED
    side = rng.choice(5, count, p=[0.55, 0.12, 0.11, 0.11, 0.11])  # bottom, top, left, right, bottom and one side
    bottom, other = rng.uniform(0.05, 0.6, count), rng.uniform(0.08, 0.3, count)
    cut_high[:, 1] = np.where(np.isin(side, (0, 4)), bottom, 0)
    cut_low[:, 1] = np.where(side == 1, 0.6 * other, 0)
    cut_low[:, 0] = np.where((side == 2) | ((side == 4) & (rng.random(count) < 0.5)), other, 0)
    cut_high[:, 0] = np.where((side == 3) | ((side == 4) & (cut_low[:, 0] == 0)), other, 0)
    cut_low, cut_high = cut_low * truncated[:, None], cut_high * truncated[:, None]
    inner_low, inner_high = low + cut_low * box, high - cut_high * box
    kept = inner_high - inner_low
    aspect = np.exp(rng.uniform(np.log(0.6), np.log(1.7), count))
    fill = np.where(truncated, rng.uniform(0.6, 1.0, count), rng.uniform(0.45, 0.97, count))
    height = np.maximum(kept[:, 1], kept[:, 0] / aspect) / fill
    extent = np.stack([aspect * height, height], axis=1)
    room = extent - kept
    before = rng.random((count, 2)) * room
    before = np.where(cut_low > 0, 0, before)  # a cut side lies on the picture's border
    before = np.where(cut_high > 0, room, before)
    window_low = inner_low - before
    return window_low, window_low + extent


def _cover(shots: Shots, seen: ExactLandmarks, rng: np.random.Generator) -> Shots:
    """Place an occluding ellipse on a random part of the bodies that are to be occluded."""
    count = len(shots)
    target = rng.choice(MAIN, count)
    middle = seen.pixels[np.arange(count), target]
    side = seen.region[:, 2:]
    half = side * rng.uniform(0.05, 0.16, (count, 2))
    ellipse = np.concatenate([middle + rng.normal(0, 0.3, (count, 2)) * half, half], axis=1)
    return Shots(**{**shots.__dict__, "cover": ellipse * (shots.kind == OCCLUDED)[:, None]})


def ray_turns(shots: Shots) -> np.ndarray:
    """Rotations ``(N, 3, 3)`` from the camera-facing frames to the pictures' cameras."""
    ray = np.concatenate([(shots.place - shots.size / 2) * [1, -1], -shots.focal[:, None]], axis=1)
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    ahead = np.array([0.0, 0.0, -1.0])
    axis = np.cross(ahead, ray)
    sine = np.linalg.norm(axis, axis=1, keepdims=True)
    angle = np.arctan2(sine, ray @ ahead[:, None])
    return roma.rotvec_to_rotmat(torch.from_numpy(axis / np.maximum(sine, 1e-12) * angle)).numpy()


def in_camera(points: np.ndarray, shots: Shots) -> np.ndarray:
    """Points ``(N, K, 3)`` of the camera-facing frames in the pictures' cameras (the camera at the origin)."""
    away = np.zeros((len(shots), 1, 3))
    away[:, 0, 2] = -shots.distance
    return (points + away) @ ray_turns(shots).transpose(0, 2, 1)


def project(points: np.ndarray, shots: Shots) -> np.ndarray:
    """Pixels ``(N, K, 2)`` of points ``(N, K, 3)`` given relative to the pelvis in the camera-facing frames."""
    local = in_camera(points, shots)
    flat = local[..., :2] / np.maximum(-local[..., 2:], 0.05)
    return shots.size[:, None] / 2 + shots.focal[:, None, None] * flat * np.array([1.0, -1.0])


def exact_landmarks(shots: Shots, sites: Sites) -> ExactLandmarks:
    """Exact landmarks of shots."""
    posed = sites.posed(shots.poses, shots.betas)
    spread = project(posed.points, shots)
    pixels, metric = spread[:, :LANDMARKS], posed.points[:, :LANDMARKS]
    middle = pixels[:, [LEFT_HIP, RIGHT_HIP]].mean(axis=1)
    radius = np.linalg.norm(spread - middle[:, None], axis=-1).max(axis=1)
    region = np.concatenate([middle, 2 * PADDING * radius[:, None]], axis=1)
    outside = np.any((pixels < 0) | (pixels >= shots.size[:, None]), axis=-1)
    reach = (pixels - shots.cover[:, None, :2]) / np.maximum(shots.cover[:, None, 2:], 1e-9)
    covered = ((reach**2).sum(axis=-1) < 1) & (shots.cover[:, None, 2] > 0)
    metric = metric - metric[:, [LEFT_HIP, RIGHT_HIP]].mean(axis=1, keepdims=True)
    return ExactLandmarks(pixels, metric, region, outside, covered, posed.frames)
