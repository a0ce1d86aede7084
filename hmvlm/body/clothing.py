"""What the body wears: a colour for every vertex (sRGB, 0 to 1), cut in the T-pose at the joints."""

from __future__ import annotations

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.paths import FREE_BODY

SKIN = (0.87, 0.67, 0.55)
HAIR = (0.26, 0.19, 0.15)
EYES = (0.15, 0.12, 0.11)
SHIRT = (0.26, 0.50, 0.72)
TROUSERS = (0.27, 0.29, 0.36)
SHOES = (0.88, 0.88, 0.89)

SEAM = 0.008
"""Half the width of a seam in metres: colours change over about one edge of the mesh."""

NECKLINE = 0.115
"""Radius in metres of the opening that the shirt leaves around the neck."""


def vertex_colors(body: BodyModel) -> np.ndarray:
    """Colour of every vertex, ``(V, 3)`` float32: skin, hair, short-sleeved shirt, trousers and shoes.

    The cuts are planes at joints of the T-pose (sleeves half-way down the upper arm, waist above the
    pelvis, neckline below the neck, ankles), so they fit any body on SMPL's skeleton.
    """
    x, y, z = body.template.T
    joints = dict(zip(INDEX, body.rest_joints().numpy(), strict=True))
    neck, ankle = joints["neck"], joints["left_ankle"]
    sleeve = 0.35 * joints["left_shoulder"][0] + 0.65 * joints["left_elbow"][0]
    collar = np.linalg.norm(body.template - neck - np.array([0.0, 0.055, 0.02], np.float32), axis=1)
    waist = 0.15 * joints["pelvis"][1] + 0.85 * joints["spine1"][1]

    colors: np.ndarray = np.tile(np.array(SHIRT, np.float32), (len(x), 1))
    for color, beyond in (
        (TROUSERS, waist - y),
        (SHOES, ankle[1] + 0.02 - y),
        (SKIN, np.abs(x) - sleeve),
        (SKIN, np.maximum(y - neck[1] - 0.03, NECKLINE - collar)),
        (HAIR, _above_hairline(body)),
    ):
        share = np.clip(beyond / (2 * SEAM) + 0.5, 0.0, 1.0)[:, None]
        colors = colors * (1 - share) + share * np.array(color, np.float32)
    colors[_eyes(body)] = EYES
    return colors.astype(np.float32)


def _above_hairline(body: BodyModel) -> np.ndarray:
    """Metres ``(V,)`` above a plane that rises from the nape to the forehead; negative off the head."""
    head = body.weights[:, INDEX["head"]] > 0.5
    y, z = body.template[:, 1], body.template[:, 2]
    low, high = body.template[head].min(axis=0), body.template[head].max(axis=0)
    depth = np.clip((z - low[2]) / (high[2] - low[2]), 0.0, 1.0)
    return np.where(head, y - low[1] - (0.40 + 0.42 * depth) * (high[1] - low[1]), -1.0)


def _eyes(body: BodyModel) -> np.ndarray:
    """Vertices ``(V,)`` bool of the eyeballs, which only the free body marks."""
    with np.load(FREE_BODY, allow_pickle=False) as archive:
        marked = archive["eye"]
    return marked if len(marked) == len(body.template) else np.zeros(len(body.template), bool)
