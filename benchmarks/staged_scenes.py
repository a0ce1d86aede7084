"""Clips of people who walk before a patterned wall, drawn so that everybody's identity and path is known.

Three bodies in different clothes: ``crossing``, past each other before a still camera; ``late``, one of them comes in
after half of the time; ``cut``, after half of the time the wall is another and the people are others; ``pan``, two walk
and the camera turns after one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from scipy.spatial.transform import Rotation

from hmvlm.body import clothing
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.render import scene
from hmvlm.render.geometry import load_surface
from hmvlm.render.overlay import body_drawing
from hmvlm.render.overlay_layer import draw_layers
from hmvlm.vision.camera import Perspective

SIZE = (640, 400)
FOCAL, HEIGHT, PITCH = 560.0, 1.5, np.radians(6)
"""Of the camera: pixels, metres above the floor, and radians by which it looks down."""
FPS = 25.0
SHIRTS = ((0.75, 0.16, 0.16), (0.20, 0.62, 0.28), (0.90, 0.78, 0.30))
TROUSERS = ((0.16, 0.17, 0.22), (0.52, 0.47, 0.40), (0.24, 0.32, 0.56))
BATCH = 32


@dataclass(frozen=True)
class Actor:
    """Somebody who walks: a motion in the room at ``FPS``, a number for the clothes, and the frames ``first`` to
    ``last`` in which they are there.
    """

    motion: Motion
    clothes: int
    first: int = 0
    last: int = 10**6


@dataclass(frozen=True)
class Staged:
    """A clip to be drawn.

    Attributes:
        actors: who is in it. frames: how many. yaw: ``(T,)`` radians by which the camera is turned to the left.
        distance: metres from the camera to the room's origin. cut: first frame before another wall, or None.
    """

    actors: list[Actor]
    frames: int
    yaw: np.ndarray
    distance: float = 6.0
    cut: int | None = None


def wall(seed: int) -> np.ndarray:
    """A wall ``(H, W, 3)`` uint8, three pictures wide and two high, with frames, stripes and stains."""
    rng = np.random.default_rng(seed)
    high, wide = 2 * SIZE[1], 3 * SIZE[0]
    base = rng.uniform(90, 190, 3)
    coarse = rng.normal(0, 16, (high // 16, wide // 16, 1)) + rng.normal(0, 6, (high // 16, wide // 16, 3))
    picture = base + cv2.resize(coarse.astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    for left in range(40, wide, 210):
        top = int(rng.integers(260, 320))
        colour = rng.uniform(30, 230, 3)
        cv2.rectangle(picture, (left, top), (left + 70, top + 110), colour.tolist(), int(rng.choice([-1, 6])))
    picture[high // 2 + 90 :] *= 0.72  # the floor begins
    return np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)


def camera_axes(yaw: float) -> np.ndarray:
    """Rotation ``(3, 3)`` from the room to a camera that looks along -Z, down by ``PITCH``, turned left by ``yaw``."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
    down = np.array([[1, 0, 0], [0, np.cos(PITCH), -np.sin(PITCH)], [0, np.sin(PITCH), np.cos(PITCH)]])
    return down @ turn


