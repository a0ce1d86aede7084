"""Pose estimate of a photo or a clip: a posed body and its place before the camera in each frame, and a confidence.

How the camera is held and turns is estimated from straight lines, upright bodies and the background's flow
(:mod:`hmvlm.vision.surroundings`). Within any second the lowest point of the feet is taken to touch the floor (so jumps
up to a second are kept, slow drift in height is not).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d, minimum_filter1d
from torch import Tensor

from hmvlm.body import rotations
from hmvlm.body.smpl import NUM_BETAS, BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.vision.balance import Balance, upright_axes
from hmvlm.vision.camera import SMPL_FROM_LANDMARKS, Perspective
from hmvlm.vision.confidence import frame_confidence
from hmvlm.vision.fitting import HIPS, MARKS, Fit, facing_turns, fit
from hmvlm.vision.landmarks import PARTS, Landmarks, features
from hmvlm.vision.sight import Sight
from hmvlm.vision.smoothing import filled, filled_rotations, nearest_found, smoothed_places, smoothed_rotations
from hmvlm.vision.surroundings import Surroundings

FLOOR_WINDOW = 1.0
SEEN = 0.5
"""Visibility from which a landmark counts as visible."""
ANKLE_HEIGHT = 0.03
BODY = sorted(SMPL_FROM_LANDMARKS.values())
LEAST_SPREAD = 0.15
"""Least spread of a body's landmarks, as a share of the region's side; a body seen end on has 0.5."""
MOST_OFFSET = 0.25
"""Metres on average between a body and its landmarks from which the landmarks are taken to be no body's."""
NEAREST = 0.3


class NobodySeen(ValueError):
    """No frame shows a person."""


def room_axes(up: np.ndarray) -> np.ndarray:
    """Rotation ``(3, 3)`` from the camera's axes to a room with Y up, whose Z is horizontal towards the camera."""
    up = up / np.linalg.norm(up)
    right = np.cross(up, [0.0, 0.0, 1.0])
    right /= max(np.linalg.norm(right), 1e-9)
    return np.stack([right, up, np.cross(right, up)])


@dataclass
class PoseEstimate:
    """Poses of one person in a photo (T = 1) or a clip.

    Attributes:
        poses: axis-angle ``(T, 24, 3)`` float32; joint 0 in the camera frame (x right, y up, z to the viewer).
        cameras: the camera of each frame, with the body's place before it.
        found: ``(T,)`` bool, frames in which the person was seen; the others are interpolated.
        pixels, visibility: landmarks ``(T, 33, 2)`` in pixels and ``(T, 33)`` in [0, 1].
        people: how many were found in the photo or clip.
        confidence: 0 to 1, the mean of ``frame_confidence`` over frames in which the person was found.
        size: picture ``(width, height)``; fps: frames a second, None for a photo.
        betas: shape ``(10,)``.
        codes: pose codes ``(T, 5)`` as the language model gave them.
        up: ``(3,)`` unit vector, the room's upward direction in the camera frame (of a turning camera, at first).
        frame_confidence: ``(T,)`` in 0 to 1.
        sight: the person's number and landmarks.
        turns: rotations ``(T, 3, 3)`` from each frame's camera axes to those of the first of its shot; None for a
            camera that stands still.
        followed: whether the camera moves from its place, so that places before it are no path in the room.
    """

    poses: np.ndarray
    cameras: list[Perspective]
    found: np.ndarray
    pixels: np.ndarray
    visibility: np.ndarray
    people: int
    confidence: float
    size: tuple[int, int]
    fps: float | None = None
    betas: np.ndarray = field(default_factory=lambda: np.zeros(NUM_BETAS, np.float32))
    codes: np.ndarray | None = None
    up: np.ndarray = field(default_factory=lambda: np.array([0.0, 1.0, 0.0]))
    frame_confidence: np.ndarray | None = None
    sight: Sight | None = None
    turns: np.ndarray | None = None
    followed: bool = False

    def __len__(self) -> int:
        return len(self.poses)

    def span(self) -> tuple[int, int]:
        """First frame in which the person was seen, and the one after the last."""
        places = np.flatnonzero(self.found)
        return int(places[0]), int(places[-1]) + 1

    def places(self) -> np.ndarray:
        """Pelvis ``(T, 3)`` in metres along the camera's axes."""
        return np.array([camera.place for camera in self.cameras])

    def joints(self) -> np.ndarray:
        """Joints ``(T, 24, 3)`` in the camera frame, relative to the pelvis."""
        joints = BodyModel.load().joints(self.poses, np.zeros((len(self), 3)), self.betas).numpy()
        return joints - joints[:, :1]

    def motion(self) -> Motion:
        """The body in a room: Y up, the floor at 0, starting above the origin, facing the viewer along +Z; for a clip
        with its path."""
        room = np.tile(room_axes(self.up), (len(self), 1, 1))
        if self.turns is not None:
            room = room @ self.turns
        joints = self.joints() @ room.swapaxes(1, 2)
        pelvis = np.zeros((len(self), 3))
        if self.fps is not None:
            pelvis = (room @ self.places()[..., None])[..., 0]
        lowest = (joints[..., 1] + pelvis[:, None, 1]).min(axis=1) - ANKLE_HEIGHT
        if self.fps is not None and len(self) > 1:
            window = max(1, round(FLOOR_WINDOW * self.fps))
            lowest = gaussian_filter1d(minimum_filter1d(lowest, window), window / 2)
        pelvis[:, 1] -= lowest
        pelvis[:, [0, 2]] -= pelvis[:1, [0, 2]]
        rest = BodyModel.load().rest_joints(self.betas)[0].numpy()
        poses = self.poses.copy()
        roots = torch.from_numpy(room).float() @ rotations.axis_angle_to_matrix(torch.from_numpy(poses[:, 0]))
        poses[:, 0] = rotations.matrix_to_axis_angle(roots).numpy()
        return Motion(poses, pelvis - rest, self.betas, fps=self.fps or 20.0)

    def unseen(self) -> list[str]:
        """Parts of the body that the picture does not show for most of the time."""
        mean = self.visibility[self.found].mean(axis=0)
        return [name for name, marks in PARTS.items() if mean[list(marks)].max() < SEEN]


