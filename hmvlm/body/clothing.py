"""What the body wears: a colour for every vertex, by the joints that move it."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import INDEX, JOINTS
from hmvlm.body.smpl import BodyModel

SKIN = (0.87, 0.67, 0.55)
HAIR = (0.26, 0.19, 0.15)
SHIRT = (0.26, 0.50, 0.72)
TROUSERS = (0.27, 0.29, 0.36)
SHOES = (0.87, 0.87, 0.88)

_CLOTHES = {
    TROUSERS: ("pelvis", "left_hip", "right_hip", "left_knee", "right_knee"),
    SHOES: ("left_ankle", "right_ankle", "left_foot", "right_foot"),
    SHIRT: ("spine1", "spine2", "spine3", "left_collar", "right_collar", "left_shoulder", "right_shoulder"),
}
_CRISPNESS = 6
"""Power applied to the skin weights: high enough for a seam one edge wide instead of a gradient."""


def vertex_colors(body: BodyModel) -> np.ndarray:
    """Colour of every vertex, ``(V, 3)`` float32 sRGB: skin, hair, shirt, trousers and shoes.

    A region is where the joints it covers hold most of the skin weight, so the rule fits any body on
    SMPL's skeleton; hair is the back and top of what follows the head joint.
    """
    palette = np.tile(np.float32(SKIN), (len(JOINTS), 1))
    for color, joints in _CLOTHES.items():
        palette[[INDEX[name] for name in joints]] = color
    weights = body.weights**_CRISPNESS
    colors = (weights / weights.sum(axis=1, keepdims=True)) @ palette
    colors[_scalp(body)] = HAIR
    return colors.astype(np.float32)


def _scalp(body: BodyModel) -> np.ndarray:
    """Vertices ``(V,)`` bool of the head above a plane that rises from the nape to the forehead."""
    head = body.weights[:, INDEX["head"]] > 0.5
    inside = body.template[head]
    low, high = inside.min(axis=0), inside.max(axis=0)
    depth = (body.template[:, 2] - low[2]) / (high[2] - low[2])
    height = (body.template[:, 1] - low[1]) / (high[1] - low[1])
    return head & (height > 0.40 + 0.42 * np.clip(depth, 0.0, 1.0))
