"""A body whose colours tell left from right and front from back."""

from __future__ import annotations

import functools

import numpy as np

from hmvlm.body.skeleton import INDEX, PART_JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.render.geometry import Surface

PART_COLORS = {
    "left_arm": (0.87, 0.16, 0.12), "left_leg": (0.95, 0.50, 0.42),
    "right_arm": (0.10, 0.32, 0.80), "right_leg": (0.42, 0.66, 0.95),
}  # fmt: skip
"""Reds are left, blues are right; arms are darker than legs (sRGB, 0 to 1)."""
CHEST, BACK, FEET = (0.93, 0.91, 0.84), (0.36, 0.37, 0.40), (0.13, 0.13, 0.16)


class PartSurface(Surface):
    """The skin with red left limbs, blue right limbs, a light chest, a dark back and black feet.

    The head keeps its face and hair.
    """

    def __init__(self, body: BodyModel) -> None:
        super().__init__(body)
        self.colors = part_colors(body, self.colors)


def part_colors(body: BodyModel, clothed: np.ndarray) -> np.ndarray:
    """Colour of every vertex, ``(V, 3)`` float32; the head and neck keep those of ``clothed`` (same shape)."""
    nearest = np.asarray(body.weights).argmax(axis=1)
    depth = body.template[:, 2] - body.rest_joints().numpy()[INDEX["spine2"], 2]
    colors = np.where((depth > 0.02)[:, None], CHEST, BACK).astype(np.float32)
    for part, color in PART_COLORS.items():
        limb = [joint for joint in PART_JOINTS[part] if not part.endswith("arm") or joint != PART_JOINTS[part][0]]
        colors[np.isin(nearest, limb)] = color  # the collar bones belong to the chest
    feet = [INDEX[f"{side}_foot"] for side in ("left", "right")]
    colors[np.isin(nearest, feet)] = FEET
    head = np.isin(nearest, [INDEX["head"], INDEX["neck"]])
    colors[head] = clothed[head]
    return colors


@functools.lru_cache(maxsize=1)
def load_part_surface() -> PartSurface:
    """The surface of the free body, built once."""
    return PartSurface(BodyModel.load())
