"""Random poses, views of them and residual banks, for the tests of the views."""

import numpy as np

from hmvlm.body.skeleton import INDEX
from train.views import cameras, noise
from train.views.residuals import ResidualBank
from train.views.sites import Sites


def some_poses(count: int = 64, size: float = 0.35, seed: int = 0) -> np.ndarray:
    """Axis-angle poses ``(count, 24, 3)`` without heading; the knees only bend the way knees do."""
    rng = np.random.default_rng(seed)
    bent = rng.normal(0, size, (count, 24, 3)).astype(np.float32)
    bent[:, [INDEX[name] for name in ("left_knee", "right_knee")]] = 0
    bent[:, [INDEX["left_knee"], INDEX["right_knee"]], 0] = rng.uniform(0, 1.5, (count, 2))
    bent[:, 0] = 0
    return bent


def shoot_some(
    count: int = 64, kind: int = cameras.EASY, seed: int = 0, betas: float = 0.0
) -> tuple[cameras.Shots, cameras.ExactLandmarks]:
    """Views of random poses by cameras of one ``kind``; ``betas`` is the spread of the body shapes."""
    rng = np.random.default_rng(seed)
    turned = cameras.orient(some_poses(count, seed=seed), rng)
    shapes = rng.normal(0, betas, (count, 10)).astype(np.float32) if betas else np.zeros((count, 10), np.float32)
    return cameras.sample_cameras(turned, shapes, np.full(count, kind), Sites(), rng)


def bank_of(count: int = 60, seed: int = 0) -> ResidualBank:
    """A residual bank of random noise."""
    rng = np.random.default_rng(seed)
    view, hidden = noise.picture_descriptor(shoot_some(count, seed=seed)[1])
    return ResidualBank(
        kind=(np.arange(count) % 3).astype(np.int8),
        view=view,
        hidden=hidden,
        swapped=rng.random((count, 2)) < 0.3,
        shift=rng.normal(0, 0.02, (count, 2)).astype(np.float32),
        size=rng.normal(0, 0.1, (count, 2)).astype(np.float32),
        plane=rng.normal(0, 0.02, (count, 33, 2)).astype(np.float32),
        turn=rng.normal(0, 0.2, (count, 3)).astype(np.float32),
        rest=rng.normal(0, 0.05, (count, 33, 3)).astype(np.float32),
        seen=rng.random((count, 33)).astype(np.float32),
        held=np.arange(count) % 5 == 0,
        offsets=np.zeros((33, 3), np.float32),
    )
