"""Kimodo's SOMA and G1 skeletons, filled here from motions of our body at the published numbers of their joints."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from hmvlm.motion.clip import Motion
from hmvlm.motion.formats import RateMissing, kimodo
from tests import foreign, motions
from tests.hmvlm.motion.retarget.test_foreign import off

LIMBS = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("knee", "ankle", "elbow", "wrist")]


def content(motion, count):
    """``posed_joints`` and ``global_rot_mats`` of a skeleton of so many joints; those that are not ours are noise."""
    places = kimodo.SKELETONS[count][1]
    points = np.random.default_rng(0).normal(size=(len(motion), count, 3))
    turns = np.tile(np.eye(3), (len(motion), count, 1, 1))
    ours, turned = motion.joints(), foreign.globals_of(motion)
    for name, number in places.items():
        joint = INDEX.get(name)
        points[:, number] = (
            ours[:, joint] if joint is not None else (ours[:, INDEX["neck"]] + ours[:, INDEX["head"]]) / 2
        )
        turns[:, number] = turned[:, INDEX["neck"] if joint is None else joint]
    return {"posed_joints": points, "global_rot_mats": turns, "local_rot_mats": turns, "root_positions": points[:, 0]}


@pytest.mark.parametrize("count", sorted(kimodo.SKELETONS))
def test_skeletons_that_are_not_smpls(count, tmp_path):
    motion = motions.walk(2)
    path = tmp_path / "kimodo.npz"
    np.savez(path, **content(motion, count))
    read = Motion.load(path, fps=20.0)
    assert len(read) == len(motion) and kimodo.SKELETONS[count][0] in read.note
    assert np.median(off(read, motion)[:, LIMBS]) < 10
    with pytest.raises(RateMissing):
        Motion.load(path)


def test_twists_come_with_the_rotations(tmp_path):
    motion = motions.still(1)
    motion.poses[:, INDEX["head"], 1] = 0.7  # looks to the left, which no joint's place shows
    np.savez(tmp_path / "soma.npz", **content(motion, 77))
    read = Motion.load(tmp_path / "soma.npz", fps=20.0)
    assert abs(read.poses[:, INDEX["head"], 1].mean() - 0.7) < 0.05


def test_every_joint_hangs_on_the_one_above():
    for _, places in kimodo.SKELETONS.values():
        joints = list(places)
        parents = [kimodo._above(joint, joints) for joint in joints]
        assert parents[0] == -1 and all(0 <= parent < place for place, parent in enumerate(parents[1:], 1))


def test_rotations_of_another_shape_are_refused(tmp_path):
    arrays = content(motions.still(1), 77)
    np.savez(tmp_path / "cut.npz", **arrays | {"global_rot_mats": arrays["global_rot_mats"][:, :5]})
    with pytest.raises(ValueError, match=r"cut.npz: 'global_rot_mats' must be"):
        Motion.load(tmp_path / "cut.npz", fps=30)
