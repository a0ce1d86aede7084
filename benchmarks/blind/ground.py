"""Rendered frames of a motion with the place on the floor where it starts, seen by one camera."""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.blind.body_parts import load_part_surface
from hmvlm.motion.clip import Motion
from hmvlm.render.camera import FIELD_OF_VIEW, CameraPlan, plan_camera
from hmvlm.render.scene import submit

START = (20, 140, 60)
ARM = 0.12
"""Half the side (m) of the square that the arms of the start's cross span."""
_NEAR = 0.2
_VISIBLE = 6
"""Difference in grey levels from the empty floor from which a pixel counts as body."""
_PATIENCE = 300.0


def ground_frames(motion: Motion, chosen: np.ndarray, size: tuple[int, int]) -> list[Image.Image]:
    """The frames ``chosen`` (indices) as pictures of ``size`` (width, height), three-quarter from the front.

    The renderer's floor has a chequered pattern; a green cross marks where the pelvis starts. The camera keeps its
    direction. It stands still unless the body would then be small, and else goes along above the floor.

    Raises:
        RenderError: no OpenGL here.
    """
    joints = motion.joints()
    below = joints[:, :1] * [1.0, 0.0, 1.0]  # keeps the floor in view where the body is far above it
    plan = plan_camera(np.concatenate([joints, below], axis=1), motion.fps, size[0] / size[1])
    part = CameraPlan(plan.poses[chosen], plan.centers[chosen], plan.radius)
    picked = Motion(motion.poses[chosen], motion.trans[chosen], motion.betas, motion.fps)
    surface = load_part_surface()
    frames = surface.frames(picked)
    nobody = dataclasses.replace(frames, vertices=np.zeros_like(frames.vertices))
    bodies = submit(surface, frames, part, size).result(timeout=_PATIENCE)
    floors = submit(surface, nobody, part, size).result(timeout=_PATIENCE)
    start = joints[0, 0, [0, 2]]
    pictures = []
    for body, floor, pose in zip(bodies, floors, part.poses, strict=True):
        ground = Image.fromarray(floor)
        _draw_start(ground, pose, start)
        covered = (np.abs(body.astype(np.int16) - floor).max(axis=-1) > _VISIBLE)[..., None]
        pictures.append(Image.fromarray(np.where(covered, body, np.asarray(ground))))
    return pictures


def project(points: np.ndarray, pose: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Pixels ``(N, 2)`` and depths ``(N,)`` in metres of world points ``(N, 3)`` in a picture of ``size``.

    ``pose`` is the camera-to-world matrix ``(4, 4)``; the camera looks along its -Z.
    """
    local = (points - pose[:3, 3]) @ pose[:3, :3]
    depth = -local[:, 2]
    scale = 0.5 * size[1] / (np.tan(FIELD_OF_VIEW / 2) * np.maximum(depth, _NEAR))
    return np.stack([0.5 * size[0] + local[:, 0] * scale, 0.5 * size[1] - local[:, 1] * scale], axis=-1), depth


def _draw_start(picture: Image.Image, pose: np.ndarray, start: np.ndarray) -> None:
    """A cross on the floor at ``start`` (x and z in metres)."""
    ink = ImageDraw.Draw(picture)
    for dx, dz in ((ARM, ARM), (ARM, -ARM)):
        ends = np.array([[start[0] - dx, 0.0, start[1] - dz], [start[0] + dx, 0.0, start[1] + dz]])
        pixels, depth = project(ends, pose, picture.size)
        if depth.min() > _NEAR:
            ink.line([tuple(pixel) for pixel in pixels], fill=START, width=3)