def assemble(
    local: Tensor,
    seen: Sequence[Landmarks | None],
    size: tuple[int, int],
    people: int,
    fps: float | None = None,
    codes: np.ndarray | None = None,
    around: Surroundings | None = None,
    sight: Sight | None = None,
) -> PoseEstimate:
    """An estimate from rotations ``(N, 24, 3, 3)`` of the N frames of ``seen`` that show the person.

    Poses, places and one shape are first fitted to the landmarks (:mod:`hmvlm.vision.fitting`). Frames without the
    person, or with landmarks that no body has, take a pose between their neighbours'; over a clip poses and places are
    smoothed. ``around`` is what is known of the camera.

    Raises:
        NobodySeen: no person was found in any frame.
    """
    usable = np.array([one is not None and well_formed(one) for one in seen])
    if not usable.any():
        raise NobodySeen("No person was found.")
    kept = torch.from_numpy(usable[[one is not None for one in seen]])
    local, codes = local[kept], None if codes is None else codes[kept.numpy()]
    present = [one for one, use in zip(seen, usable, strict=True) if one is not None and use]
    around = around or Surroundings.of()
    focal, centre = around.focal * max(size), np.array(size) / 2
    rays = (np.stack([one.pixels for one in present]) - centre) / focal * np.array([1.0, -1.0])
    turns = None if around.turns is None else around.turns[: len(seen)]
    fitted = fit(
        local,
        torch.from_numpy(np.stack([features(one) for one in present])),
        owner=torch.zeros(len(present), dtype=torch.long),
        rays=torch.from_numpy(rays).float(),
        balance=_balance(around, local, torch.from_numpy(rays).float(), turns, usable, fps),
    )
    sound = _sound(fitted)
    if not sound.any():
        raise NobodySeen("No person was found.")
    found = usable.copy()
    found[usable] = sound
    local, betas, places = fitted.local[sound], fitted.betas[0], fitted.places[sound].double().numpy()
    certainty = frame_confidence(fitted, present, torch.from_numpy(rays).float())[sound]
    present = [one for one, good in zip(present, sound, strict=True) if good]
    codes = None if codes is None else codes[sound]
    axes, straight = upright_axes(local, betas)
    up = around.gravity(axes if turns is None else (turns[found][straight] @ axes[..., None])[..., 0]).up
    if fps is not None:
        local = smoothed_rotations(filled_rotations(local, found), fps)
        places = smoothed_places(filled(places, found), fps)
    nearest = nearest_found(found)
    marks = [present[index] for index in nearest]
    certainty = certainty[nearest] * np.where(found, 1.0, 0.5)
    return PoseEstimate(
        poses=rotations.matrix_to_axis_angle(local).numpy().astype(np.float32),
        cameras=[Perspective(focal, centre, place) for place in places],
        found=found,
        pixels=np.stack([one.pixels for one in marks]),
        visibility=np.stack([one.visibility for one in marks]),
        people=people,
        confidence=float(certainty[found].mean()),
        size=size,
        fps=fps,
        betas=betas.numpy(),
        codes=codes,
        up=up,
        frame_confidence=certainty.astype(np.float32),
        sight=sight,
        turns=turns,
        followed=around.moves,
    )


def _balance(
    around: Surroundings, local: Tensor, rays: Tensor, turns: np.ndarray | None, found: np.ndarray, fps: float | None
) -> Balance:
    """Gravity for poses ``(N, 24, 3, 3)`` of a camera turned towards them, in the ``found`` frames of a clip."""
    facing = facing_turns(rays[:, MARKS][:, HIPS].mean(1))
    axes, straight = upright_axes(local, torch.zeros(NUM_BETAS))
    axes = (facing[torch.from_numpy(straight)].numpy() @ axes[..., None])[..., 0]
    if turns is None:
        held = around.gravity(axes)
        ups = np.tile(held.up, (len(local), 1))
    else:
        held = around.gravity((turns[found][straight] @ axes[..., None])[..., 0])
        ups = turns[found].swapaxes(1, 2) @ held.up
    seconds = None if fps is None else torch.from_numpy(np.flatnonzero(found) / fps).float()
    return Balance(torch.from_numpy(ups).float(), float(held.spread[0]), seconds)


def well_formed(one: Landmarks) -> bool:
    """Whether the landmarks of the body are spread over the picture rather than collapsed to a point or a line of
    sight."""
    marks = one.pixels[BODY]
    spread = np.linalg.svd(marks - marks.mean(axis=0), compute_uv=False)
    return bool(spread[0] > LEAST_SPREAD * one.region[2] and np.ptp(one.metric[BODY], axis=0).max() > 0)


def _sound(fitted: Fit) -> np.ndarray:
    """``(N,)`` bool: frames whose body stands before the camera, near the landmarks."""
    good = (fitted.off() < MOST_OFFSET) & (fitted.places[:, 2] < -NEAREST) & fitted.local.flatten(1).isfinite().all(1)
    return (good & fitted.places.isfinite().all(1)).numpy()
