"""Geometry of the square regions that BlazePose looks at."""

import numpy as np
import pytest

from hmvlm.vision.blazepose import region_from_keypoints, to_image


def test_region_geometry():
    upright = region_from_keypoints(np.array([100, 100]), np.array([100, 40]))
    np.testing.assert_allclose(upright, [100, 100, 150, 0])
    lying = region_from_keypoints(np.array([0, 0]), np.array([10, 0]))  # head to the right of the screen
    assert lying[3] == pytest.approx(np.pi / 2)
    np.testing.assert_allclose(to_image(np.array([[0.5, 0.0]]), lying), [[12.5, 0]], atol=1e-5)