def grounds(staged: Staged) -> Iterator[np.ndarray]:
    """The wall as the camera sees it in each frame; it is far away."""
    lens = np.array([[FOCAL, 0, SIZE[0] / 2], [0, FOCAL, SIZE[1] / 2], [0, 0, 1]])
    paper = np.array([[FOCAL, 0, 1.5 * SIZE[0]], [0, FOCAL, SIZE[1]], [0, 0, 1]])
    flip = np.diag([1.0, -1, -1])
    first = camera_axes(0.0)
    walls = [wall(1), wall(2)]
    for frame in range(staged.frames):
        turn = first @ camera_axes(staged.yaw[frame]).T
        matrix = paper @ flip @ turn @ flip @ np.linalg.inv(lens)
        picture = walls[staged.cut is not None and frame >= staged.cut]
        yield cv2.warpPerspective(picture, matrix, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def pelvises(actor: Actor) -> np.ndarray:
    """``(T, 3)`` metres in the room."""
    return actor.motion.joints()[:, 0]


def clothes(number: int) -> np.ndarray:
    """Colours ``(V, 3)`` of a body in clothes of its own."""
    colors = load_surface().colors.copy()
    base = {clothing.SHIRT: SHIRTS, clothing.TROUSERS: TROUSERS}
    for plain, others in base.items():
        share = np.exp(-((np.linalg.norm(colors - plain, axis=1, keepdims=True) / 0.12) ** 2))
        colors = colors + share * (np.array(others[number % len(others)], np.float32) - plain)
    return np.clip(colors, 0, 1).astype(np.float32)


def pictures(staged: Staged) -> Iterator[np.ndarray]:
    """The frames ``(H, W, 3)`` uint8 of a clip."""
    surface = load_surface()
    colors = [clothes(actor.clothes) for actor in staged.actors]
    ground = grounds(staged)
    for start in range(0, staged.frames, BATCH):
        frames = range(start, min(start + BATCH, staged.frames))
        plans = [[] for _ in frames]
        for actor, paint in zip(staged.actors, colors, strict=True):
            motion = actor.motion.slice(frames.start, frames.stop)
            vertices = surface.body.vertices(motion.poses, motion.trans, motion.betas).numpy()
            normals = surface.normals(vertices)
            for row, frame in enumerate(frames):
                if not actor.first <= frame < actor.last:
                    continue
                axes = camera_axes(staged.yaw[frame]).astype(np.float32)
                pelvis = vertices[row].mean(axis=0)
                place = axes @ (pelvis - [0, HEIGHT, staged.distance])
                if place[2] > -0.5:
                    continue
                points = (vertices[row] - pelvis) @ axes.T
                pixels = Perspective(FOCAL, np.array(SIZE) / 2, place).project(points)
                shade = paint * (0.75 + 0.25 * np.clip(normals[row] @ [0.4, 0.8, 0.45], -1, 1))[:, None]
                plan = body_drawing(pixels, points[:, 2], normals[row] @ axes.T, shade, SIZE)
                if plan is not None:
                    plans[row].append((float(place[2]), plan))
        ordered = [[plan for _, plan in sorted(each, key=lambda one: one[0])] for each in plans]
        layers = iter(
            scene.gl_thread.submit(draw_layers, surface, [plan for each in ordered for plan in each]).result()
        )
        for each in ordered:
            picture = next(ground).astype(np.float32)
            for plan in each:
                layer = next(layers).astype(np.float32)
                left, top = plan.corner
                below = picture[top : top + plan.window[1], left : left + plan.window[0]]
                layer = layer[: below.shape[0], : below.shape[1]]
                below[:] = below * (1 - layer[..., 3:] / 255) + layer[..., :3]
            yield np.clip(picture, 0, 255).astype(np.uint8)


def places_in_picture(staged: Staged) -> np.ndarray:
    """Pixels ``(A, T, 2)`` of the actors' pelvises; NaN where they are away or outside of the picture."""
    found = np.full((len(staged.actors), staged.frames, 2), np.nan)
    for row, actor in enumerate(staged.actors):
        pelvis = pelvises(actor)
        for frame in range(max(actor.first, 0), min(actor.last, staged.frames)):
            place = camera_axes(staged.yaw[frame]) @ (pelvis[frame] - [0, HEIGHT, staged.distance])
            if place[2] < -0.5:
                pixel = Perspective(FOCAL, np.array(SIZE) / 2, place).offset
                if (pixel > 10).all() and (pixel < np.array(SIZE) - 10).all():
                    found[row, frame] = pixel
    return found


def walked(motion: Motion, frames: int, start: tuple[float, float], heading: float, delay: int = 0) -> Motion:
    """A walk of so many frames at ``FPS`` from ``start`` (x, z metres) towards ``heading`` (degrees from +Z to +X).

    It begins after ``delay`` frames; who has walked to the end stands there.
    """
    motion = motion.resample(FPS).canonical()
    rows = np.clip(np.arange(frames) - delay, 0, len(motion) - 1)
    motion = replace(motion, poses=motion.poses[rows], trans=motion.trans[rows])
    rest = BodyModel.load().rest_joints(motion.betas)[0].numpy()
    turn = Rotation.from_euler("y", heading, degrees=True)
    poses = motion.poses.copy()
    poses[:, 0] = (turn * Rotation.from_rotvec(poses[:, 0])).as_rotvec()
    pelvis = turn.apply(motion.trans + rest) + [start[0], 0, start[1]]
    return replace(motion, poses=poses, trans=pelvis - rest)


def scenes(walks: Sequence[Motion], frames: int = 120) -> dict[str, Staged]:
    """The clips by name, from three walks."""
    still = np.zeros(frames)
    one, two, three = walks
    cross = [
        Actor(walked(one, frames, (-2.6, 0.6), 90), 0),
        Actor(walked(two, frames, (2.4, -0.4), -90), 1),
        Actor(walked(three, frames, (-2.3, -1.6), 90), 2),
    ]
    half = frames // 2
    late = [cross[0], cross[1], Actor(walked(three, frames, (3.0, -1.2), -90, half), 2, first=half)]
    cut = [
        Actor(walked(one, frames, (-1.5, 0.3), 80), 0, last=half),
        Actor(walked(two, frames, (1.5, -0.8), -80), 1, last=half),
        Actor(walked(three, frames, (0.4, -0.4), 20), 2, first=half),
    ]
    pan = [Actor(walked(one, frames, (-4.0, 0.0), 90), 0), Actor(walked(two, frames, (-1.0, -1.8), -70), 1)]
    follow = pelvises(pan[0])
    yaw = np.arctan2(-follow[:, 0], 6.0 - follow[:, 2])
    return {
        "crossing": Staged(cross, frames, still),
        "late": Staged(late, frames, still),
        "cut": Staged(cut, frames, still, cut=half),
        "pan": Staged(pan, frames, yaw),
    }
