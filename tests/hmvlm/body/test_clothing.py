"""Vertex colours of the clothed body."""

import numpy as np

from hmvlm.body import clothing
from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel


def test_clothes_follow_the_skeleton():
    body = BodyModel.load()
    colors = clothing.vertex_colors(body)
    for joint, color in (
        ("left_hand", clothing.SKIN), ("right_knee", clothing.TROUSERS), ("spine3", clothing.SHIRT),
        ("left_foot", clothing.SHOES),
    ):  # fmt: skip
        nearest = np.linalg.norm(body.template - body.rest_joints()[INDEX[joint]].numpy(), axis=1).argmin()
        np.testing.assert_allclose(colors[nearest], color, atol=1e-3)
    left_right = body.template[:, 0] > 0
    assert np.abs(colors[left_right].mean(axis=0) - colors[~left_right].mean(axis=0)).max() < 0.02
