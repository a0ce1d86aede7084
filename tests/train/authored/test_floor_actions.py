"""What goes on near the floor: kneeling, crawling in curves, getting up."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX
from tests.train.authored.test_registry import StillBases
from train.authored.act import Act
from train.authored.actions.common import begin, relocate
from train.authored.registry import make
from train.authored.solve import solve
from train.authored.steps import crawl


def test_a_pose_takes_back_where_the_pelvis_was():
    act = Act(np.random.default_rng(0), 1, 1.0, 1.0, "")
    act.move(0.5, height=-0.2, front=-0.05, bend=10)
    act.pose(0.7, "kneel")
    end = np.array([act.time])
    assert act.plan.channel("height", end) == act.plan.channel("front", end) == 0
    assert act.plan.channel("bend", end) == pytest.approx(10)


@pytest.mark.parametrize("side", ["left", "right"])
def test_who_crawls_aside_ends_facing_that_way(side: str):
    motion = make("crawl_aside", np.random.default_rng(1), StillBases(), side=side, tempo=1.0).motion.canonical()
    joints = motion.joints()
    trunk = (joints[-1, INDEX["neck"]] - joints[-1, 0])[[0, 2]]
    assert trunk[0] * (1 if side == "left" else -1) > 0.9 * np.linalg.norm(trunk)
    path = joints[-1, 0] - joints[0, 0]
    assert path[0] * (1 if side == "left" else -1) > 0.5


def test_who_stands_up_after_a_turn_stands_where_the_hands_and_knees_were():
    act = Act(np.random.default_rng(0), 1, 1.0, 1.0, "")
    begin(act, "hands_knees")
    crawl(act, 3, 0.25, 0.5, 30.0)
    down = act.time
    relocate(act, 1.0)
    plan = act.finish(0.1, 0.3)
    base, _ = StillBases().cut("idle", round(plan.length * 20), np.random.default_rng(0))
    joints = solve(plan, base).joints()
    before, after = joints[round((down + 0.1) * 20)], joints[-1]
    knees = before[[INDEX["left_knee"], INDEX["right_knee"]]].mean(0)
    feet = after[[INDEX["left_ankle"], INDEX["right_ankle"]]].mean(0)
    assert np.linalg.norm((feet - knees)[[0, 2]]) < 0.6


@pytest.mark.parametrize("way", ["back", "sitting"])
def test_who_gets_up_rises_all_the_way(way: str):
    for seed in range(4):
        motion = make("get_up", np.random.default_rng(seed), StillBases(), way=way).motion
        height = motion.joints()[:, 0, 1]
        assert (np.maximum.accumulate(height) - height).max() < 0.08
