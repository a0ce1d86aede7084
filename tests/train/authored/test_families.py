"""Every action on the floor, on the spot and on foot: on the floor, of natural length, with side and count."""

import numpy as np
import pytest

from tests.train.authored.test_registry import StillBases
from train.authored.floor import lowest_points
from train.authored.registry import load_actions, make

FAMILIES = (
    "floor", "exercise", "hops_and_stairs", "locomotion", "stance", "stretching", "tumbling", "water",
    "household", "riding", "drawing", "fitness", "stepping", "ball_games", "warm_up", "reaching", "low", "jumps",
    "one_leg", "near_floor", "touching", "crawling", "sitting", "bearing", "dancing", "balancing", "yoga",
    "animal_walks", "small_moves",
)  # fmt: skip
KEYS = sorted(k for k, e in load_actions().items() if e.program.__module__.rsplit(".", 1)[1] in FAMILIES)
HOPS = {"hop_foot_to_foot", "skip", "hop_one_leg", "jump_rope", "jumping_jack", "burpee"}
OFF_THE_FLOOR = {"ride_bicycle"}
"""On pedals."""
LEAPS = {"jump", "leap", "jump_over", "jump_sideways", "jump_turn", "hop_side_to_side", "broad_jump", "frog_jump"}
QUICK_DOWN = {"roll_onto_back", "fall", "faint", "roll", "handstand", "sit_on_ground", "lie_down"}
"""The floor comes under another part of the body within a frame or two."""
QUICK = ("fall", "limp", "lunge", "duck")
"""Actions that run in the quick tests; the others are slow together."""


def check(key: str, seed: int) -> None:
    entry = load_actions()[key]
    side = ("left", "right")[seed % 2] if entry.sides else None
    count = entry.counts[seed % 2] if entry.counts else None
    clip = make(key, np.random.default_rng(seed), StillBases(), side=side, count=count)
    low = lowest_points(clip.motion)
    assert low.min() > -0.015
    assert low.max() < (
        0.7 if key in LEAPS else 0.2 if key in HOPS | OFF_THE_FLOOR else 0.045 if key in QUICK_DOWN else 0.015
    )
    if key in HOPS | LEAPS:  # never long in the air
        assert np.convolve(low > 0.02, np.ones(13), "valid").max(initial=0) < 13
    assert 1.0 < len(clip.motion) / clip.motion.fps < 16
    assert clip.info["side"] == (side or "")
    assert clip.info["count"] == ("" if count is None else str(count))


@pytest.mark.parametrize("key", QUICK)
def test_quick_actions_stay_on_the_floor(key: str) -> None:
    check(key, 0)


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_actions_stay_on_the_floor(key: str) -> None:
    check(key, len(key) % 2)


def test_count_makes_an_exercise_longer() -> None:
    lengths = [len(make("lunge", np.random.default_rng(3), StillBases(), count=n, tempo=1.0).motion) for n in (1, 3)]
    assert lengths[1] > lengths[0] + 40


def test_sides_are_mirror_images() -> None:
    left, right = (
        make("dodge", np.random.default_rng(5), StillBases(), side=side).motion for side in ("left", "right")
    )
    np.testing.assert_allclose(left.mirrored().joints(), right.joints(), atol=0.02)
