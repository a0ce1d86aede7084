"""The pool of poses that views are drawn from."""

import numpy as np

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from tests.train.views.samples import some_poses
from train.recordings.store import Recording
from train.views import poses


def test_rare_poses_are_not_drowned():
    still, bent = np.zeros((980, 24, 3), np.float32), np.zeros((20, 24, 3), np.float32)
    still[:, INDEX["left_elbow"], 1] = np.random.default_rng(0).normal(0, 0.01, 980)
    bent[:, INDEX["left_hip"], 0] = np.linspace(-1.5, -1.2, 20)
    clips = [
        Recording(name, "cmu", "train", name, Motion(values, np.zeros((len(values), 3))))
        for name, values in (("stand", still), ("kick", bent))
    ]
    pools = [poses.PosePool(clips, seed=seed, stride=1) for seed in range(3)]  # one start of the clusters is luck
    draws = [pool.draw(4000, np.random.default_rng(0), mixed=0.0, mirror=0.5) for pool in pools]
    shares = [(drawn.clip == 1).mean() for drawn in draws]
    assert min(shares) > 0.03 and max(shares) < 0.6 and np.mean(shares) > 0.036  # 0.02 of the frames are kicks
    drawn = draws[0]
    kicks = drawn.poses[drawn.clip == 1]
    right = np.abs(kicks[:, INDEX["right_hip"], 0]) > 1
    assert 0.3 < right.mean() < 0.7
    assert poses.draw_betas(100, np.random.default_rng(0)).shape == (100, 10)


def test_out_of_distribution_poses_turn_the_named_joints_and_only_a_share():
    still = some_poses(400)
    turned = poses.perturbed(still, np.random.default_rng(0))
    moved = np.abs(turned - still).max(axis=(0, 2)) > 1e-4
    assert {name for name, joint in INDEX.items() if moved[joint]} == {
        name for name in INDEX if name.split("_")[-1] in poses.TWIST
    }
    clip = Recording(
        "a",
        "cmu",
        "train",
        "stand",
        Motion(np.zeros((40, 24, 3), np.float32), np.zeros((40, 3), np.float32), 20.0),
        {},
        {},
    )
    pool = poses.PosePool([clip], stride=1)
    drawn = pool.draw(2000, np.random.default_rng(1), mixed=0.0, out_of_distribution=0.25).poses
    assert 0.2 < (np.abs(drawn).max(axis=(1, 2)) > 0).mean() < 0.3
    plain = pool.draw(2000, np.random.default_rng(1), mixed=0.0).poses
    assert not plain.any()
