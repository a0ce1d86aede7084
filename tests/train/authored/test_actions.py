"""Every authored action has a natural length, honours its count and its side, and stays on the floor."""

import numpy as np
import pytest

from hmvlm.body.skeleton import INDEX, NUM_JOINTS
from hmvlm.motion.clip import Motion
from train.authored.act import Act
from train.authored.floor import lowest_points
from train.authored.registry import load_actions, make

MODULES = ("gestures", "devices", "feelings", "daily", "tools", "handling", "sports", "fighting", "music")
KEYS = sorted(key for key, entry in load_actions().items() if entry.program.__module__.split(".")[-1] in MODULES)
JUMPS = {"cheer", "basketball_shot", "volleyball_spike"}


class StillBases:
    """A body that stands still with hanging arms."""

    def cut(self, kind: str, frames: int, rng: np.random.Generator) -> tuple[Motion, str]:
        poses = np.zeros((frames, NUM_JOINTS, 3), np.float32)
        poses[:, INDEX["left_shoulder"], 2], poses[:, INDEX["right_shoulder"], 2] = -1.2, 1.2
        trans = np.zeros((frames, 3), np.float32)
        trans[:, 1] -= lowest_points(Motion(poses[:1], trans[:1]))
        return Motion(poses, trans), "still"


def length(key: str, count: int, tempo: float, style: str, seed: int) -> float:
    act = Act(np.random.default_rng(seed), count, 1.0, tempo, style)
    load_actions()[key].program(act)
    return act.plan.length


@pytest.mark.parametrize("key", KEYS)
def test_length_is_natural_and_grows_with_the_count(key: str) -> None:
    entry = load_actions()[key]
    low, high = entry.counts or (1, 1)
    for seed in range(3):
        for style in set(entry.styles):
            assert length(key, low, entry.tempo[1], style, seed) > 1.2
            assert length(key, high, entry.tempo[0], style, seed) < 13.0
    if high > low:
        few, many = (np.mean([length(key, count, 1.0, "", seed) for seed in range(6)]) for count in (low, high))
        assert many > few + 0.15 * (high - low)


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_action_moves_its_side_and_stays_on_the_floor(key: str) -> None:
    entry = load_actions()[key]
    rng = np.random.default_rng(3)
    clip = make(key, rng, StillBases(), side="left" if entry.sides else "", count=entry.counts and entry.counts[0])
    low = lowest_points(clip.motion)
    assert low.min() > -0.015
    if key not in JUMPS:
        assert low.max() < (0.025 if key == "tie_shoes" else 0.015)  # a frame of the rise from one knee
    assert np.ptp(clip.motion.poses[:, 1:], axis=0).max() > 0.15
    if entry.sides:
        joints = clip.motion.joints()
        ends = (joints[:, INDEX[f"left_{end}"]] - joints[:, 0] for end in ("wrist", "ankle"))
        assert max(np.linalg.norm(np.ptp(end, axis=0)) for end in ends) > 0.15
