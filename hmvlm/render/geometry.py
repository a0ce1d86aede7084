"""What changes from frame to frame, computed in batches: vertices, smooth normals and the floor's shadow."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from hmvlm.body.clothing import vertex_colors
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion

SHADOW_PIXELS = 96
SHADOW_SIDE = 3.2
"""Metres of floor that the shadow texture covers, centred below the body."""
SHADOW_STRIDE = 3
"""Every third vertex casts a shadow; the blur hides the difference."""
_CONTACT_HEIGHT, _SOFT_HEIGHT = 0.06, 0.9
_CONTACT_BLUR, _SOFT_BLUR = 0.03, 0.13


@dataclass(frozen=True)
class Frames:
    """A batch of ``n`` frames, ready for the graphics card.

    Attributes:
        vertices: ``(n, V, 10)`` float32: position, normal, colour (RGBA), as the vertex buffer holds them.
        shadows: ``(n, S, S)`` uint8 darkness of the floor; rows run along +Z, columns along +X.
        places: ``(n, 2)`` float: x and z of the middle of each shadow, metres.
    """

    vertices: np.ndarray
    shadows: np.ndarray
    places: np.ndarray


class Surface:
    """The skin of one body: its topology and colours, and what follows from a pose."""

    def __init__(self, body: BodyModel) -> None:
        self.body = body
        self.faces = body.faces
        self.colors = vertex_colors(body)
        count, corners = len(body.template), self.faces.ravel()
        columns = np.repeat(np.arange(len(self.faces)), 3)
        self._gather = csr_matrix(
            (np.ones(len(corners), np.float32), (corners, columns)), shape=(count, len(self.faces))
        )
        a, b, c = (body.template[self.faces[:, k]] for k in range(3))
        face_area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=-1).astype(np.float32)
        area = self._gather @ face_area / 3
        self._splat = area[::SHADOW_STRIDE] * SHADOW_STRIDE * (SHADOW_PIXELS / SHADOW_SIDE) ** 2
        self._contact_blur = _blur_matrix(_CONTACT_BLUR)
        self._soft_blur = _blur_matrix(_SOFT_BLUR)

    def frames(self, motion: Motion) -> Frames:
        """Pose the body for every frame of ``motion``; meant for a few dozen frames at a time."""
        vertices = self.body.vertices(motion.poses, motion.trans, motion.betas).numpy()
        packed = np.empty((*vertices.shape[:2], 10), np.float32)
        packed[..., :3] = vertices
        packed[..., 3:6] = self.normals(vertices)
        packed[..., 6:9], packed[..., 9] = self.colors, 1.0
        places, shadows = self._shadows(vertices[:, ::SHADOW_STRIDE])
        return Frames(packed, shadows, places)

    def normals(self, vertices: np.ndarray) -> np.ndarray:
        """Area-weighted unit vertex normals ``(n, V, 3)`` of vertices ``(n, V, 3)``, pointing outward."""
        frames, count, _ = vertices.shape
        across = np.ascontiguousarray(vertices.transpose(1, 2, 0)).reshape(count, -1)  # (V, 3 n)
        a, b, c = (across[self.faces[:, k]].reshape(-1, 3, frames) for k in range(3))
        b -= a
        c -= a
        normal = np.empty_like(a)
        for k in range(3):
            i, j = (k + 1) % 3, (k + 2) % 3
            normal[:, k] = b[:, i] * c[:, j] - b[:, j] * c[:, i]
        summed = (self._gather @ normal.reshape(len(self.faces), -1)).reshape(count, 3, frames)
        summed /= np.sqrt((summed**2).sum(axis=1, keepdims=True)) + 1e-12
        return summed.transpose(2, 0, 1)

    def _shadows(self, vertices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Middles ``(n, 2)`` and darkness ``(n, S, S)`` uint8 of the shadows of some vertices ``(n, W, 3)``.

        Skin is spread over the floor right below it: sharp and dark for what nearly touches the
        floor, wide and soft for the rest.
        """
        frames = len(vertices)
        x, height, z = np.ascontiguousarray(vertices.transpose(2, 0, 1))
        places = 0.5 * np.stack([x.min(axis=1) + x.max(axis=1), z.min(axis=1) + z.max(axis=1)], axis=-1)
        scale = SHADOW_PIXELS / SHADOW_SIDE
        column, row = (
            np.clip((axis - middle[:, None]) * scale + SHADOW_PIXELS / 2, 0, SHADOW_PIXELS - 1).astype(np.intp)
            for axis, middle in ((x, places[:, 0]), (z, places[:, 1]))
        )
        index = ((np.arange(frames)[:, None] * SHADOW_PIXELS + row) * SHADOW_PIXELS + column).ravel()
        dark = np.zeros((frames, SHADOW_PIXELS, SHADOW_PIXELS), np.float32)
        for strength, reach, blur in (
            (0.45, _CONTACT_HEIGHT, self._contact_blur),
            (0.30, _SOFT_HEIGHT, self._soft_blur),
        ):
            weight = self._splat * np.exp(np.maximum(height, 0.0) * np.float32(-1 / reach))
            cover = np.bincount(index, weight.ravel(), dark.size).astype(np.float32).reshape(dark.shape)
            dark += strength * np.minimum(blur @ cover @ blur, 1.5)
        return places, (np.minimum(dark, 1.0) * 255).astype(np.uint8)


@functools.lru_cache(maxsize=2)
def load_surface(body: BodyModel | None = None) -> Surface:
    """The surface of ``body`` (the free body by default), built once."""
    return Surface(body or BodyModel.load())


def _blur_matrix(sigma: float) -> np.ndarray:
    """Gaussian blur by ``sigma`` metres along one axis of the shadow as a symmetric ``(S, S)`` matrix."""
    steps = np.arange(SHADOW_PIXELS) * (SHADOW_SIDE / SHADOW_PIXELS)
    kernel = np.exp(-0.5 * ((steps[:, None] - steps) / sigma) ** 2)
    return (kernel / kernel[SHADOW_PIXELS // 2].sum()).astype(np.float32)
