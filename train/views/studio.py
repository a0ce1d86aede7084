"""Pictures of shots: bodies in random clothes and light before procedural backgrounds."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, zoom

from hmvlm.body import clothing
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.render.geometry import SHADOW_PIXELS, load_surface
from hmvlm.render.scene import Stage
from train.views.cameras import Shots, ray_turns

CANVAS = 480
"""Side of the square that everything is drawn in and then cut from: one frame buffer for all."""
_AWAY = np.array([500.0, 500.0])
_PALETTE = (clothing.SKIN, clothing.HAIR, clothing.EYES, clothing.SHIRT, clothing.TROUSERS, clothing.SHOES)
_SKINS = np.array([(0.93, 0.78, 0.69), (0.87, 0.67, 0.55), (0.76, 0.57, 0.44), (0.55, 0.38, 0.28), (0.36, 0.24, 0.18)])


class Studio(Stage):
    """A stage without floor whose camera and background change from picture to picture.

    Like every stage it belongs to the thread that made it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._body_model = BodyModel.load()
        self._look = load_surface()
        base = clothing.vertex_colors(self._body_model)
        distance = np.linalg.norm(base[:, None] - np.array(_PALETTE)[None], axis=-1)
        weight = 1 / np.maximum(distance, 1e-3) ** 4
        self._parts = (weight / weight.sum(axis=1, keepdims=True)).astype(np.float32)
        self._no_shadow = np.zeros((SHADOW_PIXELS, SHADOW_PIXELS), np.uint8)
        self.dress(self._look)

    def pictures(self, shots: Shots, rng: np.random.Generator) -> list[np.ndarray]:
        """One ``(height, width, 3)`` uint8 picture a shot; all shots must share one ``betas``."""
        betas = shots.betas[0]
        if np.abs(shots.betas - betas).max() > 0:
            raise ValueError("shots drawn together must share their betas")
        rest = self._body_model.rest_joints(betas)[0].numpy()
        motion = Motion(shots.poses, np.tile(-rest, (len(shots), 1)), betas, 20.0)
        packed = self._look.frames(motion).vertices
        turns = ray_turns(shots).astype(np.float32)
        packed[..., 2] -= shots.distance[:, None].astype(np.float32)
        packed[..., :3] = packed[..., :3] @ turns.transpose(0, 2, 1)
        packed[..., 3:6] = packed[..., 3:6] @ turns.transpose(0, 2, 1)
        return [self._picture(packed[row], shots[row : row + 1], rng) for row in range(len(shots))]

    def _picture(self, vertices: np.ndarray, shot: Shots, rng: np.random.Generator) -> np.ndarray:
        width, height = (int(side) for side in shot.size[0])
        vertices[:, 6:9] = self._clothes(vertices[:, 3:6], rng)
        behind = background(width, height, shot, rng)
        key = np.round(behind.mean(axis=(0, 1)) * 255) / 255
        self._scene.bg_color = [*key, 1.0]
        self._camera.camera.yfov = float(2 * np.arctan(CANVAS / 2 / shot.focal[0]))
        square = self.draw(
            np.ascontiguousarray(vertices), self._no_shadow, _AWAY, np.eye(4), _AWAY, 1e-3, (CANVAS, CANVAS)
        )
        top, left = (CANVAS - height) // 2, (CANVAS - width) // 2
        body = square[top : top + height, left : left + width].astype(np.float32) / 255
        empty = (np.abs(body - key) < 1.5 / 255).all(axis=-1, keepdims=True)
        picture = np.where(empty, behind, body)
        return _developed(_covered(picture, shot.cover[0], rng), rng)

    def _clothes(self, normals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Colours ``(V, 3)``: skin tone, hair and clothes at random, patterned, shaded by a random lamp."""
        skin = _SKINS[rng.choice(len(_SKINS), p=(0.25, 0.25, 0.2, 0.18, 0.12))] + rng.normal(0, 0.03, 3)
        cloth = np.stack([_paint(rng) for _ in range(3)])
        hair = rng.random() ** 2 * 0.6 + rng.normal(0, 0.04, 3)
        if rng.random() < 0.25:
            cloth[1] = skin  # short trousers, cut at the seam that the body has
        palette = np.stack([skin, np.clip(hair, 0.02, 1), (0.1, 0.1, 0.1), *cloth])
        colors = self._parts @ palette.astype(np.float32)
        if rng.random() < 0.5:
            wave = self._body_model.template @ (rng.normal(0, 1, 3) * rng.uniform(10, 80)) + rng.uniform(0, 6)
            dressed = self._parts[:, 3:5].sum(axis=1)
            colors *= 1 + (dressed * rng.uniform(0.1, 0.5) * np.sign(np.sin(wave)))[:, None]
        lamp = rng.normal(0, 1, 3)
        lamp /= np.linalg.norm(lamp)
        light = 1 + rng.uniform(0, 0.45) * (normals @ lamp)
        return np.clip(colors * light[:, None], 0, 1)


def background(width: int, height: int, shot: Shots, rng: np.random.Generator) -> np.ndarray:
    """``(height, width, 3)`` in 0..1: a gradient, a horizon, blurred noise, boxes, and a shadow at the feet.

    Drawn at half the resolution.
    """
    wide, high = width // 2 + 1, height // 2 + 1
    top, bottom = _paint(rng), _paint(rng)
    ramp = np.linspace(0, 1, high, dtype=np.float32)[:, None, None]
    picture = np.repeat(top * (1 - ramp) + bottom * ramp, wide, axis=1)
    if rng.random() < 0.6:  # a floor that begins at a horizon
        horizon = int(rng.uniform(0.3, 0.9) * high)
        picture[horizon:] = _paint(rng) * (1 - 0.3 * np.linspace(0, 1, high - horizon)[:, None, None])
    busy = rng.random() < 0.75  # the rest are plain walls and floors
    for grain in (2, 6, 20):
        if busy and rng.random() < 0.6:
            coarse = rng.normal(0, 1, (high // grain + 2, wide // grain + 2, 3)) * rng.uniform(0.0, 0.4)
            coarse = (coarse + rng.normal(0, 1, (*coarse.shape[:2], 1))) * rng.uniform(0.01, 0.12)
            picture += zoom(coarse.astype(np.float32), (grain, grain, 1), order=1)[:high, :wide]
    for _ in range(rng.integers(0, 14) if busy else 0):
        w, h = (rng.uniform(0.03, 0.5, 2) * [wide, high]).astype(int)
        x, y = int(rng.uniform(-0.1, 1) * wide), int(rng.uniform(-0.1, 1) * high)
        mixed = rng.uniform(0.3, 1)
        patch = picture[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)]
        patch[:] = (1 - mixed) * patch + mixed * _paint(rng)
    if rng.random() < 0.7:
        picture = gaussian_filter(picture, (*[rng.uniform(0.3, 4)] * 2, 0))
    if rng.random() < 0.5:
        reach = shot.focal[0] / shot.distance[0] / 2
        x, y = shot.place[0] / 2 + [0, rng.uniform(0.3, 0.8) * reach]
        across, down = (np.arange(wide) - x) / (0.45 * reach), (np.arange(high) - y) / (0.14 * reach)
        dark = np.exp(-(across[None] ** 2) - down[:, None] ** 2)
        picture *= 1 - rng.uniform(0.2, 0.6) * dark[..., None]
    small = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.BILINEAR), np.float32) / 255


def _paint(rng: np.random.Generator) -> np.ndarray:
    """A random colour ``(3,)``, mostly muted."""
    grey, color = rng.uniform(0.05, 0.95), rng.random(3)
    share = rng.random() ** 2
    return ((1 - share) * grey + share * color).astype(np.float32)


def _covered(picture: np.ndarray, cover: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture with its ellipse painted in, plain or striped; as is if the cover is empty."""
    if cover[2] <= 0:
        return picture
    height, width, _ = picture.shape
    across, down = (np.arange(width) + 0.5 - cover[0]) / cover[2], (np.arange(height) + 0.5 - cover[1]) / cover[3]
    inside = (across[None] ** 2 + down[:, None] ** 2) < 1
    wave = np.sign(np.sin(across[None] * rng.uniform(0, 30) + down[:, None] * rng.uniform(0, 30)))
    paint = _paint(rng) * (1 + rng.uniform(0, 0.4) * wave[..., None])
    return np.where(inside[..., None], np.clip(paint, 0, 1), picture)


def _developed(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Exposure, contrast, tint, blur and grain of an ordinary camera, to uint8."""
    if rng.random() < 0.4:
        picture = gaussian_filter(picture, (*[rng.uniform(0.3, 1.6)] * 2, 0))
    picture = np.clip(picture, 0, 1) ** np.exp(rng.normal(-0.1, 0.2)) * rng.uniform(0.85, 1.3)
    picture = picture * (1 + rng.normal(0, 0.06, 3)) + rng.uniform(0, 0.03) * rng.standard_normal(
        picture.shape, np.float32
    )
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)
