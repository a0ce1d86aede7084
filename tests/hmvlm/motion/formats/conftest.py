"""A motion to export."""

import numpy as np
import pytest

from hmvlm.motion.clip import Motion


@pytest.fixture(scope="module")
def motion() -> Motion:
    """60 frames of every joint swinging by up to a radian along a curved path, on an unusual body."""
    generator = np.random.default_rng(0)
    time = np.linspace(0, 3, 60)[:, None, None]
    poses = np.sin(generator.uniform(0.5, 3, (1, 24, 3)) * time + generator.uniform(0, 6, (1, 24, 3)))
    poses[:, 0, 1] += np.linspace(0, 4, 60)
    trans = np.stack([np.sin(time[:, 0, 0]), 1.1 + 0.1 * time[:, 0, 0], 2 * time[:, 0, 0]], axis=-1)
    return Motion(poses, trans, generator.normal(size=10), fps=20.0, text="a person sways")
